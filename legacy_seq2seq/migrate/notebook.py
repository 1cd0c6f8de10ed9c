"""Notebooks: the code cells as one text for the rules, and back cell by cell."""

import ast
import json
import re
from dataclasses import dataclass, field
from typing import Any

from legacy_seq2seq.migrate.python2 import is_python3, to_python3
from legacy_seq2seq.migrate.texts import UnreadableError

_SEPARATOR = "# %% migrate: cell {}"
_SEPARATED = re.compile(r"^# %% migrate: cell (\d+)\n", re.M)
_MASK = "#:migrate:"
# IPython's lines: magics, shell commands, help.
_MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.]+\?\??)$")
_ASSIGNED = re.compile(r"^(\s*[\w., ]+=\s*)([%!].*)$")
# Magics that run the Python after them.
_RUN = re.compile(r"^(\s*(?:[\w., ]+=\s*)?)(%(?:time|timeit|prun)(?:\s+-\w+(?:\s+\d+)?)*\s+)(\S.*)$")
_RAN = "#:migrate-run:"
# Magics of a whole cell that is Python all the same.
_PYTHON_CELL = re.compile(r"\s*%%(time|timeit|capture|prun)\b")
# A cell that is written to a file: a program of its own.
_FILE_CELL = re.compile(r"\s*%%(?:writefile|file)\s+(?:-a\s+)?(\S+\.py)\s")


@dataclass
class Notebook:
    """A parsed notebook: its JSON, the cells that cannot be parsed, and those that no rule looks into."""

    content: dict[str, Any]
    indent: int
    ended: bool
    problems: list[tuple[int, int, str]]
    findings: list[tuple[int, str]] = field(default_factory=list)

    def cells(self) -> list[tuple[int, dict[str, Any]]]:
        """The code cells with their numbers among all cells."""
        cells = self.content.get("cells")
        if cells is None:  # version 3
            cells = [cell for sheet in self.content.get("worksheets", []) for cell in sheet["cells"]]
        return [(n, cell) for n, cell in enumerate(cells, 1) if cell.get("cell_type") == "code"]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


def _masked(text: str) -> str:
    """IPython's own lines as comments with a `pass`, so that what is left is Python."""
    if text.lstrip().startswith("%%") and not _PYTHON_CELL.match(text):
        return "".join(f"{_MASK}{line}" for line in text.splitlines(keepends=True))
    lines, continued = [], False
    for line in text.splitlines(keepends=True):
        masked = f"{_MASK}{line}" if continued else _masked_line(line)
        continued = masked != line and line.rstrip("\n").endswith("\\")
        lines.append(masked)
    return "".join(lines)


def _masked_line(line: str) -> str:
    body, end = line.rstrip("\n"), "\n" if line.endswith("\n") else ""
    run = _RUN.match(body)
    if run is not None and _is_python(f"{run[1].strip()} {run[3]}".strip()):
        kind = "=" if "=" in run[1] else ""
        return f"{run[1]}{run[3]} {_RAN}{kind}{run[2]}|{end}"
    assigned = _ASSIGNED.match(body)
    if assigned is not None:
        return f"{assigned[1]}None {_MASK}{assigned[2]}{end}"
    found = _MAGIC.match(body)
    if found is None:
        return line
    return f"{found[1]}pass {_MASK}{found[2]}{end}"


def _is_python(text: str) -> bool:
    """Whether `text` parses, be it as Python 2."""
    try:
        return is_python3(text) or bool(to_python3(text))
    except UnreadableError:
        return False


def _unmasked(text: str) -> str:
    text = re.sub(rf"^(\s*)pass {_MASK}(.*)$", r"\1\2", text, flags=re.M)
    text = re.sub(rf"=(\s*)None {_MASK}(.*)$", r"=\1\2", text, flags=re.M)
    text = re.sub(rf"^(\s*[\w., ]+=\s*)(.*) {_RAN}=(%.*)\|$", r"\1\3\2", text, flags=re.M)
    text = re.sub(rf"^(\s*)(.*) {_RAN}(%.*)\|$", r"\1\3\2", text, flags=re.M)
    return re.sub(rf"^{_MASK}", "", text, flags=re.M)


def read(data: bytes) -> Notebook:
    """Parse a notebook. Raises UnreadableError."""
    try:
        text = data.decode("utf-8")
        content = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableError(getattr(error, "lineno", 1), f"no notebook: {error}") from error
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise UnreadableError(1, "no notebook: it has no cells")
    indent = re.search(r"^\{\n( +)", text)
    return Notebook(content, len(indent[1]) if indent else 1, text.endswith("\n"), [])


def joined(notebook: Notebook) -> tuple[str, bool]:
    """All code cells as one module, those that cannot be parsed as comments; whether any was Python 2."""
    parts, python2 = [], False
    for number, cell in notebook.cells():
        written_to = _FILE_CELL.match(_source(cell))
        if written_to is not None:
            message = (
                f"the cell writes {written_to[1]}, which is not migrated here: write it, then migrate it"
            )
            notebook.findings.append((number, message))
        text = _masked(_source(cell))
        if not is_python3(text):
            try:
                text, python2 = to_python3(text), True
            except UnreadableError as error:
                notebook.problems.append((number, error.line, str(error)))
                text = "".join(f"{_MASK}{line}" for line in _unmasked(text).splitlines(keepends=True))
        parts.append(f"{_SEPARATOR.format(number)}\n{text}")
    return "\n".join(parts) + "\n", python2


def cells_of(text: str) -> dict[int, str]:
    """Cell number -> source, from a text that `joined` made and rules changed."""
    pieces = _SEPARATED.split(text)
    found = {}
    for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        found[int(number)] = _unmasked(piece.removesuffix("\n"))
    if pieces[0].strip():  # imports that were put before the first cell
        first = min(found)
        found[first] = pieces[0].rstrip("\n") + "\n" + found[first]
    return found


def written(notebook: Notebook, text: str) -> bytes:
    """The notebook with the sources of `text`; outputs, metadata and all other cells are left alone."""
    sources = cells_of(text)
    for number, cell in notebook.cells():
        new = sources[number]
        if new == _source(cell):
            continue
        key = "source" if "source" in cell else "input"
        cell[key] = new if isinstance(cell.get(key), str) else new.splitlines(keepends=True)
    text = json.dumps(notebook.content, indent=notebook.indent, ensure_ascii=False, sort_keys=False)
    return (text + ("\n" if notebook.ended else "")).encode("utf-8")


def check(text: str) -> None:
    """Raise SyntaxError unless the joined text parses."""
    ast.parse(text)
