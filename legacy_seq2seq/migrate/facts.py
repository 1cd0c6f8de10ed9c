"""What one file shows about itself: its names, its release, its Python, whether a program starts in it."""

import ast
import re
from dataclasses import dataclass, field

from legacy_seq2seq.migrate.callbacks import Given, callbacks
from legacy_seq2seq.migrate.era import ANY, Range, era_of
from legacy_seq2seq.migrate.names import Names, dotted, names_of
from legacy_seq2seq.migrate.stars import resolved

_PYTHON2_BUILTINS = frozenset("xrange unicode basestring raw_input long unichr reload execfile file".split())
_PYTHON2_MODULES = frozenset(
    "cPickle Queue urllib2 ConfigParser StringIO cStringIO __builtin__ commands urlparse HTMLParser".split()
)
_PYTHON2_METHODS = frozenset("iteritems itervalues iterkeys has_key next".split())
_PYTHON2_ITERTOOLS = frozenset("itertools.izip itertools.imap itertools.ifilter".split())
_FLAGS = re.compile(r"\bDEFINE_\w+\b(?:\s*\(\s*(?:name\s*=\s*)?['\"](\w+))?")
_PYTHON3_NODES = (ast.Nonlocal, ast.JoinedStr, ast.AnnAssign, ast.YieldFrom, ast.Await)


@dataclass
class Facts:
    """What is known of a file before the rules run.

    era: the releases it can have been written for.
    python2: whether it is for Python 2 only; python3: whether it is for Python 3 only.
    program: whether it has a `__main__` block or calls `tf.app.run`.
    acts: whether importing it does more than define things.
    imports: full names of all that it imports.
    passed: what other modules get from it by a star or by name: local name -> full name of what it imports.
    stars: the modules that it imports by a star.
    functions: the functions it defines at its top level.
    callbacks: full names of the imported functions that it hands over as loss functions.
    tensorflow: whether it imports TensorFlow.
    strings: top-level names of patterns and literals: "bytes" or "str".
    flags: the names of the command-line flags that it defines; "*" if not all are written out.
    """

    era: Range = ANY
    python2: bool = False
    python3: bool = False
    program: bool = False
    acts: bool = False
    tensorflow: bool = False
    imports: frozenset[str] = frozenset()
    passed: dict[str, str] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    functions: frozenset[str] = frozenset()
    callbacks: dict[str, Given] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


def _guards(tree: ast.Module) -> set[ast.AST]:
    """Everything inside a `try` that an except clause for missing names or modules follows."""
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = {
                name.id
                for handler in node.handlers
                for name in ast.walk(handler.type or ast.Name("Exception"))
                if isinstance(name, ast.Name)
            }
            if caught & {"NameError", "ImportError", "ModuleNotFoundError", "Exception"}:
                inside.update(ast.walk(node))
    return inside


def _is_python2(tree: ast.Module, names: Names) -> bool:
    guarded = _guards(tree)
    for node in ast.walk(tree):
        if node in guarded:
            continue
        if isinstance(node, ast.Name) and node.id in _PYTHON2_BUILTINS and names.builtin(node.id):
            return True
        if isinstance(node, ast.Import) and any(a.name.split(".")[0] in _PYTHON2_MODULES for a in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            if module.split(".")[0] in _PYTHON2_MODULES:
                return True
            if any(f"{module}.{alias.name}" in _PYTHON2_ITERTOOLS for alias in node.names):
                return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _PYTHON2_METHODS and len(node.args) == (node.func.attr == "has_key"):
                return True
    return False


def _is_python3(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, _PYTHON3_NODES):
            return True
        if isinstance(node, ast.Attribute) and node.attr == "__next__":
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            if {"encoding", "errors", "newline"} & {keyword.arg for keyword in node.keywords}:
                return True
    return False


def is_main_guard(node: ast.AST) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test))
    )


_DEFINITIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.Pass,
)


def _acts(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Constant):
            return False
        called = dotted(node.value.func) if isinstance(node.value, ast.Call) else None
        return called is None or "DEFINE_" not in called
    if isinstance(node, ast.Try):
        return any(_acts(inner) for inner in [*node.body, *(s for h in node.handlers for s in h.body)])
    return not isinstance(node, _DEFINITIONS)


def facts_of(text: str, was_python2: bool) -> Facts:
    """Read a module (Python 3 syntax by now). Raises SyntaxError."""
    tree = ast.parse(text)
    names = resolved(names_of(text))
    python3 = not was_python2 and _is_python3(tree)
    runs = any(
        isinstance(node, ast.Call) and (names.full(dotted(node.func) or "") or "").endswith("app.run")
        for node in ast.walk(tree)
    )
    return Facts(
        era=era_of(tree, names),
        python2=not python3 and (was_python2 or _is_python2(tree, names)),
        python3=python3,
        program=runs or any(is_main_guard(node) for node in tree.body),
        acts=any(_acts(node) for node in tree.body),
        tensorflow=any(
            full.split(".")[0] == "tensorflow" for full in (*names.imports.values(), *names.stars)
        ),
        imports=frozenset((*names.imports.values(), *names.stars)),
        passed={name: full for name, full in names.imports.items() if name in names.top},
        stars=tuple(names.stars),
        functions=frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef)),
        callbacks={
            full: given
            for name, given in callbacks(tree, names).items()
            if (full := names.full(name)) is not None
        },
        strings=_patterns(tree),
        flags=frozenset(name or "*" for name in _FLAGS.findall(text)),
    )


def _patterns(tree: ast.Module) -> dict[str, str]:
    """Top-level names bound to a compiled pattern or a literal: name -> "bytes" or "str"."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value: ast.AST = node.value
            if (
                isinstance(value, ast.Call)
                and (dotted(value.func) or "").endswith("re.compile")
                and value.args
            ):
                value = value.args[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes)):
                found[node.targets[0].id] = type(value.value).__name__
    return found
