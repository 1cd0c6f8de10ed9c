"""Labelled parallel examples, vocabularies, buckets and batches.

Shape legend: N examples, B batch, S source (encoder) length of a bucket, T target (decoder) length of a
bucket, M labels of a set. Inside a graph everything is time-major, as in the `translate.py` tutorial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from legacy_seq2seq.translate import data_utils
from legacy_seq2seq.translate.data_utils import EOS_ID, GO_ID, PAD_ID, UNK_ID

Buckets = tuple[tuple[int, int], ...]
Label = int | float | tuple[int, ...]
MISSING = -1
START_VOCAB = tuple(symbol.decode() for symbol in data_utils.START_VOCAB)


class Example(NamedTuple):
    """One labelled sentence pair, as text.

    `labels` maps a label's name ("price" is always there) to a class number, to a value, or to a 0 or 1 for
    each label of a set. An example without the label has MISSING in the place of a whole number, nan in that
    of a value. `origin` says where the pair came from ("file:line", an item's name), for messages.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    labels: Mapping[str, Label]
    origin: str


class Vocabulary:
    """Words and their ids: the four special symbols first, then words by falling frequency."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words` are the words after the special symbols, each once."""
        self.words = (*START_VOCAB, *words)
        self._ids = {word: index for index, word in enumerate(self.words)}
        if len(self._ids) != len(self.words):
            raise ValueError("vocabulary: a word occurs twice, or is one of the special symbols")

    def __len__(self) -> int:
        """How many ids there are."""
        return len(self.words)

    @classmethod
    def build(cls, sentences: Iterable[Sequence[str]], max_size: int) -> Vocabulary:
        """The `max_size` most frequent words (special symbols counted in); ties in alphabetical order."""
        if max_size <= len(START_VOCAB):
            raise ValueError(f"max_size: expected more than {len(START_VOCAB)}, got {max_size}")
        counts = Counter(word for sentence in sentences for word in sentence)
        for special in START_VOCAB:
            counts.pop(special, None)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(ranked[: max_size - len(START_VOCAB)])

    def encode(self, sentence: Sequence[str]) -> list[int]:
        """Token ids; a word that is not in the vocabulary, or looks like a special symbol, is UNK_ID."""
        return [UNK_ID if word in START_VOCAB else self._ids.get(word, UNK_ID) for word in sentence]


class Batch(NamedTuple):
    """What one bucket's placeholders take."""

    encoder_inputs: np.ndarray  # int32 [S, B], reversed, padded in front
    decoder_inputs: np.ndarray  # int32 [T, B], GO first, EOS, padding behind
    target_weights: np.ndarray  # float32 [T, B], 0 where the target is padding
    labels: Mapping[str, np.ndarray]  # int32 [B] classes, float32 [B] values, int32 [B, M] labels


@dataclass(frozen=True)
class BucketArrays:
    """All the examples of one bucket, row by row: the fields of `Batch` with the axes exchanged."""

    encoder_inputs: np.ndarray  # int32 [N, S]
    decoder_inputs: np.ndarray  # int32 [N, T]
    target_weights: np.ndarray  # float32 [N, T]
    labels: Mapping[str, np.ndarray]  # int32 [N], float32 [N] or int32 [N, M]

    def __len__(self) -> int:
        """How many examples there are."""
        return len(self.encoder_inputs)

    def batch(self, rows: np.ndarray | slice) -> Batch:
        """The chosen rows, time-major."""
        return Batch(
            self.encoder_inputs[rows].T,
            self.decoder_inputs[rows].T,
            self.target_weights[rows].T,
            {name: values[rows] for name, values in self.labels.items()},
        )


def bucket_of(source_length: int, target_length: int, buckets: Buckets) -> int | None:
    """The first bucket that holds a pair of so many tokens, or None.

    The tutorial's rule: the source has to be shorter than S, and the target with its EOS shorter than T.
    """
    for index, (source_size, target_size) in enumerate(buckets):
        if source_length < source_size and target_length + 1 < target_size:
            return index
    return None


def bucket_examples(
    examples: Iterable[Example], buckets: Buckets
) -> tuple[tuple[list[Example], ...], list[Example]]:
    """The examples of each bucket, in order, and those that are too long for every bucket."""
    kept: tuple[list[Example], ...] = tuple([] for _ in buckets)
    too_long: list[Example] = []
    for example in examples:
        bucket = bucket_of(len(example.source), len(example.target), buckets)
        (too_long if bucket is None else kept[bucket]).append(example)
    return kept, too_long


def encode_bucket(
    examples: Sequence[Example], size: tuple[int, int], source: Vocabulary, target: Vocabulary
) -> BucketArrays:
    """Ids and weights of examples that fit a bucket of `size` (S, T), laid out as in the tutorial."""
    source_size, target_size = size
    encoder = np.full((len(examples), source_size), PAD_ID, np.int32)
    decoder = np.full((len(examples), target_size), PAD_ID, np.int32)
    weights = np.zeros((len(examples), target_size), np.float32)
    for row, example in enumerate(examples):
        source_ids = source.encode(example.source)
        target_ids = [GO_ID, *target.encode(example.target), EOS_ID]
        encoder[row, source_size - len(source_ids) :] = source_ids[::-1]
        decoder[row, : len(target_ids)] = target_ids
        weights[row, : len(target_ids) - 1] = 1.0  # step i is judged by decoder input i + 1
    names = examples[0].labels.keys() if examples else ()
    labels = {name: _label_array([example.labels[name] for example in examples]) for name in names}
    return BucketArrays(encoder, decoder, weights, labels)


def _label_array(labels: Sequence[Label]) -> np.ndarray:
    array = np.array(labels)
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)


def draw_batch(data: Sequence[BucketArrays], batch_size: int, seed: int, step: int) -> tuple[int, Batch]:
    """Bucket number and batch of a training step.

    As in the tutorial a bucket is drawn with probability proportional to its number of examples, and the
    batch from it with replacement. The draw depends on `seed` and `step` alone, so that every regime sees
    the same batches and a resumed run goes on with the batches that it would have seen.
    """
    generator = np.random.default_rng([seed, step])
    ends = np.cumsum([len(bucket) for bucket in data])
    bucket = int(np.searchsorted(ends, generator.integers(ends[-1]), side="right"))
    return bucket, data[bucket].batch(generator.integers(len(data[bucket]), size=batch_size))


def batches_in_order(data: Sequence[BucketArrays], batch_size: int) -> Iterator[tuple[int, Batch]]:
    """Every example once, bucket by bucket; the last batch of a bucket may be smaller."""
    for bucket, arrays in enumerate(data):
        for start in range(0, len(arrays), batch_size):
            yield bucket, arrays.batch(slice(start, start + batch_size))
