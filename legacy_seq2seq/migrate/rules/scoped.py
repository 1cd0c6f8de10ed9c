"""What some rules share: the source of the function around."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter


class Scoped(Rewriter):
    """Knows the source of the innermost function (or the module) around the node being left."""

    def prepare(self, module: cst.Module) -> None:
        """Start with the module."""
        super().prepare(module)
        self._sources: list[str] = [self.text]
        self._around: list[cst.FunctionDef] = []

    def here(self) -> str:
        """The source of the function around."""
        return self._sources[-1]

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Enter a function."""
        self._sources.append(self.code(node))
        self._around.append(node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Leave it."""
        self._sources.pop()
        self._around.pop()
        return updated_node
