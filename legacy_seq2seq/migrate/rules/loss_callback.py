"""Rule: the loss function that the legacy losses call, by keywords since TensorFlow 1.2."""

import ast
import re

import libcst as cst

from legacy_seq2seq.migrate.callbacks import PARAMETER, PLACES, Given, callbacks
from legacy_seq2seq.migrate.imports import is_docstring
from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, keyword

_NOTHING = Given()
# Where a body takes a parameter for the labels.
_LABELS = r"reshape\(\s*{name}\s*,\s*\[\s*-1\s*,\s*1\s*\]|\blabels\s*=\s*{name}\b"


def _is_labels(name: str) -> bool:
    return "label" in name.lower() or "target" in name.lower()


class LossCallback(Rewriter):
    """`def sampled_loss(inputs, labels)`: its parameters are called `labels` and `logits`, in whatever order.

    TensorFlow called it (logits, labels) up to 0.12, (labels, logits) in 1.0 and 1.1, by keywords since 1.2:
    https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "loss-callback"
    words = (PARAMETER, "sampled_loss", "model_with_buckets", "sequence_loss")
    everywhere = True

    def prepare(self, module: cst.Module) -> None:
        """Collect the names of functions that are used as loss functions."""
        lambdas = _Lambdas()
        module.visit(lambdas)
        self._lambdas = lambdas.found
        own = {
            name.rpartition(".")[2]: given
            for name, given in callbacks(ast.parse(self.text), self.names).items()
            if self.names.full(name) is None
        }
        self._callbacks = {"sampled_loss": _NOTHING, **self.file.tree.callbacks_in(self.file.path), **own}

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Rename the parameters of a callback."""
        if original_node.name.value not in self._callbacks:
            return updated_node
        names = self._renamed(original_node, self._callbacks[original_node.name.value])
        if not names:
            return updated_node
        self.applied()
        taken = {new for new in names.values() if re.search(rf"\b{new}\b", self.code(original_node.body))}
        params = updated_node.params.with_changes(
            params=[
                p.with_changes(name=cst.Name(names.get(p.name.value, p.name.value)))
                for p in updated_node.params.params
            ]
        )
        if taken - set(names):
            left, right = ", ".join(names), ", ".join(names.values())
            first = cst.parse_statement(f"{left} = {right}")
            body = updated_node.body
            if isinstance(body, cst.IndentedBlock):
                place = 1 if _is_docstring(body) else 0
                body = body.with_changes(body=[*body.body[:place], first, *body.body[place:]])
            return updated_node.with_changes(params=params, body=body)
        return updated_node.with_changes(params=params, body=updated_node.body.visit(_Rename(names)))

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        """`softmax_loss_function=lambda x, y: ...`, or without the keyword."""
        value = updated_node.value
        if original_node.value not in self._lambdas or not isinstance(value, cst.Lambda):
            return updated_node
        return updated_node.with_changes(value=self._lambda(value))

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        """`loss = lambda x, y: ...`, handed over later."""
        name = (dotted_name(original_node.targets[0].target) or "").rpartition(".")[2]
        value = updated_node.value
        if isinstance(value, cst.Lambda) and name in {*self._callbacks, PARAMETER}:
            return updated_node.with_changes(value=self._lambda(value))
        return updated_node

    def _lambda(self, value: cst.Lambda) -> cst.Lambda:
        names = self._renamed(value)
        if not names:
            return value
        # A keyword is no such name.
        if any(
            re.search(rf"\b{new}\b(?!\s*=[^=])", self.code(value.body))
            for new in set(names.values()) - set(names)
        ):
            self.doubt(
                "it is called by labels= and logits= now, and its body has such a name of another meaning"
            )
            return value
        self.applied()
        params = [
            p.with_changes(name=cst.Name(names.get(p.name.value, p.name.value))) for p in value.params.params
        ]
        return value.with_changes(
            params=value.params.with_changes(params=params), body=value.body.visit(_Rename(names))
        )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """An own copy of the losses calls its callback by keywords, too."""
        name = (dotted_name(original_node.func) or "").rpartition(".")[2]
        args = updated_node.args
        if name != PARAMETER or len(args) != 2 or any(arg.keyword or arg.star for arg in args):
            return updated_node
        order = self._order([self.code(arg.value) for arg in args])
        if order is None:
            self.doubt("it is called by labels= and logits= now: which of these are the labels?")
            return updated_node
        self.applied()
        return updated_node.with_changes(
            args=[keyword(arg, new) for arg, new in zip(args, order, strict=True)]
        )

    def _order(self, names: list[str], body: str = "") -> tuple[str, str] | None:
        first, second = (_is_labels(name) for name in names)
        if first == second:
            first, second = (bool(re.search(_LABELS.format(name=re.escape(n)), body)) for n in names)
        if first == second:
            old = self.file.before(1, 0)
            if old is None:
                return None
            first = not old
        return ("labels", "logits") if first else ("logits", "labels")

    def _renamed(self, node: cst.FunctionDef | cst.Lambda, given: Given = _NOTHING) -> dict[str, str]:
        params = node.params.params
        required = [p.name.value for p in params if p.default is None and p.name.value != "self"]
        required = [name for name in required[given.positional :] if name not in given.keywords]
        if not required and isinstance(node.params.star_arg, cst.Param):
            self.doubt("it is called by labels= and logits= now: take them by these names")
        if len(required) != 2 or set(required) == {"labels", "logits"}:
            return {}
        order = self._order(required, self.code(node.body))
        if order is None:
            self.doubt("it is called by labels= and logits= now: name its parameters so")
            return {}
        return {old: new for old, new in zip(required, order, strict=True) if old != new}


def _is_docstring(body: cst.IndentedBlock) -> bool:
    return bool(body.body) and is_docstring(body.body[0])


class _Lambdas(cst.CSTVisitor):
    """Collects the lambdas that are given to a loss."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[cst.CSTNode] = set()

    def visit_Call(self, node: cst.Call) -> None:
        place = PLACES.get((dotted_name(node.func) or "").rpartition(".")[2])
        for n, arg in enumerate(node.args):
            here = n == place if arg.keyword is None else arg.keyword.value == PARAMETER
            if here and isinstance(arg.value, cst.Lambda):
                self.found.add(arg.value)


class _Rename(cst.CSTTransformer):
    """Renames variables, and neither attributes nor keywords."""

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._names.get(updated_node.value, updated_node.value))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)
