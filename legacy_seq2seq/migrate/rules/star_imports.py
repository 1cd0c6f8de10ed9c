"""Rule: `import *` from TensorFlow's modules, whose names no other rule could tell."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name
from legacy_seq2seq.migrate.stars import taken


class StarImports(Rewriter):
    """`from tensorflow.python.ops.rnn_cell import *` becomes an import of the names that are used.

    Only so can be told whose `concat(1, x)` or `GRUCell` it is. What other files rely on stays, too.
    https://peps.python.org/pep-0008/#imports
    """

    name = "star-imports"
    words = ("import *",)

    def prepare(self, module: cst.Module) -> None:
        """Find out which names come from which star."""
        self._taken = taken(self.names)

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.FlattenSentinel[cst.BaseSmallStatement]:
        """Name them."""
        if not isinstance(original_node.names, cst.ImportStar) or original_node.relative:
            return updated_node
        names = self._taken.pop(dotted_name(original_node.module) or "", [])  # type: ignore[arg-type]
        if not names:
            return updated_node
        self.applied()
        new = updated_node.with_changes(names=[cst.ImportAlias(name=cst.Name(name)) for name in names])
        if not self.file.tree.passes_on(self.file.path):
            return new
        return cst.FlattenSentinel([updated_node, new])
