"""Cases of the rules of TensorFlow's modules, operations and files; `rule_cases` says what a case is."""

from rule_texts import NP, TF, V0, V12, L

CASES = {
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
        (TF + "x = tf.python.array_ops.pack(y)\n", TF + "x = tf.stack(y)\n"),
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
            "from tensorflow.python.ops.rnn_cell import GRUCell, WhatCell\n",
            "TODO\nfrom tensorflow.python.ops.rnn_cell import WhatCell\nfrom legacy_seq2seq.rnn_cell import GRUCell\n",
        ),
        (
            "from tensorflow.models.rnn.translate import translate\ntranslate._buckets\ntranslate.read_data\n",
            "from legacy_seq2seq.translate import translate\nTODO\ntranslate._buckets\ntranslate.read_data\n",
        ),
        (
            "from tensorflow.python.ops import rnn_cell_impl as r\nr._like_rnncell(c)\n",
            "from legacy_seq2seq import rnn_cell as r\nTODO\nr._like_rnncell(c)\n",
        ),
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
        (TF + "f = tf.concat if x else g\n", TF + "TODO\nf = tf.concat if x else g\n"),
        (
            TF + "class A:\n    def f(self):\n        self.c = tf.concat\n        self.c(1, [a, b])\n",
            TF + "class A:\n    def f(self):\n        self.c = tf.concat\n        self.c([a, b], 1)\n",
        ),
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
    "reverse-dims": [
        (TF + "x = tf.reverse(y, [False, True])\n", TF + "x = tf.reverse(y, axis=[1])\n"),
        (TF + "x = tf.reverse(y, dims=(True, False, True))\n", TF + "x = tf.reverse(y, axis=[0, 2])\n"),
        (TF + "x = tf.reverse(y, [True], 'r')\n", TF + "x = tf.reverse(y, [0], 'r')\n"),
        (TF + "x = tf.reverse(y, dims)\n", TF + "TODO\nx = tf.reverse(y, dims)\n", V0),
        (TF + "x = tf.reverse(y, dims=d)\n", TF + "TODO\nx = tf.reverse(y, dims=d)\n", V12),
    ],
    "op-scope": [
        (
            TF + 'with tf.op_scope([x], name, "f"): pass\n',
            TF + 'with tf.name_scope(values=[x], name=name, default_name="f"): pass\n',
        ),
    ],
    "renamed-ops": [
        (
            TF + "x = tf.image.per_image_whitening(tf.batch_cholesky(tf.batch_matrix_inverse(y)))\n",
            TF + "x = tf.image.per_image_standardization(tf.cholesky(tf.matrix_inverse(y)))\n",
        ),
        (
            "class A:\n    import tensorflow as T\n    def f(self): return self.T.pack(x)\n",
            "import tensorflow.compat.v1 as tf\nclass A:\n    import tensorflow as T\n    def f(self): return tf.stack(x)\n",
        ),
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
    "contrib": [
        (TF + "x = hasattr(tf.contrib, 'rnn')\n", TF + "TODO\nx = hasattr(tf.contrib, 'rnn')\n"),
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
    "unknown-names": [
        (TF + "x = tf.python.what.f(y)\n", TF + "TODO\nx = tf.python.what.f(y)\n"),
        (TF + "x = tf.nn.deconv2d(y, f, s, t)\n", TF + "TODO\nx = tf.nn.deconv2d(y, f, s, t)\n"),
        (TF + "x = tf.train.WhatWasIt(y)\n", TF + "TODO\nx = tf.train.WhatWasIt(y)\n"),
        ("from tensorflow import what, float32\n", "TODO\nfrom tensorflow import what, float32\n"),
    ],
    "v1-import": [
        ("from tensorflow.train import Saver\n", "from tensorflow.compat.v1.train import Saver\n"),
        ("import tensorflow.nn as nn\n", "import tensorflow.compat.v1.nn as nn\n"),
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
}

NO_OPS = {
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
        (TF + "x = map(tf.concat, y)\n", V12),
        (TF + "cc = tf.concat\nx = cc([a, b], 1)\n", V0),
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
    "reverse-dims": [
        (TF + "x = tf.reverse(y, [1])\nz = tf.reverse(y, axis=a)\nl.reverse()\n", V0),
        (TF + "x = tf.reverse(y, axes)\n", V12),
    ],
    "op-scope": [(TF + "with tf.name_scope(n, 'f', [x]): pass\n",)],
    "renamed-ops": [
        (TF + "x = tf.stack([a])\n",),
        ("x = struct.pack('i', 3)\nre.sub(a, b, c)\n",),
        (
            "class A:\n    import tensorflow as T\n    def f(self, t):\n        self.T = t\n        return self.T.pack(x)\n",
        ),
    ],
    "contrib": [(TF + "x = tf.nn.relu(y)\n",)],
    "keras-layers": [(TF + "x = model.layers\n",)],
    "unknown-names": [
        ("import tensorflow.python.ops.what\ntensorflow.python.ops.what.f(y)\n",),
        (TF + "x = tf.nn.relu(tf.image.resize_images(y, tf.int32, tf.train.Saver, tf.__version__))\n",),
        ("import tensorflow.compat.v1 as tf\nx = tf.nn.tanh(tf.app.flags.FLAGS.what)\n",),
        (TF + "try:\n    x = tf.what\nexcept AttributeError:\n    x = None\n",),
    ],
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
}
