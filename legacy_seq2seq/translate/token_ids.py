"""Token ids of a text file, memory-mapped: of a corpus larger than memory, only what is asked for is read.

The text (one sentence a line, ids between spaces, as `data_to_token_ids` writes it) is read once, into a
binary file beside it:

    4096 bytes         a line of JSON, padded with spaces: `_Header`
    int32 [ids]        all token ids, one line after the other (padded to a multiple of 8 bytes)
    int64 [lines + 1]  where each line begins among the ids, and where the last one ends

All numbers are little-endian. The binary file is made again when the text is not the one it was made from.

Shape legend: N lines asked for, W width of the array they are put into.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from itertools import islice
from typing import BinaryIO, NamedTuple, NoReturn

import numpy as np
from tqdm import tqdm

from legacy_seq2seq.translate.whole_files import Fingerprint, in_cache, writing

SUFFIX = ".mmap"
_FORMAT = "legacy_seq2seq token ids, format 1"
_HEADER_BYTES = 4096
_ID, _OFFSET = np.dtype("<i4"), np.dtype("<i8")
_LARGEST_ID = 2**31 - 1
_LINES_AT_ONCE = 4096
_OF_IDS = b"0123456789 \t\n\r\x0b\x0c"


class _Header(NamedTuple):
    """What the binary file says of itself; `complete`: the text has no more lines."""

    format: str
    source: Fingerprint
    lines: int
    complete: bool
    ids: int
    largest: int

    @property
    def offsets_at(self) -> int:
        return _HEADER_BYTES + -(-self.ids * _ID.itemsize // 8) * 8

    @property
    def size(self) -> int:
        return self.offsets_at + (self.lines + 1) * _OFFSET.itemsize


class TokenIds:
    """The lines of a token-id file: `ids[i]` is a list of ints, `len(ids)` the number of lines.

    `path` is the text; `complete` says whether these are all its lines; `largest` is the largest id (-1 if
    there is none).
    """

    def __init__(self, path: str, binary_path: str) -> None:
        """Maps the binary file at `binary_path`, which `open_token_ids` made from the text at `path`."""
        header = _read_header(binary_path)
        if header is None:
            raise ValueError(f"{binary_path}: expected {_FORMAT}")
        self.path, self.binary_path = path, binary_path
        self.complete, self.largest = header.complete, header.largest
        # An empty file part cannot be mapped.
        self._ids = np.zeros(0, _ID)
        if header.ids:
            self._ids = np.asarray(np.memmap(binary_path, _ID, "r", _HEADER_BYTES, header.ids))
        self._offsets = np.asarray(np.memmap(binary_path, _OFFSET, "r", header.offsets_at, header.lines + 1))

    def __reduce__(self) -> tuple[type[TokenIds], tuple[str, str]]:
        """A copy, or another process's, maps the file anew: the ids are not copied."""
        return TokenIds, (self.path, self.binary_path)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._offsets) - 1

    def __getitem__(self, line: int) -> list[int]:
        """The ids of a line, counted from 0."""
        if not 0 <= line < len(self):
            raise IndexError(f"line {line} of {len(self)}")
        return self._ids[self._offsets[line] : self._offsets[line + 1]].tolist()

    def lengths(self, start: int, stop: int) -> np.ndarray:
        """How many ids each of the lines from `start` up to `stop` has, int64 [stop - start]."""
        return np.diff(self._offsets[start : stop + 1])

    def gather(self, lines: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
        """The ids of `lines` [N] in one array, int32 [N, W], zeros after them, and their lengths, int64 [N].

        `width` (W) has to be at least as large as every length.
        """
        starts = self._offsets[lines]
        lengths = self._offsets[lines + 1] - starts
        steps = np.arange(width)
        used = steps < lengths[:, None]
        padded = np.zeros(used.shape, np.int32)
        padded[used] = self._ids[(starts[:, None] + steps)[used]]
        return padded, lengths

    def check_below(self, vocabulary_size: int, lines: int) -> None:
        """Raises ValueError, naming the line, for the first id in `lines` lines outside of the vocabulary."""
        if self.largest < vocabulary_size:
            return
        for start in range(0, lines, _LINES_AT_ONCE):
            stop = min(start + _LINES_AT_ONCE, lines)
            ids = self._ids[self._offsets[start] : self._offsets[stop]]
            outside = np.flatnonzero(ids >= vocabulary_size)
            if len(outside):
                place = self._offsets[start] + outside[0]
                line = np.searchsorted(self._offsets[start : stop + 1], place, side="right") + start
                raise ValueError(
                    f"{self.path}:{line}: expected token ids below the vocabulary size {vocabulary_size}, "
                    f"got {ids[outside[0]]}: was the file made with a larger vocabulary?"
                )


def open_token_ids(path: str, max_lines: int | None = None, cache_dir: str | None = None) -> TokenIds:
    """The token ids of the text file `path`; its binary file is made first where that is missing or stale.

    With `max_lines`, no more than so many lines need be there (there are more if they were read before).
    The binary file stands beside the text, or in `cache_dir`.

    Raises OSError if the text cannot be read or the binary file not written, and ValueError, naming file
    and line, for an empty file and for anything that is not an id from 0 to 2**31 - 1.
    """
    path = os.fspath(path)
    binary_path = in_cache(path, cache_dir) + SUFFIX
    with open(path, "rb") as text:
        header = _read_header(binary_path)
        enough = header is not None and (
            header.complete or (max_lines is not None and header.lines >= max_lines)
        )
        if not (enough and header is not None and header.source.matches(path)):
            _make(path, text, binary_path, max_lines)
    return TokenIds(path, binary_path)


def _read_header(binary_path: str) -> _Header | None:
    """The header of a binary file, or None if there is no such file or it is not whole."""
    try:
        with open(binary_path, "rb") as file:
            fields = json.loads(file.read(_HEADER_BYTES))
            size = os.fstat(file.fileno()).st_size
        header = _Header(**{**fields, "source": Fingerprint(*fields["source"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return header if header.format == _FORMAT and header.size == size else None


def _make(path: str, text: BinaryIO, binary_path: str, max_lines: int | None) -> None:
    status = os.fstat(text.fileno())
    if not status.st_size:
        raise ValueError(f"{path}: expected a line of token ids for each sentence, the file is empty")
    bar = tqdm(
        total=status.st_size,
        desc=f"mapping {os.path.basename(path)}",
        unit="B",
        unit_scale=True,
        leave=False,
        disable=None,
    )
    try:
        with bar, writing(binary_path) as file:
            _convert(path, text, file, os.path.dirname(binary_path) or ".", max_lines, bar)
    except OSError as error:
        raise OSError(
            error.errno,
            f"{binary_path}: the memory-mapped copy of {path} cannot be written there ({error.strerror}); "
            "name another folder for it: cache_dir, or --cache_dir",
        ) from error


def _convert(
    path: str, text: BinaryIO, file: BinaryIO, folder: str, max_lines: int | None, bar: tqdm
) -> None:
    """Writes the binary file of `text` to `file`; offsets wait in `folder` until the ids are written."""
    status = os.fstat(text.fileno())
    digest, hashed, lines, total, largest = hashlib.sha256(), 0, 0, 0, -1
    file.write(bytes(_HEADER_BYTES))
    with tempfile.TemporaryFile(dir=folder) as offsets:
        offsets.write(np.zeros(1, _OFFSET).tobytes())
        while chunk := list(islice(text, _chunk_lines(lines, max_lines))):
            ids, lengths = _parse(path, chunk, lines)
            file.write(ids.astype(_ID, copy=False).tobytes())
            offsets.write((total + np.cumsum(lengths)).astype(_OFFSET, copy=False).tobytes())
            largest = max(largest, int(ids.max(initial=-1)))
            lines, total = lines + len(chunk), total + len(ids)
            content = b"".join(chunk)
            digest.update(content)
            hashed += len(content)
            bar.update(len(content))
        source = Fingerprint(status.st_size, status.st_mtime_ns, hashed, digest.hexdigest())
        header = _Header(_FORMAT, source, lines, hashed >= status.st_size, total, largest)
        file.write(bytes(header.offsets_at - file.tell()))
        offsets.seek(0)
        shutil.copyfileobj(offsets, file, 1 << 20)
    file.seek(0)
    file.write(json.dumps(header._asdict()).encode("ascii").ljust(_HEADER_BYTES - 1) + b"\n")


def _chunk_lines(done: int, max_lines: int | None) -> int:
    return _LINES_AT_ONCE if max_lines is None else min(_LINES_AT_ONCE, max_lines - done)


def _parse(path: str, chunk: list[bytes], first: int) -> tuple[np.ndarray, list[int]]:
    """All ids of some lines, and how many each line has; `first` is the index of the first line."""
    text = b"".join(chunk)
    lengths = [len(line.split()) for line in chunk]
    # NumPy parses several times faster than int(), but says little of what it cannot parse.
    if text.translate(None, _OF_IDS):
        _complain(path, chunk, first)
    if not any(lengths):
        return np.zeros(0, _ID), lengths
    ids = np.fromstring(text, np.int64, sep=" ")
    if len(ids) != sum(lengths) or ids.min() < 0 or ids.max() > _LARGEST_ID:
        _complain(path, chunk, first)
    return ids, lengths


def _complain(path: str, chunk: list[bytes], first: int) -> NoReturn:
    for number, line in enumerate(chunk, start=first + 1):
        for word in line.split():
            # A number of thousands of digits is refused by int().
            if not word.isdigit() or len(word) > 10 or int(word) > _LARGEST_ID:
                shown = repr(word)[1:] if len(word) <= 40 else f"{word[:40]!r}..."[1:]
                raise ValueError(
                    f"{path}:{number}: expected token ids, whole numbers from 0 to {_LARGEST_ID}, got {shown}"
                )
    raise AssertionError(f"{path}: lines {first + 1} to {first + len(chunk)}")
