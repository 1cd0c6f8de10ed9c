"""What some rules share: which names are read, and code that tries a name and catches its absence."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter

_CAUGHT = frozenset(("NameError", "ImportError", "ModuleNotFoundError", "AttributeError"))


class Guarded(Rewriter):
    """Knows whether the node being left is inside such a `try`, and which names are expressions."""

    def prepare(self, module: cst.Module) -> None:
        """Start outside of everything."""
        super().prepare(module)
        self._tries: list[bool] = []
        self._no_names: set[cst.CSTNode] = set()

    def guarded(self) -> bool:
        """Whether the code here stands under `except NameError` or its like."""
        return any(self._tries)

    def is_read(self, node: cst.CSTNode) -> bool:
        """Whether a Name is an expression, and not an attribute, a keyword, a parameter or a target."""
        return node not in self._no_names

    def visit_Try(self, node: cst.Try) -> None:
        """Enter a try statement, its handlers included."""
        caught = {
            name.strip("() ")
            for handler in node.handlers
            for name in (self.code(handler.type).split(",") if handler.type is not None else ["NameError"])
        }
        self._tries.append(bool(caught & _CAUGHT))

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try:
        """Leave it."""
        self._tries.pop()
        return updated_node

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """The parts of a name are no names."""
        self._no_names.add(node.attr)

    def visit_Arg(self, node: cst.Arg) -> None:
        """A keyword is no name."""
        if node.keyword is not None:
            self._no_names.add(node.keyword)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter is none."""
        self._no_names.add(node.name)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        """What is assigned is none."""
        self._no_names.add(node.target)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """What is defined is none."""
        self._no_names.add(node.name)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """What is defined is none."""
        self._no_names.add(node.name)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        """What is imported is none."""
        return False
