"""Migrate one tree: read every file, learn what the tree is, run the rules, keep what is open."""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from legacy_seq2seq.migrate import notebook as notebooks
from legacy_seq2seq.migrate import python2, texts
from legacy_seq2seq.migrate.era import NEWEST, Range, narrowed
from legacy_seq2seq.migrate.facts import Facts, facts_of
from legacy_seq2seq.migrate.imports import MARK
from legacy_seq2seq.migrate.rule import Rule
from legacy_seq2seq.migrate.tree import Finding, Problem, SourceFile, Tree, is_python, walk

_MARKED = re.compile(rf"^\s*{re.escape(MARK)} ([\w-]+): (.*)$")


@dataclass
class Migrated:
    """One file: its bytes before and after, and what happened in between."""

    path: str
    before: bytes
    after: bytes
    rules: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    era: Range | None = None

    @property
    def changed(self) -> bool:
        """Whether a rule did anything."""
        return self.before != self.after


@dataclass
class _Read:
    """A file whose text has been read: Python 3 by now."""

    path: str
    data: bytes
    text: str
    original: str
    code: texts.Text | notebooks.Notebook
    facts: Facts
    problems: list[Problem]


def _read(root: Path, path: Path, convert: bool) -> _Read | Problem:
    """Decode and parse one file; Python 2 becomes Python 3 here, which everything else needs."""
    name = path.as_posix()
    data = (root / path).read_bytes()
    try:
        if path.suffix == ".ipynb":
            code = notebooks.read(data)
            text, was_python2 = notebooks.joined(code)
            problems = [
                Problem(f"{name}: cell {cell}", line, message) for cell, line, message in code.problems
            ]
            return _Read(name, data, text, text, code, facts_of(text, was_python2), problems)
        decoded = texts.decode(data)
        text, was_python2 = decoded.text, False
        if not python2.is_python3(text):
            text, was_python2 = python2.to_python3(text), True
            if not convert:
                raise texts.UnreadableError(1, "it is Python 2, and the rule python2-syntax was not to run")
        return _Read(name, data, text, decoded.text, decoded, facts_of(text, was_python2), [])
    except texts.UnreadableError as error:
        return Problem(name, error.line, str(error))
    except RecursionError:
        return Problem(name, 1, "nested too deeply")


def _findings(path: str, text: str, is_notebook: bool) -> list[Finding]:
    """The marked comments in a migrated text; the place is the line that they stand before."""
    lines = [line.rstrip("\r\n") for line in io.StringIO(text, newline="")]
    cell, start, found = 0, 0, []
    for number, line in enumerate(lines):
        if is_notebook and (separator := re.match(r"# %% migrate: cell (\d+)$", line)):
            cell, start = int(separator[1]), number + 1
        marked = _MARKED.match(line)
        if marked is not None:
            below = number + 1
            while below < len(lines) and _MARKED.match(lines[below]):
                below += 1
            place = f"cell {cell}:{below - start + 1}" if is_notebook else str(below + 1)
            found.append(Finding(path, place, marked[1], marked[2]))
    return found


class _RuleError(Exception):
    """A rule that failed on a file."""


@contextmanager
def _deep() -> Iterator[None]:
    """Long sums and nested brackets are deep trees."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 8000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _run(rules: Sequence[type[Rule]], read: _Read, file: SourceFile) -> str:
    text = read.text
    # What comes through other modules may have names of its own for what the rules look for.
    passed = bool(file.tree.passed_to(file.path) or file.tree.callbacks_in(file.path))
    for rule in rules:
        if passed or rule.concerns(text):
            try:
                text = rule().apply(text, file)
            except Exception as error:
                why = "nested too deeply" if isinstance(error, RecursionError) else repr(error)
                raise _RuleError(f"the rule {rule.name} failed: {why}") from error
    if read.text.endswith("\r") and not text.endswith(("\r", "\n")):
        text += "\r"  # the last line end of old Macs, which LibCST drops
    return text


def migrate(
    root: Path,
    rules: Sequence[type[Rule]],
    era: Range | None = None,
    convert: bool = True,
    progress: bool = False,
) -> tuple[list[Migrated], list[Path]]:
    """Migrate everything below `root` (or the one file that it is), in memory.

    `era` overrules what is found out; without `convert`, Python 2's files are problems.

    Returns the migrated files, and the paths of all others, which are to be copied.
    """
    single = root.is_file()
    base = root.parent if single else root
    paths = [Path(root.name)] if single else list(walk(root))
    read, problems, others = [], [], []
    for path in paths:
        target = base / path
        if target.is_symlink() or not target.is_file() or not (path.suffix == ".ipynb" or is_python(target)):
            others.append(path)
            continue
        found = _read(base, path, convert)
        if isinstance(found, Problem):
            problems.append((path, found))
        else:
            read.append(found)
    tree = Tree({one.path: one.facts for one in read})
    results = [
        _migrated(one, rules, tree, era) for one in tqdm(read, "migrating", disable=not progress, leave=False)
    ]
    for path, problem in problems:
        data = (base / path).read_bytes()
        results.append(Migrated(path.as_posix(), data, data, problems=[problem]))
    return sorted(results, key=lambda result: result.path), others


def _migrated(one: _Read, rules: Sequence[type[Rule]], tree: Tree, era: Range | None) -> Migrated:
    is_notebook = isinstance(one.code, notebooks.Notebook)
    eras = {path: facts.era for path, facts in tree.facts.items()}
    done = one.facts.era == (NEWEST, NEWEST)
    file = SourceFile(
        path=one.path,
        era=one.facts.era if done else era or narrowed(one.path, one.facts.era, eras),
        python2=tree.python2(one.path),
        program=tree.starts_program(one.path, is_notebook),
        notebook=is_notebook,
        facts=one.facts,
        tree=tree,
    )
    file.undecided = bool(file.before(1, 0)) and not (file.python2 or tree.python3(one.path))
    if one.text != one.original:
        file.applied["python2-syntax"] = 1
    try:
        with _deep():
            text = _run(rules, one, file)
    except _RuleError as error:
        # One file must not stop the others.
        problems = [*one.problems, Problem(one.path, 1, str(error))]
        return Migrated(one.path, one.data, one.data, problems=problems, era=file.era)
    if isinstance(one.code, notebooks.Notebook):
        after = notebooks.written(one.code, text) if text != one.text or file.applied else one.data
        after = (
            one.data
            if notebooks.cells_of(text) == notebooks.cells_of(one.text) and not file.applied
            else after
        )
    else:
        after = one.code.encoded(text)
    findings = _findings(one.path, text, is_notebook)
    if isinstance(one.code, notebooks.Notebook):
        findings += [Finding(one.path, f"cell {cell}:1", "notebook", why) for cell, why in one.code.findings]
    return Migrated(
        path=one.path,
        before=one.data,
        after=after,
        rules=file.applied,
        findings=findings,
        problems=one.problems,
        era=file.era,
    )
