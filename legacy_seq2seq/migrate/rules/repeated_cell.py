"""Rule: `[cell] * n` was n layers with weights of their own up to TensorFlow 1.0."""

import re
from collections.abc import Sequence

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_CELL = re.compile(r"cell|lstm|gru|rnn|layer", re.I)
_CELLS = "legacy_seq2seq.rnn_cell."
_LAYERS = _CELLS + "MultiRNNCell"


class RepeatedCell(Rewriter):
    """`[cell] * n` in code for 0.x and 1.0 becomes `[copy.deepcopy(cell) for _ in range(n)]`.

    So do `[cell, cell]`, `cells * n` and `cells.append(cell)` in a loop, where a MultiRNNCell has them, and
    what wraps one cell several times.
    From 1.2 on the layers share one cell's weights, which stays so:
    https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "repeated-cell"
    words = ("*", " for ", "MultiRNNCell", ".append(", "[")

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
            or not self._outlives(self._inner(args[0].value))
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

    def visit_Assign(self, node: cst.Assign) -> None:
        """Enter what a MultiRNNCell gets later."""
        self._layers += dotted_name(node.targets[0].target) in self._stacked

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        """Leave it."""
        self._layers -= dotted_name(original_node.targets[0].target) in self._stacked
        return updated_node

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.BaseSmallStatement:
        """`cells *= n`, and `cells += [cell]` in a loop."""
        value, code = updated_node.value, self.code(original_node)
        if dotted_name(original_node.target) not in self._stacked:
            return updated_node
        if isinstance(original_node.operator, cst.MultiplyAssign) and self._own_weights(code):
            self.applied()
            self.want("import copy")
            cells, count = self.code(original_node.target), self.code(value)
            line = cst.parse_statement(f"{cells} = [copy.deepcopy(cell) for cell in {cells} * {count}]")
            return cst.ensure_type(line, cst.SimpleStatementLine).body[0]
        if not self._loops or not isinstance(value, cst.List) or not value.elements:
            return updated_node
        if all(self._outlives(self._inner(e.value)) for e in value.elements) and self._own_weights(code):
            self.applied()
            fresh = [e.with_changes(value=expression(self._fresh(e.value))) for e in value.elements]
            return updated_node.with_changes(value=value.with_changes(elements=fresh))
        return updated_node

    def _inner(self, node: cst.BaseExpression) -> str | None:
        """The name of a cell, or of what a wrapper wraps; None if it is made here."""
        if isinstance(node, cst.Call) and node.args and (self.full(node.func) or "").endswith("Wrapper"):
            return self._inner(node.args[0].value)
        return dotted_name(node)

    def _outlives(self, name: str | None) -> bool:
        """Whether a name is that of a cell made outside of the loop, or of a wrapper of one."""
        if name is None:
            return False
        own = re.escape(name)
        wraps = re.search(
            rf"(?<![\w.]){own}\s*=\s*[\w.]*Wrapper\(\s*(?:cell\s*=\s*)?([\w.]+)\s*[,)]", self._loops[-1]
        )
        if wraps is not None:
            return wraps[1] != name and self._outlives(wraps[1])
        return re.search(rf"(?<![\w.]){own}\s*=(?!=)|\bfor {own}\b", self._loops[-1]) is None

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
            if isinstance(repeated, (cst.List, cst.Tuple)) and len(repeated.elements) == 1:
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
        names = [self._inner(element.value) for element in original_node.elements]
        places = [place for place in _repeated(names) if names[place] is not None]
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
        inner = self._inner(element)
        if inner is None or re.search(rf"\b{re.escape(inner)}\b", self.code(loop.target)):
            return updated_node
        if not self._is_cell(element):
            return updated_node
        if not self._own_weights(self.code(updated_node)):
            return updated_node
        self.applied()
        return updated_node.with_changes(elt=expression(self._fresh(element)))

    def _is_cell(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call):
            return self._layers > 0 or (self.full(node.func) or "").startswith(_CELLS)
        name = dotted_name(node)
        if name in (None, "None"):
            return False
        assert name is not None
        made = rf"(?<![\w.]){re.escape(name)}\s*=\s*[\w.]*(?:Cell|Wrapper)\("
        return (
            self._layers > 0
            or _CELL.search(name.rpartition(".")[2]) is not None
            or re.search(made, self.text) is not None
        )

    def _fresh(self, node: cst.BaseExpression) -> str:
        made_here = isinstance(node, cst.Call) and (self.full(node.func) or "").startswith(_CELLS)
        if made_here and self._inner(node) is None:
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


def _repeated(names: Sequence[str | None]) -> list[int]:
    """The places of what stood before already."""
    return [place for place, name in enumerate(names) if name in names[:place]]
