"""Rule: arrays of rows of different lengths."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name, expression, keyword
from legacy_seq2seq.migrate.rules.scoped import Scoped

_ROWS = (
    r"(?<![\w.]){name}\.append\(\s*(\[|[\w.]+\.split\(|"
    r"[\w.]*(ids|tokens|sentence|words|seq)\w*\s*\)|[\w.]*to_token_ids\()"
)
# Rows made of lines or sentences: `[s.split() for s in lines]`, `[[ids[w] for w in s] for s in sentences]`.
_SENTENCES = (
    r"\[\s*(\w[\w.]*\.(strip\(\)\.)?split\([^()]*\)|\[.+ for \w+ in \w+(\.split\([^()]*\))?\])"
    r" for \w+ in [\w.]*(sent|line|tok|word|seq|quest|answ)\w*\s*\]"
)
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


class NumpyRagged(Scoped):
    """`np.array(rows)` of rows of different lengths is named: it needs `dtype=object`, or padding.

    A literal that shows its lengths gets its `dtype=object`, which is what NumPy made of it.

    NumPy 1.24: https://numpy.org/doc/stable/release/1.24.0-notes.html#expired-deprecations
    """

    name = "numpy-ragged"
    everywhere = True
    words = ("np.array(", "np.asarray(", "numpy.array(")

    def prepare(self, module: cst.Module) -> None:
        """Start without ragged literals."""
        super().prepare(module)
        self._ragged: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        """Remember the names of ragged literals."""
        name = dotted_name(node.targets[0].target)
        if name is not None and _is_ragged(node.value):
            self._ragged.add(name)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Ask, where the rows are appended in the same function."""
        if self.full(original_node.func) not in ("numpy.array", "numpy.asarray"):
            return updated_node
        if len(original_node.args) != 1 or original_node.args[0].keyword is not None:
            return updated_node
        value = original_node.args[0].value
        if _is_ragged(value):
            self.applied()
            first = updated_node.args[0].with_changes(comma=_COMMA)
            return updated_node.with_changes(args=[first, keyword(cst.Arg(expression("object")), "dtype")])
        name = dotted_name(value)
        if name is None:
            if re.fullmatch(_SENTENCES, " ".join(self.code(value).split())):
                self.doubt("if its rows differ in length, NumPy refuses: pad them, or give dtype=object")
            return updated_node
        rows = rf"{_ROWS.format(name=re.escape(name))}|(?<![\w.]){re.escape(name)}\s*=\s*{_SENTENCES}"
        if name in self._ragged or re.search(rows, self.here()):
            self.doubt(
                f"if the rows of `{name}` differ in length, NumPy refuses: pad them, or give dtype=object"
            )
        return updated_node


def _is_ragged(node: cst.BaseExpression) -> bool:
    """Whether a literal has rows of different lengths."""
    if not isinstance(node, (cst.List, cst.Tuple)):
        return False
    lengths = set()
    for element in node.elements:
        row = element.value
        if isinstance(element, cst.StarredElement):
            return False
        if isinstance(row, (cst.List, cst.Tuple)):
            if any(isinstance(each, cst.StarredElement) for each in row.elements):
                return False
            lengths.add(len(row.elements))
        elif isinstance(row, (cst.BaseNumber, cst.SimpleString)):
            lengths.add(-1)
        else:
            return False
    return len(lengths) > 1
