"""What some rules share: functions that are not called where they are named."""

from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name
from legacy_seq2seq.migrate.rules.guarded import Guarded


class HandedOn(Guarded):
    """Asks where one of `functions` is handed on: whoever calls it may have the old order of arguments.

    functions: full names. was: how they were called before TensorFlow 1.0, and since.
    """

    functions: ClassVar[tuple[str, ...]]
    was: ClassVar[str]

    def prepare(self, module: cst.Module) -> None:
        """Start without calls."""
        super().prepare(module)
        self._seen: set[cst.CSTNode] = set()

    def visit_Call(self, node: cst.Call) -> None:
        """Its arguments are looked at there."""
        self._seen.add(node.func)

    def visit_Assign(self, node: cst.Assign) -> None:
        """The calls of a name that has one meaning are seen."""
        target = dotted_name(node.targets[0].target) or ""
        attributes = {f"self.{name}" for name in self.names.attributes} | set(self.names.attributes)
        if target in attributes or target in self.names.aliases:
            self._seen.add(node.value)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`map(tf.concat, ...)`."""
        self._ask(original_node)
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """`map(concat, ...)`."""
        if self.is_read(original_node):
            self._ask(original_node)
        return updated_node

    def _ask(self, node: cst.BaseExpression) -> None:
        full = self.full(node)
        if full in self.functions and node not in self._seen and self.file.before(1, 0) is not False:
            self.doubt(f"{full.rpartition('.')[2]} is handed on: {self.was}")
