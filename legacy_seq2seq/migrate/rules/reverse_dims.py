"""Rule: tf.reverse took a truth value for each dimension before TensorFlow 1.0."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, bind, expression, is_integer, keyword


class ReverseDims(Rewriter):
    """`reverse(x, [False, True])` becomes `reverse(x, axis=[1])`; `dims` that are not written out are named.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    """

    name = "reverse-dims"
    words = ("reverse",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Give the places of what is true as `axis`."""
        if self.called(original_node) != "tensorflow.reverse":
            return updated_node
        bound = bind(updated_node, ("tensor", "dims", "name"))
        dims = (bound or {}).get("dims")
        if dims is None:
            return updated_node
        places = _places(dims.value)
        if places is not None:
            self.applied()
            axis = dims.with_changes(value=expression(str(places)))
            # A positional argument cannot follow a keyword.
            follows = any(arg.keyword is None for arg in updated_node.args[2:])
            axis = axis if follows else keyword(axis, "axis")
            args = [axis if arg is dims else arg for arg in updated_node.args]
            return updated_node.with_changes(args=args)
        if dims.keyword is not None or (self.file.before(1, 0) is not False and not _is_axis(dims.value)):
            self.doubt("dims, a truth value for each dimension, is axis, places, since TensorFlow 1.0")
        return updated_node


def _places(node: cst.BaseExpression) -> list[int] | None:
    """The places of True in a list of truth values; None if it is none."""
    if not isinstance(node, (cst.List, cst.Tuple)) or not node.elements:
        return None
    words = [e.value.value if isinstance(e.value, cst.Name) else "" for e in node.elements]
    return [n for n, word in enumerate(words) if word == "True"] if set(words) <= {"True", "False"} else None


def _is_axis(node: cst.BaseExpression) -> bool:
    if isinstance(node, (cst.List, cst.Tuple)):
        return all(is_integer(element.value) for element in node.elements)
    return is_integer(node)
