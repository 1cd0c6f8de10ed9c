"""Adding imports to a module, where a reader would."""

from collections.abc import Sequence
from typing import Any

import libcst as cst


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
    if place < len(body) and (
        place == 0 or import_of(body[place - 1]) is None or _root(body[place - 1]) == "__future__"
    ):
        # The comments and empty lines before what stood here go before the imports.
        lead = list(body[place].leading_lines)
        if import_of(body[place]) is not None:
            statements[0] = statements[0].with_changes(leading_lines=lead)
            body[place] = body[place].with_changes(leading_lines=[])
        elif place:
            statements[0] = statements[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    return module.with_changes(body=[*body[:place], *statements, *body[place:]])
