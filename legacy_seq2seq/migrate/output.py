"""Writing a migrated tree: to a new place, or over the old one with a backup."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from legacy_seq2seq.migrate.engine import Migrated


def refused(source: Path, out: Path) -> str | None:
    """Why `out` cannot take the result of `source`; None if it can."""
    if source.is_file():
        return f"{out}: it exists already" if os.path.lexists(out) and not _empty(out) else None
    if os.path.lexists(out) and not _empty(out):
        return f"{out}: it exists already and is not an empty folder"
    inner, outer = out.resolve(), source.resolve()
    if inner == outer or outer in inner.parents:
        return f"{out}: it lies inside {source}"
    return None


def _empty(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def backup_of(source: Path) -> Path:
    """Where --in-place keeps the original."""
    absolute = Path(os.path.abspath(source))
    return absolute.with_name(absolute.name + ".orig")


def _copy(root: Path, path: Path, out: Path) -> None:
    """Copy a file; a link stays a link: one out of the tree leads where it led, one into it into the copy."""
    source, target = root / path, out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not source.is_symlink():
        if source.is_file():
            shutil.copy2(source, target)
        return
    led = os.readlink(source)
    if os.path.isabs(led):
        led = os.path.relpath(led, os.path.abspath(source.parent))
    os.symlink(leads_out(root, path) or led, target)


def leads_out(root: Path, path: Path) -> str | None:
    """Where the link `path` leads if that is out of the tree; None if it is none or leads into it."""
    source = root / path
    if not source.is_symlink():
        return None
    led = os.path.normpath(os.path.join(os.path.abspath(source.parent), os.readlink(source)))
    inside = os.path.commonpath([led, os.path.abspath(root)]) == os.path.abspath(root)
    return None if inside else led


def write_tree(source: Path, out: Path, files: Sequence[Migrated], others: Sequence[Path]) -> None:
    """Write everything to a temporary folder beside `out`, then rename it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    single = source.is_file()
    root = source.parent if single else source
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for path in others:
            _copy(root, path, temporary)
        for file in files:
            target = temporary / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.after)
            shutil.copymode(root / file.path, target)
        if not single:
            _empty_folders(source, temporary)
            shutil.copymode(source, temporary)
        if out.is_dir():
            out.rmdir()
        os.replace(temporary / source.name if single else temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _empty_folders(source: Path, target: Path) -> None:
    """Folders without files are part of a tree too: programs save into them."""
    for folder, folders, _ in os.walk(source):
        folders[:] = [n for n in folders if n not in {".git", ".hg", ".svn", "__pycache__"}]
        for name in folders:
            here = Path(folder) / name
            if not here.is_symlink():
                (target / here.relative_to(source)).mkdir(parents=True, exist_ok=True)


def write_in_place(source: Path, files: Sequence[Migrated]) -> None:
    """Keep a copy of everything, then replace the files that changed one by one."""
    backup = backup_of(source)
    if source.is_file():
        shutil.copy2(source, backup)
    else:
        shutil.copytree(source, backup, symlinks=True)
    root = source.parent if source.is_file() else source
    for file in files:
        if file.changed:
            target = root / file.path
            temporary = target.with_name(f".{target.name}.migrating")
            temporary.write_bytes(file.after)
            shutil.copymode(target, temporary)
            os.replace(temporary, target)
