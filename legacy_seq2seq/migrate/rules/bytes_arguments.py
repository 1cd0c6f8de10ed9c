"""Rule: `tf.compat.as_bytes` given to functions that work on text."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name


class BytesArguments(Rewriter):
    """`sentence_to_token_ids(tf.compat.as_bytes(s), ...)` gives text where the tree's patterns are text.

    So does `s.encode("utf-8")`.
    In Python 2 both were one type; `re` refuses the mixture:
    https://docs.python.org/3.0/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
    """

    name = "bytes-arguments"
    words = ("as_bytes", ".encode(")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Look at the arguments of functions that the tree defines."""
        name = (dotted_name(original_node.func) or "").rpartition(".")[2]
        if not self.file.tree.works_on_text(name):
            return updated_node
        args = []
        for old, arg in zip(original_node.args, updated_node.args, strict=True):
            value = old.value
            if isinstance(value, cst.Call) and self.full(value.func) == "tensorflow.compat.as_bytes":
                self.applied()
                assert isinstance(arg.value, cst.Call)
                arg = arg.with_changes(value=arg.value.with_changes(func=self.tf("compat.as_text")))
            if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
                if value.func.attr.value == "encode" and self.full(value.func) is None:
                    self.applied()
                    assert isinstance(arg.value, cst.Call)
                    arg = arg.with_changes(value=cst.ensure_type(arg.value.func, cst.Attribute).value)
            args.append(arg)
        return updated_node.with_changes(args=args)
