"""The English-French text of WMT: the giga-French corpus to train on, newstest2013 to develop with.

What is already there is kept. Archives are not unpacked into the folder: only the texts wanted are read out
of them, so that no name in an archive decides where something is written.

No checksums of the archives are published. Checked are the size that the server tells, the tar archive's
structure, and gzip's length and CRC-32 of each text as it is read out.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tqdm import tqdm

from legacy_seq2seq.translate.download import download
from legacy_seq2seq.translate.own_files import exist
from legacy_seq2seq.translate.whole_files import writing

# The archive's name of the text since 2016, and the one before.
TRAIN_NAMES = ("giga-fren.release2.fixed", "giga-fren.release2")
DEV_NAME = "newstest2013"
_LANGUAGES = (".fr", ".en")
# Names of the vocabularies and ends of the names of token ids, English and French: in 1.x, and in 0.x.
_LAYOUTS = (
    (("vocab%d.from", "vocab%d.to"), (".en.ids%d", ".fr.ids%d")),
    (("vocab%d.en", "vocab%d.fr"), (".ids%d.en", ".ids%d.fr")),
)
_CHUNK = 1 << 20


def maybe_download(
    directory: str | os.PathLike[str],
    filename: str,
    url: str,
    size: int | None = None,
    sha256: str | None = None,
) -> str:
    """The path of `filename` in `directory`, downloaded from `url` if it is not there.

    A download that broke off is continued. `size` (bytes) and `sha256` (hexadecimal) are checked if given;
    the size that the server tells always is. Raises OSError if the file cannot be had, see `download`.
    """
    directory = os.fspath(directory)
    path = os.path.join(directory, filename)
    if not os.path.exists(directory):
        print(f"Creating directory {directory}")
        os.makedirs(directory)
    if not os.path.exists(path):
        print(f"Downloading {url} to {path}")
        download(url, path, size, sha256)
        print("Successfully downloaded", filename, os.path.getsize(path), "bytes")
    return path


def gunzip_file(gz_path: str | os.PathLike[str], new_path: str | os.PathLike[str]) -> None:
    """Unpacks a gzip file; `new_path` is there when it is whole, and not before.

    Raises OSError, naming `gz_path`, if that is damaged or cut off.
    """
    gz_path, new_path = os.fspath(gz_path), os.fspath(new_path)
    print(f"Unpacking {gz_path} to {new_path}")
    with _damage_named(gz_path), open(gz_path, "rb") as raw:
        _unpack(raw, os.path.getsize(gz_path), new_path, gzipped=True)


def train_set(directory: str, url: str) -> str:
    """The path of the training text in `directory` without `.fr` and `.en`; downloads what is not there.

    Raises OSError if that cannot be had, or the archive is damaged or does not hold it.
    """
    for name in TRAIN_NAMES:
        path = os.path.join(directory, name)
        if exist(path + ".fr", path + ".en"):
            return path
    path = os.path.join(directory, TRAIN_NAMES[0])
    missing = [path + language for language in _LANGUAGES if not exist(path + language)]
    if not exist(*(text + ".gz" for text in missing)):
        archive = maybe_download(directory, "training-giga-fren.tar", url)
        print(f"Extracting tar file {archive}")
        _extract(archive, {f"{os.path.basename(text)}.gz": text for text in missing}, gzipped=True)
        return path
    for text in missing:
        gunzip_file(text + ".gz", text)
    return path


def dev_set(directory: str, url: str) -> str:
    """As `train_set`, for the development text."""
    path = os.path.join(directory, DEV_NAME)
    missing = [path + language for language in _LANGUAGES if not exist(path + language)]
    if missing:
        archive = maybe_download(directory, "dev-v2.tgz", url)
        print(f"Extracting tgz file {archive}")
        _extract(archive, {f"dev/{os.path.basename(text)}": text for text in missing}, gzipped=False)
    return path


def texts_and_files(
    directory: str, train_name: str, sizes: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts (training English and French, development English and French) and what is made of them.

    That is token ids in the same order, English vocabulary, French vocabulary. `sizes` are those of the
    vocabularies, English first. Files are named as in 0.x if vocabularies of it are there and none of 1.x.
    """
    stems = [os.path.join(directory, name) for name in (train_name, DEV_NAME)]
    texts = tuple(stem + language for stem in stems for language in (".en", ".fr"))
    found = []
    for vocabularies, ends in _LAYOUTS:
        ids = [stem + end % size for stem in stems for end, size in zip(ends, sizes, strict=True)]
        of_sizes = [name % size for name, size in zip(vocabularies, sizes, strict=True)]
        paths = [os.path.join(directory, name) for name in of_sizes]
        found.append((any(map(os.path.exists, paths)), (*ids, *paths)))
    (in_1x, files_of_1x), (in_0x, files_of_0x) = found
    return texts, files_of_0x if in_0x and not in_1x else files_of_1x


def _extract(archive: str, paths: dict[str, str], gzipped: bool) -> None:
    """Writes members of a tar archive to files: `paths` by their names, unpacked if they are `gzipped`."""
    with _damage_named(archive), tarfile.open(archive, "r:*") as tar:
        for member in tar:
            path = paths.get(os.path.normpath(member.name))
            if path is None or not member.isfile():
                continue
            content = tar.extractfile(member)
            assert content is not None  # it is a file
            _unpack(content, member.size, path, gzipped)
    absent = [name for name, path in paths.items() if not exist(path)]
    if absent:
        raise OSError(f"{archive}: expected the files {', '.join(absent)} in it")


def _unpack(raw: IO[bytes], size: int, path: str, gzipped: bool) -> None:
    """Copies a stream of `size` bytes to a file."""
    if gzipped and not size:
        raise EOFError("it is empty")  # which gzip takes for whole
    bar = tqdm(total=size, desc=os.path.basename(path), unit="B", unit_scale=True, leave=False, disable=None)
    source = gzip.GzipFile(fileobj=raw) if gzipped else raw
    with bar, writing(path) as file:
        while chunk := source.read(_CHUNK):
            file.write(chunk)
            bar.update(raw.tell() - bar.n)


@contextmanager
def _damage_named(path: str) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OSError(
            f"{path} is damaged or cut off ({error}): delete it and call again to download it anew"
        ) from error
