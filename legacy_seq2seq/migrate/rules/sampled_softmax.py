"""Rule: the sampled losses' labels and inputs changed places in TensorFlow 1.0."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, keyword, simple

FUNCTIONS = ("tensorflow.nn.sampled_softmax_loss", "tensorflow.nn.nce_loss")
_OLD = ("weights", "biases", "inputs", "labels")
_NEW = ("weights", "biases", "labels", "inputs")


class SampledSoftmax(Rewriter):
    """`sampled_softmax_loss(w, b, inputs, labels, ...)`: its arguments are named, whatever their order.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "sampled-softmax"
    words = ("sampled_softmax_loss", "nce_loss")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name the first four arguments by their own names, or by the release."""
        if self.full(original_node.func) not in FUNCTIONS:
            return updated_node
        if not simple(updated_node):
            if self.file.before(1, 0) is not False and any(arg.star == "*" for arg in updated_node.args):
                self.doubt("its arguments are unpacked: labels before inputs since 1.0, after them earlier")
            return updated_node
        args = list(updated_node.args)
        if len(args) < 4 or any(arg.keyword is not None for arg in args[:4]):
            return updated_node
        third, fourth = (_is_labels(arg.value) for arg in args[2:4])
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


def _is_labels(node: cst.BaseExpression) -> bool:
    name = (dotted_name(node) or "").rpartition(".")[2].lower()
    return "label" in name or "target" in name
