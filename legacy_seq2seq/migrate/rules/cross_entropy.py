"""Rule: the cross-entropies take their arguments by keyword only since TensorFlow 1.0."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, keyword, simple

_FUNCTIONS = frozenset(
    f"tensorflow.nn.{name}"
    for name in (
        "softmax_cross_entropy_with_logits",
        "softmax_cross_entropy_with_logits_v2",
        "sparse_softmax_cross_entropy_with_logits",
        "sigmoid_cross_entropy_with_logits",
    )
)


class CrossEntropy(Rewriter):
    """`softmax_cross_entropy_with_logits(logits, labels)` becomes `(logits=logits, labels=labels)`.

    Positional arguments are an error since 1.0, so that those there are are 0.x's, logits first:
    https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "cross-entropy"
    words = ("_cross_entropy_with_logits",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name positional arguments; `targets=` is `labels=` now."""
        if self.called(original_node) not in _FUNCTIONS:
            return updated_node
        if not simple(updated_node):
            self.doubt("its arguments are unpacked: it takes labels= and logits= by keyword only")
            return updated_node
        args = list(updated_node.args)
        new = [
            keyword(arg, "labels") if arg.keyword and arg.keyword.value == "targets" else arg for arg in args
        ]
        for place, name in enumerate(("logits", "labels", "name")):
            if place < len(new) and new[place].keyword is None:
                new[place] = keyword(new[place], name)
        if new == args:
            return updated_node
        self.applied()
        return updated_node.with_changes(args=new)
