"""Rule: methods that Python 3 renamed or dropped."""

from legacy_seq2seq.migrate.rules.fixer import FixerRule


class Python2Methods(FixerRule):
    """`d.has_key(k)`, `it.next()`, `def next`, `__nonzero__`, `__metaclass__`, ... in Python 2's files.

    https://docs.python.org/3.0/whatsnew/3.0.html#operators-and-special-methods
    """

    name = "python2-methods"
    words = (
        "has_key",
        "next",
        "__nonzero__",
        "__metaclass__",
        "types.",
        "im_func",
        "im_self",
        "func_",
        "xreadlines",
    )
    fixers = ("has_key", "next", "nonzero", "metaclass", "types", "methodattrs", "funcattrs", "xreadlines")
