"""Rule: a cell made its variables anew in every scope up to TensorFlow 1.0."""

import re

import libcst as cst

from legacy_seq2seq.migrate.imports import is_docstring
from legacy_seq2seq.migrate.rule import dotted_name, expression, simple
from legacy_seq2seq.migrate.rules.scoped import Scoped

# What gives a cell a scope, and where the cells stand.
_KEYWORDS = frozenset(("cell", "cell_fw", "cell_bw"))
_FUNCTIONS = {
    "legacy_seq2seq.rnn_cell.EmbeddingWrapper": (0,),
    "legacy_seq2seq.rnn.static_rnn": (0,),
    "legacy_seq2seq.rnn.static_bidirectional_rnn": (0, 1),
    "legacy_seq2seq.rnn.static_state_saving_rnn": (0,),
    "legacy_seq2seq.rnn_decoder": (2,),
    "legacy_seq2seq.embedding_rnn_decoder": (2,),
    "legacy_seq2seq.attention_decoder": (3,),
    "legacy_seq2seq.embedding_attention_decoder": (3,),
    "tensorflow.nn.dynamic_rnn": (0,),
    "tensorflow.nn.bidirectional_dynamic_rnn": (0, 1),
}


class CellScopes(Scoped):
    """One cell used in several places, as in own copies of seq2seq.py: each use gets a copy.

    Since TensorFlow 1.2 a cell keeps the variables of its first scope: encoder and decoder would share
    their weights. https://github.com/tensorflow/tensorflow/releases/tag/v1.2.0
    """

    name = "cell-scopes"
    words = ("cell",)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Copy the cell where it is handed over."""
        places = _FUNCTIONS.get(self.full(original_node.func) or "", ())
        if not places or not self.file.before(1, 2) or not simple(updated_node):
            return updated_node
        args = list(updated_node.args)
        for place, arg in enumerate(args):
            handed = place in places if arg.keyword is None else arg.keyword.value in _KEYWORDS
            if handed and self._is_shared(arg.value):
                self.applied()
                self.want("import copy")
                copied = expression(f"copy.deepcopy({self.code(arg.value)})")
                args[place] = arg.with_changes(value=copied)
        return updated_node.with_changes(args=args)

    def _is_shared(self, node: cst.BaseExpression) -> bool:
        """Whether the cell goes to more than one place in this function."""
        name = dotted_name(node)
        if name is None:
            return False
        return (
            len(
                re.findall(
                    rf"(?:[(,]\s*|cell(?:_fw|_bw)?\s*=\s*){re.escape(name)}\s*[,)]|\b{re.escape(name)}\(",
                    self.here(),
                )
            )
            > 1
        )

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """A function that runs a cell step by step works on a copy of its own."""
        super().leave_FunctionDef(original_node, updated_node)
        body = updated_node.body
        if not self.file.before(1, 2) or not isinstance(body, cst.IndentedBlock):
            return updated_node
        for param in original_node.params.params:
            name = param.name.value
            if name.endswith("cell") and self._runs(name, original_node):
                self.applied()
                self.want("import copy")
                start = 1 if is_docstring(body.body[0]) else 0
                copied = cst.parse_statement(f"{name} = copy.deepcopy({name})")
                body = body.with_changes(body=[*body.body[:start], copied, *body.body[start:]])
        return updated_node.with_changes(body=body)

    def _runs(self, name: str, node: cst.FunctionDef) -> bool:
        code = self.code(node.body)
        return (
            re.search(rf"(?<![\w.]){name}\([^()]+,", code) is not None
            and f"copy.deepcopy({name})" not in code
        )
