"""What the names in a module stand for: dotted names resolved through its imports and aliases."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

BUILTINS = frozenset(dir(builtins))


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` of a chain of attributes, else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


@dataclass
class Names:
    """The bindings of one module.

    imports: local name -> full dotted name (relative imports keep their leading dots).
    aliases: names assigned once, to something imported: `rnn = tf.nn.rnn_cell`.
    stars: modules imported by `from m import *`.
    roots: names bound by importing a module below them only: `tensorflow` by `import tensorflow.python.ops`.
    bound: every name that the module binds anywhere: imports, assignments, definitions, parameters.
    top: names that imports bind at the top level, where all of the module sees them.
    read: every bare name that is read.
    members: names that imports bind in the bodies of classes, `T` of `self.T`, and that no attribute takes.
    attributes: what `self.name` has, where only one thing imported is given to it, in methods or classes.
    """

    imports: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    top: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    attributes: dict[str, str] = field(default_factory=dict)

    def full(self, name: str) -> str | None:
        """The full name behind the dotted `name`, None if its root is not imported."""
        root, _, rest = name.partition(".")
        origin = self.aliases.get(root) or self.imports.get(root)
        if origin is None:
            return None
        return f"{origin}.{rest}" if rest else origin

    def local(self, *modules: str) -> str | None:
        """The local name of one of these modules, if it is imported under one of its own."""
        for local, full in self.imports.items():
            if full in modules and local not in self.roots and local in self.top:
                return local
        return None

    def unbound(self) -> list[str]:
        """The bare names that are read and that nothing in the module binds, builtins among them."""
        return sorted(self.read - self.bound - set(self.imports))

    def builtin(self, name: str) -> bool:
        """Whether the bare `name` can only be the builtin: nothing in the module binds it."""
        return name not in self.bound and not any(star.startswith("six") for star in self.stars)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.comprehension)):
        return [node.target]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in node.items if item.optional_vars is not None]
    return []


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.ExceptHandler) and node.name:
        return [node.name]
    if isinstance(node, ast.NamedExpr):
        return [node.target.id]
    return [
        name.id
        for target in _targets(node)
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    ]


def _note_import(node: ast.Import | ast.ImportFrom, names: Names) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                names.imports[alias.asname] = alias.name
                names.roots.discard(alias.asname)
                continue
            root = alias.name.split(".")[0]
            if root not in names.imports and root != alias.name:
                names.roots.add(root)
            if root == alias.name:
                names.roots.discard(root)
            names.imports.setdefault(root, root)
        return
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            names.stars.append(module)
        else:
            joint = "" if module.endswith(".") or not module else "."
            names.imports[alias.asname or alias.name] = f"{module}{joint}{alias.name}"


def _hidden(tree: ast.AST) -> set[ast.AST]:
    """What stands inside of functions and classes."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {inner for node in ast.walk(tree) if isinstance(node, scopes) for inner in ast.walk(node)}


def _attributes(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """What attributes are given, in methods and in the bodies of classes: name, dotted value or None."""
    seen = set()
    for node in ast.walk(tree):
        lines = node.body if isinstance(node, ast.ClassDef) else [node]
        for line in lines:
            if isinstance(line, ast.FunctionDef) and line is not node:
                yield line.name, None
            if not isinstance(line, ast.Assign) or len(line.targets) != 1:
                continue
            target = line.targets[0]
            if isinstance(target, ast.Attribute) or (isinstance(target, ast.Name) and line is not node):
                seen.add(target)
                name = target.attr if isinstance(target, ast.Attribute) else target.id
                yield name, dotted(line.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node not in seen:
            yield node.attr, None


def _of_one_origin(tree: ast.AST, names: Names) -> dict[str, str]:
    """The attributes that are given one imported thing only."""
    given: dict[str, set[str | None]] = {}
    for name, value in _attributes(tree):
        given.setdefault(name, set()).add(names.full(value) if value is not None else None)
    single = {name: next(iter(origins)) for name, origins in given.items() if len(origins) == 1}
    return {name: origin for name, origin in single.items() if origin is not None}


@lru_cache(maxsize=8)
def names_of(text: str) -> Names:
    """The bindings in a module's `text` (Python 3). Raises SyntaxError if it does not parse."""
    names = Names()
    counts: dict[str, int] = {}
    candidates: list[tuple[str, str]] = []
    tree = ast.parse(text)
    hidden = _hidden(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _note_import(node, names)
            if node not in hidden:
                names.top.update(a.asname or a.name.split(".")[0] for a in node.names)
        if isinstance(node, ast.ClassDef):
            lines = [line for line in node.body if isinstance(line, (ast.Import, ast.ImportFrom))]
            names.members.update(a.asname or a.name.split(".")[0] for line in lines for a in line.names)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.read.add(node.id)
        for name in _bound_by(node):
            counts[name] = counts.get(name, 0) + 1
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = dotted(node.value)
            if value is not None:
                candidates.append((node.targets[0].id, value))
    names.members -= {name for name, _ in _attributes(tree)}
    names.bound = set(counts) | set(names.imports)
    for target, value in candidates:
        full = names.full(value)
        assigned = [v for t, v in candidates if t == target]
        same = {names.full(v) for v in assigned}
        if (
            full is not None
            and counts[target] == len(assigned)
            and len(same) == 1
            and target not in names.imports
        ):
            names.aliases[target] = full
    names.attributes = _of_one_origin(tree, names)
    return names
