"""Rule: work-arounds for the deep copies that failed from TensorFlow 1.2 on."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name


class DeepcopyWorkaround(Rewriter):
    """`setattr(GRUCell, "__deepcopy__", lambda self, _: self)` works, and decides which variables there are.

    With it encoder and decoder share their weights: https://github.com/tensorflow/models/issues/1790
    """

    name = "deepcopy-workaround"
    words = ("__deepcopy__",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name the place."""
        args = original_node.args
        if dotted_name(original_node.func) == "setattr" and len(args) == 3:
            if self.code(args[1].value).strip("'\"") == "__deepcopy__":
                self._name()
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """`def __deepcopy__(self, memo): return self` in a cell of one's own."""
        if original_node.name.value == "__deepcopy__" and "return self" in self.code(original_node):
            self._name()
        return updated_node

    def leave_AssignTarget(
        self, original_node: cst.AssignTarget, updated_node: cst.AssignTarget
    ) -> cst.AssignTarget:
        """`GRUCell.__deepcopy__ = ...`."""
        target = original_node.target
        if isinstance(target, cst.Attribute) and target.attr.value == "__deepcopy__":
            self._name()
        return updated_node

    def _name(self) -> None:
        self.doubt(
            "kept: encoder and decoder share weights, as in old checkpoints; drop it for weights of their own"
        )
