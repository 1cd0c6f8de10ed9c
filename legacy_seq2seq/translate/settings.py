"""The command line's settings: one frozen dataclass whose fields are the flags, legacy ones first."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.updates import OPTIMIZERS

LEGACY_BUCKETS = "5x10,10x15,20x25,40x50"


def _flag(default: Any, text: str, **bounds: Any) -> Any:
    return field(default=default, metadata={"help": text, **bounds})


@dataclass(frozen=True)
class Settings:
    """What may be given on the command line. `lower` and `upper` in a field's metadata are inclusive."""

    learning_rate: float = _flag(0.5, "Learning rate to begin with.")
    learning_rate_decay_factor: float = _flag(0.99, "Learning rate decays by this much.")
    max_gradient_norm: float = _flag(5.0, "Clip gradients to this norm.")
    batch_size: int = _flag(64, "Pairs of a training step; sentences decoded at once.", lower=1)
    size: int = _flag(1024, "Units of each layer.", lower=1)
    num_layers: int = _flag(3, "Layers of encoder and decoder.", lower=1)
    from_vocab_size: int = _flag(40000, "Source vocabulary size.", lower=5)
    to_vocab_size: int = _flag(40000, "Target vocabulary size.", lower=5)
    data_dir: str = _flag("/tmp", "Folder of the vocabularies (and of the WMT corpus).")
    train_dir: str = _flag("/tmp", "Folder of the checkpoints.")
    from_train_data: str | None = _flag(None, "Source sentences to train on, one a line.")
    to_train_data: str | None = _flag(None, "Their translations.")
    from_dev_data: str | None = _flag(None, "Source sentences to evaluate on.")
    to_dev_data: str | None = _flag(None, "Their translations.")
    max_train_data_size: int = _flag(0, "Read at most so many training pairs (0: all).", lower=0)
    steps_per_checkpoint: int = _flag(200, "Steps between two checkpoints.", lower=1)
    decode: bool = _flag(False, "Translate instead of training.")
    self_test: bool = _flag(False, "Train a tiny model for five steps.")
    use_fp16: bool = _flag(False, "Compute in float16; weights stay float32.")
    # Not in the tutorial:
    use_bf16: bool = _flag(False, "Compute in bfloat16; weights stay float32.")
    buckets: str = _flag(LEGACY_BUCKETS, "Sentence lengths, SOURCExTARGET from the shortest on.")
    cache_dir: str | None = _flag(
        None, "Where token ids and their binary copies are written (default: beside the texts)."
    )
    steps: int = _flag(0, "Stop at this global step (0: go on until interrupted).", lower=0)
    seed: int = _flag(0, "Of weights, batches and samples.", lower=0, upper=2**31 - 1)
    optimizer: str = _flag("sgd", f"One of {', '.join(OPTIMIZERS)}.")
    dropout_keep_prob: float = _flag(1.0, "Keep each input of a layer with this probability.")
    use_lstm: bool = _flag(False, "LSTM cells instead of GRU cells.")
    num_heads: int = _flag(1, "Attention heads.", lower=1)
    num_samples: int = _flag(512, "Samples of the sampled softmax (0: whole softmax).", lower=0)
    input: str | None = _flag(None, "With --decode: translate this file, a sentence a line.")
    output: str | None = _flag(None, "With --decode and --input: write the translations here.")
    reference: str | None = _flag(None, "With --decode and --input: print BLEU against this file.")
    beam_size: int = _flag(1, "With --decode: translations followed at once (1: greedy).", lower=1)
    length_penalty: float = _flag(
        0.6, "With --beam_size: divide log P by ((5 + length) / 6) to this power (0: do not).", lower=0.0
    )
    plot_attention: str | None = _flag(
        None, "With --decode: a picture of the attention of every sentence, N.png in this folder."
    )
    export: str | None = _flag(None, "Write a SavedModel a bucket below this folder.")

    def __post_init__(self) -> None:
        """Raises TranslateError, naming the flag, for a value that no run can have."""
        for flag in fields(self):
            value = getattr(self, flag.name)
            lower, upper = flag.metadata.get("lower"), flag.metadata.get("upper")
            if isinstance(value, float) and not math.isfinite(value):
                raise TranslateError(f"--{flag.name}: expected a finite number, got {value}")
            if lower is not None and value < lower:
                raise TranslateError(f"--{flag.name}: expected at least {lower}, got {value}")
            if upper is not None and value > upper:
                raise TranslateError(f"--{flag.name}: expected at most {upper}, got {value}")
        for name in ("learning_rate", "learning_rate_decay_factor", "max_gradient_norm"):
            if getattr(self, name) <= 0:
                raise TranslateError(f"--{name}: expected a positive number, got {getattr(self, name)}")
        if self.optimizer not in OPTIMIZERS:
            raise TranslateError(
                f"--optimizer: expected one of {', '.join(OPTIMIZERS)}, got {self.optimizer!r}"
            )
        if not 0 < self.dropout_keep_prob <= 1:
            raise TranslateError(
                f"--dropout_keep_prob: expected a number in (0, 1], got {self.dropout_keep_prob}"
            )
        parse_buckets(self.buckets)
        self._check_combinations()

    def _check_combinations(self) -> None:
        for one, other in (("from_train_data", "to_train_data"), ("from_dev_data", "to_dev_data")):
            if bool(getattr(self, one)) != bool(getattr(self, other)):
                raise TranslateError(f"--{one} and --{other}: expected both or neither, got one")
        if self.from_dev_data and not self.from_train_data:
            raise TranslateError("--from_dev_data: expected --from_train_data and --to_train_data with it")
        if self.use_fp16 and self.use_bf16:
            raise TranslateError("--use_fp16 and --use_bf16: expected at most one of them, got both")
        modes = [name for name in ("decode", "self_test", "export") if getattr(self, name)]
        if len(modes) > 1:
            raise TranslateError(f"--{' and --'.join(modes)}: expected at most one of them")
        for name in ("input", "plot_attention"):
            if getattr(self, name) and not self.decode:
                raise TranslateError(f"--{name} is read with --decode only")
        for name in ("output", "reference"):
            if getattr(self, name) and not self.input:
                raise TranslateError(f"--{name} is read with --decode and --input only")

    @property
    def bucket_sizes(self) -> list[tuple[int, int]]:
        """`buckets` as (source, target) pairs."""
        return parse_buckets(self.buckets)

    @property
    def dtype(self) -> tf.DType:
        """What the model computes in."""
        return tf.float16 if self.use_fp16 else tf.bfloat16 if self.use_bf16 else tf.float32


