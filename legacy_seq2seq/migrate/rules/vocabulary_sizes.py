"""Rule: the vocabulary size that buckets and losses took up to TensorFlow 0.6."""

import ast
import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, simple, without

_SIZE = re.compile(r"vocab|symbol|num_class|size|num_words|num_chars", re.I)


class VocabularySizes(Rewriter):
    """The size in `model_with_buckets(..., buckets, size, seq2seq)` and `sequence_loss(l, t, w, size)` goes.

    Up to TensorFlow 0.6 both took it; in 1.x it silently became `average_across_timesteps`.
    https://github.com/tensorflow/tensorflow/releases/tag/v0.7.0
    """

    name = "vocabulary-sizes"
    words = ("model_with_buckets", "sequence_loss")

    def prepare(self, module: cst.Module) -> None:
        """Know the functions of the module and those that it imports."""
        defined = [node.name for node in ast.walk(ast.parse(self.text)) if isinstance(node, ast.FunctionDef)]
        self._functions = {*defined, *self.names.imports}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Drop the argument where it is a size for certain."""
        full = self.called(original_node)
        place = {
            "legacy_seq2seq.model_with_buckets": 5,
            "legacy_seq2seq.sequence_loss": 3,
            "legacy_seq2seq.sequence_loss_by_example": 3,
        }.get(full or "")
        if place is None:
            return updated_node
        if not simple(updated_node):
            if self.file.before(0, 7) and any(arg.star == "*" for arg in updated_node.args):
                self.doubt("its arguments are unpacked: up to 0.6 the vocabulary size was one of them")
            return updated_node
        for arg in updated_node.args:
            if arg.keyword is not None and arg.keyword.value == "num_decoder_symbols":
                self.applied()
                return without(updated_node, arg)
        args = updated_node.args
        if len(args) <= place or args[place].keyword is not None:
            return updated_node
        code = self.code(args[place].value)
        if place == 5:
            return self._buckets(updated_node, code)
        if code in ("True", "False"):
            return updated_node
        if code.isdigit() or _SIZE.search(code) or self.file.before(0, 7):
            self.applied()
            return without(updated_node, args[place])
        self.doubt(f"`{code}` is average_across_timesteps, up to 0.6 the vocabulary size: which is meant?")
        return updated_node

    def _buckets(self, call: cst.Call, code: str) -> cst.Call:
        args = call.args
        after = args[6] if len(args) > 6 else None
        if isinstance(args[5].value, cst.Lambda):
            return call
        seq2seq = after is not None and (
            isinstance(after.value, cst.Lambda)
            or (after.keyword is not None and after.keyword.value == "seq2seq")
        )
        if (
            seq2seq
            or (after is not None and _SIZE.search(code))
            or (self.file.before(0, 7) and after is not None)
        ):
            self.applied()
            return without(call, args[5])
        if after is not None and after.keyword is None and self.file.before(0, 7) is None:
            if (dotted_name(args[5].value) or code).rpartition(".")[2] not in self._functions:
                self.doubt(f"`{code}` is the seq2seq function, up to 0.6 the vocabulary size: which is it?")
        return call
