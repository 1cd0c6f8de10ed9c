"""Rule: savers that write V1 checkpoints."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, without


class SaverVersion(Rewriter):
    """`Saver(..., write_version=V1)` loses the argument: V2 is what every other part expects.

    Old V1 checkpoints are still read. TensorFlow 0.12: https://github.com/tensorflow/tensorflow/releases/tag/v0.12.0
    """

    name = "saver-version"
    words = ("write_version",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Drop the argument."""
        if self.full(original_node.func) != "tensorflow.train.Saver":
            return updated_node
        for arg in updated_node.args:
            if (
                arg.keyword is not None
                and arg.keyword.value == "write_version"
                and "V2" not in self.code(arg.value)
            ):
                self.applied()
                return without(updated_node, arg)
        return updated_node
