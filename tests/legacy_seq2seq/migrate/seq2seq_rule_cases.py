"""Cases of the rules of models and losses; `rule_cases` says what a case is."""

from rule_texts import TF, V0, V06, V10, C, L

CASES = {
    "vocabulary-sizes": [
        (
            L + "legacy_seq2seq.model_with_buckets(*args)\n",
            L + "TODO\nlegacy_seq2seq.model_with_buckets(*args)\n",
            V06,
        ),
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
            L + "legacy_seq2seq.embedding_rnn_seq2seq(e, d, cell, n, m, **more)\n",
            L
            + "legacy_seq2seq.embedding_rnn_seq2seq(e, d, cell, n, m, embedding_size=cell.output_size, **more)\n",
            V06,
        ),
        (
            L + "legacy_seq2seq.embedding_rnn_seq2seq(*args)\n",
            L + "TODO\nlegacy_seq2seq.embedding_rnn_seq2seq(*args)\n",
            V06,
        ),
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
    "sampled-softmax": [
        (TF + "x = tf.nn.nce_loss(weights=w, biases=b, inputs=x, labels=y, num_sampled=n, num_classes=v)\n",)
    ],
    "cross-entropy": [(TF + "x = tf.nn.softmax_cross_entropy_with_logits(labels=a, logits=b)\n",)],
    "loss-callback": [
        ("def sampled_loss(logits, labels):\n    return f(logits, labels)\n",),
        ("def other(inputs, labels): pass\n",),
    ],
}
