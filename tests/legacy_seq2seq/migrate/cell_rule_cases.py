"""Cases of the rules of cells; `rule_cases` says what a case is."""

from rule_texts import V0, V06, V10, V12, C, L

CASES = {
    "state-is-tuple": [
        (
            C + "f = {'lstm': rnn_cell.LSTMCell}\nn = cell.state_size\n",
            C + "TODO\nf = {'lstm': rnn_cell.LSTMCell}\nn = cell.state_size\n",
            {"era": ((0, 5), (0, 12))},
        ),
        (
            C + "if x: f = rnn_cell.GRUCell\nelse: f = rnn_cell.BasicLSTMCell\n",
            "import functools\n"
            + C
            + "if x: f = rnn_cell.GRUCell\nelse: f = functools.partial(rnn_cell.BasicLSTMCell, state_is_tuple=False)\n",
            V06,
        ),
        (
            "from legacy_seq2seq.rnn_cell import LSTMCell\nf = {'lstm': LSTMCell}\n",
            "import functools\nfrom legacy_seq2seq.rnn_cell import LSTMCell\n"
            "f = {'lstm': functools.partial(LSTMCell, state_is_tuple=False)}\n",
            V06,
        ),
        (
            C + "class A:\n    def f(self):\n        self.c = rnn_cell.LSTMCell\n        self.c(3)\n",
            C
            + "class A:\n    def f(self):\n        self.c = rnn_cell.LSTMCell\n        self.c(3, state_is_tuple=False)\n",
            V06,
        ),
        (C + "class A(rnn_cell.LSTMCell): pass\n", C + "TODO\nclass A(rnn_cell.LSTMCell): pass\n", V06),
        (
            C + "c = rnn_cell.BasicLSTMCell(3)\n",
            C + "c = rnn_cell.BasicLSTMCell(3, state_is_tuple=False)\n",
            V06,
        ),
    ],
    "cell-input-size": [
        (C + "c = rnn_cell.GRUCell(3, self.size)\n", C + "c = rnn_cell.GRUCell(3)\n"),
        (C + "c = rnn_cell.GRUCell(3, input_size=4)\n", C + "c = rnn_cell.GRUCell(3)\n"),
        (C + "c = rnn_cell.GRUCell(3, 4)\n", C + "c = rnn_cell.GRUCell(3)\n", V0),
    ],
    "linear-scope": [
        (
            C + "x = rnn_cell.linear(y, n, True, 0.0, s)\n",
            C + "x = rnn_cell.linear(y, n, True, 0.0, scope=s)\n",
            V0,
        ),
    ],
    "repeated-cell": [
        (
            C + "m = rnn_cell.MultiRNNCell([rnn_cell.DropoutWrapper(c, k) for _ in range(n)])\n",
            "import copy\n"
            + C
            + "m = rnn_cell.MultiRNNCell([copy.deepcopy(rnn_cell.DropoutWrapper(c, k)) for _ in range(n)])\n",
            V0,
        ),
        (
            C
            + "for _ in range(2):\n    w = rnn_cell.DropoutWrapper(c, k)\n    l.append(w)\nm = rnn_cell.MultiRNNCell(l)\n",
            "import copy\n"
            + C
            + "for _ in range(2):\n    w = rnn_cell.DropoutWrapper(c, k)\n    l.append(copy.deepcopy(w))\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
        (
            C + "l = [make(3)] * n\nm = rnn_cell.MultiRNNCell(l)\n",
            "import copy\n"
            + C
            + "l = [copy.deepcopy(make(3)) for _ in range(n)]\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
        (
            C + "l = [c]\nl *= n\nm = rnn_cell.MultiRNNCell(l)\n",
            "import copy\n"
            + C
            + "l = [c]\nl = [copy.deepcopy(cell) for cell in l * n]\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
        (
            C + "for _ in range(2): l += [c]\nm = rnn_cell.MultiRNNCell(l)\n",
            "import copy\n"
            + C
            + "for _ in range(2): l += [copy.deepcopy(c)]\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
        (
            C + "m = rnn_cell.MultiRNNCell([cell] * n)\n",
            "import copy\n" + C + "m = rnn_cell.MultiRNNCell([copy.deepcopy(cell) for _ in range(n)])\n",
            V0,
        ),
        (
            C + "m = rnn_cell.MultiRNNCell([cell for _ in range(n)])\n",
            "import copy\n" + C + "m = rnn_cell.MultiRNNCell([copy.deepcopy(cell) for _ in range(n)])\n",
            V10,
        ),
        (C + "m = [rnn_cell.GRUCell(3)] * 2\n", C + "m = [rnn_cell.GRUCell(3) for _ in range(2)]\n", V0),
        (C + "m = f([cell] * n)\n", C + "TODO\nm = f([cell] * n)\n"),
        (
            C + "m = rnn_cell.MultiRNNCell([c] * 2)\n",
            "import copy\n" + C + "m = rnn_cell.MultiRNNCell([copy.deepcopy(c) for _ in range(2)])\n",
            V0,
        ),
        (
            C + "c = rnn_cell.GRUCell(3)\nm = 2 * [c]\n",
            "import copy\n" + C + "c = rnn_cell.GRUCell(3)\nm = [copy.deepcopy(c) for _ in range(2)]\n",
            V0,
        ),
        (C + "m = rnn_cell.MultiRNNCell([c] * 2)\n", C + "TODO\nm = rnn_cell.MultiRNNCell([c] * 2)\n"),
        (
            C + "m = rnn_cell.MultiRNNCell([c, c])\n",
            "import copy\n" + C + "m = rnn_cell.MultiRNNCell([c, copy.deepcopy(c)])\n",
            V0,
        ),
        (
            C + "m = rnn_cell.MultiRNNCell(cells * 2)\n",
            "import copy\n" + C + "m = rnn_cell.MultiRNNCell([copy.deepcopy(cell) for cell in cells * 2])\n",
            V0,
        ),
        (
            C + "for _ in range(2): l.append(c)\nm = rnn_cell.MultiRNNCell(l)\n",
            "import copy\n"
            + C
            + "for _ in range(2): l.append(copy.deepcopy(c))\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
    ],
    "cell-scopes": [
        (
            L
            + "def f(cell, x):\n    _, s = legacy_seq2seq.rnn.static_rnn(cell, x)\n    return g(x, s, cell)\n",
            "import copy\n"
            + L
            + "def f(cell, x):\n    _, s = legacy_seq2seq.rnn.static_rnn(copy.deepcopy(cell), x)\n    return g(x, s, cell)\n",
            V0,
        ),
        (
            'def f(cell, x):\n    """Doc."""\n    return cell(x, s)\n',
            'import copy\ndef f(cell, x):\n    """Doc."""\n    cell = copy.deepcopy(cell)\n    return cell(x, s)\n',
            V0,
        ),
        (
            L
            + "def f(cell, x):\n    s = legacy_seq2seq.rnn.static_rnn(cell=cell, inputs=x)\n    return g(s, cell)\n",
            "import copy\n"
            + L
            + "def f(cell, x):\n    s = legacy_seq2seq.rnn.static_rnn(cell=copy.deepcopy(cell), inputs=x)\n    return g(s, cell)\n",
            V0,
        ),
    ],
    "deepcopy-workaround": [
        (
            "class A(C):\n    def __deepcopy__(self, memo): return self\n",
            "class A(C):\n    TODO\n    def __deepcopy__(self, memo): return self\n",
        ),
        (
            'setattr(C, "__deepcopy__", lambda self, _: self)\n',
            'TODO\nsetattr(C, "__deepcopy__", lambda self, _: self)\n',
        ),
        ("C.__deepcopy__ = f\n", "TODO\nC.__deepcopy__ = f\n"),
    ],
}

NO_OPS = {
    "state-is-tuple": [
        (C + "x = isinstance(c, (rnn_cell.LSTMCell, rnn_cell.GRUCell)) or f == rnn_cell.LSTMCell\n", V06),
        (C + "if x: f = rnn_cell.GRUCell\nelse: f = rnn_cell.BasicLSTMCell\n", V12),
        (C + "c = rnn_cell.BasicLSTMCell(3)\n", V12),
        (C + "c = rnn_cell.BasicLSTMCell(3, state_is_tuple=True)\n", V06),
    ],
    "cell-input-size": [(C + "c = rnn_cell.GRUCell(3, tf.tanh)\n", V12)],
    "linear-scope": [(C + "x = rnn_cell.linear(y, n, True)\n", V0)],
    "repeated-cell": [
        (C + "l = [None] * n\nm = rnn_cell.MultiRNNCell(l)\n", V0),
        (C + "m = rnn_cell.MultiRNNCell([rnn_cell.DropoutWrapper(c) for c in cells])\n", V0),
        (
            C
            + "for _ in range(2):\n    w = rnn_cell.DropoutWrapper(make(), k)\n    l.append(w)\nm = rnn_cell.MultiRNNCell(l)\n",
            V0,
        ),
        (C + "m = f([cell] * n)\n", V12),
        ("x = [0] * n\n", V0),
        (C + "m = [cell() for _ in range(n)]\n", V0),
    ],
    "cell-scopes": [
        ("def f(cell, x):\n    return cell(x, s)\n", V12),
        ("def f(cell):\n    return cell.output_size\n", V0),
    ],
    "deepcopy-workaround": [("setattr(x, 'y', 1)\n",)],
}
