"""apt's own index files, fetched into a folder of ours and found again, with apt itself doing the work.

apt knows its sources, checks their signatures and names its files: no host and no file name stands here.
The system's own lists, caches and hooks are left alone, and no special rights are needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reproduce.corpora.corpus import CorpusError

OTHERS = "the corpora listings (embedded) and files (your own) need neither apt nor a network"

# Hooks of the system: lists, which an option on the command line could only add to.
_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
# A checksum that is wrong takes apt a dozen lines to tell.
_LAST_LINES = 15


class IndexFile(NamedTuple):
    """One index: `kind` is "Packages" or "Translations", `language` is "" for the former."""

    kind: str
    language: str
    release: str
    path: Path


def fetch_indexes(folder: Path) -> list[IndexFile]:
    """Has apt fetch its Packages, Translation-en and Translation-fr into `folder`, uncompressed.

    Raises CorpusError where there is no apt, or where apt could not fetch all that its sources promise
    (a part taken for the whole would be another corpus).
    """
    apt = shutil.which("apt-get")
    if apt is None:
        raise CorpusError(
            f"corpus debian: expected apt-get (of Debian and its kin), found none on this machine; {OTHERS}"
        )
    (folder / "lists" / "partial").mkdir(parents=True)
    configuration = folder / "apt.conf"
    configuration.write_text(_CONFIGURATION, encoding="utf-8")
    options = {
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "en,fr",
        # Plain text, whatever the system keeps on its own disk.
        "Acquire::GzipIndexes": "false",
        # As root, apt would fetch as a user who cannot enter a private cache folder.
        "APT::Sandbox::User": "root",
    }
    command = [apt, "-c", str(configuration)]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    _run([*command, "-q", "update"], show=True)
    form = "$(CREATED_BY)\t$(LANGUAGE)\t$(CODENAME)/$(COMPONENT)\t$(FILENAME)"
    return list(_index_files(_run([*command, "indextargets", "--format", form])))


def _index_files(listing: str) -> Iterator[IndexFile]:
    for line in listing.splitlines():
        kind, language, release, path = line.split("\t")
        if kind in ("Packages", "Translations"):
            # apt leaves the name of a field that a target does not have as it is.
            yield IndexFile(kind, "" if language.startswith("$(") else language, release, Path(path))


def _run(command: list[str], show: bool = False) -> str:
    """Runs apt and returns what it prints; `show`: pass that on to a terminal instead."""
    terminal = sys.stderr if show and sys.stderr.isatty() else None
    done = subprocess.run(
        command,
        # The messages are searched and quoted, so they are asked for in English.
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=terminal or subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    # A source that does not answer is but a warning to apt, which ends well with what it has.
    failed = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W: Failed to fetch"))]
    if done.returncode != 0 or failed:
        verb = "update" if show else "indextargets"
        last = done.stderr.strip().splitlines()[-_LAST_LINES:] or ["(apt said nothing)"]
        raise CorpusError(
            f"corpus debian: expected apt to fetch its package indexes, but `apt-get {verb}` ended with code "
            f"{done.returncode}. Its last lines:\n"
            + "".join(f"    {line}\n" for line in last)
            + f"Is there a network, and does every source of apt answer? Otherwise: {OTHERS}."
        )
    return done.stdout or ""
