"""Rule: arrays of one element where a number is meant."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name, expression
from legacy_seq2seq.migrate.rules.scoped import Scoped

_FUNCTIONS = frozenset(
    f"numpy.{name}" for name in ("argmax", "argmin", "searchsorted", "digitize", "squeeze", "nanargmax")
)
_METHODS = ("argmax", "argmin")
# A fetched value is an array, or a NumPy scalar, which has `item` too.
_FETCH = r"[\w.]*\bsess(ion)?\.run"
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


class NumpyScalars(Scoped):
    """`int(np.argmax(logit, axis=1))` becomes `int(np.argmax(logit, axis=1).item())`.

    NumPy 2.4 refuses to convert arrays with a dimension: https://numpy.org/doc/stable/release/1.25.0-notes.html#deprecations
    """

    name = "numpy-scalars"
    words = ("int(", "float(")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Take the one element."""
        if not self.builtin(original_node.func, "int", "float") or len(updated_node.args) != 1:
            return updated_node
        if not self._is_array(original_node.args[0].value):
            return updated_node
        self.applied()
        item = expression(f"{self.code(updated_node.args[0].value)}.item()")
        return updated_node.with_changes(args=[updated_node.args[0].with_changes(value=item)])

    def _has_size(self, node: cst.Call) -> bool:
        place = _DRAWS[self.full(node.func) or ""]
        sizes = [
            arg.value
            for n, arg in enumerate(node.args)
            if (arg.keyword is None and n == place)
            or (arg.keyword is not None and arg.keyword.value == "size")
        ]
        return bool(sizes) and self.code(sizes[0]) != "None"

    def _is_array(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call):
            if self.full(node.func) in _FUNCTIONS:
                return True
            if self.full(node.func) in _DRAWS:
                return self._has_size(node)
            if re.fullmatch(_FETCH, dotted_name(node.func) or ""):
                return not isinstance(node.args[0].value if node.args else None, (cst.List, cst.Tuple))
            method = isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS
            return method and self.full(node.func) is None
        name = dotted_name(node)
        if name is None or "." in name:
            return False
        local = self.names.local("numpy")
        assigned = rf"(?<![\w.]){name}\s*=\s*({local}|[\w.]+)\.(argmax|argmin|searchsorted)\("
        fetched = rf"(?<![\w.]){name}\s*=\s*{_FETCH}\("
        others = re.findall(rf"(?<![\w.]){name}\s*=(?!=)", self.here())
        if len(others) != 1:
            return False
        if re.search(fetched, self.here()):
            return True
        return local is not None and re.search(assigned, self.here()) is not None
