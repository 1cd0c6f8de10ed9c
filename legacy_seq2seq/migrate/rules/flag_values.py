"""Rule: the private parts of tf.app.flags.FLAGS."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression


class FlagValues(Rewriter):
    """`FLAGS._parse_flags()` becomes `FLAGS(sys.argv)`, `FLAGS.__flags` `FLAGS.flag_values_dict()`.

    tf.app.flags is absl.flags since TensorFlow 1.5: https://github.com/tensorflow/tensorflow/releases/tag/v1.5.0
    """

    name = "flag-values"
    words = ("_parse_flags", "__flags")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """`FLAGS._parse_flags()`."""
        found = re.fullmatch(r"([\w.]*FLAGS)\._parse_flags\(\s*\)", self.code(original_node))
        if found is None:
            return updated_node
        self.applied()
        self.want("import sys")
        return expression(f"{found[1]}(sys.argv)")

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`FLAGS.__flags`."""
        return self._values(original_node, updated_node, r"([\w.]*FLAGS)\.__flags")

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """`FLAGS.__dict__["__flags"]`."""
        return self._values(
            original_node, updated_node, r"([\w.]*FLAGS)\.__dict__\[\s*['\"]__flags['\"]\s*\]"
        )

    def _values(
        self, original: cst.BaseExpression, updated: cst.BaseExpression, pattern: str
    ) -> cst.BaseExpression:
        found = re.fullmatch(pattern, self.code(original))
        if found is None:
            return updated
        self.applied()
        return expression(f"{found[1]}.flag_values_dict()")
