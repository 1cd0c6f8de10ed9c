"""Rule: op_scope and variable_op_scope."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, keyword, simple

_ORDERS = {
    "tensorflow.op_scope": ("name_scope", ("values", "name", "default_name")),
    "tensorflow.variable_op_scope": ("variable_scope", ("values", "name_or_scope", "default_name")),
}


class OpScope(Rewriter):
    """`op_scope(values, name, default)` becomes `name_scope(...)`, `variable_op_scope` `variable_scope`.

    Deprecated in TensorFlow 0.10: https://github.com/tensorflow/tensorflow/releases/tag/v0.10.0
    """

    name = "op-scope"
    words = ("op_scope",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Rename the function and name its first arguments."""
        form = _ORDERS.get(self.full(original_node.func) or "")
        if form is None or not simple(updated_node):
            return updated_node
        function, order = form
        self.applied()
        args = [
            arg if arg.keyword is not None or n >= len(order) else keyword(arg, order[n])
            for n, arg in enumerate(updated_node.args)
        ]
        return updated_node.with_changes(func=self.tf(function), args=args)
