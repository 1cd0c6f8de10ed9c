"""Rule: `/` on integers was floor division in Python 2."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name

_FLOATS = frozenset(("float", "random", "time", "sqrt", "exp", "log", "mean", "std", "norm", "random_sample"))
_FLOAT_NAMES = re.compile(
    r"loss|cost|time|prob|perplex|ppx|rate|score|mean|std|average|norm|ratio|temperature", re.I
)
_INTEGERS = frozenset(("len", "int", "ord", "round_down"))
# Tensors of integers, and what leaves a tensor's type as it is.
_INTEGER_OPS = frozenset(
    f"tensorflow.{name}" for name in "argmax argmin arg_max size shape rank range to_int32 to_int64".split()
)
_SAME_TYPE = frozenset(
    f"tensorflow.{name}" for name in "stop_gradient squeeze reshape identity expand_dims tile".split()
)
_INTEGER_NAMES = frozenset(
    ("batch_size", "num_batches", "num_steps", "epoch_size", "vocab_size", "num_layers")
)
_NUMBER = cst.Integer("1")


class IntegerDivision(Rewriter):
    """`a / b` in Python 2's files: `//` if both are integers, left if one is none, else a finding.

    In `range(...)` and slices, which take no floats, it is `//` in all files. Those with
    `from __future__ import division` are left alone. https://peps.python.org/pep-0238/
    """

    name = "integer-division"
    words = ("/",)
    everywhere = True

    def prepare(self, module: cst.Module) -> None:
        """Find out which names of the module hold integers or floats only."""
        true = self.names.imports.get("division") == "__future__.division"
        self._active = self.file.python2 and not true
        self._asks = self.file.undecided and not true
        # What cannot be a float in any Python.
        self._whole: set[cst.CSTNode] = set()
        self._may_be_whole = not true
        self._kinds: dict[str, set[str]] = {}

    def visit_Assign(self, node: cst.Assign) -> None:
        """Note what simple names are assigned, also in `a, b = 0.0, 0`."""
        for target in node.targets:
            pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = [(target.target, node.value)]
            if isinstance(target.target, cst.Tuple) and isinstance(node.value, cst.Tuple):
                elements = zip(target.target.elements, node.value.elements, strict=False)
                pairs = [(left.value, right.value) for left, right in elements]
            elif isinstance(target.target, cst.Tuple) and self._is_top_k(node.value):
                pairs = [(target.target.elements[1].value, _NUMBER)]
            for name, value in pairs:
                if isinstance(name, cst.Name):
                    self._kinds.setdefault(name.value, set()).add(self._kind(value))

    def visit_Call(self, node: cst.Call) -> None:
        """`range(a / b)`."""
        if isinstance(node.func, cst.Name) and node.func.value in ("range", "xrange"):
            self._note_whole(*(arg.value for arg in node.args))

    def visit_Slice(self, node: cst.Slice) -> None:
        """`x[: a / b]`."""
        self._note_whole(node.lower, node.upper, node.step)

    def _note_whole(self, *nodes: cst.BaseExpression | None) -> None:
        for node in nodes:
            if isinstance(node, cst.BinaryOperation) and self._may_be_whole:
                self._whole.add(node)
                self._note_whole(node.left, node.right)

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """Decide one division."""
        if not isinstance(original_node.operator, cst.Divide):
            return updated_node
        whole = original_node in self._whole
        if not (self._active or self._asks or whole):
            return updated_node
        kinds = {self._kind(original_node.left), self._kind(original_node.right)}
        if whole or (self._active and kinds == {"int"}):
            self.applied()
            spaces = {
                "whitespace_before": original_node.operator.whitespace_before,
                "whitespace_after": original_node.operator.whitespace_after,
            }
            return updated_node.with_changes(operator=cst.FloorDivide(**spaces))
        if kinds == {"int"} or (self._active and not kinds & {"float", "other"}):
            self.doubt(
                f"in Python 2 `{self._short(original_node)}` floored if both were integers: then write //"
            )
        return updated_node

    def leave_AugAssign(self, original_node: cst.AugAssign, updated_node: cst.AugAssign) -> cst.AugAssign:
        """Decide `a /= b`."""
        if not self._active or not isinstance(original_node.operator, cst.DivideAssign):
            return updated_node
        kinds = {self._kind(original_node.target), self._kind(original_node.value)}
        if not kinds & {"float", "other"}:
            self.doubt(
                f"in Python 2 `{self._short(original_node)}` floored if both were integers: then write //="
            )
        return updated_node

    def _short(self, node: cst.CSTNode) -> str:
        return " ".join(self.code(node).split())[:60]

    def _kind(self, node: cst.BaseExpression) -> str:
        """What an expression is: int, float, other (a string, an array, a tensor), or unknown."""
        if isinstance(node, cst.Integer):
            return "int"
        if isinstance(node, cst.Float):
            return "float"
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)):
            return "other"
        if isinstance(node, cst.UnaryOperation):
            return self._kind(node.expression)
        if isinstance(node, cst.BinaryOperation):
            return self._joint(self._kind(node.left), self._kind(node.right), node.operator)
        if isinstance(node, cst.Subscript) and isinstance(node.value, cst.Call):
            return "int" if self._called(node.value) == "int" else "unknown"
        if isinstance(node, cst.Call):
            return self._called(node)
        name = dotted_name(node) or ""
        known = self._kinds.get(name, {"unknown"})
        if name in _INTEGER_NAMES or name.rpartition(".")[2] in _INTEGER_NAMES:
            return "int"
        if _FLOAT_NAMES.search(name.rpartition(".")[2]):
            return "float"
        return next(iter(known)) if len(known) == 1 else "unknown"

    def _is_top_k(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and self.full(node.func) == "tensorflow.nn.top_k"

    def _joint(self, left: str, right: str, operator: cst.BaseBinaryOp) -> str:
        both = {left, right}
        if "other" in both:
            return "other"
        if "float" in both:
            return "float"
        return "unknown" if "unknown" in both else "int"

    def _called(self, node: cst.Call) -> str:
        full = self.full(node.func) or dotted_name(node.func) or ""
        name = full.rpartition(".")[2]
        if name in _FLOATS:
            return "float"
        if full in _INTEGER_OPS or (
            full in _SAME_TYPE and node.args and self._kind(node.args[0].value) == "int"
        ):
            return "int"
        if full.startswith(("tensorflow.", "numpy.")) or name == "get_shape":
            return "other"
        return "int" if full in _INTEGERS else "unknown"
