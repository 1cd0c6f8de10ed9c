"""Rule: states were single tensors up to TensorFlow 0.10."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression, keyword, simple

_CELLS = "legacy_seq2seq.rnn_cell."


class StateIsTuple(Rewriter):
    """LSTM and multi-layer cells of code for TensorFlow up to 0.10 get `state_is_tuple=False`.

    0.11 made tuples the default: https://github.com/tensorflow/tensorflow/releases/tag/v0.11.0
    """

    name = "state-is-tuple"
    words = ("LSTMCell", "MultiRNNCell")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Add the argument, or ask where the release is open and states are taken apart."""
        name = (self.full(original_node.func) or "").removeprefix(_CELLS)
        if name not in ("BasicLSTMCell", "LSTMCell", "MultiRNNCell") or not simple(updated_node):
            return updated_node
        if any(
            arg.keyword is not None and arg.keyword.value == "state_is_tuple" for arg in updated_node.args
        ):
            return updated_node
        if name == "MultiRNNCell" and len(updated_node.args) > 1:
            return updated_node
        old = self.file.before(0, 11)
        if (
            old is None
            and self.file.before(1, 0)
            and re.search(r"state\w*\.get_shape|\.state_size\b|, state\w*\)$", self.text, re.M)
        ):
            self.doubt(
                "states were single tensors up to TensorFlow 0.10: if they are here, add state_is_tuple=False"
            )
        if not old or not updated_node.args:
            return updated_node
        self.applied()
        args = list(updated_node.args)
        args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        new = keyword(cst.Arg(expression("False")), "state_is_tuple")
        return updated_node.with_changes(args=[*args, new])
