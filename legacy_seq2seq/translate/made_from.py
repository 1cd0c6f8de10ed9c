"""What a file was made from, noted beside it, so that a stale one is known.

The note of `path` is `path.made_from`, a JSON object: fingerprints of the file itself and of the files it was
made from, and the settings it was made with. A file without a note, or edited since the note was written, is
the user's own: nothing here calls it stale. Deleting a note makes a file the user's own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from legacy_seq2seq.translate.whole_files import Fingerprint, fingerprint, writing

SUFFIX = ".made_from"
Settings = Mapping[str, Any]


class State(Enum):
    """How a file stands to what it is made from."""

    MISSING = "missing"
    OWN = "the user's own"
    FRESH = "fresh"
    STALE = "stale"


class Verdict(NamedTuple):
    """`reason` says why a file is stale, as the end of a sentence."""

    state: State
    reason: str = ""


def judge(path: str, sources: Sequence[str], settings: Settings) -> Verdict:
    """How `path` stands to `sources` and `settings`. A source that is gone is not asked."""
    if not os.path.exists(path):
        return Verdict(State.MISSING)
    note = _read(path)
    if note is None or not Fingerprint(*note["file"]).matches(path):
        return Verdict(State.OWN)
    for source in sources:
        noted = note["sources"].get(os.path.basename(source))
        if noted is None:
            return Verdict(State.STALE, f"it was not made from {source}")
        if os.path.exists(source) and not Fingerprint(*noted).matches(source):
            return Verdict(State.STALE, f"{source} has changed since it was made")
    for name, value in settings.items():
        if note["settings"].get(name) != value:
            before = note["settings"].get(name)
            return Verdict(State.STALE, f"it was made with {name} {before!r}, and {value!r} is asked for")
    return Verdict(State.FRESH)


class Making:
    """Notes what `path` is made from: constructed before the sources are read, noted when it is written."""

    def __init__(self, path: str, sources: Sequence[str], settings: Settings) -> None:
        """Takes the fingerprints of the sources."""
        self._path = path
        self._settings = dict(settings)
        self._sources = {os.path.basename(source): fingerprint(source) for source in sources}

    def note(self) -> None:
        """Writes the note of the file, which is there now."""
        note = {"file": fingerprint(self._path), "sources": self._sources, "settings": self._settings}
        with writing(self._path + SUFFIX) as file:
            file.write(json.dumps(note, indent=1).encode("ascii") + b"\n")


def _read(path: str) -> dict[str, Any] | None:
    try:
        with open(path + SUFFIX, "rb") as file:
            note = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    whole = isinstance(note, dict) and {"file", "sources", "settings"} <= note.keys()
    return note if whole else None
