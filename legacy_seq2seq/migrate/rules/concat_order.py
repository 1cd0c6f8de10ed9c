"""Rule: concat's arguments changed places in TensorFlow 1.0."""

import libcst as cst

from legacy_seq2seq.migrate.rule import bind, dotted_name, is_integer, keyword
from legacy_seq2seq.migrate.rules.handed_on import HandedOn

_LIST = (cst.List, cst.Tuple, cst.ListComp)


class ConcatOrder(HandedOn):
    """`concat(dim, values)` becomes `concat(values, axis)`, `concat_dim=` becomes `axis=`.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "concat-order"
    words = ("concat",)
    functions = ("tensorflow.concat",)
    was = "(values, axis) since TensorFlow 1.0, (axis, values) before"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Change the places of two positional arguments, or the keyword."""
        if self.called(original_node) != "tensorflow.concat":
            return updated_node
        args = list(updated_node.args)
        old = bind(updated_node, ("concat_dim", "values", "name"))
        if old is None:
            self.doubt(f"its arguments are unpacked: {self.was}")
            return updated_node
        if "concat_dim" in {arg.keyword.value for arg in args if arg.keyword}:
            args = [keyword(a, "axis") if a.keyword and a.keyword.value == "concat_dim" else a for a in args]
            self.applied()
            return updated_node.with_changes(args=args)
        if len(args) < 2 or args[0].keyword is not None or not self._is_old(args):
            return updated_node
        self.applied()
        if args[1].keyword is not None:  # concat(1, values=x)
            args[0] = keyword(args[0], "axis")
        else:
            first, second = args[0].value, args[1].value
            args[0], args[1] = args[0].with_changes(value=second), args[1].with_changes(value=first)
        return updated_node.with_changes(args=args)

    def _is_old(self, args: list[cst.Arg]) -> bool:
        first, second = args[0].value, args[1].value
        if args[1].keyword is not None:
            return args[1].keyword.value == "values"
        if is_integer(first) or isinstance(second, _LIST):
            return not isinstance(first, _LIST)
        if is_integer(second) or isinstance(first, _LIST):
            return False
        if self._is_dimension(first) != self._is_dimension(second):
            return self._is_dimension(first)
        old = self.file.before(1, 0)
        if old is None:
            self.doubt("concat(values, axis) since TensorFlow 1.0, (axis, values) before: which one is this?")
        return bool(old)

    def _is_dimension(self, node: cst.BaseExpression) -> bool:
        name = (dotted_name(node) or "").rpartition(".")[2].lower()
        return name in {"axis", "dim", "concat_dim", "concat_axis", "concat_dimension"}
