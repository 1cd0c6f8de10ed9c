"""Rule: states were single tensors up to TensorFlow 0.10."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name, expression, keyword, simple
from legacy_seq2seq.migrate.rules.guarded import Guarded

_CELLS = frozenset(
    f"legacy_seq2seq.rnn_cell.{name}" for name in ("BasicLSTMCell", "LSTMCell", "MultiRNNCell")
)
# They ask for a class, and take nothing in its place.
_OF_CLASSES = frozenset(("isinstance", "issubclass", "setattr", "getattr", "hasattr", "super"))


class StateIsTuple(Guarded):
    """LSTM and multi-layer cells of code for TensorFlow up to 0.10 get `state_is_tuple=False`.

    A class that is called elsewhere, as in `cell_fn = BasicLSTMCell`, becomes a `functools.partial`.
    0.11 made tuples the default: https://github.com/tensorflow/tensorflow/releases/tag/v0.11.0
    """

    name = "state-is-tuple"
    words = ("LSTMCell", "MultiRNNCell")

    def prepare(self, module: cst.Module) -> None:
        """Start without classes that stay classes."""
        super().prepare(module)
        self._classes: set[cst.CSTNode] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """What is called here gets its argument here."""
        self._classes.add(node.func)
        if dotted_name(node.func) in _OF_CLASSES:
            values = [arg.value for arg in node.args]
            more = [e.value for value in values if isinstance(value, cst.Tuple) for e in value.elements]
            self._classes.update((*values, *more))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """`BasicLSTMCell.__call__`."""
        super().visit_Attribute(node)
        self._classes.add(node.value)

    def visit_Comparison(self, node: cst.Comparison) -> None:
        """`cell_fn == BasicLSTMCell`."""
        self._classes.update((node.left, *(each.comparator for each in node.comparisons)))

    def visit_Assign(self, node: cst.Assign) -> None:
        """The calls of a name that has one meaning are seen."""
        target = (dotted_name(node.targets[0].target) or "").removeprefix("self.")
        if target in {**self.names.aliases, **self.names.attributes}:
            self._classes.add(node.value)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """A class is no base in another guise."""
        super().visit_ClassDef(node)
        self._classes.update(arg.value for arg in node.bases)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        """What a subclass hands on is not seen."""
        bases = {self.full(arg.value) for arg in original_node.bases}
        if bases & _CELLS and "state_is_tuple" not in self.code(original_node):
            if self.file.before(0, 11) or self._is_open():
                self.doubt(
                    "its state was a single tensor up to TensorFlow 0.10: hand on state_is_tuple=False"
                )
        return updated_node

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`cell_fn = rnn_cell.BasicLSTMCell`, called elsewhere."""
        return self._handed_on(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """`cell_fn = BasicLSTMCell`."""
        return self._handed_on(original_node, updated_node) if self.is_read(original_node) else updated_node

    def _handed_on(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        if original in self._classes or self.full(original) not in _CELLS:
            return updated
        if self._is_open():
            self._ask()
        if not self.file.before(0, 11):
            return updated
        self.applied()
        self.want("import functools")
        return expression(f"functools.partial({self.code(updated)}, state_is_tuple=False)")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Add the argument, or ask where the release is open and states are taken apart."""
        name = self.called(original_node)
        if name not in _CELLS or not simple(updated_node):
            return updated_node
        if any(
            arg.keyword is not None and arg.keyword.value == "state_is_tuple" for arg in updated_node.args
        ):
            return updated_node
        if name.endswith("MultiRNNCell") and len(updated_node.args) > 1:
            return updated_node
        if self._is_open():
            self._ask()
        if not self.file.before(0, 11) or not updated_node.args:
            return updated_node
        self.applied()
        args = list(updated_node.args)
        args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        new = keyword(cst.Arg(expression("False")), "state_is_tuple")
        return updated_node.with_changes(args=[*args, new])

    def _is_open(self) -> bool:
        """Whether the release is open, and states are taken apart."""
        if self.file.before(0, 11) is not None or not self.file.before(1, 0):
            return False
        return re.search(r"state\w*\.get_shape|\.state_size\b|, state\w*\)$", self.text, re.M) is not None

    def _ask(self) -> None:
        self.doubt(
            "states were single tensors up to TensorFlow 0.10: if they are here, add state_is_tuple=False"
        )
