"""Adding imports to a module, where a reader would."""

from collections.abc import Sequence
from typing import Any

import libcst as cst

# What the comment of a finding begins with.
MARK = "# TODO(migrate)"


def import_of(statement: Any) -> cst.Import | cst.ImportFrom | None:
    """The import that a statement is, None if it is none."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        only = statement.body[0]
        if isinstance(only, (cst.Import, cst.ImportFrom)):
            return only
    return None


def _root(statement: Any) -> str | None:
    """The root package that a top-level import statement imports."""
    found = import_of(statement)
    if isinstance(found, cst.Import):
        node: Any = found.names[0].name
    elif isinstance(found, cst.ImportFrom) and found.module is not None and not found.relative:
        node = found.module
    else:
        return None
    while isinstance(node, cst.Attribute):
        node = node.value
    return str(node.value)


def is_docstring(statement: Any) -> bool:
    """Whether a statement is nothing but a string."""
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and len(statement.body) == 1
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _place(body: Sequence[Any]) -> int:
    """After the docstring, __future__ imports, and TensorFlow's import if it is among the first."""
    start = 0
    while start < len(body) and (is_docstring(body[start]) or _root(body[start]) == "__future__"):
        start += 1
    for index in range(start, len(body)):
        if import_of(body[index]) is None:
            break
        if _root(body[index]) == "tensorflow":
            return index + 1
    return start


def add_imports(module: cst.Module, lines: Sequence[str]) -> cst.Module:
    """The module with these import lines, those that it has at its top level already left out."""
    present = {
        cst.Module(body=[]).code_for_node(found)
        for line in module.body
        if (found := import_of(line)) is not None
    }
    new = [line for line in lines if line not in present]
    if not new:
        return module
    body = list(module.body)
    place = _place(body)
    statements: list[Any] = [cst.parse_statement(line) for line in new]
    header = list(module.header)
    if place < len(body):
        lead = [*(header if place == 0 else ()), *body[place].leading_lines]
        marks = _marks(lead)
        above = lead[: len(lead) - marks]
        if place == 0:
            header = above
        elif import_of(body[place]) is not None and _root(body[place - 1]) != "tensorflow":
            # What stands above the imports stays above them.
            statements[0] = statements[0].with_changes(leading_lines=above)
        else:
            marks = len(lead)
        if place and import_of(body[place - 1]) is None and not statements[0].leading_lines:
            statements[0] = statements[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        body[place] = body[place].with_changes(leading_lines=lead[len(lead) - marks :])
    return module.with_changes(header=header, body=[*body[:place], *statements, *body[place:]])


def _marks(lines: Sequence[cst.EmptyLine]) -> int:
    """How many lines at the end are marked comments, which belong to the statement below."""
    count = 0
    while count < len(lines) and (comment := lines[-1 - count].comment) and comment.value.startswith(MARK):
        count += 1
    return count
