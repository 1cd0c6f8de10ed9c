"""A corpus made ready for training: buckets, ids, the examples to evaluate on, and the limits on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from price_subgraph.data import MISSING, BucketArrays, Example, Vocabulary, bucket_examples, encode_bucket
from price_subgraph.heads import PRICE, Head
from price_subgraph.kinds import is_present
from price_subgraph.model import ModelConfig
from reproduce.config import ExperimentConfig
from reproduce.corpora import CORPORA, Corpus, CorpusError


@dataclass(frozen=True)
class Limits:
    """What prices can be predicted at all, on the dev examples of the evaluations; NLLs in nats.

    `limit_*` is the expectation under the true P(price class | text) and `ideal_*` what that very predictor
    scores on the labels which the examples happen to have; both are None where the truth is not known.
    `majority_*` always answers the most frequent class of the training split.
    """

    majority_price_accuracy: float
    limit_price_accuracy: float | None = None
    limit_price_nll: float | None = None
    ideal_price_accuracy: float | None = None
    ideal_price_nll: float | None = None
    further: Mapping[str, float] = field(default_factory=dict)
    """Of further heads: the corpus's limits, and majority_HEAD_accuracy for those with classes."""


@dataclass(frozen=True)
class Dataset:
    """Everything that training needs of a corpus."""

    train: tuple[BucketArrays, ...]
    train_sample: tuple[BucketArrays, ...]
    dev: tuple[BucketArrays, ...]
    test: tuple[BucketArrays, ...]  # at most as many as `dev`; nothing that is trained or chosen hangs on it
    source_vocab_size: int
    target_vocab_size: int
    price_ranges: int
    price_masked: bool  # whether an example lacks the price
    further_heads: tuple[Head, ...]
    limits: Limits
    notes: tuple[str, ...]
    fingerprint: str  # of all that stands above but `test`: the same rows can only come from the same data
    too_long: tuple[Example, ...]  # of all three splits

    def model(self, config: ExperimentConfig) -> ModelConfig:
        """The model that `config` asks for, in the sizes of this data."""
        return config.model(
            self.source_vocab_size,
            self.target_vocab_size,
            self.price_ranges,
            self.price_masked,
            self.further_heads,
        )


def describe(example: Example) -> str:
    """Where an example comes from and how long it is, for messages."""
    return f"{example.origin}: {len(example.source)} source and {len(example.target)} target tokens"


def load_dataset(config: ExperimentConfig) -> Dataset:
    """Reads the corpus that `config` names and lays it out.

    Raises CorpusError if the corpus cannot be read, if no sentence of a split fits a bucket, or if none of
    those to train on, or to evaluate on, has a label of one of the heads.
    """
    corpus = CORPORA[config.corpus].load(config.corpus_options())
    try:
        further_heads = config.further_heads(corpus.further_heads)
    except ValueError as error:
        raise CorpusError(str(error)) from error
    kept: dict[str, tuple[list[Example], ...]] = {}
    test: Sequence[list[Example]] = ()
    too_long: dict[str, list[Example]] = {}
    for name, examples in (("train", corpus.train), ("dev", corpus.dev), ("test", corpus.test)):
        fitting, too_long[name] = bucket_examples(examples, config.buckets)
        if name == "test":  # on which no vocabulary, head or fingerprint hangs; it may be empty
            test = fitting
            continue
        kept[name] = fitting
        if not any(fitting):
            sizes = ", ".join(f"{source}x{target}" for source, target in config.buckets)
            raise CorpusError(
                f"corpus {corpus.name}: none of the {len(examples)} {name} pairs fits a bucket ({sizes}: a "
                "source shorter than the first number, a target with its end mark shorter than the second); "
                f"the first is {describe(too_long[name][0])}; see --buckets"
            )
    sentences = [example for bucket in kept["train"] for example in bucket]
    source = Vocabulary.build((example.source for example in sentences), config.source_vocab_size)
    target = Vocabulary.build((example.target for example in sentences), config.target_vocab_size)

    def encode(chosen: Sequence[Sequence[Example]]) -> tuple[BucketArrays, ...]:
        return tuple(
            encode_bucket(examples, size, source, target)
            for examples, size in zip(chosen, config.buckets, strict=True)
        )

    dev = _sample(kept["dev"], config.eval_examples)
    measured = [example for bucket in dev for example in bucket]
    for name in (PRICE, *(head.name for head in further_heads)):
        _require_label(name, corpus.name, sentences, "to train on; see --buckets")
        _require_label(name, corpus.name, measured, "to evaluate on; see --eval-examples and --buckets")
    train = encode(kept["train"])

    return Dataset(
        train=train,
        train_sample=encode(_sample(kept["train"], config.eval_examples)),
        dev=encode(dev),
        test=encode(_sample(test, config.eval_examples)),
        source_vocab_size=len(source),
        target_vocab_size=len(target),
        price_ranges=len(corpus.classes["price"]),
        price_masked=_lacks(PRICE, kept),
        further_heads=tuple(replace(head, masked=_lacks(head.name, kept)) for head in further_heads),
        limits=_limits(corpus, further_heads, sentences, measured),
        notes=corpus.notes + _too_long_note(too_long),
        fingerprint=_fingerprint(kept, corpus, further_heads),
        too_long=tuple(example for dropped in too_long.values() for example in dropped),
    )


