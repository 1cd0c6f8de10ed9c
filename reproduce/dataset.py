"""A corpus made ready for training: buckets, ids, the examples to evaluate on, and the limits on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from price_subgraph.data import BucketArrays, Example, Vocabulary, bucket_examples, encode_bucket
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


@dataclass(frozen=True)
class Dataset:
    """Everything that training needs of a corpus."""

    train: tuple[BucketArrays, ...]
    train_sample: tuple[BucketArrays, ...]
    dev: tuple[BucketArrays, ...]
    source_vocab_size: int
    target_vocab_size: int
    price_ranges: int
    limits: Limits
    notes: tuple[str, ...]
    fingerprint: str  # of all that stands above: the same rows can only come from the same data
    too_long: tuple[Example, ...]


def describe(example: Example) -> str:
    """Where an example comes from and how long it is, for messages."""
    return f"{example.origin}: {len(example.source)} source and {len(example.target)} target tokens"


def load_dataset(config: ExperimentConfig) -> Dataset:
    """Reads the corpus that `config` names and lays it out.

    Raises CorpusError if the corpus cannot be read, or if no sentence of a split fits a bucket.
    """
    corpus = CORPORA[config.corpus].load(config.corpus_options())
    kept = {}
    too_long: list[Example] = []
    for name, examples in (("train", corpus.train), ("dev", corpus.dev)):
        kept[name], dropped = bucket_examples(examples, config.buckets)
        too_long += dropped
        if not any(kept[name]):
            sizes = ", ".join(f"{source}x{target}" for source, target in config.buckets)
            raise CorpusError(
                f"corpus {corpus.name}: none of the {len(examples)} {name} pairs fits a bucket ({sizes}: a "
                "source shorter than the first number, a target with its end mark shorter than the second); "
                f"the first is {describe(dropped[0])}; see --buckets"
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
    train = encode(kept["train"])
    return Dataset(
        train=train,
        train_sample=encode(_sample(kept["train"], config.eval_examples)),
        dev=encode(dev),
        source_vocab_size=len(source),
        target_vocab_size=len(target),
        price_ranges=len(corpus.classes["price"]),
        limits=_limits(corpus, sentences, [example for bucket in dev for example in bucket]),
        notes=corpus.notes,
        fingerprint=_fingerprint(kept, corpus),
        too_long=tuple(too_long),
    )


def _sample(buckets: Sequence[list[Example]], size: int) -> list[list[Example]]:
    """At most `size` examples over all buckets, the same ones for every seed and regime."""
    total = sum(map(len, buckets))
    chosen = np.zeros(total, bool)
    chosen[np.random.default_rng(0).permutation(total)[:size]] = True
    flags = iter(chosen)
    return [[example for example in bucket if next(flags)] for bucket in buckets]


def _limits(corpus: Corpus, train: Sequence[Example], dev: Sequence[Example]) -> Limits:
    labels = np.array([example.labels["price"] for example in dev])
    most_frequent = np.argmax(np.bincount([example.labels["price"] for example in train]))
    majority = float(np.mean(labels == most_frequent))
    if corpus.posterior is None:
        return Limits(majority)
    truth = corpus.posterior(dev)
    logs = np.log(np.maximum(truth, np.finfo(np.float64).tiny))
    return Limits(
        majority,
        limit_price_accuracy=float(np.mean(truth.max(axis=1))),
        limit_price_nll=float(np.mean(-np.sum(truth * logs, axis=1))),
        ideal_price_accuracy=float(np.mean(truth.argmax(axis=1) == labels)),
        ideal_price_nll=float(np.mean(-logs[np.arange(len(labels)), labels])),
    )


def _fingerprint(kept: dict[str, tuple[list[Example], ...]], corpus: Corpus) -> str:
    digest = hashlib.sha256(json.dumps({k: list(v) for k, v in corpus.classes.items()}).encode())
    for split in kept.values():
        for bucket in split:
            for example in bucket:
                fields = [example.source, example.target, sorted(example.labels.items())]
                digest.update(json.dumps(fields).encode())
    return digest.hexdigest()[:16]
