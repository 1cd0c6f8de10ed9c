"""The kept fork of lib2to3, fissix: parse Python 2 and run fixers by name."""

import ast
import io
import logging
import warnings
from collections.abc import Sequence
from functools import lru_cache

from fissix.pgen2 import tokenize
from fissix.pgen2.parse import ParseError
from fissix.refactor import RefactoringTool

from legacy_seq2seq.migrate.texts import UnreadableError

logging.getLogger("RefactoringTool").setLevel(logging.CRITICAL)

SYNTAX = ("print", "except", "raise", "throw", "exec", "repr", "ne", "numliterals", "tuple_params", "paren")


@lru_cache(maxsize=16)
def _tool(fixers: tuple[str, ...]) -> RefactoringTool:
    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in fixers])


def fixed(text: str, fixers: Sequence[str]) -> str:
    """`text` after the fixers. Raises UnreadableError with the line if it is no Python 2 (nor 3)."""
    ended = text.endswith("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = str(_tool(tuple(fixers)).refactor_string(text if ended else text + "\n", "<source>"))
    except ParseError as error:
        raise UnreadableError(error.context[1][0], f"neither Python 3 nor Python 2: {error.msg}") from error
    except (tokenize.TokenError, IndentationError) as error:
        line = error.args[1][0] if isinstance(error, tokenize.TokenError) else error.args[1][1]
        raise UnreadableError(line, f"neither Python 3 nor Python 2: {error.args[0]}") from error
    return result if ended else result.removesuffix("\n")


def is_python3(text: str) -> bool:
    """Whether `text` parses as it is, and means to."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    if "print_function" in text:
        return True
    return not any(_is_print_statement(node) for node in ast.walk(tree))


def _is_print_statement(node: ast.AST) -> bool:
    """Whether what parses is a print statement: `print >> f, x`, `print (x) % y`, `print (x), y`, `print`."""
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Name):
        return value.id == "print"
    if isinstance(value, ast.Tuple) and any(isinstance(each, ast.Call) for each in value.elts[1:]):
        return False  # two calls, one after the other
    first = value
    while isinstance(first, ast.BinOp) or (isinstance(first, ast.Tuple) and first.elts):
        if isinstance(first, ast.BinOp) and isinstance(first.op, ast.RShift) and _is_print(first.left):
            return True
        first = first.left if isinstance(first, ast.BinOp) else first.elts[0]
    return first is not value and isinstance(first, ast.Call) and _is_print(first.func)


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "print"


def without_unicode_raw(text: str) -> str:
    """`ur"..."`, which Python 3 has not, as `r"..."`."""
    lines = list(io.StringIO(text))  # splitlines would cut at form feeds, too
    for kind, value, (row, column), _, _ in reversed(
        list(tokenize.generate_tokens(io.StringIO(text).readline))
    ):
        if kind == tokenize.STRING and value[:2].lower() == "ur":
            line = lines[row - 1]
            lines[row - 1] = line[:column] + line[column + 1 :]
    return "".join(lines)


def without_mixed_tabs(text: str) -> str:
    """Indentation in spaces, tabs ending at every eighth column, as Python 2 read it."""
    lines = list(io.StringIO(text))  # splitlines would cut at form feeds, too
    inside: set[int] = set()
    for kind, _, (first, _), (last, _), _ in tokenize.generate_tokens(io.StringIO(text).readline):
        if kind == tokenize.STRING:
            inside.update(range(first + 1, last + 1))
    for number, line in enumerate(lines, 1):
        body = line.lstrip(" \t")
        indent = line[: len(line) - len(body)]
        if number not in inside and "\t" in indent:
            lines[number - 1] = indent.expandtabs(8) + body
    return "".join(lines)


def _single_parentheses(before: str, after: str) -> str:
    """`print ("..." % x)` as `print("..." % x)`: the fixer doubles parentheses."""
    lines = list(io.StringIO(after))
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(after).readline) if t[0] != tokenize.NL]
    if "print" not in before:
        return after
    for n in range(len(tokens) - 2):
        if tokens[n][1] != "print" or tokens[n + 1][1] != "(" or tokens[n + 2][1] != "(":
            continue
        depth, close, comma = 1, n + 3, False
        while depth and close < len(tokens):
            depth += (tokens[close][1] in "([{") - (tokens[close][1] in ")]}") if tokens[close][1] else 0
            comma |= depth == 1 and tokens[close][1] in {",", "for"}
            close += 1
        if comma or close >= len(tokens) or tokens[close][1] != ")":
            continue
        for row, column in sorted((tokens[n + 2][2], tokens[close][2]), reverse=True):
            line = lines[row - 1]
            lines[row - 1] = line[:column] + "\0" + line[column + 1 :]
    return "".join(lines).replace("\0", "")


def to_python3(text: str) -> str:
    """Python 2 syntax as Python 3 syntax. Raises UnreadableError with the line if it is neither."""
    converted = _single_parentheses(text, without_unicode_raw(fixed(text, SYNTAX)))
    if not is_python3(converted):
        converted = without_mixed_tabs(converted)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(converted)
    except (SyntaxError, ValueError) as error:
        raise UnreadableError(
            getattr(error, "lineno", None) or 1, str(getattr(error, "msg", error))
        ) from error
    return converted
