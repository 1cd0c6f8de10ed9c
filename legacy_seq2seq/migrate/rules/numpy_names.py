"""Rule: names that NumPy dropped."""

from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression


class NumpyNames(Rewriter):
    """`np.int`, `np.float`, `np.bool`, `np.object`, `np.product`, `np.NaN`, ...: today's names.

    NumPy 1.24 and 2.0: https://numpy.org/doc/stable/release/1.24.0-notes.html,
    https://numpy.org/doc/stable/numpy_2_0_migration_guide.html
    """

    name = "numpy-names"
    words = ("np.", "numpy")

    _builtins: ClassVar[dict[str, str]] = {
        **{name: name for name in ("int", "float", "bool", "object", "complex", "str")},
        "long": "int",
        "unicode": "str",
    }
    _renamed: ClassVar[dict[str, str]] = {
        "float_": "float64",
        "complex_": "complex128",
        "unicode_": "str_",
        "string_": "bytes_",
        "product": "prod",
        "cumproduct": "cumprod",
        "sometrue": "any",
        "alltrue": "all",
        "in1d": "isin",
        "row_stack": "vstack",
        "trapz": "trapezoid",
        "NaN": "nan",
        "NAN": "nan",
        "Inf": "inf",
        "Infinity": "inf",
        "infty": "inf",
        "PINF": "inf",
    }

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rename it."""
        full = self.full(original_node) or ""
        if not full.startswith("numpy.") or full.count(".") != 1:
            return updated_node
        name = full.removeprefix("numpy.")
        if name in self._builtins:
            self.applied()
            return expression(self._builtins[name])
        if name in self._renamed:
            self.applied()
            return updated_node.with_changes(attr=cst.Name(self._renamed[name]))
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """`np.asscalar(x)` is `x.item()`."""
        if self.full(original_node.func) == "numpy.asscalar" and len(updated_node.args) == 1:
            self.applied()
            return expression(f"({self.code(updated_node.args[0].value)}).item()")
        return updated_node
