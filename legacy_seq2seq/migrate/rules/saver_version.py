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
        if self.builtin(original_node.func, "dict"):
            for arg in original_node.args:
                self._ask(arg.keyword.value if arg.keyword is not None else "", arg.value)
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

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        """`{"write_version": V1}`, for some saver."""
        self._ask(self.code(original_node.key).strip("'\""), original_node.value)
        return updated_node

    def _ask(self, key: str, value: cst.BaseExpression) -> None:
        if key == "write_version" and "V2" not in self.code(value):
            self.doubt("leave write_version out, if it is for a saver: V2 is what every other part expects")
