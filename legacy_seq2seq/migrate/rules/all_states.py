"""Rule: recurrent functions returned all states up to TensorFlow 0.6."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name
from legacy_seq2seq.migrate.rules.scoped import Scoped

_FUNCTIONS = (
    "legacy_seq2seq.rnn.static_rnn",
    "legacy_seq2seq.rnn_decoder",
    "legacy_seq2seq.attention_decoder",
    "legacy_seq2seq.embedding_rnn_decoder",
    "legacy_seq2seq.embedding_attention_decoder",
    "legacy_seq2seq.basic_rnn_seq2seq",
    "legacy_seq2seq.tied_rnn_seq2seq",
    "legacy_seq2seq.embedding_rnn_seq2seq",
    "legacy_seq2seq.embedding_attention_seq2seq",
)


class AllStates(Scoped):
    """`outputs, states = rnn.rnn(...)` with `states[-1]`: the state returned is the last already.

    Up to TensorFlow 0.6 there was a list of all states: https://github.com/tensorflow/tensorflow/releases/tag/v0.7.0
    """

    name = "all-states"
    words = ("state", "rnn", "[-1]")
    everywhere = True

    def prepare(self, module: cst.Module) -> None:
        """Start without names."""
        super().prepare(module)
        self._states: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        """Note the second name that a call's result is unpacked to."""
        target = node.targets[0].target
        if (
            not isinstance(target, cst.Tuple)
            or len(target.elements) != 2
            or not isinstance(node.value, cst.Call)
        ):
            return
        name = dotted_name(target.elements[1].value)
        if name is not None and self.full(node.value.func) in _FUNCTIONS:
            self._states.add(name)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        """A pair that is kept as one is not followed."""
        called = (
            isinstance(original_node.value, cst.Call) and self.full(original_node.value.func) in _FUNCTIONS
        )
        if called and not isinstance(original_node.targets[0].target, cst.Tuple) and self.file.before(0, 7):
            self.doubt(
                "its second result was a list of all states up to TensorFlow 0.6, now it is the last one"
            )
        return updated_node

    def _picks(self, node: cst.BaseExpression, index: str) -> bool:
        """Whether something old is taken at `index`: of a call's two results, or of its states."""
        if (
            not isinstance(node, cst.Subscript)
            or self.code(node.slice[0]) != index
            or not self.file.before(0, 7)
        ):
            return False
        owner = node.value
        return index == "-1" or (isinstance(owner, cst.Call) and self.full(owner.func) in _FUNCTIONS)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """Drop `[-1]`."""
        if self._picks(original_node, "-1") and self._picks(original_node.value, "1"):  # rnn(...)[1][-1]
            self.applied()
            return updated_node.value
        name = dotted_name(original_node.value)
        if name in self._states and self.file.before(0, 7) and "[-1]" not in self.code(original_node):
            self.doubt(f"up to TensorFlow 0.6 `{name}` had all states, now it is the last one")
        if name not in self._states or not re.fullmatch(r"[\w.]+\[\s*-1\s*\]", self.code(original_node)):
            return updated_node
        old = self.file.before(0, 7)
        if old is None and self.file.before(1, 0):
            self.doubt(
                f"up to TensorFlow 0.6 `{name}` had all states, now it is the last one: then drop [-1]"
            )
        if not old:
            return updated_node
        self.applied()
        return updated_node.value
