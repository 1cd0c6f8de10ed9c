"""Training pairs by bucket, read from token-id files without holding them in memory.

Shape legend: N pairs of a bucket, B pairs asked for, S and T source and target length of a bucket.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np

from legacy_seq2seq.translate.data_utils import EOS_ID
from legacy_seq2seq.translate.token_ids import TokenIds, open_token_ids

_LINES_AT_ONCE = 100_000  # the tutorial told its progress at every 100000 lines


class PaddedPairs(NamedTuple):
    """Pairs of one bucket, padded behind with PAD_ID to the bucket's size (S, T)."""

    source: np.ndarray  # int32 [B, S]
    source_lengths: np.ndarray  # int32 [B]
    target: np.ndarray  # int32 [B, T], EOS_ID last
    target_lengths: np.ndarray  # int32 [B], EOS_ID counted


class BucketData(Sequence[list[list[int]]]):
    """The pairs of one bucket, as the list of pairs that it was in the tutorial.

    `data[i]` is a pair `[source_ids, target_ids]` of lists of ints, the target with EOS_ID last. Only a
    number for each pair is in memory (4 bytes); the ids are read when asked for. `size` is the bucket (S, T).
    """

    def __init__(self, source: TokenIds, target: TokenIds, lines: np.ndarray, size: tuple[int, int]) -> None:
        """`lines` [N]: the lines of `source` and `target`, counted from 0, that are the bucket's pairs."""
        self.size = size
        self.lines = lines
        self._source = source
        self._target = target

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> list[list[int]]: ...

    @overload
    def __getitem__(self, index: slice) -> BucketData: ...

    def __getitem__(self, index: int | slice) -> list[list[int]] | BucketData:
        """A pair, or, for a slice, the pairs of it. Raises IndexError as a list does."""
        if isinstance(index, slice):
            return BucketData(self._source, self._target, self.lines[index], self.size)
        line = int(self.lines[index])
        return [self._source[line], [*self._target[line], EOS_ID]]

    def batch(self, indices: Sequence[int] | np.ndarray) -> PaddedPairs:
        """The pairs at `indices` [B] (integers, as for `data[i]`), gathered at once.

        Raises IndexError for an index out of range.
        """
        lines = self.lines[np.asarray(indices, np.int64)]
        source, source_lengths = self._source.gather(lines, self.size[0])
        target, target_lengths = self._target.gather(lines, self.size[1])
        target[np.arange(len(lines)), target_lengths] = EOS_ID
        return PaddedPairs(
            source, source_lengths.astype(np.int32), target, (target_lengths + 1).astype(np.int32)
        )


def read_data(
    source_path: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    buckets: Sequence[tuple[int, int]],
    max_size: int | None = None,
    source_vocab_size: int | None = None,
    target_vocab_size: int | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> list[BucketData]:
    """The pairs of two token-id files, sorted into buckets: `data_set[b]` holds those of `buckets[b]`.

    A pair goes to the first bucket (S, T) whose S is greater than the number of source ids and whose T is
    greater than the number of target ids with EOS_ID; a pair too long for all of them is left out. The order
    within a bucket is that of the files, so that `random.choice(data_set[b])` draws what it always drew.

    No more than the first `max_size` lines are read (None or 0: all). With `source_vocab_size` and
    `target_vocab_size`, ids have to be below them. The files are read once, into memory-mapped copies beside
    them or in `cache_dir` (see `token_ids`); a copy that no longer agrees with its file is made again.

    Source: `read_data` in the tutorial's `translate.py`.

    Raises OSError for a file that cannot be read or a copy that cannot be written, and ValueError for
    buckets or sizes that make no sense; an empty file; a line that is not made of ids, or has an id outside
    of the vocabulary (file and line are named); files of different numbers of lines; and if no pair fits.
    """
    source_path, target_path = os.fspath(source_path), os.fspath(target_path)
    sizes = _checked(buckets)
    if max_size is not None and max_size < 0:
        raise ValueError(f"max_size: expected a number of lines, 0 or None for all, got {max_size}")
    cache = None if cache_dir is None else os.fspath(cache_dir)
    source = open_token_ids(source_path, max_size or None, cache)
    target = open_token_ids(target_path, max_size or None, cache)
    lines = _common_lines(source, target, max_size or None)
    for ids, vocabulary_size in ((source, source_vocab_size), (target, target_vocab_size)):
        if vocabulary_size is not None:
            ids.check_below(vocabulary_size, lines)
    data_set = [
        BucketData(source, target, chosen, size)
        for chosen, size in zip(_sorted_into(source, target, lines, sizes), sizes, strict=True)
    ]
    if not any(len(data) for data in data_set):
        raise ValueError(
            f"{source_path}, {target_path}: expected pairs that fit one of the buckets {sizes}, but all "
            f"{lines} are too long (a source has to be shorter than the bucket's first number, and a target "
            "with its end-of-sentence symbol shorter than the second)"
        )
    return data_set


def _checked(buckets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    sizes = [tuple(bucket) for bucket in buckets]
    if not sizes or not all(len(size) == 2 and size[0] >= 1 and size[1] >= 2 for size in sizes):
        raise ValueError(
            "buckets: expected pairs of a source length of at least 1 and a target length of at least 2, "
            f"got {list(buckets)!r}"
        )
    return [(int(source), int(target)) for source, target in sizes]


def _common_lines(source: TokenIds, target: TokenIds, max_size: int | None) -> int:
    """How many lines to read of each."""
    asked = [len(ids) if max_size is None else min(len(ids), max_size) for ids in (source, target)]
    if asked[0] != asked[1]:
        raise ValueError(
            f"expected a target line for each source line, but {source.path} has {_count(source)} and "
            f"{target.path} has {_count(target)}: is one of them half-written, or of another corpus?"
        )
    return asked[0]


def _count(ids: TokenIds) -> str:
    return f"{len(ids)} lines" if ids.complete else f"at least {len(ids)} lines"


def _sorted_into(
    source: TokenIds, target: TokenIds, lines: int, sizes: list[tuple[int, int]]
) -> list[np.ndarray]:
    """The line numbers of each bucket's pairs, in order."""
    dtype = np.int32 if lines <= np.iinfo(np.int32).max else np.int64
    chosen: list[list[np.ndarray]] = [[] for _ in sizes]
    for start in range(0, lines, _LINES_AT_ONCE):
        stop = min(start + _LINES_AT_ONCE, lines)
        if stop - start == _LINES_AT_ONCE:
            print(f"  reading data line {stop}", flush=True)
        source_lengths = source.lengths(start, stop)
        target_lengths = target.lengths(start, stop) + 1  # EOS_ID
        free = np.ones(stop - start, bool)
        for bucket, (source_size, target_size) in enumerate(sizes):
            fits = free & (source_lengths < source_size) & (target_lengths < target_size)
            free &= ~fits
            chosen[bucket].append((np.flatnonzero(fits) + start).astype(dtype))
    return [np.concatenate(parts) for parts in chosen]
