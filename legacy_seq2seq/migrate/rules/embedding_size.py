"""Rule: the embedding size, which was the cell's up to TensorFlow 0.7."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression, keyword, simple

# Where the cell stands, and how many arguments came before what embedding_size pushed back.
_FUNCTIONS = {
    "legacy_seq2seq.embedding_rnn_decoder": (2, 4),
    "legacy_seq2seq.embedding_rnn_seq2seq": (2, 5),
    "legacy_seq2seq.embedding_tied_rnn_seq2seq": (2, 4),
    "legacy_seq2seq.embedding_attention_decoder": (3, 5),
    "legacy_seq2seq.embedding_attention_seq2seq": (2, 5),
    "legacy_seq2seq.rnn_cell.EmbeddingWrapper": (0, 2),
}


class EmbeddingSize(Rewriter):
    """`embedding_attention_seq2seq(..., num_decoder_symbols)` gets `embedding_size=cell.output_size`.

    Up to TensorFlow 0.7 the embedding was as wide as the cell; `cell.input_size` said so.
    https://github.com/tensorflow/tensorflow/releases/tag/v0.8.0
    """

    name = "embedding-size"
    words = ("embedding_", "EmbeddingWrapper", "input_size")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Add the argument where it is missing."""
        form = _FUNCTIONS.get(self.called(original_node) or "")
        # Keywords that are unpacked hold none before there was one.
        known = [arg for arg in updated_node.args if arg.star != "**" or not self.file.before(0, 8)]
        if form is None or not simple(cst.Call(cst.Name("f"), known)):
            if form is not None and self.file.before(0, 8):
                self.doubt("its arguments are unpacked: up to TensorFlow 0.7 embedding_size was none of them")
            return updated_node
        place, count = form
        keywords = {arg.keyword.value: arg for arg in updated_node.args if arg.keyword is not None}
        positional = [arg for arg in known if arg.keyword is None]
        if "embedding_size" in keywords or "embedding" in keywords:
            return updated_node
        if len(positional) > count and not (self.file.before(0, 8) and len(updated_node.args) > count):
            return updated_node
        if len(positional) > count:
            self.doubt(
                f"argument {count + 1} is embedding_size since TensorFlow 0.8: give it, the rest by keyword"
            )
            return updated_node
        cell = (
            keywords["cell"] if "cell" in keywords else positional[place] if len(positional) > place else None
        )
        if cell is None or dotted_name(cell.value) is None:
            self.doubt("give embedding_size: up to TensorFlow 0.7 it was the number of the cell's units")
            return updated_node
        self.applied()
        new = keyword(cst.Arg(expression(f"{self.code(cell.value)}.output_size")), "embedding_size")
        args = list(updated_node.args)
        at = len(positional)
        if at < len(args):
            new = new.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        elif args:
            args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        return updated_node.with_changes(args=[*args[:at], new, *args[at:]])

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`cell.input_size` was the units of the cell inside, whatever wraps it."""
        owner = dotted_name(original_node.value)
        if original_node.attr.value != "input_size" or owner is None or self.file.before(0, 12) is False:
            return updated_node
        if not owner.lower().endswith("cell") or owner == "self":
            return updated_node
        self.applied()
        return expression(f'getattr({owner}, "_cell", {owner}).output_size')
