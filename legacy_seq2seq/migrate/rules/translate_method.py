"""Rule: str.translate of Python 2 could delete characters by a second argument."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression, simple


class TranslateMethod(Rewriter):
    """`s.translate(None, chars)` in Python 2's files becomes `s.translate(str.maketrans("", "", chars))`.

    https://docs.python.org/3/library/stdtypes.html#str.translate
    """

    name = "translate-method"
    words = ("translate", "maketrans")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Make one table of both arguments."""
        if not self.file.python2:
            return updated_node
        if self.full(original_node.func) == "string.maketrans":
            self.applied()
            return updated_node.with_changes(func=expression("str.maketrans"))
        func, args = updated_node.func, updated_node.args
        if not isinstance(func, cst.Attribute) or func.attr.value != "translate" or len(args) != 2:
            return updated_node
        if self.full(original_node.func) is not None or not simple(updated_node) or _is_bytes(args[1].value):
            return updated_node
        chars = self.code(args[1].value)
        if self.code(args[0].value) == "None":
            table = f'str.maketrans("", "", {chars})'
        elif self._is_table(args[0].value):
            first, second = args[0].value.args  # type: ignore[attr-defined]
            table = f"str.maketrans({self.code(first.value)}, {self.code(second.value)}, {chars})"
        else:
            self.doubt("translate of text takes one table: str.maketrans(old, new, characters to delete)")
            return updated_node
        self.applied()
        return updated_node.with_changes(args=[cst.Arg(expression(table))])

    def _is_table(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Call) and self.code(node.func) == "str.maketrans" and len(node.args) == 2


def _is_bytes(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString) and "b" in node.prefix
