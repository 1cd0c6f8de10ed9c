"""The tutorial's program: train, decode, export, self-test. `python -m legacy_seq2seq.translate` runs it.

The formats of the printed lines are the tutorial's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.translate import checkpoints, data_utils
from legacy_seq2seq.translate.decoding import Translator, decode_file, decode_interactively
from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.export import export
from legacy_seq2seq.translate.reader import read_data
from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel
from legacy_seq2seq.translate.settings import Settings
from legacy_seq2seq.translate.text import as_text
from legacy_seq2seq.translate.training import Stop, Training


def create_model(session: tf.Session, forward_only: bool, settings: Settings) -> Seq2SeqModel:
    """The settings' model in the session's graph, with the newest checkpoint's weights or fresh ones.

    Raises TranslateError if the checkpoint is of another model.
    """
    model = Seq2SeqModel(
        settings.from_vocab_size,
        settings.to_vocab_size,
        settings.bucket_sizes,
        settings.size,
        settings.num_layers,
        settings.max_gradient_norm,
        settings.batch_size,
        settings.learning_rate,
        settings.learning_rate_decay_factor,
        use_lstm=settings.use_lstm,
        num_samples=settings.num_samples,
        forward_only=forward_only,
        dtype=settings.dtype,
        optimizer=settings.optimizer,
        dropout_keep_prob=settings.dropout_keep_prob,
        num_heads=settings.num_heads,
    )
    prefix = checkpoints.latest(settings.train_dir)
    if prefix is None:
        print("Created model with fresh parameters.")
        session.run(tf.global_variables_initializer())
    else:
        print(f"Reading model parameters from {prefix}")
        fresh = checkpoints.restore(session, model.saver, prefix)
        if fresh:
            print(f"The optimizer begins anew: the checkpoint has nothing for {fresh[0]}.", file=sys.stderr)
    return model


def train(settings: Settings) -> int:
    """Trains as the flags say; returns an exit code: 0, or 128 + the number of the signal that ended it."""
    _make_folder("data_dir", settings.data_dir)
    _make_folder("train_dir", settings.train_dir)
    if not os.access(settings.train_dir, os.W_OK):
        raise TranslateError(f"--train_dir {settings.train_dir}: expected a folder that may be written to")
    checkpoints.check_named(settings.train_dir)
    with _told():
        from_train, to_train, from_dev, to_dev = _prepare(settings)
    _seed(settings.seed)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(settings.seed)
        print(f"Creating {settings.num_layers} layers of {settings.size} units.")
        model = create_model(session, False, settings)
        print(f"Reading development and training data (limit: {settings.max_train_data_size}).")
        sizes = (settings.from_vocab_size, settings.to_vocab_size)
        buckets = settings.bucket_sizes
        with _told():
            cache, limit = settings.cache_dir, settings.max_train_data_size
            dev_set = read_data(from_dev, to_dev, buckets, None, *sizes, cache)
            train_set = read_data(from_train, to_train, buckets, limit, *sizes, cache)
        checkpoint = checkpoints.latest(settings.train_dir)
        training = Training(session, model, settings, train_set, dev_set, checkpoint)
        with Stop().listening() as stop:
            step = training.run(stop)
    if stop.signal is None:
        return 0
    print(f"Interrupted at global step {step}, which is saved: the same command goes on from there.")
    return 128 + stop.signal


def decode(settings: Settings) -> int:
    """Translates a file, or what is typed; returns an exit code."""
    with tf.Graph().as_default(), tf.Session() as session:
        translator = _translator(session, settings)
        if settings.input is None:
            decode_interactively(translator, sys.stdin)
        else:
            decode_file(translator, settings.input, settings.output, settings.reference)
    return 0


def export_model(settings: Settings, folder: str) -> int:
    """Writes the SavedModels below `folder`; returns an exit code."""
    for path in export(settings, _checkpoint(settings), folder):
        print(path)
    return 0


def self_test() -> int:
    """Trains a tiny model on two buckets for five steps; returns an exit code."""
    with tf.Graph().as_default(), tf.Session() as session:
        print("Self-test for neural translation model.")
        model = Seq2SeqModel(10, 10, [(3, 3), (6, 6)], 32, 2, 5.0, 32, 0.3, 0.99, num_samples=8)
        session.run(tf.global_variables_initializer())
        data = (
            [([1, 1], [2, 2]), ([3, 3], [4]), ([5], [6])],
            [([1, 1, 1, 1, 1], [2, 2, 2, 2, 2]), ([3, 3, 3], [5, 6])],
        )
        for _ in range(5):
            bucket = random.choice([0, 1])
            _, loss, _ = model.step(session, *model.get_batch(data, bucket), bucket, False)
            if not np.isfinite(loss):
                raise TranslateError(f"self-test: the loss of a step in bucket {bucket} is {loss}")
    return 0


def main(settings: Settings) -> int:
    """Does what the flags say; returns the exit code. Mistakes are told on stderr, without a traceback."""
    try:
        if settings.self_test:
            return self_test()
        if settings.decode:
            return decode(settings)
        return train(settings) if settings.export is None else export_model(settings, settings.export)
    except (TranslateError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Around work on data, whose ValueErrors name file and line."""
    try:
        yield
    except ValueError as error:
        raise TranslateError(str(error)) from error
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        raise TranslateError(
            f"{error}: vocabularies are made in --data_dir, token ids beside their texts unless there is a "
            "--cache_dir"
        ) from error


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)


