"""Rule: arrays of rows of different lengths."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name
from legacy_seq2seq.migrate.rules.scoped import Scoped

_ROWS = (
    r"(?<![\w.]){name}\.append\(\s*(\[|[\w.]+\.split\(|"
    r"[\w.]*(ids|tokens|sentence|words|seq)\w*\s*\)|[\w.]*to_token_ids\()"
)


class NumpyRagged(Scoped):
    """`np.array(rows)` of rows of different lengths is named: it needs `dtype=object`, or padding.

    NumPy 1.24: https://numpy.org/doc/stable/release/1.24.0-notes.html#expired-deprecations
    """

    name = "numpy-ragged"
    words = ("np.array(", "np.asarray(", "numpy.array(")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Ask, where the rows are appended in the same function."""
        if self.full(original_node.func) not in ("numpy.array", "numpy.asarray"):
            return updated_node
        if len(original_node.args) != 1 or original_node.args[0].keyword is not None:
            return updated_node
        name = dotted_name(original_node.args[0].value)
        if name is not None and re.search(_ROWS.format(name=re.escape(name)), self.here()):
            self.doubt(
                f"if the rows of `{name}` differ in length, NumPy refuses: pad them, or give dtype=object"
            )
        return updated_node
