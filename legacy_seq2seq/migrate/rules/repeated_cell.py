"""Rule: `[cell] * n` was n layers with weights of their own up to TensorFlow 1.0."""

import re
from collections.abc import Sequence

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_CELL = re.compile(r"cell|lstm|gru|rnn|layer", re.I)
_LAYERS = "legacy_seq2seq.rnn_cell.MultiRNNCell"


class RepeatedCell(Rewriter):
    """`[cell] * n` in code for 0.x and 1.0 becomes `[copy.deepcopy(cell) for _ in range(n)]`.

    So do `[cell, cell]`, `cells * n` and `cells.append(cell)` in a loop, where a MultiRNNCell has them.
    From 1.2 on the layers share one cell's weights, which stays so:
    https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "repeated-cell"
    words = ("*", " for ", "MultiRNNCell", ".append(", "+=")

    def prepare(self, module: cst.Module) -> None:
        """Start outside of everything."""
        self._layers = 0
        self._loops: list[str] = []
        self._stacked = re.findall(r"MultiRNNCell\(\s*(?:cells\s*=\s*)?([\w.]+)", self.text)

    def visit_Call(self, node: cst.Call) -> None:
        """Enter a MultiRNNCell."""
        self._layers += self.full(node.func) == _LAYERS

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Leave it; `cells.append(cell)` in a loop is `[cell] * n`."""
        if self.full(original_node.func) == _LAYERS:
            self._layers -= 1
            return updated_node
        func, args = original_node.func, original_node.args
        if not isinstance(func, cst.Attribute) or func.attr.value != "append" or len(args) != 1:
            return updated_node
        if (
            not self._loops
            or dotted_name(func.value) not in self._stacked
            or not self._outlives(args[0].value)
        ):
            return updated_node
        if not self._own_weights(self.code(original_node)):
            return updated_node
        self.applied()
        new = updated_node.args[0].with_changes(value=expression(self._fresh(args[0].value)))
        return updated_node.with_changes(args=[new])

    def visit_For(self, node: cst.For) -> None:
        """Enter a loop."""
        self._loops.append(self.code(node))

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        """Leave it."""
        self._loops.pop()
        return updated_node

    def _outlives(self, node: cst.BaseExpression) -> bool:
        """Whether a name is that of a cell made outside of the loop."""
        name = dotted_name(node)
        if name is None:
            return False
        return (
            re.search(rf"(?<![\w.]){re.escape(name)}\s*=(?!=)|\bfor {re.escape(name)}\b", self._loops[-1])
            is None
        )

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        """`[cell] * n`, `n * [cell]`, and `cells * n` in a MultiRNNCell."""
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
        code = self.code(updated_node)
        plural = any(dotted_name(side) is not None and "cell" in self.code(side).lower()
                     for side in (updated_node.left, updated_node.right))  # fmt: skip
        if self._layers and plural and self._own_weights(code):
            self.applied()
            self.want("import copy")
            return expression(f"[copy.deepcopy(cell) for cell in {code}]")
        return updated_node

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.BaseExpression:
        """`[cell, cell]` in a MultiRNNCell."""
        if not self._layers or len(original_node.elements) < 2:
            return updated_node
        again = _repeated([self.code(element.value) for element in original_node.elements])
        names = [dotted_name(element.value) for element in original_node.elements]
        places = [place for place in again if names[place] is not None]
        if not places or not self._own_weights(self.code(original_node)):
            return updated_node
        elements = list(updated_node.elements)
        for place in places:
            self.applied()
            elements[place] = elements[place].with_changes(
                value=expression(self._fresh(elements[place].value))
            )
        return updated_node.with_changes(elements=elements)

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
        if name is None:
            return False
        made = rf"(?<![\w.]){re.escape(name)}\s*=\s*[\w.]*(?:Cell|Wrapper)\("
        return (
            self._layers > 0
            or _CELL.search(name.rpartition(".")[2]) is not None
            or re.search(made, self.text) is not None
        )

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


def _repeated(codes: Sequence[str]) -> list[int]:
    """The places of what stood before already."""
    return [place for place, code in enumerate(codes) if code in codes[:place]]
