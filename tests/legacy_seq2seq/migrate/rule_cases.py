"""For every source rule: texts before and after it, and texts that it leaves alone.

A case is (before, after) or (before, after, settings); `TODO` in an `after` stands for a marked comment of the
rule, whatever it says. Settings are those of `SourceFile`.
"""

V0 = {"era": ((0, 9), (0, 12))}
V06 = {"era": ((0, 5), (0, 6))}
V10 = {"era": ((1, 0), (1, 0))}
V12 = {"era": ((1, 2), (1, 15))}
PY2 = {"python2": True}
TF = "import tensorflow as tf\n"
L = "import legacy_seq2seq\n"
C = "from legacy_seq2seq import rnn_cell\n"
NP = "import numpy as np\n"

CASES = {
    "python2-syntax": [],  # done where files are read: test_python2.py
    "python2-stdlib": [
        ("import cPickle\ncPickle.load(f)\n", "import pickle\npickle.load(f)\n", PY2),
        (
            "import urllib2\nurllib2.urlopen(u)\n",
            "import urllib.request, urllib.error, urllib.parse\nurllib.request.urlopen(u)\n",
            PY2,
        ),
        (
            "from itertools import izip\nfor a, b in izip(x, y): pass\n",
            "\nfor a, b in zip(x, y): pass\n",
            PY2,
        ),
        ("import Queue\nq = Queue.Queue()\n", "import queue\nq = queue.Queue()\n", PY2),
    ],
    "python2-views": [
        ("x = map(int, y)\n", "x = list(map(int, y))\n", PY2),
        ("k = d.keys()\n", "k = list(d.keys())\n", PY2),
        ("for k, v in d.iteritems(): pass\n", "for k, v in d.items(): pass\n", PY2),
    ],
    "python2-methods": [
        ("if d.has_key(k): pass\n", "if k in d: pass\n", PY2),
        ("x = it.next()\n", "x = next(it)\n", PY2),
    ],
    "default-encoding": [
        ('import sys\nreload(sys)\nsys.setdefaultencoding("utf-8")\nx = 1\n', "import sys\nx = 1\n"),
        ("if a:\n    reload(sys).setdefaultencoding('utf8')\n", "if a:\n    pass\n"),
    ],
    "python2-builtins": [
        ("for i in xrange(3): pass\n", "for i in range(3): pass\n"),
        ("isinstance(x, basestring)\n", "isinstance(x, str)\n"),
        ("x = unicode(y, 'utf-8')\n", "x = str(y, 'utf-8')\n"),
        ("x = reduce(f, y)\n", "import functools\nx = functools.reduce(f, y)\n"),
        ("for l in file('x'): pass\n", "for l in open('x'): pass\n"),
        ('execfile("a.py", g)\n', 'exec(compile(open("a.py", "rb").read(), "a.py", "exec"), g)\n'),
        ("x = raw_input('> ')\n", "x = input('> ')\n"),
        ("x.sort(cmp)\n", "TODO\nx.sort(cmp)\n"),
        (
            "x = sorted(y, cmp=f)\n",
            "import functools\nx = sorted(y, key=functools.cmp_to_key(f))\n",
        ),
        (
            "class A:\n    def __cmp__(self, other): return 0\n",
            "class A:\n    TODO\n    def __cmp__(self, other): return 0\n",
            PY2,
        ),
    ],
    "lazy-sequences": [
        ("x = zip(a, b)[0]\n", "x = list(zip(a, b))[0]\n"),
        ("x = d.keys()[0]\n", "x = list(d.keys())[0]\n"),
        ("n = len(filter(f, x))\n", "n = len(list(filter(f, x)))\n"),
        ("x = range(3)\nx[0] = 5\n", "x = list(range(3))\nx[0] = 5\n"),
        ("x = range(3) + [7]\n", "x = list(range(3)) + [7]\n"),
        (
            "import numpy as np\nx = np.array(map(f, y))\n",
            "import numpy as np\nx = np.array(list(map(f, y)))\n",
        ),
        ("for k in d.keys():\n    del d[k]\n", "for k in list(d.keys()):\n    del d[k]\n"),
        (
            "def f():\n    m = map(g, x)\n    return m[0]\n",
            "def f():\n    m = list(map(g, x))\n    return m[0]\n",
        ),
    ],
    "integer-division": [
        ("x = len(a) / 2\n", "x = len(a) // 2\n", PY2),
        ("x = a / b\n", "TODO\nx = a / b\n", PY2),
        ("x /= 2\n", "TODO\nx /= 2\n", PY2),
    ],
    "text-files": [
        (
            "with open(p, 'rb') as f:\n    for l in f: l.split('x')\n",
            "TODO\nwith open(p, 'rb') as f:\n    for l in f: l.split('x')\n",
        ),
        (
            "with open(p, 'rb') as f:\n    for l in f: print(l.split('\\t'))\n",
            'with open(p, "r", encoding="utf-8", errors="surrogateescape") as f:\n    for l in f: print(l.split(\'\\t\'))\n',
            PY2,
        ),
        (TF + "f = tf.gfile.GFile(p, mode='rb')\n", TF + 'f = tf.gfile.GFile(p, mode="r")\n', PY2),
        ("import pickle\nx = pickle.load(open(p))\n", 'import pickle\nx = pickle.load(open(p, "rb"))\n'),
        (
            "import pickle\nwith open(p, 'w') as f:\n    pickle.dump(x, f)\n",
            'import pickle\nwith open(p, "wb") as f:\n    pickle.dump(x, f)\n',
        ),
        (
            "import pickle\nf = open(p)\nx = f.read()\nf = open(q, 'w')\npickle.dump(x, f)\n",
            'import pickle\nf = open(p)\nx = f.read()\nf = open(q, "wb")\npickle.dump(x, f)\n',
        ),
    ],
    "string-coding": [
        ("x = l.decode('utf-8')\n", "import six\nx = six.ensure_text(l, 'utf-8')\n", PY2),
        ("x = l.encode('utf-8')\n", "import six\nx = six.ensure_str(l, 'utf-8')\n", PY2),
        ("x = input().decode('utf-8')\n", "import six\nx = six.ensure_text(input(), 'utf-8')\n"),
        ("x = l.encode('ascii', 'ignore')\n", "x = l.encode('ascii', 'ignore').decode('ascii')\n", PY2),
        ("x = l.decode('hex')\n", "TODO\nx = l.decode('hex')\n", PY2),
        ("x = l.encode('hex')\n", "TODO\nx = l.encode('hex')\n", PY2),
    ],
    "relative-imports": [],  # needs a tree: test_tree.py
    "config-parser": [
        (
            "from configparser import SafeConfigParser\n",
            "from configparser import ConfigParser as SafeConfigParser\n",
        ),
        (
            "import configparser\np = configparser.SafeConfigParser()\n",
            "import configparser\np = configparser.ConfigParser()\n",
        ),
        ("p.readfp(f)\n", "p.read_file(f)\n"),
    ],
    "removed-stdlib": [
        (
            "from pkg_resources import parse_version as pv\n",
            "from packaging.version import parse as pv\n",
        ),
        ("import imp\nimp.reload(m)\n", "import importlib\nTODO\nimport imp\nimportlib.reload(m)\n"),
        ("import time\nt = time.clock()\n", "import time\nt = time.perf_counter()\n"),
        ("import parser\n", "TODO\nimport parser\n"),
        ("import string\nx = string.letters\n", "import string\nx = string.ascii_letters\n"),
    ],
    "star-imports": [
        (
            "from tensorflow.python.ops.rnn_cell import *\nc = MultiRNNCell([GRUCell(3)])\n",
            "from tensorflow.python.ops.rnn_cell import GRUCell, MultiRNNCell\nc = MultiRNNCell([GRUCell(3)])\n",
        ),
        (
            "from tensorflow import *\nfor i in range(2): x = concat(1, [mul(a, b)])\n",
            "from tensorflow import concat, mul, range\nfor i in range(2): x = concat(1, [mul(a, b)])\n",
        ),
        (
            "from tensorflow.models.rnn.seq2seq import *\nfrom tensorflow.contrib.rnn import *\nstatic_rnn(rnn_decoder)\n",
            "from tensorflow.models.rnn.seq2seq import rnn_decoder\nfrom tensorflow.contrib.rnn import static_rnn\nstatic_rnn(rnn_decoder)\n",
        ),
        (
            "from tensorflow.python.ops.array_ops import *\nx = pack(y)\n",
            "from tensorflow.python.ops.array_ops import pack\nx = pack(y)\n",
        ),
    ],
    "private-modules": [
        (
            "from tensorflow.python.ops import array_ops, nn_ops\nx = nn_ops.softmax(array_ops.reshape(y, [1]))\n",
            "from tensorflow.python.ops import array_ops, nn_ops\nimport tensorflow.compat.v1 as tf\nx = tf.nn.softmax(tf.reshape(y, [1]))\n",
        ),
        (
            TF + "from tensorflow.python.ops import control_flow_ops as c\nx = c.cond(p, f, g)\n",
            TF + "from tensorflow.python.ops import control_flow_ops as c\nx = tf.cond(p, f, g)\n",
        ),
        (
            TF + "from tensorflow.python.ops.math_ops import tanh\nx = tanh(y)\n",
            TF + "from tensorflow.python.ops.math_ops import tanh\nx = tf.tanh(y)\n",
        ),
        (
            TF + "from tensorflow.python.util import nest\nx = nest.is_sequence(y)\n",
            TF + "from tensorflow.python.util import nest\nx = tf.nest.is_nested(y)\n",
        ),
    ],
    "relocated": [
        (
            TF + "x = tf.nn.seq2seq.sequence_loss(a, b, c)\n",
            TF + L + "x = legacy_seq2seq.sequence_loss(a, b, c)\n",
        ),
        (TF + "c = tf.nn.rnn_cell.GRUCell(3)\n", TF + L + "c = legacy_seq2seq.rnn_cell.GRUCell(3)\n"),
        (TF + "o, s = tf.nn.rnn(c, x)\n", TF + L + "o, s = legacy_seq2seq.rnn.static_rnn(c, x)\n"),
        ("from tensorflow.contrib import legacy_seq2seq as s\n", "import legacy_seq2seq as s\n"),
        (
            "from tensorflow.contrib import rnn\nc = rnn.GRUCell(3)\n",
            "from tensorflow.contrib import rnn\nimport legacy_seq2seq\nc = legacy_seq2seq.rnn_cell.GRUCell(3)\n",
        ),
        (
            "from tensorflow.models.rnn import rnn_cell, seq2seq\nc = rnn_cell.GRUCell(3)\n",
            "from legacy_seq2seq import rnn_cell\nimport legacy_seq2seq as seq2seq\nc = rnn_cell.GRUCell(3)\n",
        ),
        (
            "from tensorflow.models.rnn.translate import data_utils\n",
            "from legacy_seq2seq.translate import data_utils\n",
        ),
        (
            "from tensorflow.contrib.rnn.python.ops.core_rnn_cell_impl import _linear as linear\n",
            "from legacy_seq2seq.rnn_cell import _linear as linear\n",
        ),
        (
            TF + "c = tf.contrib.rnn.core_rnn_cell.LSTMCell(3)\n",
            TF + L + "c = legacy_seq2seq.rnn_cell.LSTMCell(3)\n",
        ),
        (TF + "o, s = tf.python.ops.rnn.dynamic_rnn(c, x)\n", TF + "o, s = tf.nn.dynamic_rnn(c, x)\n"),
        (
            TF + "x = tf.nn.seq2seq._decode_everything(a)\n",
            TF + "TODO\nx = tf.nn.seq2seq._decode_everything(a)\n",
        ),
    ],
    "concat-order": [
        (TF + "x = tf.concat(1, [a, b])\n", TF + "x = tf.concat([a, b], 1)\n"),
        (TF + "x = tf.concat(concat_dim=1, values=y)\n", TF + "x = tf.concat(axis=1, values=y)\n"),
        (TF + "x = tf.concat(d, y)\n", TF + "x = tf.concat(y, d)\n", V0),
        (TF + "x = tf.concat(-1, y)\n", TF + "x = tf.concat(y, -1)\n", V12),
        (TF + "x = tf.concat(d, y)\n", TF + "TODO\nx = tf.concat(d, y)\n"),
        (TF + "x = map(tf.concat, d, y)\n", TF + "TODO\nx = map(tf.concat, d, y)\n"),
    ],
    "split-order": [
        (TF + "x = tf.split(1, n, y)\n", TF + "x = tf.split(axis=1, num_or_size_splits=n, value=y)\n"),
        (TF + "x = tf.split(d, n, y)\n", TF + "x = tf.split(axis=d, num_or_size_splits=n, value=y)\n", V0),
        (TF + "x = tf.split(d, n, y)\n", TF + "TODO\nx = tf.split(d, n, y)\n"),
        (TF + "x = tf.split(*a)\n", TF + "TODO\nx = tf.split(*a)\n"),
        (TF + "x = partial(tf.split, 1)\n", TF + "TODO\nx = partial(tf.split, 1)\n"),
    ],
    "op-scope": [
        (
            TF + 'with tf.op_scope([x], name, "f"): pass\n',
            TF + 'with tf.name_scope(values=[x], name=name, default_name="f"): pass\n',
        ),
    ],
    "renamed-ops": [
        (
            TF + "x = tf.pack([tf.mul(a, b), tf.neg(c)])\n",
            TF + "x = tf.stack([tf.multiply(a, b), tf.negative(c)])\n",
        ),
        (TF + "s.run(tf.initialize_all_variables())\n", TF + "s.run(tf.global_variables_initializer())\n"),
        (
            TF + "w = tf.train.SummaryWriter(d, s.graph_def)\n",
            TF + "w = tf.summary.FileWriter(d, s.graph)\n",
        ),
        (TF + "x = tf.batch_matmul(a, b, adj_y=True)\n", TF + "x = tf.matmul(a, b, adjoint_b=True)\n"),
        (TF + "x = tf.select(c, a, b)\n", TF + "x = tf.where(c, a, b)\n"),
        ("from tensorflow import pack\n", "from tensorflow import stack as pack\n"),
        (TF + "tf.image_summary(t, i, max_images=2)\n", TF + "tf.summary.image(t, i, max_outputs=2)\n"),
    ],
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
            C + "c = rnn_cell.BasicLSTMCell(3)\n",
            C + "c = rnn_cell.BasicLSTMCell(3, state_is_tuple=False)\n",
            V06,
        ),
    ],
    "cell-input-size": [
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
            'setattr(C, "__deepcopy__", lambda self, _: self)\n',
            'TODO\nsetattr(C, "__deepcopy__", lambda self, _: self)\n',
        ),
        ("C.__deepcopy__ = f\n", "TODO\nC.__deepcopy__ = f\n"),
    ],
    "sampled-softmax": [
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
    "bytes-arguments": [],  # needs a tree: test_tree.py
    "checkpoint-exists": [
        (
            TF + "if tf.gfile.Exists(ckpt.model_checkpoint_path): pass\n",
            TF + "if tf.train.checkpoint_exists(ckpt.model_checkpoint_path): pass\n",
        ),
        (
            TF + "import os\nif os.path.exists(p):\n    saver.restore(sess, p)\n",
            TF + "import os\nif tf.train.checkpoint_exists(p):\n    saver.restore(sess, p)\n",
        ),
        (
            "from tensorflow.python.platform import gfile\n"
            + TF
            + "p = tf.train.latest_checkpoint(d)\nx = gfile.Exists(p)\n",
            "from tensorflow.python.platform import gfile\n"
            + TF
            + "p = tf.train.latest_checkpoint(d)\nx = tf.train.checkpoint_exists(p)\n",
        ),
        (
            TF + "if tf.gfile.Exists(filename=ckpt.model_checkpoint_path): pass\n",
            TF + "if tf.train.checkpoint_exists(ckpt.model_checkpoint_path): pass\n",
        ),
        (
            TF + "import os\nx = os.path.isfile(str(ckpt.model_checkpoint_path))\n",
            TF + "import os\nx = tf.train.checkpoint_exists(str(ckpt.model_checkpoint_path))\n",
        ),
        (
            TF
            + "def f():\n    self.p = tf.train.latest_checkpoint(d)\ndef g():\n    return tf.gfile.Exists(self.p)\n",
            TF
            + "def f():\n    self.p = tf.train.latest_checkpoint(d)\ndef g():\n    return tf.train.checkpoint_exists(self.p)\n",
        ),
    ],
    "saver-version": [
        (TF + "s = tf.train.Saver(v, write_version=V1)\n", TF + "s = tf.train.Saver(v)\n"),
    ],
    "version-compare": [
        (
            TF + 'x = tf.__version__ > "0.12"\n',
            TF + 'from packaging.version import Version\nx = Version(tf.__version__) > Version("0.12")\n',
        ),
        (
            TF + "x = int(tf.__version__.split('.')[1]) < 12\n",
            TF + "TODO\nx = int(tf.__version__.split('.')[1]) < 12\n",
        ),
        (TF + "x = tf.__version__.startswith('0.')\n", TF + "TODO\nx = tf.__version__.startswith('0.')\n"),
        (TF + "x = tf.__version__ in ('0.12.0',)\n", TF + "TODO\nx = tf.__version__ in ('0.12.0',)\n"),
        (TF + "x = '0.9' < tf.__version__ < '1'\n", TF + "TODO\nx = '0.9' < tf.__version__ < '1'\n"),
        (TF + "x, y = tf.__version__[:3]\n", TF + "TODO\nx, y = tf.__version__[:3]\n"),
    ],
    "flag-definitions": [
        (
            TF + 'tf.app.flags.DEFINE_integer("n", 1e5, "")\n',
            TF + 'tf.app.flags.DEFINE_integer("n", 100000, "")\n',
        ),
        (
            TF + 'tf.app.flags.DEFINE_integer("n", 0.5, "")\n',
            TF + 'tf.app.flags.DEFINE_float("n", 0.5, "")\n',
        ),
        (
            TF + 'tf.flags.DEFINE_string("log_dir", "x", "")\n',
            TF + 'tf.flags.DEFINE_string("log_dir", "x", "", allow_override=True)\n',
        ),
        (TF + 'tf.app.flags.DEFINE_string("n", 5, "")\n', TF + 'tf.app.flags.DEFINE_string("n", "5", "")\n'),
        (
            TF + 'tf.flags.DEFINE_integer("n", 2 * 1e3, "")\n',
            TF + 'tf.flags.DEFINE_integer("n", int(2 * 1e3), "")\n',
        ),
        (TF + 'tf.flags.DEFINE_string("n", False, "")\n', TF + 'tf.flags.DEFINE_string("n", "False", "")\n'),
    ],
    "flag-values": [
        ("FLAGS._parse_flags()\n", "import sys\nFLAGS(sys.argv)\n"),
        ("x = FLAGS.__flags.items()\n", "x = FLAGS.flag_values_dict().items()\n"),
        ("x = FLAGS.__dict__['__flags']\n", "x = FLAGS.flag_values_dict()\n"),
        ("args._parse_flags(args=x)\n", "import sys\nargs([sys.argv[0], *x])\n"),
        ("print(FLAGS.__dict__, vars(FLAGS))\n", "TODO\nprint(FLAGS.__dict__, vars(FLAGS))\n"),
    ],
    "numpy-names": [
        (NP + "x = np.array(y, np.int)\n", NP + "x = np.array(y, int)\n"),
        (NP + "x = np.product(y) + np.NaN\n", NP + "x = np.prod(y) + np.nan\n"),
        (NP + "x = np.asscalar(y)\n", NP + "x = (y).item()\n"),
    ],
    "numpy-scalars": [
        (
            NP + "o = [int(np.argmax(l, axis=1)) for l in ls]\n",
            NP + "o = [int(np.argmax(l, axis=1).item()) for l in ls]\n",
        ),
        (
            NP + "x = int(np.searchsorted(t, np.random.rand(1)))\n",
            NP + "x = int(np.searchsorted(t, np.random.rand(1)).item())\n",
        ),
        (NP + "i = np.argmax(l, 1)\nx = int(i)\n", NP + "i = np.argmax(l, 1)\nx = int(i.item())\n"),
        (NP + "x = int(np.random.choice(n, 1, p=p))\n", NP + "x = int(np.random.choice(n, 1, p=p).item())\n"),
        (NP + "i = l.argmax(1)\nx = int(i)\n", NP + "i = l.argmax(1)\nx = int(i.item())\n"),
    ],
    "numpy-ragged": [
        (NP + "x.append(l.split())\ny = np.array(x)\n", NP + "x.append(l.split())\nTODO\ny = np.array(x)\n"),
    ],
    "contrib": [
        (
            TF + "g = tf.contrib.framework.get_or_create_global_step()\n",
            TF + "g = tf.train.get_or_create_global_step()\n",
        ),
        (TF + "i = tf.contrib.layers.xavier_initializer()\n", TF + "i = tf.glorot_uniform_initializer()\n"),
        (
            TF + "x = tf.contrib.layers.fully_connected(y, 3)\n",
            TF + "TODO\nx = tf.contrib.layers.fully_connected(y, 3)\n",
        ),
    ],
    "keras-layers": [
        (TF + "x = tf.layers.dense(y, 3)\n", TF + "TODO\nx = tf.layers.dense(y, 3)\n"),
    ],
    "absolute-path": [
        ('p = "/home/me/data"\n', 'TODO\np = "/home/me/data"\n'),
    ],
    "v1-import": [
        ("import tensorflow as tf\n", "import tensorflow.compat.v1 as tf\n"),
        ("import tensorflow\n", "import tensorflow.compat.v1 as tensorflow\n"),
        ("from tensorflow import placeholder\n", "from tensorflow.compat.v1 import placeholder\n"),
        ("import os, tensorflow as tf, sys\n", "import os, tensorflow.compat.v1 as tf, sys\n"),
    ],
    "gone-imports": [
        ("from tensorflow.contrib import rnn\nx = 1\n", "x = 1\n"),
        (
            "from tensorflow.python.ops import array_ops, gen_io_ops\ngen_io_ops\n",
            "TODO\nfrom tensorflow.python.ops import gen_io_ops\ngen_io_ops\n",
        ),
        (
            "import tensorflow.contrib.layers as l\nl.x\n",
            "TODO\nimport tensorflow.contrib.layers as l\nl.x\n",
        ),
        (
            "from tensorflow.models.rnn.ptb import reader\nreader.x\n",
            "TODO\nfrom tensorflow.models.rnn.ptb import reader\nreader.x\n",
        ),
    ],
    "program-start": [
        (
            "import tensorflow.compat.v1 as tf\nx = 1\n",
            "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nx = 1\n",
            {"program": True},
        ),
        (
            '"""Doc."""\nfrom __future__ import division\nfrom model import M\n',
            '"""Doc."""\nfrom __future__ import division\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nfrom model import M\n',
            {"program": True},
        ),
    ],
}

