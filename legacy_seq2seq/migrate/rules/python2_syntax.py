"""Rule: Python 2's syntax."""

from legacy_seq2seq.migrate.rule import Rule
from legacy_seq2seq.migrate.tree import SourceFile


class Python2Syntax(Rule):
    """`print x`, `except E, e`, `raise E, "..."`, `exec`, backticks, `<>`, `0777`, `10L`, `ur""`, mixed tabs.

    Done before all other rules, which need Python 3's syntax; without it such files are left unchanged.
    https://docs.python.org/3.0/whatsnew/3.0.html
    """

    name = "python2-syntax"

    def apply(self, text: str, file: SourceFile) -> str:
        """Nothing more to do: the engine converted the file when it read it."""
        return text
