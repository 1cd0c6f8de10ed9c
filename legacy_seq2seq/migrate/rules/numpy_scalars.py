"""Rule: arrays of one element where a number is meant."""

import ast
import re
import textwrap

import libcst as cst

from legacy_seq2seq.migrate.names import dotted
from legacy_seq2seq.migrate.rule import expression
from legacy_seq2seq.migrate.rules.scoped import Scoped

_FUNCTIONS = frozenset(
    f"numpy.{name}" for name in ("argmax", "argmin", "searchsorted", "digitize", "squeeze", "nanargmax")
)
# With an axis these give arrays.
_REDUCTIONS = frozenset(f"numpy.{name}" for name in "sum mean max min amax amin prod std median".split())
_METHODS = ("argmax", "argmin")
# What an array stays one through.
_RESHAPED = frozenset(("flatten", "ravel", "reshape", "astype", "squeeze", "copy"))
# A fetched value is an array, or a NumPy scalar, which has `item` too.
_FETCH = re.compile(r"[\w.]*\bsess(ion)?\.run")
# Draws that are arrays only if they are told a size, at this place or by keyword.
_DRAWS = {
    "numpy.random.choice": 1,
    "numpy.random.randint": 2,
    "numpy.random.uniform": 2,
    "numpy.random.normal": 2,
    "numpy.random.rand": 0,
    "numpy.random.randn": 0,
    "numpy.random.random": 0,
    "numpy.random.random_sample": 0,
}
# Of `"%d of %5.2f" % (...)`: each takes one value; `*` takes one more, and is left alone.
_FORMAT = re.compile(r"%(?:%|[-+ #0]*\d*(?:\.\d+)?[hlL]?([a-zA-Z]))")
_NUMBERS = "diouxXeEfFgGc"
# A table of words: a list or a dictionary, which no array can index.
_WORDS = re.compile(
    r"vocab|dict|words|chars|(^|_)rev_|id2|_to_(word|char|token)|idx2|index2|ix_to_|id_to_", re.I
)

ARRAY, ARRAYS = "array", "arrays"
_ANYTHING = ast.Constant(None)


