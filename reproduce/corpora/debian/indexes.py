"""From apt's index files to translated one-line descriptions.

A Packages file says what a package is (section, installed size, the MD5 of its English description);
Translation-en and Translation-fr hold descriptions by that MD5. All are stanzas of `Field: value` lines;
continued lines (the long description) are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from reproduce.corpora.debian.apt import IndexFile


class Description(NamedTuple):
    """A package's one-line description in both languages, its section and its installed size in KiB."""

    package: str
    section: str
    size: int
    english: str
    french: str


def stanzas(path: Path) -> Iterator[dict[str, str]]:
    """The stanzas of an index file, each field with its first line."""
    stanza: dict[str, str] = {}
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if not line.strip():
                if stanza:
                    yield stanza
                stanza = {}
            elif not line[0].isspace():
                name, colon, value = line.partition(":")
                if colon:
                    stanza[name] = value.strip()
    if stanza:
        yield stanza


def join(files: Iterable[IndexFile]) -> tuple[list[Description], Counter[str]]:
    """The packages that have a French description, each name once, and how many packages fell out and why.

    A package that several releases carry (an update beside the original) counts as the first of them that
    is translated.
    """
    files = list(files)
    english = _translations(files, "en")
    french = _translations(files, "fr")
    found: dict[str, Description] = {}
    missing: dict[str, str] = {}
    for file in files:
        if file.kind != "Packages":
            continue
        for stanza in stanzas(file.path):
            package = stanza.get("Package", "")
            described = _described(stanza, english, french)
            if isinstance(described, str):
                missing.setdefault(package, described)
            else:
                found.setdefault(package, described)
    return list(found.values()), Counter(why for package, why in missing.items() if package not in found)


def _translations(files: Iterable[IndexFile], language: str) -> dict[str, str]:
    """MD5 of the English description -> one-line description in `language`."""
    texts: dict[str, str] = {}
    for file in files:
        if file.kind == "Translations" and file.language == language:
            for stanza in stanzas(file.path):
                if text := stanza.get(f"Description-{language}"):
                    texts.setdefault(stanza.get("Description-md5", ""), text)
    return texts


def _described(
    stanza: Mapping[str, str], english: Mapping[str, str], french: Mapping[str, str]
) -> Description | str:
    """The package of a stanza, or why it is no use."""
    key = stanza.get("Description-md5", "")
    source = english.get(key) or stanza.get("Description", "")
    if key not in french or not source:
        return "without a French description"
    size = stanza.get("Installed-Size", "")
    if not (size.isascii() and size.isdigit()):
        return "without an installed size"
    # "contrib/games" and "games" are one section in two areas of the archive.
    section = stanza.get("Section", "").rpartition("/")[2] or "unknown"
    return Description(stanza.get("Package", ""), section, int(size), source, french[key])
