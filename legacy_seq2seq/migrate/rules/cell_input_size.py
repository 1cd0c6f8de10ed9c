"""Rule: the cells' input_size argument."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, is_integer, simple, without

_CELLS = "legacy_seq2seq.rnn_cell."
_SIZE = re.compile(r"(size|dim|units)$")


class CellInputSize(Rewriter):
    """The cells' `input_size` argument goes: it was only checked.

    Deprecated in TensorFlow 0.10, gone in 1.2: https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "cell-input-size"
    words = ("GRUCell", "LSTMCell", "RNNCell")

    _positions = {"GRUCell": 1, "BasicRNNCell": 1, "LSTMCell": 1, "BasicLSTMCell": 2}  # noqa: RUF012

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Drop it by name, or by its place in old code."""
        place = self._positions.get((self.called(original_node) or "").removeprefix(_CELLS))
        if place is None or not simple(updated_node):
            return updated_node
        for arg in updated_node.args:
            if arg.keyword is not None and arg.keyword.value == "input_size":
                self.applied()
                return without(updated_node, arg)
        args = updated_node.args
        if len(args) <= place or args[place].keyword is not None:
            return updated_node
        # What stands there now is a function or a truth value.
        is_size = is_integer(args[place].value) or _SIZE.search(self.code(args[place].value)) is not None
        old = self.file.before(1, 2)
        if old is False or not (old or is_size):
            return updated_node
        self.applied()
        if any(arg.keyword is None for arg in args[place + 1 :]):
            self.doubt("input_size is dropped here: give the arguments after it by keyword")
        return without(updated_node, args[place])
