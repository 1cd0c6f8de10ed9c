"""Files that are whole or not there, and how to tell whether one has changed since it was read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 20


@contextmanager
def writing(path: str) -> Iterator[BinaryIO]:
    """A new file beside `path` that takes its name when the block ends; nothing is left if the block raises.

    Makes the folder of `path` if it is missing. A symbolic link stays one: the file that it names is written.
    What is no file (a device, a FIFO, `/dev/fd/3`) is written to as the block goes.
    """
    if path.startswith(("/dev/", "/proc/")) or (os.path.exists(path) and not os.path.isfile(path)):
        with open(path, "ab") as file:
            yield file
        return
    path = os.path.realpath(path)
    folder = os.path.dirname(path) or "."
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _usual_mode())
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def in_cache(path: str, cache_dir: str | None) -> str:
    """Where `path` is kept in the folder `cache_dir` (None: where it is).

    Its name there tells it from files of the same name in other folders (train.ids, dev.ids).
    """
    folder = os.path.dirname(os.path.abspath(path))
    if cache_dir is None or folder == os.path.abspath(cache_dir):
        return path
    digest = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()
    return os.path.join(cache_dir, f"{os.path.basename(path)}.{digest[:12]}")


def _usual_mode() -> int:
    """The mode that `open` would have given (a temporary file is for its owner alone)."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


class Fingerprint(NamedTuple):
    """What a file was like: `sha256` is the hexadecimal digest of its first `hashed` bytes."""

    size: int
    mtime_ns: int
    hashed: int
    sha256: str

    def matches(self, path: str) -> bool:
        """Whether `path` still holds the same bytes.

        A file of the same size and time is taken to be the same; one of another time (a copy, say) is read.
        """
        try:
            now = os.stat(path)
        except FileNotFoundError:
            return False
        if now.st_size != self.size:
            return False
        return now.st_mtime_ns == self.mtime_ns or _digest(path, self.hashed) == self.sha256


def fingerprint(path: str) -> Fingerprint:
    """The fingerprint of a whole file. Raises OSError if it cannot be read."""
    # The time is taken first: a change while the file is read then shows as a change.
    before = os.stat(path)
    return Fingerprint(before.st_size, before.st_mtime_ns, before.st_size, _digest(path, before.st_size))


def _digest(path: str, length: int) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while length > 0 and (chunk := file.read(min(length, _CHUNK))):
            digest.update(chunk)
            length -= len(chunk)
    return digest.hexdigest()
