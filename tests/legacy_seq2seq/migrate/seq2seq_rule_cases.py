"""Cases of the rules of cells, models and losses; `rule_cases` says what a case is."""

from rule_texts import TF, V0, V06, V10, V12, C, L

CASES = {
    "vocabulary-sizes": [
        (
            L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, n, lambda x, y: f(x, y))\n",
            L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, lambda x, y: f(x, y))\n",
        ),
        (
            L + "legacy_seq2seq.sequence_loss(l, t, w, vocab_size)\n",
            L + "legacy_seq2seq.sequence_loss(l, t, w)\n",
        ),
        (
            L + "legacy_seq2seq.sequence_loss(l, t, w, what)\n",
            L + "TODO\nlegacy_seq2seq.sequence_loss(l, t, w, what)\n",
        ),
        (
            L + "legacy_seq2seq.sequence_loss(l, t, w, V, True)\n",
            L + "legacy_seq2seq.sequence_loss(l, t, w, True)\n",
            V06,
        ),
        (
            L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, V, f)\n",
            L + "TODO\nlegacy_seq2seq.model_with_buckets(e, d, t, w, b, V, f)\n",
        ),
    ],
    "embedding-size": [
        (
            L + "legacy_seq2seq.embedding_attention_seq2seq(e, d, cell, n, m, feed_previous=f)\n",
            L
            + "legacy_seq2seq.embedding_attention_seq2seq(e, d, cell, n, m, embedding_size=cell.output_size, feed_previous=f)\n",
        ),
        (
            C + "c = rnn_cell.EmbeddingWrapper(cell, n)\n",
            C + "c = rnn_cell.EmbeddingWrapper(cell, n, embedding_size=cell.output_size)\n",
        ),
        ("n = cell.input_size\n", 'n = getattr(cell, "_cell", cell).output_size\n', V06),
    ],
    "all-states": [
        (
            L + "s = legacy_seq2seq.rnn.static_rnn(c, x)[1][-1]\n",
            L + "s = legacy_seq2seq.rnn.static_rnn(c, x)[1]\n",
            V06,
        ),
        (
            L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nf(states[-1])\n",
            L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nf(states)\n",
            V06,
        ),
        (
            L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nf(states[-1])\n",
            L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nTODO\nf(states[-1])\n",
            {"era": ((0, 5), (0, 12))},
        ),
        (
            L + "o, self.s = legacy_seq2seq.rnn_decoder(c, x)\nf(self.s[-1])\n",
            L + "o, self.s = legacy_seq2seq.rnn_decoder(c, x)\nf(self.s)\n",
            V06,
        ),
        (
            L + "o, s = legacy_seq2seq.rnn_decoder(c, x)\nf(s[0])\n",
            L + "o, s = legacy_seq2seq.rnn_decoder(c, x)\nTODO\nf(s[0])\n",
            V06,
        ),
        (
            L + "both = legacy_seq2seq.rnn_decoder(c, x)\n",
            L + "TODO\nboth = legacy_seq2seq.rnn_decoder(c, x)\n",
            V06,
        ),
    ],
    "state-is-tuple": [
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
    "sampled-softmax": [
        (
            TF + "tf.nn.sampled_softmax_loss(w, b, x, tf.reshape(y, [-1, 1]), n, v)\n",
            TF
            + "tf.nn.sampled_softmax_loss(weights=w, biases=b, inputs=x, labels=tf.reshape(y, [-1, 1]), num_sampled=n, num_classes=v)\n",
        ),
        (
            TF + "tf.nn.sampled_softmax_loss(w, b, x, labels=y, num_sampled=n)\n",
            TF + "tf.nn.sampled_softmax_loss(weights=w, biases=b, inputs=x, labels=y, num_sampled=n)\n",
        ),
        (
            TF + "f = partial(tf.nn.sampled_softmax_loss, w, b)\n",
            TF + "TODO\nf = partial(tf.nn.sampled_softmax_loss, w, b)\n",
        ),
        (
            TF + "x = tf.nn.sampled_softmax_loss(w, b, inputs, labels, n, v)\n",
            TF
            + "x = tf.nn.sampled_softmax_loss(weights=w, biases=b, inputs=inputs, labels=labels, num_sampled=n, num_classes=v)\n",
        ),
        (
            TF + "x = tf.nn.nce_loss(w, b, labels, y, n, v)\n",
            TF
            + "x = tf.nn.nce_loss(weights=w, biases=b, labels=labels, inputs=y, num_sampled=n, num_classes=v)\n",
        ),
        (
            TF + "x = tf.nn.nce_loss(w, b, x, y, n, v)\n",
            TF
            + "x = tf.nn.nce_loss(weights=w, biases=b, inputs=x, labels=y, num_sampled=n, num_classes=v)\n",
            V0,
        ),
        (TF + "x = tf.nn.nce_loss(w, b, x, y, n, v)\n", TF + "TODO\nx = tf.nn.nce_loss(w, b, x, y, n, v)\n"),
        (TF + "x = tf.nn.nce_loss(w, b, *a)\n", TF + "TODO\nx = tf.nn.nce_loss(w, b, *a)\n"),
    ],
    "cross-entropy": [
        (
            TF + "class A:\n    f = tf.nn.softmax_cross_entropy_with_logits\n    def g(self): self.f(x, y)\n",
            TF
            + "class A:\n    f = tf.nn.softmax_cross_entropy_with_logits\n    def g(self): self.f(logits=x, labels=y)\n",
        ),
        (
            TF + "x = tf.nn.softmax_cross_entropy_with_logits(a, b)\n",
            TF + "x = tf.nn.softmax_cross_entropy_with_logits(logits=a, labels=b)\n",
        ),
        (
            TF + "x = tf.nn.sigmoid_cross_entropy_with_logits(a, targets=b)\n",
            TF + "x = tf.nn.sigmoid_cross_entropy_with_logits(logits=a, labels=b)\n",
        ),
        (
            TF + "x = tf.nn.softmax_cross_entropy_with_logits(*a)\n",
            TF + "TODO\nx = tf.nn.softmax_cross_entropy_with_logits(*a)\n",
        ),
    ],
    "loss-callback": [
        (
            "def make():\n    def f(x, targets): return g(x, targets)\n    return f\nsequence_loss(l, t, w, softmax_loss_function=make())\n",
            "def make():\n    def f(logits, labels): return g(logits, labels)\n    return f\nsequence_loss(l, t, w, softmax_loss_function=make())\n",
        ),
        (
            "sequence_loss(l, t, w, softmax_loss_function=lambda x, y: f(logits=x, labels=y))\n",
            "sequence_loss(l, t, w, softmax_loss_function=lambda logits, labels: f(logits=logits, labels=labels))\n",
        ),
        (
            "def f(*args): return g(*args)\nsequence_loss(l, t, w, softmax_loss_function=f)\n",
            "TODO\ndef f(*args): return g(*args)\nsequence_loss(l, t, w, softmax_loss_function=f)\n",
        ),
        (
            "def sampled_loss(inputs, labels):\n    return f(inputs=inputs, labels=labels, x=a.inputs)\n",
            "def sampled_loss(logits, labels):\n    return f(inputs=logits, labels=labels, x=a.inputs)\n",
        ),
        (
            "def my(a, b):\n    return g(a, b)\nh(softmax_loss_function=my)\n",
            "def my(logits, labels):\n    return g(logits, labels)\nh(softmax_loss_function=my)\n",
            V0,
        ),
        (
            "def my(a, b):\n    return g(a, b)\nh(softmax_loss_function=my)\n",
            "def my(labels, logits):\n    return g(labels, logits)\nh(softmax_loss_function=my)\n",
            V10,
        ),
        (
            "h(softmax_loss_function=lambda x, y: g(x, y))\n",
            "h(softmax_loss_function=lambda logits, labels: g(logits, labels))\n",
            V0,
        ),
        (
            "def sampled_loss(inputs, targets):\n    labels = r(targets)\n    return f(inputs, labels)\n",
            "def sampled_loss(logits, labels):\n    inputs, targets = logits, labels\n    labels = r(targets)\n    return f(inputs, labels)\n",
        ),
        (
            "c = softmax_loss_function(logit, target)\n",
            "c = softmax_loss_function(logits=logit, labels=target)\n",
        ),
        ("c = softmax_loss_function(x, y)\n", "TODO\nc = softmax_loss_function(x, y)\n"),
        (
            "def my(inputs, labels):\n    return g(inputs, labels)\nloss = my if sampled else None\nh(softmax_loss_function=loss)\n",
            "def my(logits, labels):\n    return g(logits, labels)\nloss = my if sampled else None\nh(softmax_loss_function=loss)\n",
        ),
        (
            "import functools\ndef my(w, inputs, labels, n):\n    return g(w, inputs, labels, n)\nh(softmax_loss_function=functools.partial(my, w, n=3))\n",
            "import functools\ndef my(w, logits, labels, n):\n    return g(w, logits, labels, n)\nh(softmax_loss_function=functools.partial(my, w, n=3))\n",
        ),
        (
            "class M:\n    def my(self, x, y):\n        return g(x, y)\n    def f(self):\n        loss = self.my\n        h(**{'softmax_loss_function': loss})\n",
            "class M:\n    def my(self, logits, labels):\n        return g(logits, labels)\n    def f(self):\n        loss = self.my\n        h(**{'softmax_loss_function': loss})\n",
            V0,
        ),
        (
            L + "def my(a, b):\n    return g(a, b)\nlegacy_seq2seq.sequence_loss(l, t, w, True, True, my)\n",
            L
            + "def my(logits, labels):\n    return g(logits, labels)\nlegacy_seq2seq.sequence_loss(l, t, w, True, True, my)\n",
            V0,
        ),
        (
            L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, f, lambda x, y: g(x, y))\n",
            L
            + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, f, lambda logits, labels: g(logits, labels))\n",
            V0,
        ),
        (
            "my = lambda x, y: g(x, y)\nh(softmax_loss_function=my)\n",
            "my = lambda labels, logits: g(labels, logits)\nh(softmax_loss_function=my)\n",
            V10,
        ),
        (
            "h(softmax_loss_function=lambda x, y: g(x, y, labels))\n",
            "TODO\nh(softmax_loss_function=lambda x, y: g(x, y, labels))\n",
            V0,
        ),
    ],
}