class NumpyScalars(Scoped):
    """`int(np.argmax(logit, axis=1))` becomes `int(np.argmax(logit, axis=1).item())`.

    So do `"%d" % np.argmax(...)`, and `int(o)` and `map(int, outputs)` where a list of such arrays is in
    hand; as the index of a list of words it is named.
    NumPy 2.4 refuses to convert arrays with a dimension: https://numpy.org/doc/stable/release/1.25.0-notes.html#deprecations
    """

    name = "numpy-scalars"
    words = ("int(", "float(", "chr(", "(int", "(float", "argm", "%", "[")

    def prepare(self, module: cst.Module) -> None:
        """Start without knowledge of any function."""
        super().prepare(module)
        self._known: dict[tuple[str, bool], dict[str, str]] = {}
        self._sure = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Take the one element, of an argument or of each in a list."""
        args, values = list(updated_node.args), [arg.value for arg in original_node.args]
        if self.builtin(original_node.func, "int", "float", "chr") and len(args) == 1:
            if self._kind(values[0]) != ARRAY:
                return updated_node
            args[0] = args[0].with_changes(value=self._item(args[0].value))
        elif self.builtin(original_node.func, "map") and len(args) == 2:
            if not self.builtin(values[0], "int", "float") or self._kind(values[1]) != ARRAYS:
                return updated_node
            self.applied()
            each = expression(f"lambda each: {self.code(args[0].value)}(each.item())")
            args[0] = args[0].with_changes(value=each)
        else:
            return updated_node
        return updated_node.with_changes(args=args)

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """`"%d" % np.argmax(...)`."""
        text = original_node.left
        if not isinstance(original_node.operator, cst.Modulo) or not isinstance(text, cst.SimpleString):
            return updated_node
        kinds = [kind for kind in _FORMAT.findall(text.value) if kind]
        right, values = updated_node.right, original_node.right
        if not isinstance(right, cst.Tuple) or not isinstance(values, cst.Tuple):
            if len(kinds) != 1 or kinds[0] not in _NUMBERS or self._kind(values) != ARRAY:
                return updated_node
            return updated_node.with_changes(right=self._item(right))
        if len(kinds) != len(right.elements):
            return updated_node
        elements = [
            element.with_changes(value=self._item(element.value))
            if kind in _NUMBERS and self._kind(value.value) == ARRAY
            else element
            for kind, element, value in zip(kinds, right.elements, values.elements, strict=True)
        ]
        return updated_node.with_changes(right=right.with_changes(elements=elements))

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        """`rev_vocab[np.argmax(logit, axis=1)]`."""
        index = original_node.slice[0].slice
        table = self.code(original_node.value)
        if len(original_node.slice) != 1 or not isinstance(index, cst.Index) or not _WORDS.search(table):
            return updated_node
        if self._kind(index.value, sure=True) == ARRAY:
            self.doubt(f"no array can index a list or a dictionary: if `{table}` is one, add .item()")
        return updated_node

    def _item(self, node: cst.BaseExpression) -> cst.BaseExpression:
        self.applied()
        return expression(f"{self.code(node)}.item()")

    def _parsed(self, node: cst.BaseExpression) -> ast.expr:
        return ast.parse(f"({self.code(node)})", mode="eval").body

    def _kind(self, node: cst.BaseExpression, sure: bool = False) -> str | None:
        """Whether an expression is an array, or a list of arrays, for all that the function here shows.

        sure: whether it must have a dimension, and not be a NumPy scalar.
        """
        self._sure = sure
        key = (self.here(), sure)
        if key not in self._known:
            self._known[key] = self._bindings(ast.parse(textwrap.dedent(key[0])))
        return self._kind_of(self._parsed(node), self._known[key])

    def _bindings(self, tree: ast.AST) -> dict[str, str]:
        """The names that are given arrays only, or lists of arrays only."""
        given: dict[str, list[tuple[ast.expr, bool]]] = {}
        for node in ast.walk(tree):
            pairs: list[tuple[ast.expr, ast.expr, bool]] = []
            if isinstance(node, ast.Assign):
                pairs = [(target, node.value, False) for target in node.targets]
            elif isinstance(node, (ast.For, ast.comprehension)):
                pairs = [(node.target, node.iter, True)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr == "append":
                    pairs = [(node.func.value, ast.List([node.args[0]]), False)]
            elif isinstance(node, ast.NamedExpr) or (
                # An array stays one, whatever is added to it; a list does not stay one of arrays.
                isinstance(node, ast.AugAssign) and isinstance(node.value, ast.List)
            ):
                pairs = [(node.target, node.value, False)]
            elif isinstance(node, ast.arg):
                pairs = [(ast.Name(node.arg), _ANYTHING, False)]
            for target, value, iterated in pairs:
                for name in [] if isinstance(target, ast.Subscript) else ast.walk(target):
                    if isinstance(name, ast.Name):
                        # A part of a tuple is anything.
                        found = (value, iterated) if name is target else (_ANYTHING, False)
                        given.setdefault(name.id, []).append(found)
        known: dict[str, str] = {}
        while True:
            more = {
                name: kind
                for name, values in given.items()
                if name not in known and (kind := self._joint(values, known)) is not None
            }
            if not more:
                return known
            known.update(more)

    def _joint(self, values: list[tuple[ast.expr, bool]], known: dict[str, str]) -> str | None:
        kinds = set()
        for value, iterated in values:
            if isinstance(value, ast.List) and not value.elts and not iterated:
                continue  # to be filled
            kind = self._kind_of(value, known)
            kinds.add((ARRAY if kind == ARRAYS else None) if iterated else kind)
        return kinds.pop() if len(kinds) == 1 else None

    def _kind_of(self, node: ast.AST, known: dict[str, str]) -> str | None:
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return ARRAY if self._kind_of(node.value, known) == ARRAYS else None
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return ARRAYS if self._kind_of(node.elt, known) == ARRAY else None
        if isinstance(node, ast.List) and node.elts:
            return ARRAYS if all(self._kind_of(each, known) == ARRAY for each in node.elts) else None
        if not isinstance(node, ast.Call):
            return None
        name = dotted(node.func) or ""
        full = self.names.full(name)
        if self._is_argmax(node):
            return ARRAY if self._has_axis(node) or not self._sure else None
        if full in _FUNCTIONS and not self._sure:
            return ARRAY
        if full in _REDUCTIONS and self._has_axis(node):
            return ARRAY
        if isinstance(node.func, ast.Attribute) and node.func.attr in _RESHAPED and full is None:
            return self._kind_of(node.func.value, known)
        if full in _DRAWS:
            return ARRAY if self._has_size(node, _DRAWS[full]) else None
        if _FETCH.fullmatch(name) and node.args and not self._sure:
            return None if isinstance(node.args[0], (ast.List, ast.Tuple)) else ARRAY
        return None

    def _is_argmax(self, node: ast.Call) -> bool:
        if (self.names.full(dotted(node.func) or "") or "").endswith(("numpy.argmax", "numpy.argmin")):
            return True
        method = isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS
        return method and self.names.full(dotted(node.func) or "") is None

    def _has_axis(self, node: ast.Call) -> bool:
        place = 1 if (self.names.full(dotted(node.func) or "") or "").startswith("numpy.") else 0
        return len(node.args) > place or any(word.arg == "axis" for word in node.keywords)

    def _has_size(self, node: ast.Call, place: int) -> bool:
        sizes = [*node.args[place : place + 1], *(w.value for w in node.keywords if w.arg == "size")]
        return bool(sizes) and not (isinstance(sizes[0], ast.Constant) and sizes[0].value is None)
