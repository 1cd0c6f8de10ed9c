"""Rule: sys.setdefaultencoding is gone."""

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name
from legacy_seq2seq.migrate.rules.guarded import Guarded


def _is_reload_of_sys(node: cst.BaseExpression) -> bool:
    return (
        isinstance(node, cst.Call)
        and (dotted_name(node.func) or "").rpartition(".")[2] == "reload"
        and len(node.args) == 1
        and dotted_name(node.args[0].value) == "sys"
    )


class DefaultEncoding(Guarded):
    """`reload(sys)` and `sys.setdefaultencoding("utf-8")` are dropped: UTF-8 is the default.

    Python 3.0: https://docs.python.org/3.0/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
    """

    name = "default-encoding"
    words = ("setdefaultencoding", "reload")

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr | cst.RemovalSentinel:
        """Drop the statement."""
        return self._drop() if self._is_it(original_node.value) else updated_node

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign | cst.RemovalSentinel:
        """Drop `sys = reload(sys)`."""
        return self._drop() if _is_reload_of_sys(original_node.value) else updated_node

    def _drop(self) -> cst.RemovalSentinel:
        self.applied()
        return cst.RemoveFromParent()

    def _is_it(self, node: cst.BaseExpression) -> bool:
        if _is_reload_of_sys(node):
            return True
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
            return False
        owner = node.func.value
        sets = node.func.attr.value == "setdefaultencoding"
        return sets and (dotted_name(owner) == "sys" or _is_reload_of_sys(owner))