def _too_long_note(too_long: Mapping[str, Sequence[Example]]) -> tuple[str, ...]:
    counts = ", ".join(f"{len(dropped):,} {name}" for name, dropped in too_long.items() if dropped)
    return (f"Too long for every bucket, dropped and listed in too_long.txt: {counts}.",) if counts else ()


def _sample(buckets: Sequence[list[Example]], size: int) -> list[list[Example]]:
    """At most `size` examples over all buckets, the same ones for every seed and regime."""
    total = sum(map(len, buckets))
    chosen = np.zeros(total, bool)
    chosen[np.random.default_rng(0).permutation(total)[:size]] = True
    flags = iter(chosen)
    return [[example for example in bucket if next(flags)] for bucket in buckets]


def _lacks(name: str, kept: Mapping[str, Sequence[Sequence[Example]]]) -> bool:
    """Whether an example of either split, or a label of its set, lacks a label."""
    values = np.array([example.labels[name] for split in kept.values() for b in split for example in b])
    return bool(np.any(np.isnan(values)) if values.dtype.kind == "f" else np.any(values == MISSING))


def _known(name: str, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Which examples have a label, bool [N], and the labels of those."""
    labels = np.array([example.labels[name] for example in examples])
    there = is_present(labels)
    return there, labels[there]


def _require_label(name: str, corpus: str, examples: Sequence[Example], use: str) -> None:
    if not np.any(_known(name, examples)[0]):
        raise CorpusError(f"corpus {corpus}: {name}: none of the {len(examples)} pairs has a label {use}")


def _majority(name: str, train: Sequence[Example], dev: Sequence[Example]) -> float:
    return float(np.mean(_known(name, dev)[1] == np.argmax(np.bincount(_known(name, train)[1]))))


def _limits(
    corpus: Corpus, further_heads: Sequence[Head], train: Sequence[Example], dev: Sequence[Example]
) -> Limits:
    further: dict[str, float] = {}
    for head in further_heads:
        if head.name in corpus.classes:
            further[f"majority_{head.name}_accuracy"] = _majority(head.name, train, dev)
        prefix = f"limit_{head.name}_"
        further |= {name: value for name, value in corpus.limits.items() if name.startswith(prefix)}
    majority = _majority(PRICE, train, dev)
    if corpus.posterior is None:
        return Limits(majority, further=further)
    there, labels = _known(PRICE, dev)
    truth = corpus.posterior(dev)[there]
    logs = np.log(np.maximum(truth, np.finfo(np.float64).tiny))
    return Limits(
        majority,
        limit_price_accuracy=float(np.mean(truth.max(axis=1))),
        limit_price_nll=float(np.mean(-np.sum(truth * logs, axis=1))),
        ideal_price_accuracy=float(np.mean(truth.argmax(axis=1) == labels)),
        ideal_price_nll=float(np.mean(-logs[np.arange(len(labels)), labels])),
        further=further,
    )


def _fingerprint(
    kept: dict[str, tuple[list[Example], ...]], corpus: Corpus, further_heads: Sequence[Head]
) -> str:
    """Of texts, classes and all labels that are classes, and of other labels if a head learns them."""
    digest = hashlib.sha256(json.dumps({k: list(v) for k, v in corpus.classes.items()}).encode())
    names = sorted({*corpus.classes, *(head.name for head in further_heads)})
    for split in kept.values():
        for bucket in split:
            for example in bucket:
                labels = [(name, example.labels[name]) for name in names]
                digest.update(json.dumps([example.source, example.target, labels]).encode())
    return digest.hexdigest()[:16]