NO_OPS = {
    "vocabulary-sizes": [
        (L + "legacy_seq2seq.sequence_loss(l, t, w, True)\n",),
        (
            L
            + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, lambda x, y: f(x, y), softmax_loss_function=g)\n",
        ),
        ("sequence_loss(l, t, w, vocab_size)\n",),
        (L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, V, f)\n", V10),
        (L + "def s(x, y): pass\nlegacy_seq2seq.model_with_buckets(e, d, t, w, b, s, f)\n",),
        (L + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, s)\n",),
    ],
    "embedding-size": [
        (L + "legacy_seq2seq.embedding_attention_seq2seq(e, d, c, n, m, 8)\n",),
        ("n = self.input_size\n", V06),
    ],
    "all-states": [(L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nf(o[-1])\n", V06)],
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
    "sampled-softmax": [
        (TF + "x = tf.nn.nce_loss(weights=w, biases=b, inputs=x, labels=y, num_sampled=n, num_classes=v)\n",)
    ],
    "cross-entropy": [(TF + "x = tf.nn.softmax_cross_entropy_with_logits(labels=a, logits=b)\n",)],
    "loss-callback": [
        ("def sampled_loss(logits, labels):\n    return f(logits, labels)\n",),
        ("def other(inputs, labels): pass\n",),
    ],
}
