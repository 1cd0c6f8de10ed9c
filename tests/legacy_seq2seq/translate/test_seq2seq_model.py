"""Seq2SeqModel as code of 2016 uses it."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from golden_cases import GOLDEN, read_arrays
from graph import assign, random_weights
from recorded import model_of

from legacy_seq2seq.translate.data_utils import GO_ID, PAD_ID
from legacy_seq2seq.translate.reader import read_data
from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel

BUCKETS = [(3, 4), (6, 6)]
PAIRS = [
    [([7, 8], [5, 2]), ([9], [6, 7, 2]), ([4, 5], [2])],
    [([5, 6, 7, 8, 9], [5, 6, 7, 2]), ([4, 4, 4], [9, 9, 9, 2]), ([3], [4, 5, 6, 7])],
]
CHECKPOINTS = [
    spec
    for spec in json.loads((GOLDEN / "checkpoints" / "checkpoints.json").read_text(encoding="utf-8"))
    if spec["id"]
    in ("tf1.2.1-gru2-ns4-V2", "tf1.15.5-lstm1-ns4-V2", "tf1.15.5-lstm2-ns0-V2", "tf1.15.5-gru1-ns0-V2")
]


def small(rate: float = 0.5, **keywords: Any) -> Seq2SeqModel:
    return Seq2SeqModel(10, 10, BUCKETS, 24, 1, 5.0, 16, rate, 0.5, **keywords)


def as_in_2016(
    data: Any, bucket_id: int, batch_size: int
) -> tuple[list[list[int]], list[list[int]], list[list[float]]]:
    """The batches that the tutorial's loops made, example by example: written from their description."""
    encoder_size, decoder_size = BUCKETS[bucket_id]
    sources, targets, weights = [], [], []
    for _ in range(batch_size):
        source, target = random.choice(data[bucket_id])
        row = list(source)
        while len(row) < encoder_size:
            row.append(PAD_ID)
        sources.append(row[::-1][:encoder_size])
        row = [GO_ID, *target]
        while len(row) < decoder_size:
            row.append(PAD_ID)
        targets.append(row[:decoder_size])
        following = [*row[1:decoder_size], PAD_ID]
        weights.append([0.0 if symbol == PAD_ID else 1.0 for symbol in following])
    transposed = [list(map(list, zip(*rows, strict=True))) for rows in (sources, targets, weights)]
    return transposed[0], transposed[1], transposed[2]


def written(folder: Path) -> list[Any]:
    """PAIRS by way of the reader."""
    chosen = [pair for bucket in PAIRS for pair in bucket if pair[1][-1] == 2]
    for side, rows in (("from", [s for s, _ in chosen]), ("to", [t[:-1] for _, t in chosen])):
        (folder / side).write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))
    return read_data(folder / "from", folder / "to", BUCKETS)


@pytest.mark.parametrize("kind", ["lists", "dict", "reader"])
def test_the_same_seed_draws_the_batches_of_2016(tmp_path: Path, kind: str) -> None:
    data: Any = {"lists": PAIRS, "dict": dict(enumerate(PAIRS)), "reader": None}[kind] or written(tmp_path)
    model = Seq2SeqModel.__new__(Seq2SeqModel)  # get_batch needs no graph
    model.buckets, model.batch_size = BUCKETS, 9
    random.seed(5)
    expected = [as_in_2016(data, bucket, 9) for bucket in (0, 1, 1, 0)]
    random.seed(5)
    for bucket, arrays in zip((0, 1, 1, 0), expected, strict=True):
        batch = model.get_batch(data, bucket)
        for made, wanted, dtype in zip(batch, arrays, (np.int32, np.int32, np.float32), strict=True):
            assert isinstance(made, list)
            assert {entry.dtype for entry in made} == {np.dtype(dtype)}
            np.testing.assert_array_equal(made, wanted)


def test_sentences_longer_than_the_bucket_are_cut_as_in_2016() -> None:
    data = [[([4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 2])]]
    model = Seq2SeqModel.__new__(Seq2SeqModel)
    model.buckets, model.batch_size = BUCKETS, 1
    for made, wanted in zip(model.get_batch(data, 0), as_in_2016(data, 0, 1), strict=True):
        np.testing.assert_array_equal(made, wanted)


def test_an_empty_bucket_is_named() -> None:
    model = Seq2SeqModel.__new__(Seq2SeqModel)
    model.buckets, model.batch_size = BUCKETS, 1
    with pytest.raises(IndexError, match=r"no pair in bucket 1 \(6, 6\)"):
        model.get_batch([PAIRS[0], []], 1)