def parse_buckets(text: str) -> list[tuple[int, int]]:
    """`5x10,10x15`, or the tutorial's own `[(5, 10), (10, 15)]`, as pairs.

    Raises TranslateError for another form, sizes that cannot hold a sentence, and sizes that do not grow.
    """
    pairs = _pairs(text)
    if not pairs:
        raise TranslateError(f"--buckets: expected SOURCExTARGET pairs like {LEGACY_BUCKETS}, got {text!r}")
    for source, target in pairs:
        if source < 1 or target < 2:
            raise TranslateError(f"--buckets: expected sizes from 1x2 up, got {source}x{target}")
    for (source, target), (next_source, next_target) in itertools.pairwise(pairs):
        if next_source < source or next_target < target or (source, target) == (next_source, next_target):
            raise TranslateError(f"--buckets: expected sizes that grow from each to the next, got {text!r}")
    return pairs


def _pairs(text: str) -> list[tuple[int, int]]:
    if re.fullmatch(r"\s*\d+x\d+\s*(,\s*\d+x\d+\s*)*", text):
        return [(int(source), int(target)) for source, target in re.findall(r"(\d+)x(\d+)", text)]
    try:
        value = ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        return []
    value = [value] if _is_pair(value) else value
    return list(map(tuple, value)) if isinstance(value, Sequence) and all(map(_is_pair, value)) else []


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(type(n) is int for n in value)
