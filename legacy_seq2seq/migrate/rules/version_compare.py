"""Rule: comparing versions as strings."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_VERSIONS = frozenset(
    ("tensorflow.__version__", "tensorflow.VERSION", "tensorflow.version.VERSION", "numpy.__version__")
)

_PART = "a part of a version is compared: TensorFlow is 2.x now, but has the names of 1.15 here"


class VersionCompare(Rewriter):
    """`tf.__version__ > "0.12"` becomes `Version(tf.__version__) > Version("0.12")`.

    As strings, "2.9" is greater than "2.16" and "1.10" less than "1.2": https://packaging.pypa.io/en/stable/version.html
    """

    name = "version-compare"
    words = ("__version__", "VERSION")

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        """Wrap both sides, or ask where only a part of the version is compared."""
        target = original_node.comparisons[0]
        sides = [original_node.left, *(each.comparator for each in original_node.comparisons)]
        if len(sides) != 2 or isinstance(target.operator, (cst.In, cst.NotIn)):
            if any(self.full(side) in _VERSIONS for side in sides):
                self.doubt(_PART)
            return updated_node
        versions = [self.full(side) in _VERSIONS for side in sides]
        strings = [isinstance(side, cst.SimpleString) for side in sides]
        names = [dotted_name(side) not in (None, "None") for side in sides]
        if any(versions) and (any(strings) or all(names)):
            self.applied()
            self.want("from packaging.version import Version")
            wrapped = [expression(f"Version({self.code(side)})") for side in sides]
            comparison = updated_node.comparisons[0].with_changes(comparator=wrapped[1])
            return updated_node.with_changes(left=wrapped[0], comparisons=[comparison])
        if re.search(r"\.split\(|\[|float\(", self.code(original_node)) and any(
            name.rpartition(".")[2] in self.code(original_node) and self._names(original_node)
            for name in _VERSIONS
        ):
            self.doubt(_PART)
        return updated_node

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        """`tf.__version__.startswith("0.")`, `tf.__version__.split(".")`."""
        if self.full(original_node.value) in _VERSIONS:
            self.doubt(_PART)
        return updated_node

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        """`tf.__version__[0]`."""
        if self.full(original_node.value) in _VERSIONS:
            self.doubt(_PART)
        return updated_node

    def _names(self, node: cst.Comparison) -> bool:
        code = self.code(node)
        return any(
            f"{local}.__version__" in code or f"{local}.VERSION" in code
            for local, full in self.names.imports.items()
            if full.startswith(("tensorflow", "numpy"))
        )
