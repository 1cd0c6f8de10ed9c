"""Rule: lists of Python 2 that cannot be indexed, changed or measured in Python 3."""

import re
from collections.abc import Sequence

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name, expression
from legacy_seq2seq.migrate.rules.scoped import Scoped

_LAZY = ("map", "zip", "filter")
_VIEWS = ("keys", "values", "items")
_CONSUMERS = re.compile(
    r"^(len|np\.array|numpy\.array|np\.asarray|random\.shuffle|shuffle|random\.choice|random\.sample)$"
)


class LazySequences(Scoped):
    """`zip(...)[0]`, `d.keys()[0]`, `x = range(n)` with `x[i] = ...`, `len(map(...))`: lists, as they were.

    https://docs.python.org/3.0/whatsnew/3.0.html#views-and-iterators-instead-of-lists
    """

    name = "lazy-sequences"
    words = ("map(", "zip(", "filter(", "range(", ".keys()", ".values()", ".items()")

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        """`zip(...)[0]`."""
        if self._is_lazy(original_node.value):
            return updated_node.with_changes(value=self._list(updated_node.value))
        return updated_node

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        """A name that is indexed, changed or measured later."""
        targets = [target.target for target in original_node.targets]
        old, value = original_node.value, updated_node.value
        first = targets[0]
        if isinstance(first, cst.Tuple) and isinstance(old, cst.Tuple) and isinstance(value, cst.Tuple):
            if len(first.elements) != len(old.elements):
                return updated_node
            elements = [
                new.with_changes(value=self._kept(each.value, new.value, [target.value]))
                for target, each, new in zip(first.elements, old.elements, value.elements, strict=True)
            ]
            return updated_node.with_changes(value=value.with_changes(elements=elements))
        return updated_node.with_changes(value=self._kept(old, value, targets))

    def _kept(
        self, old: cst.BaseExpression, new: cst.BaseExpression, targets: Sequence[cst.BaseExpression]
    ) -> cst.BaseExpression:
        """The value that the targets are given, as a list if it has to be one."""
        if isinstance(old, cst.ListComp) and isinstance(new, cst.ListComp) and self._is_range(old.elt):
            rows = any(self._is_changed(target, r"\[[^\]\n]+\]") for target in targets)
            return new.with_changes(elt=self._list(new.elt)) if rows else new
        if not (self._is_range(old) or self._is_lazy(old)):
            return new
        changed = any(self._is_changed(target) for target in targets)
        read = self._is_lazy(old) and any(self._is_read(target) for target in targets)
        return self._list(new) if changed or read else new

    def _is_changed(self, target: cst.BaseExpression, place: str = "") -> bool:
        """Whether what is given to `target`, or what it has at a place, is changed."""
        name = rf"(?<![\w.]){re.escape(self.code(target))}{place}"
        return (
            re.search(
                rf"{name}\[[^\]\n]*(?:\[[^\]\n]*\][^\]\n]*)*\]\s*[-+*/]?=[^=]|{name}\s*\+="
                rf"|{name}\.(sort|append|pop|remove|reverse|insert|extend)\("
                rf"|shuffle\(\s*{name}\s*\)|\bdel {name}\[",
                self._near(target),
            )
            is not None
        )

    def _is_read(self, target: cst.BaseExpression) -> bool:
        """Whether it is indexed, measured or added to."""
        name = re.escape(self.code(target))
        return (
            re.search(
                rf"(?<![\w.]){name}\[|\b(len|choice|np\.array|np\.asarray)\(\s*{name}\b|(?<![\w.]){name}\s*\+|\+\s*{name}\b",
                self._near(target),
            )
            is not None
        )

    def _near(self, target: cst.BaseExpression) -> str:
        """Where to look for uses: an attribute may be used in another method."""
        return self.text if self.code(target).startswith("self.") else self.here()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """`len(map(...))`, `np.array(zip(...))`, `random.shuffle(range(n))`, `d.keys().sort()` is not."""
        name = dotted_name(original_node.func) or ""
        of_numpy = (self.full(original_node.func) or "").startswith("numpy.")
        if not (of_numpy or _CONSUMERS.match(name)) or not original_node.args:
            return updated_node
        first = original_node.args[0].value
        views_are_measured = name == "len" and not self._is_builtin(first)
        shuffled = name.endswith("shuffle") and self._is_range(first)
        if shuffled or (self._is_lazy(first) and not views_are_measured):
            args = list(updated_node.args)
            args[0] = args[0].with_changes(value=self._list(args[0].value))
            return updated_node.with_changes(args=args)
        return updated_node

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """`range(3) + [7]`, `d.keys() + more`, `range(3) * 2`."""
        if isinstance(original_node.operator, cst.Multiply) and self._is_range(original_node.left):
            return updated_node.with_changes(left=self._list(updated_node.left))
        if not isinstance(original_node.operator, cst.Add):
            return updated_node
        left, right = updated_node.left, updated_node.right
        if self._is_lazy(original_node.left) or self._is_range(original_node.left):
            left = self._list(left)
        if self._is_lazy(original_node.right) or self._is_range(original_node.right):
            right = self._list(right)
        return updated_node.with_changes(left=left, right=right)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        """`for k in d.keys(): del d[k]`."""
        loop = original_node.iter
        if not self._is_lazy(loop) or self._is_builtin(loop):
            return updated_node
        func = cst.ensure_type(cst.ensure_type(loop, cst.Call).func, cst.Attribute)
        owner = re.escape(self.code(func.value))
        if re.search(rf"\bdel {owner}\[|(?<![\w.]){owner}\.pop\(", self.code(original_node.body)):
            return updated_node.with_changes(iter=self._list(updated_node.iter))
        return updated_node

    def _list(self, node: cst.BaseExpression) -> cst.BaseExpression:
        self.applied()
        return expression(f"list({self.code(node)})")

    def _is_builtin(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and self.builtin(node.func, *_LAZY)

    def _is_range(self, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
            return False
        six = self.names.imports.get(node.func.value, "").startswith("six.moves.")
        return node.func.value in ("range", "xrange") and (six or self.names.builtin(node.func.value))

    def _is_lazy(self, node: cst.BaseExpression) -> bool:
        if not isinstance(node, cst.Call):
            return False
        if self._is_builtin(node):
            return True
        func = node.func
        view = isinstance(func, cst.Attribute) and func.attr.value in _VIEWS and not node.args
        return view and self.full(func) is None
