"""Rule: the fifth argument of `linear`."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, keyword, simple

_CELLS = "legacy_seq2seq.rnn_cell."


class LinearScope(Rewriter):
    """`linear(args, size, bias, start, scope)`: its last argument is given as `scope=`.

    Since TensorFlow 1.2 the fifth is an initializer: https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "linear-scope"
    words = ("linear",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name the fifth argument."""
        full = self.full(original_node.func)
        if full not in (_CELLS + "linear", _CELLS + "_linear") or not simple(updated_node):
            return updated_node
        args = list(updated_node.args)
        if len(args) < 5 or args[4].keyword is not None or self.file.before(1, 2) is False:
            return updated_node
        self.applied()
        args[4] = keyword(args[4], "scope")
        return updated_node.with_changes(args=args)
