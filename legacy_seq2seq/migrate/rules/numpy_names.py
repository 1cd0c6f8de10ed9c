"""Rule: names that NumPy dropped."""

from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, aliases_of, dotted_name, expression


class NumpyNames(Rewriter):
    """`np.int`, `np.float`, `np.bool`, `np.object`, `np.product`, `np.NaN`, ...: today's names.

    NumPy 1.24 and 2.0: https://numpy.org/doc/stable/release/1.24.0-notes.html,
    https://numpy.org/doc/stable/numpy_2_0_migration_guide.html
    """

    name = "numpy-names"
    words = ("np.", "numpy", ".tostring(")

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
        "round_": "round",
        "mat": "asmatrix",
        "rank": "ndim",
        "int0": "intp",
        "bool8": "bool_",
        "object0": "object_",
        "longfloat": "longdouble",
        "cfloat": "cdouble",
    }
    _gone = frozenset(
        (
            "alen asfarray byte_bounds cast deprecate disp fastCopyAndTranspose find_common_type issctype "
            "loads lookfor maximum_sctype msort obj2sctype recfromcsv recfromtxt safe_eval sctype2char "
            "sctypes set_string_function source typeDict who"
        ).split()
    )

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
        self._ask(name)
        return updated_node

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """`from numpy import product` becomes `from numpy import prod as product`."""
        if original_node.relative or dotted_name(original_node.module or cst.Name("")) != "numpy":
            return updated_node
        aliases = []
        for alias in aliases_of(updated_node):
            name = dotted_name(alias.name) or ""
            if name in self._renamed:
                self.applied()
                local = alias.asname or cst.AsName(name=cst.Name(name))
                alias = alias.with_changes(name=cst.Name(self._renamed[name]), asname=local)
            elif name in self._builtins:
                self.doubt(f"NumPy 2 has no {name} of its own: it was Python's")
            self._ask(name)
            aliases.append(alias)
        return updated_node.with_changes(names=aliases) if aliases else updated_node

    def _ask(self, name: str) -> None:
        if name in self._gone:
            self.doubt(f"NumPy 2 has no np.{name}: use what it has instead, or write it yourself")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """`np.asscalar(x)` is `x.item()`, `x.tostring()` `x.tobytes()`."""
        func = updated_node.func
        if isinstance(func, cst.Attribute) and func.attr.value == "tostring" and not updated_node.args:
            if self.full(original_node.func) is None:
                self.applied()
                return updated_node.with_changes(func=func.with_changes(attr=cst.Name("tobytes")))
        if self.full(original_node.func) == "numpy.asscalar" and len(updated_node.args) == 1:
            self.applied()
            return expression(f"({self.code(updated_node.args[0].value)}).item()")
        return updated_node
