"""Rule: Python 2's lists that are views and iterators in Python 3."""

from legacy_seq2seq.migrate.rules.fixer import FixerRule


class Python2Views(FixerRule):
    """`map`, `zip`, `filter`, `dict.keys()`, ... in Python 2's files: lists, unless they are just iterated.

    https://docs.python.org/3.0/whatsnew/3.0.html#views-and-iterators-instead-of-lists
    """

    name = "python2-views"
    words = ("map", "zip", "filter", "keys", "values", "items")
    harmless = True
    fixers = ("map", "zip", "filter", "dict")