@pytest.mark.parametrize("spec", CHECKPOINTS, ids=lambda spec: spec["id"])
def test_checkpoints_of_tensorflow_1_restore(spec: dict[str, Any]) -> None:
    arrays = read_arrays(GOLDEN / spec["forward"])
    with tf.Graph().as_default(), tf.Session() as session:
        model = model_of(spec["config"], forward_only=True)
        model.saver.restore(session, str(GOLDEN / spec["prefix"]))
        assert session.run(model.global_step) == spec["global_step"]
        assert session.run(model.learning_rate) == np.float32(spec["learning_rate"])
        for bucket in range(len(model.buckets)):
            inputs = [
                list(arrays[f"bucket{bucket}/{what}"])
                for what in ("encoder_inputs", "decoder_inputs", "target_weights")
            ]
            _, _, logits = model.step(session, *inputs, bucket, True)
            np.testing.assert_allclose(logits, arrays[f"bucket{bucket}/greedy_logits"], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("dtype", "keywords"),
    [
        (tf.float16, {"rate": 1.0, "num_samples": 8}),
        (
            tf.bfloat16,
            {"rate": 1.0, "num_samples": 0, "optimizer": "adadelta", "num_heads": 2, "use_lstm": True},
        ),
    ],
    ids=["float16", "bfloat16"],
)
def test_a_loop_of_get_batch_and_step_learns(dtype: tf.DType, keywords: dict[str, Any]) -> None:
    random.seed(0)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(0)
        model = small(dtype=dtype, **keywords)
        session.run(tf.global_variables_initializer())
        losses = []
        for step in range(60):
            bucket_id = step % 2
            encoder_inputs, decoder_inputs, target_weights = model.get_batch(PAIRS, bucket_id)
            norm, loss, outputs = model.step(
                session, encoder_inputs, decoder_inputs, target_weights, bucket_id, False
            )
            assert np.isfinite(norm)
            assert outputs is None
            losses.append(float(loss))
        assert np.all(np.isfinite(losses))
        assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])
        assert session.run(model.global_step) == 60
        assert {v.dtype.base_dtype for v in tf.trainable_variables()} == {tf.float32}
        model.batch_size = 1  # what decoders set
        norm, loss, outputs = model.step(session, *model.get_batch({0: [([5, 6], [])]}, 0), 0, True)
        assert norm is None
        assert len(outputs) == BUCKETS[0][1]
        assert outputs[0].dtype == dtype.as_numpy_dtype
        rate = session.run(model.learning_rate)
        session.run(model.learning_rate_decay_op)
        assert session.run(model.learning_rate) == pytest.approx(rate / 2)


def test_a_step_whose_float16_gradients_overflow_changes_no_weights() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        model = small(dtype=tf.float16, num_samples=0)
        weights = {**random_weights(0), "Variable": np.float32(0.3), "Variable_1": np.int32(0)}
        name = next(name for name in weights if name.endswith("AttnOutputProjection/kernel"))
        weights[name] = np.full_like(weights[name], 6e4)
        assign(session, weights)
        before = session.run(tf.trainable_variables())
        norm, _, _ = model.step(session, *model.get_batch(PAIRS, 0), 0, False)
        assert not np.isfinite(norm)
        for old, new in zip(before, session.run(tf.trainable_variables()), strict=True):
            np.testing.assert_array_equal(old, new)
        assert session.run(model.global_step) == 1


def test_dropout_is_on_in_training_steps_only() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(0)
        model = Seq2SeqModel(10, 10, [(1, 3)], 8, 1, 5.0, 4, 0.0, 0.5, num_samples=0, dropout_keep_prob=0.5)
        assign(session, {**random_weights(0), "Variable": np.float32(0), "Variable_1": np.int32(0)})
        batch = model.get_batch([[([5], [6, 2])]], 0)
        trained = {float(model.step(session, *batch, 0, False)[1]) for _ in range(4)}
        evaluated = {float(model.step(session, *batch, 0, True)[1]) for _ in range(4)}
        assert len(trained) == 4
        assert len(evaluated) == 1


def test_inputs_of_another_length_are_named() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        model = small(num_samples=0, forward_only=True)
        encoder, decoder, weights = model.get_batch(PAIRS, 0)
        for inputs, name in (
            ((encoder[1:], decoder, weights), "encoder_inputs"),
            ((encoder, [*decoder, decoder[0]], weights), "decoder_inputs"),
            ((encoder, decoder, weights[:-1]), "target_weights"),
        ):
            with pytest.raises(ValueError, match=rf"{name} must hold one array .* bucket 0 \(3, 4\), got"):
                model.step(session, *inputs, 0, True)
        with pytest.raises(ValueError, match="forward_only=True and cannot be trained"):
            model.step(session, encoder, decoder, weights, 0, False)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"optimizer": "adam"}, "optimizer must be one of sgd, adadelta, got 'adam'"),
        ({"dropout_keep_prob": 0.0}, r"dropout_keep_prob must be in \(0, 1\], got 0.0"),
    ],
)
def test_wrong_arguments_are_named(keywords: dict[str, Any], message: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        small(**keywords)


def test_an_eager_call_explains_itself() -> None:
    with pytest.raises(RuntimeError, match="Seq2SeqModel builds TensorFlow 1 graphs"):
        small()