def _make_folder(flag: str, folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise TranslateError(f"--{flag} {folder}: expected a folder to write to: {error}") from error


def _prepare(settings: Settings) -> tuple[str, str, str, str]:
    """Files of token ids: (source to train on, target to train on, source to evaluate on, its target)."""
    sizes = (settings.from_vocab_size, settings.to_vocab_size)
    if not settings.from_train_data:
        print(f"Preparing WMT data in {settings.data_dir}")
        return data_utils.prepare_wmt_data(settings.data_dir, *sizes, cache_dir=settings.cache_dir)[:4]
    for name in ("from_train_data", "to_train_data", "from_dev_data", "to_dev_data"):
        path = getattr(settings, name)
        if path and not os.path.isfile(path):
            raise TranslateError(f"--{name} {path}: no such file")
    from_train, to_train = settings.from_train_data, settings.to_train_data or ""
    from_dev, to_dev = settings.from_dev_data or from_train, settings.to_dev_data or to_train
    texts = (from_train, to_train, from_dev, to_dev)
    return data_utils.prepare_data(settings.data_dir, *texts, *sizes, cache_dir=settings.cache_dir)[:4]


def _translator(session: tf.Session, settings: Settings) -> Translator:
    """With the newest checkpoint's weights. Raises TranslateError if there is none, or no vocabulary."""
    vocabulary, _ = _vocabulary(settings.data_dir, settings.from_vocab_size, "from", "en")
    _, target_words = _vocabulary(settings.data_dir, settings.to_vocab_size, "to", "fr")
    prefix = _checkpoint(settings)
    translator = Translator(session, settings, vocabulary, target_words)
    # Not among the translations of a file.
    print(f"Reading model parameters from {prefix}", file=sys.stderr if settings.input else sys.stdout)
    checkpoints.restore(session, tf.train.Saver(tf.global_variables()), prefix)
    return translator


def _vocabulary(
    data_dir: str, size: int, side: str, side_in_0_x: str
) -> tuple[Mapping[Any, int], list[bytes]]:
    """Ids by word and words by id.

    Raises TranslateError for no such file, one without the special symbols, and one with more words.
    """
    paths = [Path(data_dir) / f"vocab{size}.{name}" for name in (side, side_in_0_x)]
    for path in paths:
        if path.is_file():
            vocabulary, words = data_utils.initialize_vocabulary(str(path))
            if words[: data_utils.UNK_ID + 1] != data_utils.START_VOCAB:
                raise TranslateError(
                    f"{path}: expected {', '.join(map(as_text, data_utils.START_VOCAB))} as its first words, "
                    f"got {', '.join(map(as_text, words[:4])) or 'none'}: is it half-written?"
                )
            if len(words) > size:
                raise TranslateError(
                    f"{path}: expected at most {size} words, as --{side}_vocab_size says, got {len(words)}"
                )
            return vocabulary, words
    raise TranslateError(
        f"{paths[0]}: no such vocabulary; --data_dir and --{side}_vocab_size must be those of the training"
    )


def _checkpoint(settings: Settings) -> str:
    """The newest; if no file names one, that of the last step. Raises TranslateError if there is none."""
    prefix = checkpoints.latest(settings.train_dir)
    if prefix is not None:
        return prefix
    lying = checkpoints.unnamed(settings.train_dir)
    if not lying:
        raise TranslateError(
            f"--train_dir {settings.train_dir}: expected a trained model, found no checkpoint"
        )
    print(f"{settings.train_dir}/checkpoint: no such file, so {lying[-1]} is taken", file=sys.stderr)
    return lying[-1]
