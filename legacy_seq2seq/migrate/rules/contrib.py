"""Rule: the rest of tf.contrib."""

from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter

_ADVICE = {
    "layers": "write it with tf.get_variable and tf.nn",
    "seq2seq": "use legacy_seq2seq's decoders, or write the loop with tf.while_loop",
    "learn": "write the training loop with tf.Session",
    "training": "use a plain class or argparse.Namespace for HParams",
    "rnn": "use a cell of legacy_seq2seq.rnn_cell",
    "lookup": "use tf.lookup",
    "data": "use tf.data",
}


class Contrib(Rewriter):
    """What tf.contrib held besides cells and seq2seq: the few things with an exact successor, else a finding.

    https://github.com/tensorflow/community/blob/master/rfcs/20180907-contrib-sunset.md
    """

    name = "contrib"
    words = ("contrib",)

    _moved: ClassVar[dict[str, str]] = {
        "framework.get_or_create_global_step": "train.get_or_create_global_step",
        "framework.get_global_step": "train.get_global_step",
        "framework.create_global_step": "train.create_global_step",
        "framework.nest.flatten": "nest.flatten",
        "framework.nest.map_structure": "nest.map_structure",
        "framework.nest.is_sequence": "nest.is_nested",
        "data.Dataset": "data.Dataset",
        "data.TextLineDataset": "data.TextLineDataset",
        "util.constant_value": "get_static_value",
    }
    # Exact only when they are called without arguments but a seed.
    _initializers: ClassVar[dict[str, str]] = {
        "layers.xavier_initializer": "glorot_uniform_initializer",
        "layers.xavier_initializer_conv2d": "glorot_uniform_initializer",
    }

    def prepare(self, module: cst.Module) -> None:
        """Start without inner names."""
        self._inner: set[cst.CSTNode] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """Only the longest name counts."""
        inner = node.value
        while isinstance(inner, cst.Attribute):
            self._inner.add(inner)
            inner = inner.value

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Replace it or ask."""
        full = self.full(original_node) or ""
        if original_node in self._inner:
            return updated_node
        if full == "tensorflow.contrib":
            self.doubt("tf.contrib is not part of TensorFlow 2: look up the name where it went")
        if not full.startswith("tensorflow.contrib."):
            return updated_node
        name = full.removeprefix("tensorflow.contrib.")
        if name in self._moved:
            self.applied()
            return self.tf(self._moved[name])
        if name not in self._initializers:
            self._ask(name)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """An initializer with its default settings."""
        name = (self.full(original_node.func) or "").removeprefix("tensorflow.contrib.")
        if name not in self._initializers:
            return updated_node
        if any(
            arg.keyword is None or arg.keyword.value not in ("seed", "dtype") for arg in updated_node.args
        ):
            self._ask(name)
            return updated_node
        self.applied()
        return updated_node.with_changes(func=self.tf(self._initializers[name]))

    def _ask(self, name: str) -> None:
        advice = _ADVICE.get(name.split(".", maxsplit=1)[0], "write out what you need of it")
        self.doubt(f"tf.contrib.{name} has no successor in TensorFlow 2: {advice}")
