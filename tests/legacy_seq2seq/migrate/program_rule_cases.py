"""Cases of the rules of checkpoints, versions, flags and the program's start; `rule_cases` says what a case is."""

from rule_texts import TF

CASES = {
    "checkpoint-exists": [
        (
            TF + "import os\nif os.path.exists(p): saver.restore(sess=s, save_path=p)\n",
            TF + "import os\nif tf.train.checkpoint_exists(p): saver.restore(sess=s, save_path=p)\n",
        ),
        (
            TF
            + "import os\ndef f(self): return os.path.exists(self.p)\ndef g(self): self.saver.restore(s, self.p)\n",
            TF
            + "import os\ndef f(self): return tf.train.checkpoint_exists(self.p)\ndef g(self): self.saver.restore(s, self.p)\n",
        ),
        (
            TF + "if tf.gfile.Exists(ckpt.model_checkpoint_path): pass\n",
            TF + "if tf.train.checkpoint_exists(ckpt.model_checkpoint_path): pass\n",
        ),
        (
            TF + "if tf.gfile.Exists('%s' % ckpt.model_checkpoint_path): pass\n",
            TF + "if tf.train.checkpoint_exists('%s' % ckpt.model_checkpoint_path): pass\n",
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
        (
            "x = {'max_to_keep': 3, 'write_version': V1}\n",
            "TODO\nx = {'max_to_keep': 3, 'write_version': V1}\n",
        ),
        ("x = dict(write_version=V1)\n", "TODO\nx = dict(write_version=V1)\n"),
        (TF + "s = tf.train.Saver(v, write_version=V1)\n", TF + "s = tf.train.Saver(v)\n"),
    ],
    "version-compare": [
        (
            TF + "x = tf.__version__ >= self.least\n",
            TF
            + "from packaging.version import Version\nx = Version(tf.__version__) >= Version(self.least)\n",
        ),
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
            TF + 'N = 1e5\ntf.flags.DEFINE_integer("n", N, "")\n',
            TF + 'N = 1e5\ntf.flags.DEFINE_integer("n", int(N), "")\n',
        ),
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
        ("FLAGS.__flags['size'] = 3\n", "FLAGS.size = 3\n"),
        ("FLAGS.__flags.update(x)\n", "TODO\nFLAGS.flag_values_dict().update(x)\n"),
        ("for k in config.__flags: print(k)\n", "for k in config.flag_values_dict(): print(k)\n"),
        (TF + "x = tf.app.flags._global_parser\n", TF + "TODO\nx = tf.app.flags._global_parser\n"),
        ("FLAGS._parse_flags()\n", "import sys\nFLAGS(sys.argv)\n"),
        ("x = FLAGS.__flags.items()\n", "x = FLAGS.flag_values_dict().items()\n"),
        ("x = FLAGS.__dict__['__flags']\n", "x = FLAGS.flag_values_dict()\n"),
        ("args._parse_flags(args=x)\n", "import sys\nargs([sys.argv[0], *x])\n"),
        ("print(FLAGS.__dict__, vars(FLAGS))\n", "TODO\nprint(FLAGS.__dict__, vars(FLAGS))\n"),
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
    "program-start": [("import tensorflow.compat.v1 as tf\n",)],
}
