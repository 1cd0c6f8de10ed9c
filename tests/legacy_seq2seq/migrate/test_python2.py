"""Rule python2-syntax: Python 2 is converted when a file is read."""

import ast

import pytest

from legacy_seq2seq.migrate.python2 import is_python3, to_python3
from legacy_seq2seq.migrate.texts import UnreadableError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print 'a', b\n", "print('a', b)\n"),
        ('print ("%d"\n       % x)\n', 'print("%d"\n       % x)\n'),
        ("print ('a', 'b')\nprint 1\n", "print(('a', 'b'))\nprint(1)\n"),
        ("print >>f, x,\n", "print(x, end=' ', file=f)\n"),
        ("try:\n\tpass\nexcept E, e:\n\traise F, 'x'\n", "try:\n\tpass\nexcept E as e:\n\traise F('x')\n"),
        ("x = 0777 + 10L\nif x <> 3: y = `x`\n", "x = 0o777 + 10\nif x != 3: y = repr(x)\n"),
        ("exec c in d\n", "exec(c, d)\n"),
        ("print ur'a\\d'\n", "print(r'a\\d')\n"),
        ("print 1", "print(1)"),
        # Python's lines end at line feeds alone.
        ("\x0cn = 1000\nprint ('%d' % n)\nprint 'x'\n", "\x0cn = 1000\nprint('%d' % n)\nprint('x')\n"),
        ("a = '\x85'\nx = ur'\u2028'\n", "a = '\x85'\nx = r'\u2028'\n"),
        ("print 'x'\r\nif a:\r\n\tprint 'y'\r\n", "print('x')\r\nif a:\r\n\tprint('y')\r\n"),
    ],
)
def test_syntax(before, after):
    assert to_python3(before) == after
    ast.parse(after)


@pytest.mark.parametrize(
    "text",
    ["print >>f, 'x'\n", "print >>f, 'x' % y, z\n", "print ('%d') % x\n", "print ('x'), y\n", "print\n"],
)
def test_print_statements_that_parse_are_python_2(text):
    assert not is_python3(text)
    assert is_python3(to_python3(text))


@pytest.mark.parametrize(
    "text",
    [
        "print('%d' % x)\n",
        "x = print\n",
        "print(x), print(y)\n",
        "a >> b\n",
        "from __future__ import print_function\nprint\n",
    ],
)
def test_what_only_looks_like_a_print_statement(text):
    assert is_python3(text)


def test_mixed_tabs_mean_what_they_meant():
    before = "if a:\n        x = 1\n\ty = '''\n\tz'''\n"
    assert to_python3(before) == "if a:\n        x = 1\n        y = '''\n\tz'''\n"


def test_tuple_parameters():
    converted = to_python3("f = lambda (a, b): a + b\ndef g((a, b), c): return a\n")
    scope = {}
    exec(converted, scope)
    assert scope["f"]((1, 2)) == 3
    assert scope["g"]((1, 2), 3) == 1


@pytest.mark.parametrize(
    ("text", "line"), [("x = 1\ny = [1,,2]\n", 2), ("if x:\ny = 1\n", 2), ("x = (1,\n", 2)]
)
def test_what_is_neither_is_named_with_its_line(text, line):
    with pytest.raises(UnreadableError) as caught:
        to_python3(text)
    assert caught.value.line == line
