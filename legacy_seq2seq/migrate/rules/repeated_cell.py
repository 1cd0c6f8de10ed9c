"""Rule: `[cell] * n` was n layers with weights of their own up to TensorFlow 1.0."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_CELL = re.compile(r"cell|lstm|gru|rnn|layer", re.I)


class RepeatedCell(Rewriter):
    """`[cell] * n` in code for 0.x and 1.0 becomes `[copy.deepcopy(cell) for _ in range(n)]`.

    From 1.2 on the layers share one cell's weights, which stays so:
    https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "repeated-cell"
    words = ("*", " for ")

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        """`[cell] * n` or `n * [cell]`."""
        if not isinstance(original_node.operator, cst.Multiply):
            return updated_node
        for repeated, count in (
            (updated_node.left, updated_node.right),
            (updated_node.right, updated_node.left),
        ):
            if isinstance(repeated, cst.List) and len(repeated.elements) == 1:
                element = repeated.elements[0].value
                if self._is_cell(element) and self._own_weights(self.code(updated_node)):
                    self.applied()
                    return expression(f"[{self._fresh(element)} for _ in range({self.code(count)})]")
        return updated_node

    def leave_ListComp(self, original_node: cst.ListComp, updated_node: cst.ListComp) -> cst.BaseExpression:
        """`[cell for _ in range(n)]` is the same list."""
        element, loop = updated_node.elt, updated_node.for_in
        target = loop.target.value if isinstance(loop.target, cst.Name) else None
        if dotted_name(element) in (None, target) or not self._is_cell(element):
            return updated_node
        if not self._own_weights(self.code(updated_node)):
            return updated_node
        self.applied()
        return updated_node.with_changes(elt=expression(self._fresh(element)))

    def _is_cell(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call):
            return (self.full(node.func) or "").startswith("legacy_seq2seq.rnn_cell.")
        name = dotted_name(node)
        return name is not None and _CELL.search(name.rpartition(".")[2]) is not None

    def _fresh(self, node: cst.BaseExpression) -> str:
        if isinstance(node, cst.Call):
            return self.code(node)
        self.want("import copy")
        return f"copy.deepcopy({self.code(node)})"

    def _own_weights(self, code: str) -> bool:
        old = self.file.before(1, 2)
        if old is None:
            self.doubt(
                f"`{' '.join(code.split())}`: own layers up to TF 1.0, one shared cell since 1.2, and here"
            )
        return bool(old)
