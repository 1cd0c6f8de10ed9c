"""Rule: TensorFlow's private modules, whose names came and went, give way to the public ones."""

import libcst as cst

from legacy_seq2seq.migrate.places import MODULES, NAMES
from legacy_seq2seq.migrate.private_names import public
from legacy_seq2seq.migrate.rule import Rewriter


class PrivateModules(Rewriter):
    """`array_ops.concat`, `control_flow_ops.cond`, `nest.is_sequence`, ... become `tf.concat`, `tf.cond`, ...

    `cond` and `while_loop` left control_flow_ops in TensorFlow 2.13; none of these modules is public API:
    https://www.tensorflow.org/guide/versions#what_is_not_covered
    """

    name = "private-modules"
    words = ("tensorflow.python", "tf.python")

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rewrite `module.name`."""
        return self._replaced(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """Rewrite a name that was imported from a private module."""
        return self._replaced(original_node, updated_node)

    def _replaced(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        full = self.full(original)
        if full is None or not full.startswith("tensorflow.python."):
            return updated
        if full in NAMES or full in MODULES or any(full.startswith(module + ".") for module in MODULES):
            return updated  # the rule for cells and functions
        name = public(full)
        if name is None or original in self._not_read:
            return updated
        self.applied()
        return self.tf(name)

    def prepare(self, module: cst.Module) -> None:
        """Start without names that are no expressions."""
        self._not_read: set[cst.CSTNode] = set()

    def visit_Import(self, node: cst.Import) -> bool:
        """Leave the imports alone: the last rule drops what is no longer used."""
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        """Leave the imports alone."""
        return False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """The parts of a name are no names."""
        self._not_read.add(node.attr)

    def visit_Arg(self, node: cst.Arg) -> None:
        """A keyword is no name."""
        if node.keyword is not None:
            self._not_read.add(node.keyword)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter is no name either."""
        self._not_read.add(node.name)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        """Nor is what is assigned."""
        self._not_read.add(node.target)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Nor is what is defined."""
        self._not_read.add(node.name)
