"""The fetched descriptions, kept in a file, so that a second run needs neither apt nor a network.

The file is JSON lines: first what is known of the whole, then a line for each description. It is written
to a temporary name and renamed into place, and says how many lines it must have. To fetch anew, delete it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from reproduce.corpora.corpus import CorpusError
from reproduce.corpora.debian.apt import OTHERS, fetch_indexes
from reproduce.corpora.debian.indexes import Description, join
from reproduce.files import locked

_FORMAT = 1
_FETCHING = "fetching-"
_LONGEST_FETCH = 3600  # seconds


class Fetched(NamedTuple):
    """All descriptions that apt offered, from which releases, and how many packages fell out and why."""

    descriptions: tuple[Description, ...]
    releases: tuple[str, ...]
    missing: Mapping[str, int]


def folder_of(cache: Path | None) -> Path:
    """The cache folder: `cache`, or "price-subgraph/debian" in the user's own ($XDG_CACHE_HOME, ~/.cache)."""
    if cache is not None:
        return cache
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification of base directories: a relative path is to be ignored.
    home = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return home / "price-subgraph" / "debian"


def cached(folder: Path) -> Fetched:
    """The descriptions kept in `folder`; if there are none, has apt fetch them first.

    Raises CorpusError as `fetch_indexes`, if apt's sources have no French descriptions, and if the folder
    cannot be written or holds a damaged file.
    """
    path = folder / "descriptions.jsonl"
    try:
        if path.exists():
            return _read(path)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / ".lock", _LONGEST_FETCH, f"waiting for another fetch into {folder}"):
            if path.exists():  # by the fetch that this one has waited for
                return _read(path)
            # Whoever fetches has the lock: what lies here was left by a fetch that was killed.
            for leftover in folder.glob(f"{_FETCHING}*"):
                shutil.rmtree(leftover)
            # Beside the file and not in /tmp: a rename does not cross file systems.
            with tempfile.TemporaryDirectory(prefix=_FETCHING, dir=folder) as temporary:
                fetched = _fetch(Path(temporary))
                _write(Path(temporary) / "new", fetched)
                (Path(temporary) / "new").replace(path)
    except OSError as error:
        raise CorpusError(
            f"corpus debian: the cache folder {folder} cannot be used: {error.strerror or error}; "
            "name another one with --cache"
        ) from error
    return fetched


def _fetch(folder: Path) -> Fetched:
    files = fetch_indexes(folder)
    descriptions, missing = join(files)
    if not descriptions:
        kinds = sorted({f"{file.kind} {file.language}".strip() for file in files}) or ["none"]
        raise CorpusError(
            "corpus debian: expected French package descriptions (Translation-fr) from apt's sources, got "
            f"none that belongs to a package (index files found: {', '.join(kinds)}); {OTHERS}"
        )
    releases = dict.fromkeys(file.release for file in files if file.language == "fr")
    return Fetched(tuple(descriptions), tuple(releases), missing)


def _write(path: Path, fetched: Fetched) -> None:
    head = {
        "format": _FORMAT,
        "descriptions": len(fetched.descriptions),
        "releases": fetched.releases,
        "missing": dict(fetched.missing),
    }
    lines = (json.dumps(part, ensure_ascii=False) for part in (head, *fetched.descriptions))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read(path: Path) -> Fetched:
    try:
        head, *rest = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
        if head["format"] != _FORMAT or head["descriptions"] != len(rest):
            raise ValueError(f"format {head['format']}, {len(rest)} descriptions")
        descriptions = tuple(Description(*parts) for parts in rest)
        return Fetched(descriptions, tuple(head["releases"]), head["missing"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path}: expected the package descriptions that this tool keeps, got something else ({error}); "
            "delete the file to fetch them again"
        ) from error