NO_OPS = {
    "python2-syntax": [("print(1)\n",)],
    "python2-stdlib": [("import pickle\n", PY2), ("import cPickle\n",)],
    "python2-views": [("for a, b in zip(c, d): pass\n", PY2), ("x = map(int, y)\n",)],
    "python2-methods": [("x = it.get_next()\n", PY2)],
    "default-encoding": [("import importlib, sys\nimportlib.reload(config)\n",)],
    "python2-builtins": [
        ("from six.moves import xrange\nfor i in xrange(3): pass\n",),
        ("try:\n    unicode\nexcept NameError:\n    unicode = str\n",),
        ("def f(file): return file.name\n",),
        ("x.reload = 1\nf(long=3)\n",),
    ],
    "lazy-sequences": [
        ("for a, b in zip(c, d): pass\n",),
        ("x = dict(zip(a, b))\nx[1] = 2\n",),
        ("n = len(d.keys())\n",),
    ],
    "integer-division": [
        ("x = a / b\n",),
        ("from __future__ import division\nx = a / b\n", PY2),
        ("x = 1.0 * a / b\nloss = loss / n\n", PY2),
    ],
    "text-files": [
        ("with open(p, 'rb') as f: pass\n",),
        ("x = b'y'\nwith open(p, 'rb') as f: pass\n", PY2),
        ("import numpy as np\nwith open('x.npy', 'rb') as f: np.load(f)\n", PY2),
        (
            # Another file of the same name.
            "import pickle\nwith open(p) as f:\n    x = f.read()\nwith open(q, 'wb') as f:\n    pickle.dump(x, f)\n",
        ),
    ],
    "string-coding": [
        ("x = l.decode('utf-8')\n",),
        ("x = model.decode(ids)\n", PY2),
        ("h = hashlib.md5(s.encode('utf-8'))\n", PY2),
    ],
    "relative-imports": [("import data_utils\n",)],
    "config-parser": [("from configparser import ConfigParser\n",)],
    "removed-stdlib": [("import importlib\n",)],
    "star-imports": [
        ("from utils import *\nx = concat(1, y)\n",),
        ("from tensorflow.python.ops.rnn_cell import *\ndef GRUCell(): pass\nGRUCell()\n",),
    ],
    "private-modules": [
        (TF + "x = tf.concat(y, 1)\n",),
        ("from tensorflow.python.client import timeline\ntimeline.Timeline(x)\n",),
    ],
    "relocated": [(L + "legacy_seq2seq.rnn_cell.GRUCell(3)\n",), ("import rnn_cell\nrnn_cell.GRUCell(3)\n",)],
    "concat-order": [
        (TF + "x = tf.concat([a, b], 1)\n",),
        (TF + "x = tf.concat(y, axis=1)\n",),
        (TF + "x = tf.concat(d, y)\n", V12),
        (NP + "x = np.concat(1, y)\n",),
    ],
    "split-order": [
        (TF + "x = tf.split(y, n, 1)\n",),
        (TF + "x = tf.split(y, 3, axis=1)\n",),
        ("x = 'a b'.split(' ', 1, 2)\n",),
    ],
    "op-scope": [(TF + "with tf.name_scope(n, 'f', [x]): pass\n",)],
    "renamed-ops": [(TF + "x = tf.stack([a])\n",), ("x = struct.pack('i', 3)\nre.sub(a, b, c)\n",)],
    "vocabulary-sizes": [
        (L + "legacy_seq2seq.sequence_loss(l, t, w, True)\n",),
        (
            L
            + "legacy_seq2seq.model_with_buckets(e, d, t, w, b, lambda x, y: f(x, y), softmax_loss_function=g)\n",
        ),
        ("sequence_loss(l, t, w, vocab_size)\n",),
    ],
    "embedding-size": [
        (L + "legacy_seq2seq.embedding_attention_seq2seq(e, d, c, n, m, 8)\n",),
        ("n = self.input_size\n", V06),
    ],
    "all-states": [(L + "o, states = legacy_seq2seq.rnn.static_rnn(c, x)\nf(o[-1])\n", V06)],
    "state-is-tuple": [
        (C + "c = rnn_cell.BasicLSTMCell(3)\n", V12),
        (C + "c = rnn_cell.BasicLSTMCell(3, state_is_tuple=True)\n", V06),
    ],
    "cell-input-size": [(C + "c = rnn_cell.GRUCell(3, tf.tanh)\n", V12)],
    "linear-scope": [(C + "x = rnn_cell.linear(y, n, True)\n", V0)],
    "repeated-cell": [
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
    "bytes-arguments": [(TF + "f(tf.compat.as_bytes(x))\n",)],
    "checkpoint-exists": [
        (TF + "if not tf.gfile.Exists(vocabulary_path): pass\n",),
        (TF + "x = tf.gfile.Exists(ckpt.model_checkpoint_path + '.index')\n",),
    ],
    "saver-version": [(TF + "s = tf.train.Saver(write_version=saver_pb2.SaverDef.V2)\n",)],
    "version-compare": [(TF + "print(tf.__version__)\n",), ("x = sys.version > '3'\n",)],
    "flag-definitions": [
        (TF + 'tf.app.flags.DEFINE_integer("n", 5, "")\n',),
        (TF + 'tf.app.flags.DEFINE_float("n", 5, "")\n',),
    ],
    "flag-values": [("x = FLAGS.size\n",), ("for k in FLAGS.__flags: print(FLAGS.__flags[k].value)\n",)],
    "numpy-names": [(NP + "x = np.int32(3)\n",), ("x = other.int(3)\n",)],
    "numpy-scalars": [
        (NP + "x = int(3.5)\ny = np.argmax(l, axis=1)\n",),
        (NP + "x = int(np.random.choice(n)) + float(np.random.uniform(0, 1))\n",),
    ],
    "numpy-ragged": [(NP + "x = np.array(y, dtype=object)\n",), (NP + "y = np.array(x)\n",)],
    "contrib": [(TF + "x = tf.nn.relu(y)\n",)],
    "keras-layers": [(TF + "x = model.layers\n",)],
    "absolute-path": [('p = "data/x"\nq = "/tmp"\nr = "http://x/y"\n',)],
    "v1-import": [
        ("import tensorflow.compat.v1 as tf\n",),
        ("from tensorflow.python.platform import gfile\n",),
    ],
    "gone-imports": [
        ("from tensorflow.python.platform import gfile\ngfile.x\n",),
        ("import tensorflow as tf\n",),
        # Who tries it provides for its absence.
        ("try:\n    from tensorflow.contrib import rnn as r\nexcept ImportError:\n    import r\nr.x\n",),
    ],
    "program-start": [("import tensorflow.compat.v1 as tf\n",)],
}
