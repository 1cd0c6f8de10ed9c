"""A tree of legacy code: which files it has, what they are, and what is known about all of them together."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from legacy_seq2seq.migrate.callbacks import Given
from legacy_seq2seq.migrate.era import ANY, Range
from legacy_seq2seq.migrate.facts import Facts

# Never migrated, never copied: what version control and Python keep for themselves.
_IGNORED = frozenset({"__pycache__"})
_VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})


@dataclass
class Problem:
    """What could not be read: the file was copied unchanged."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """As a line of the output."""
        return f"{self.path}:{self.line}: cannot be parsed: {self.message}; left unchanged"


@dataclass(frozen=True)
class Finding:
    """What a rule could not decide; a comment in the migrated file marks the place."""

    path: str
    place: str
    rule: str
    message: str

    def __str__(self) -> str:
        """As a line of the output."""
        return f"{self.path}:{self.place}: {self.rule}: {self.message}"


@dataclass
class SourceFile:
    """A Python file, or a notebook's cells, on its way through the rules.

    path: relative to the root of the tree, with slashes.
    era: the releases its calls can have been written for, see `era.py`.
    python2: whether the tree was written for Python 2.
    undecided: whether nothing shows its Python, and its TensorFlow is of the years of Python 2 (before 1.0).
    program: whether a program starts here.
    """

    path: str
    era: Range = ANY
    python2: bool = False
    undecided: bool = False
    program: bool = False
    notebook: bool = False
    facts: Facts = field(default_factory=Facts)
    tree: "Tree" = field(default_factory=lambda: Tree())  # noqa: PLW0108
    applied: dict[str, int] = field(default_factory=dict)

    def before(self, major: int, minor: int) -> bool | None:
        """Whether it was written for a release before this one, None if that cannot be told."""
        oldest, newest = self.era
        if newest < (major, minor):
            return True
        return False if oldest >= (major, minor) else None


@dataclass
class Tree:
    """All migratable files of a tree: path -> facts."""

    facts: dict[str, Facts] = field(default_factory=dict)

    def modules_beside(self, path: str) -> set[str]:
        """The modules and packages in the folder of `path`."""
        folder = path.rpartition("/")[0]
        prefix = folder + "/" if folder else ""
        found = set()
        for other in self.facts:
            if other.startswith(prefix) and other.endswith(".py"):
                rest = other[len(prefix) :].split("/")
                if len(rest) == 1:
                    found.add(rest[0][:-3])
                elif prefix + rest[0] + "/__init__.py" in self.facts:
                    found.add(rest[0])
        return found

    def _module(self, path: str, full: str) -> str | None:
        """The file of a module that `path` imports as `full`, None if it is none of the tree."""
        stem = full.lstrip(".").replace(".", "/")
        folder = path.rpartition("/")[0]
        beside = f"{folder}/{stem}.py" if folder else f"{stem}.py"
        return next((p for p in (beside, f"{stem}.py") if stem and p in self.facts and p != path), None)

    def passes_on(self, path: str) -> bool:
        """Whether another file imports all from this one by a star."""
        return any(
            self._module(other, star) == path for other, facts in self.facts.items() for star in facts.stars
        )

    def passed_to(self, path: str, seen: frozenset[str] = frozenset()) -> dict[str, str]:
        """What `path` has of others' imports, by a star or by name: `tf` by `from model import *`."""
        if path not in self.facts or path in seen:
            return {}
        found: dict[str, str] = {}
        for star in self.facts[path].stars:
            module = self._module(path, star)
            if module is not None:
                found.update(self.passed_to(module, seen | {path}))
                found.update(self.facts[module].passed)
        for name, full in self.facts[path].passed.items():
            home, _, leaf = full.rpartition(".")
            module = self._module(path, home)
            if module is not None and leaf in self.facts[module].passed:
                found[name] = self.facts[module].passed[leaf]
        return found

    def callbacks_in(self, path: str) -> dict[str, Given]:
        """The functions of this file that others hand over as loss functions."""
        found = {}
        for other, facts in self.facts.items():
            for full, given in facts.callbacks.items():
                home, _, name = full.rpartition(".")
                if self._module(other, home) == path:
                    found[name] = given
        return found

    def python2(self, path: str) -> bool:
        """Whether a file was written for Python 2: it shows it, or others of its package or folder do."""
        own = self.facts[path]
        if own.python2 or own.python3:
            return own.python2
        around = self._top(path)
        return any(facts.python2 and self._top(other) == around for other, facts in self.facts.items())

    def python3(self, path: str) -> bool:
        """Whether a file, or another of its package or folder, was written for Python 3."""
        around = self._top(path)
        return any(facts.python3 and self._top(other) == around for other, facts in self.facts.items())

    def _top(self, path: str) -> str:
        """The folder of the outermost package that `path` is in, else its own folder."""
        folder = path.rpartition("/")[0]
        while "/" in folder and f"{folder.rpartition('/')[0]}/__init__.py" in self.facts:
            folder = folder.rpartition("/")[0]
        return folder

    def starts_program(self, path: str, is_notebook: bool = False) -> bool:
        """Whether TensorFlow is reached from a program that starts in this file.

        It is a notebook, has a `__main__` block or calls `tf.app.run`; or it does more than define things
        and no other file imports it.
        """
        own = self.facts[path]
        if not self._reaches_tensorflow(path, set()):
            return False
        return is_notebook or own.program or (own.acts and not self._is_imported(path))

    def _is_imported(self, path: str) -> bool:
        stem = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
        return any(
            stem in full.split(".")
            for other, facts in self.facts.items()
            if other != path
            for full in facts.imports
        )

    def _reaches_tensorflow(self, path: str, seen: set[str]) -> bool:
        seen.add(path)
        if self.facts[path].tensorflow:
            return True
        parts = {part for full in self.facts[path].imports for part in full.split(".")}
        return any(
            self._reaches_tensorflow(other, seen)
            for other in self.facts
            if other not in seen and other.removesuffix(".py").rpartition("/")[2] in parts
        )

    def works_on_text(self, function: str) -> bool:
        """Whether modules that define this function have patterns and literals of text only."""
        kinds = {
            kind
            for facts in self.facts.values()
            if function in facts.functions
            for kind in facts.strings.values()
        }
        return kinds == {"str"}

    def is_package(self, path: str) -> bool:
        """Whether the folder of `path` is a package."""
        folder = path.rpartition("/")[0]
        return (bool(folder) and f"{folder}/__init__.py" in self.facts) or (
            not folder and "__init__.py" in self.facts
        )


def walk(root: Path) -> Iterator[Path]:
    """Every file and every link below `root` (links to folders are not followed), sorted, relative."""
    for folder, folders, files in os.walk(root):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        folders[:] = sorted(
            name for name in folders if name not in _IGNORED | _VERSION_CONTROL and name not in links
        )
        for name in sorted(files + links):
            yield (Path(folder) / name).relative_to(root)


def is_python(path: Path) -> bool:
    """Whether a file is Python: by its ending, or by its first line if it has none."""
    if path.suffix in {".py", ".pyw"}:
        return True
    if path.suffix:
        return False
    with path.open("rb") as stream:
        first = stream.readline(200)
    return first.startswith(b"#!") and b"python" in first
