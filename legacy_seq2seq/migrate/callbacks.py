"""Which functions a module hands over as loss functions, also by variables, functools.partial or calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from legacy_seq2seq.migrate.names import Names, dotted

PARAMETER = "softmax_loss_function"
# Where it stands without its keyword.
PLACES = {"model_with_buckets": 6, "sequence_loss": 5, "sequence_loss_by_example": 4}


@dataclass(frozen=True)
class Given:
    """What of a function's arguments are given before it is handed over."""

    positional: int = 0
    keywords: frozenset[str] = frozenset()


def callbacks(tree: ast.AST, names: Names) -> dict[str, Given]:
    """Dotted name, without `self.`, -> what is given of its arguments already."""
    found: dict[str, Given] = {}
    for value in _handed_over(tree):
        found.update(_functions(value, names, Given()))
    assigned = [
        (_own(target), node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    # What a function gives: `make_loss()`.
    assigned += [
        (f"{node.name}()", value)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for value in _returned(node)
    ]
    seen: set[str] = set()
    while new := set(found) - seen:
        seen |= new
        for target, value in assigned:
            if target in new:
                for name, given in _functions(value, names, found[target]).items():
                    found.setdefault(name, given)
    return found


def _handed_over(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (word.value for word in node.keywords if word.arg == PARAMETER)
            place = PLACES.get((dotted(node.func) or "").rpartition(".")[2])
            if place is not None:
                yield from node.args[place:]
        elif isinstance(node, ast.Assign):
            if any((_own(target) or "").rpartition(".")[2] == PARAMETER for target in node.targets):
                yield node.value
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (v for k, v in pairs if isinstance(k, ast.Constant) and k.value == PARAMETER)
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            arguments = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            pairs_ = zip(arguments, node.args.defaults, strict=True)
            yield from (default for argument, default in pairs_ if argument.arg == PARAMETER)


def _returned(node: ast.AST) -> Iterator[ast.expr]:
    """What a function itself returns, and not one in it."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Return) and inner.value is not None:
            yield inner.value
        elif not isinstance(inner, (ast.FunctionDef, ast.Lambda)):
            yield from _returned(inner)


def _own(node: ast.AST) -> str | None:
    name = dotted(node)
    return name.removeprefix("self.") if name is not None else None


def _functions(node: ast.expr, names: Names, given: Given) -> dict[str, Given]:
    """The functions that an expression can be."""
    if isinstance(node, ast.IfExp):
        return {**_functions(node.body, names, given), **_functions(node.orelse, names, given)}
    if isinstance(node, ast.Call):
        if names.full(dotted(node.func) or "") != "functools.partial" or not node.args:
            maker = _own(node.func)
            return {f"{maker}()": given} if maker is not None else {}
        words = frozenset(word.arg for word in node.keywords if word.arg is not None)
        more = Given(given.positional + len(node.args) - 1, given.keywords | words)
        return _functions(node.args[0], names, more)
    name = _own(node)
    return {} if name is None or name == PARAMETER else {name: given}
