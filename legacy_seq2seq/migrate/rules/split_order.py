"""Rule: split's arguments changed places in TensorFlow 1.0."""

import libcst as cst

from legacy_seq2seq.migrate.rule import bind, is_integer, keyword, simple
from legacy_seq2seq.migrate.rules.handed_on import HandedOn

_OLD = ("split_dim", "num_split", "value", "name")
_NEW = {"split_dim": "axis", "num_split": "num_or_size_splits", "value": "value", "name": "name"}


class SplitOrder(HandedOn):
    """`split(dim, n, value)` becomes `split(axis=dim, num_or_size_splits=n, value=value)`.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "split-order"
    words = ("split",)
    functions = ("tensorflow.split",)
    was = "(value, n, axis) since TensorFlow 1.0, (axis, n, value) before"

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Name the arguments, which keep their places."""
        if self.called(original_node) != "tensorflow.split":
            return updated_node
        if not simple(updated_node) and self.file.before(1, 0) is not False:
            self.doubt(f"its arguments are unpacked: {self.was}")
        bound = bind(updated_node, _OLD)
        if bound is None or not self._is_old(updated_node, bound):
            return updated_node
        named = {id(arg): _NEW.get(name, name) for name, arg in bound.items()}
        self.applied()
        return updated_node.with_changes(args=[keyword(arg, named[id(arg)]) for arg in updated_node.args])

    def _is_old(self, call: cst.Call, bound: dict[str, cst.Arg]) -> bool:
        keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
        if keywords & {"split_dim", "num_split"}:
            return True
        positional = [arg.value for arg in call.args if arg.keyword is None]
        if "axis" in keywords or "num_or_size_splits" in keywords or len(positional) < 2:
            return False
        if "value" in keywords:
            return len(positional) == 2
        if len(positional) == 2 or is_integer(positional[2]):
            return False
        if is_integer(positional[0]):
            return True
        old = self.file.before(1, 0)
        if old is None:
            self.doubt(
                "split(value, n, axis) since TensorFlow 1.0, (axis, n, value) before: which one is this?"
            )
        return bool(old)
