"""Rule: the sampled losses' labels and inputs changed places in TensorFlow 1.0."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name, keyword, simple
from legacy_seq2seq.migrate.rules.handed_on import HandedOn

_OLD = ("weights", "biases", "inputs", "labels")
_NEW = ("weights", "biases", "labels", "inputs")


class SampledSoftmax(HandedOn):
    """`sampled_softmax_loss(w, b, inputs, labels, ...)`: its arguments are named, whatever their order.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "sampled-softmax"
    words = ("sampled_softmax_loss", "nce_loss")
    functions = ("tensorflow.nn.sampled_softmax_loss", "tensorflow.nn.nce_loss")
    was = "labels before inputs since 1.0, after them earlier"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name the first four arguments by their own names, or by the release."""
        if self.called(original_node) not in self.functions:
            return updated_node
        if not simple(updated_node):
            if self.file.before(1, 0) is not False and any(arg.star == "*" for arg in updated_node.args):
                self.doubt(f"its arguments are unpacked: {self.was}")
            return updated_node
        args = list(updated_node.args)
        words = {arg.keyword.value for arg in args if arg.keyword is not None}
        if len(args) > 2 and args[2].keyword is None and words & {"labels", "inputs"}:
            self.applied()
            args[2] = keyword(args[2], "inputs" if "labels" in words else "labels")
            for place, name in enumerate(_OLD[:2]):
                args[place] = keyword(args[place], name)
            return updated_node.with_changes(args=args)
        if len(args) < 4 or any(arg.keyword is not None for arg in args[:4]):
            return updated_node
        third, fourth = (self._is_labels(arg.value) for arg in args[2:4])
        if third != fourth:
            order = _NEW if third else _OLD
        else:
            old = self.file.before(1, 0)
            if old is None:
                self.doubt(
                    "(w, b, labels, inputs) since TensorFlow 1.0, inputs before labels earlier: which?"
                )
                return updated_node
            order = _OLD if old else _NEW
        self.applied()
        names = [*order, "num_sampled", "num_classes", "num_true", "sampled_values"]
        return updated_node.with_changes(
            args=[
                arg if arg.keyword is not None or n >= len(names) else keyword(arg, names[n])
                for n, arg in enumerate(args)
            ]
        )

    def _is_labels(self, node: cst.BaseExpression) -> bool:
        """Whether the name says so, also in `tf.reshape(labels, ...)`, or the shape `[-1, 1]`."""
        if re.search(r"reshape\(.*,\s*\[\s*-1\s*,\s*1\s*\]\s*\)$", self.code(node), re.S):
            return True
        while isinstance(node, cst.Call) and node.args:
            node = node.args[0].value
        name = (dotted_name(node) or "").rpartition(".")[2].lower()
        return "label" in name or "target" in name
