"""A rule made of fissix's fixers, for files written for Python 2."""

from typing import ClassVar

from legacy_seq2seq.migrate.python2 import fixed
from legacy_seq2seq.migrate.rule import Rule
from legacy_seq2seq.migrate.tree import SourceFile


class FixerRule(Rule):
    """Runs the fixers on Python 2's files; an edit is a line that changed."""

    fixers: ClassVar[tuple[str, ...]]
    # Whether what they do is right in Python 3's files, too.
    harmless: ClassVar[bool] = False

    def apply(self, text: str, file: SourceFile) -> str:
        """Run all the fixers at once."""
        if not (file.python2 or (self.harmless and file.undecided)):
            return text
        result = fixed("from __future__ import print_function\n" + text, self.fixers)
        result = result.removeprefix("from __future__ import print_function\n")
        if result != text:
            before, after = text.splitlines(), result.splitlines()
            count = sum(a != b for a, b in zip(before, after, strict=False)) + abs(len(before) - len(after))
            file.applied[self.name] = file.applied.get(self.name, 0) + count
        return result
