"""Cases of the rules of Python and its library; `rule_cases` says what a case is."""

from rule_texts import NP, PY2, TF, UNDECIDED, V0, V10

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
        ("def f(): return map(int, y)\n", "def f(): return list(map(int, y))\n", UNDECIDED),
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
        ("x = unicode(y, 'utf-8')\n", "import six\nx = six.ensure_text(y, 'utf-8')\n"),
        # What stands above the imports stays there.
        (
            '"""Doc."""\n# why\n\nimport os\nreduce(f, x)\n',
            '"""Doc."""\n# why\n\nimport functools\nimport os\nfunctools.reduce(f, x)\n',
        ),
        ("x = reduce(f, y)\n", "import functools\nx = functools.reduce(f, y)\n"),
        ("for l in file('x'): pass\n", "for l in open('x'): pass\n"),
        ('execfile("a.py", g)\n', 'exec(compile(open("a.py", "rb").read(), "a.py", "exec"), g)\n'),
        ("x = raw_input('> ')\n", "x = input('> ')\n"),
        ("x = cmp(a, b)\n", "TODO\nx = cmp(a, b)\n"),
        (
            "def f(a, b): return b - a\nx.sort(f)\n",
            "import functools\ndef f(a, b): return b - a\nx.sort(key=functools.cmp_to_key(f))\n",
        ),
        (
            "x = sorted(y, lambda a, b: b - a, reverse=True)\n",
            "import functools\nx = sorted(y, key=functools.cmp_to_key(lambda a, b: b - a), reverse=True)\n",
        ),
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
        ("a = b = range(5)\nb[0] = 1\n", "a = b = list(range(5))\nb[0] = 1\n"),
        ("x, y = range(3), range(4)\nx[1] = 2\n", "x, y = list(range(3)), range(4)\nx[1] = 2\n"),
        ("d['k'] = range(3)\nd['k'][0] = 1\n", "d['k'] = list(range(3))\nd['k'][0] = 1\n"),
        ("x = [range(3) for _ in y]\nx[0][1] = 5\n", "x = [list(range(3)) for _ in y]\nx[0][1] = 5\n"),
        ("x = range(n)\nx += [1]\n", "x = list(range(n))\nx += [1]\n"),
        (NP + "x = np.mean(map(len, y))\n", NP + "x = np.mean(list(map(len, y)))\n"),
        ("x = range(3) * 2\n", "x = list(range(3)) * 2\n"),
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
        (
            TF + "_, i = tf.nn.top_k(p, k)\ni = tf.stop_gradient(i)\nx = i / tf.shape(p)[1]\n",
            TF + "_, i = tf.nn.top_k(p, k)\ni = tf.stop_gradient(i)\nx = i // tf.shape(p)[1]\n",
            PY2,
        ),
        ("x = len(a) / 2\n", "x = len(a) // 2\n", PY2),
        ("x = a / b\n", "TODO\nx = a / b\n", PY2),
        ("x /= 2\n", "TODO\nx /= 2\n", PY2),
        ("for i in range(n / 2 + 1): pass\n", "for i in range(n // 2 + 1): pass\n"),
        ("x = y[: len(y) / 2]\n", "x = y[: len(y) // 2]\n"),
        ("x = len(a) / 2\n", "TODO\nx = len(a) / 2\n", UNDECIDED),
    ],
    "text-files": [
        (
            'import codecs\nf = codecs.open(p, "rU", "utf-8")\n',
            'import codecs\nf = codecs.open(p, "r", "utf-8")\n',
        ),
        ('f = open(p, "rU")\n', 'f = open(p, "r")\n'),
        (
            'import gzip\nx = gzip.open(p).read().split("\\n")\n',
            'import gzip\nx = gzip.open(p, "rt", encoding="utf-8", errors="surrogateescape").read().split("\\n")\n',
        ),
        (
            "with open(p, 'rb') as f:\n    for l in f: l.split('x')\n",
            "TODO\nwith open(p, 'rb') as f:\n    for l in f: l.split('x')\n",
        ),
        (
            "with open(p, 'rb') as f:\n    for l in f: print(l.split('\\t'))\n",
            'with open(p, "r", encoding="utf-8", errors="surrogateescape") as f:\n    for l in f: print(l.split(\'\\t\'))\n',
            PY2,
        ),
        (
            # Words of a vocabulary that stay bytes, and words that are text.
            TF
            + "def read(p):\n    with tf.gfile.GFile(p, 'rb') as f:\n        return f.readlines()\nw = l.decode('utf-8')\n",
            TF
            + "def read(p):\n    TODO\n    with tf.gfile.GFile(p, 'rb') as f:\n        return f.readlines()\nw = l.decode('utf-8')\n",
            V0,
        ),
        ("f = open(p, 'wb')\nf.write(x + '.')\n", "TODO\nf = open(p, 'wb')\nf.write(x + '.')\n"),
        (TF + "f = tf.gfile.GFile(p, mode='rb')\n", TF + 'f = tf.gfile.GFile(p, mode="r")\n', PY2),
        (TF + "f = tf.gfile.GFile(p, 'rb')\n", TF + 'f = tf.gfile.GFile(p, "r")\n', UNDECIDED),
        (
            "x = open(p, 'rb').read().strip().split('\\n')\n",
            'x = open(p, "r", encoding="utf-8", errors="surrogateescape").read().strip().split(\'\\n\')\n',
        ),
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
    "translate-method": [
        ("s = s.translate(None, '.,')\n", 's = s.translate(str.maketrans("", "", \'.,\'))\n', PY2),
        (
            "import string\ns = s.translate(string.maketrans(a, b), c)\n",
            "import string\ns = s.translate(str.maketrans(a, b, c))\n",
            PY2,
        ),
        ("s = s.translate(table, c)\n", "TODO\ns = s.translate(table, c)\n", PY2),
    ],
    "string-coding": [
        (
            "x = y.decode(sys.stdin.encoding)\n",
            "import six\nx = six.ensure_text(y, sys.stdin.encoding)\n",
            PY2,
        ),
        ('x = y.decode("unicode-escape")\n', 'TODO\nx = y.decode("unicode-escape")\n', PY2),
        ("x = l.decode('utf-8')\n", "import six\nx = six.ensure_text(l, 'utf-8')\n", PY2),
        ("x = l.encode('utf-8')\n", "import six\nx = six.ensure_str(l, 'utf-8')\n", PY2),
        ("x = l.decode('utf-8')\n", "import six\nx = six.ensure_text(l, 'utf-8')\n", UNDECIDED),
        ("x = input().decode('utf-8')\n", "import six\nx = six.ensure_text(input(), 'utf-8')\n"),
        (
            # A line of a text file is text, whatever else the module is written for.
            "with open(p, 'r') as f:\n    for l in f:\n        w = l.split()\n        x = w[0].lower().decode('utf-8')\n",
            "import six\nwith open(p, 'r') as f:\n    for l in f:\n        w = l.split()\n        x = six.ensure_text(w[0].lower(), 'utf-8')\n",
        ),
        ("x = l.encode('ascii', 'ignore')\n", "x = l.encode('ascii', 'ignore').decode('ascii')\n", PY2),
        ("x = l.decode('hex')\n", "TODO\nx = l.decode('hex')\n", PY2),
        ("x = l.encode('hex')\n", "TODO\nx = l.encode('hex')\n", PY2),
    ],
    "relative-imports": [],  # needs a tree: test_across_files.py
    "config-parser": [
        ("p.readfp(fp=f, filename=n)\n", "p.read_file(f=f, source=n)\n"),
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
            "import urllib\nurllib.urlretrieve(u, p)\n",
            "import urllib.request\nimport urllib\nurllib.request.urlretrieve(u, p)\n",
        ),
        ("import sets\nx = sets.Set()\n", "TODO\nimport sets\nx = sets.Set()\n"),
        ("import string\nx = string.join(y, ' ')\n", "import string\nTODO\nx = string.join(y, ' ')\n"),
        ("import xml.etree.cElementTree as E\n", "import xml.etree.ElementTree as E\n"),
        (
            "from pkg_resources import parse_version as pv\n",
            "from packaging.version import parse as pv\n",
        ),
        ("import sys, imp\nimp.reload(m)\n", "import importlib\nimport sys\nimportlib.reload(m)\n"),
        ("import imp\nimp.find_module(m)\n", "TODO\nimport imp\nimp.find_module(m)\n"),
        (
            "from collections import OrderedDict, Mapping, Set as S\n",
            "from collections import OrderedDict\nfrom collections.abc import Mapping\nfrom collections.abc import Set as S\n",
        ),
        (
            "from distutils.core import setup, Extension\n",
            "from setuptools import setup\nfrom setuptools import Extension\n",
        ),
        ("import os; from imp import reload\n", "import os; from importlib import reload\n"),
        ("from distutils import log\n", "TODO\nfrom distutils import log\n"),
        (
            "from imp import reload, load_source\n",
            "TODO\nfrom imp import load_source\nfrom importlib import reload\n",
        ),
        ("import distutils.util\n", "TODO\nimport distutils.util\n"),
        ("import time\nt = time.clock()\n", "import time\nt = time.perf_counter()\n"),
        ("import parser\n", "TODO\nimport parser\n"),
        ("import string\nx = string.letters\n", "import string\nx = string.ascii_letters\n"),
    ],
    "bytes-arguments": [],  # needs a tree: test_across_files.py
    "absolute-path": [
        ('p = r"D:\\data\\x"\n', 'TODO\np = r"D:\\data\\x"\n'),
        ("p = '/data2/x'\n", "TODO\np = '/data2/x'\n"),
        ('p = "/home/me/data"\n', 'TODO\np = "/home/me/data"\n'),
    ],
}

NO_OPS = {
    "python2-syntax": [("print(1)\n",)],
    "python2-stdlib": [("import pickle\n", PY2), ("import cPickle\n",)],
    "python2-views": [("for a, b in zip(c, d): pass\n", PY2), ("x = map(int, y)\n", V0)],
    "python2-methods": [("x = it.get_next()\n", PY2)],
    "default-encoding": [("import importlib, sys\nimportlib.reload(config)\n",)],
    "python2-builtins": [
        ("from six.moves import xrange\nfor i in xrange(3): pass\n",),
        ("try:\n    unicode\nexcept NameError:\n    unicode = str\n",),
        ("def f(file): return file.name\n",),
        ("x.reload = 1\nf(long=3)\n",),
        ("x.sort(0)\nf.sort('column')\ny = sorted(z, key=k)\nm.sort(k)\n",),
    ],
    "lazy-sequences": [
        ("x, y = range(3), [range(2) for _ in z]\ny[0] = x[1]\nd[0] = range(3)\nd[1] = 2\n",),
        ("for a, b in zip(c, d): pass\n",),
        ("x = dict(zip(a, b))\nx[1] = 2\n",),
        ("n = len(d.keys())\n",),
    ],
    "integer-division": [
        (TF + "x = tf.nn.softmax(p) / tf.shape(p)[1] + tf.reshape(y, [1]) / z\n", PY2),
        ("x = a / b\n",),
        ("x = len(a) / 2\n", V0),
        ("x = a / b\ny = float(n) / 2\n", UNDECIDED),
        ("from __future__ import division\nfor i in range(n / 2): pass\n",),
        ("from __future__ import division\nx = a / b\n", PY2),
        ("x = 1.0 * a / b\nloss = loss / n\n", PY2),
    ],
    "text-files": [
        ("import gzip\nx = pickle.load(gzip.open(p))\n", PY2),
        ("import gzip\nx = pickle.load(gzip.open(p, 'rb'))\n", PY2),
        ("with open(p, 'rb') as f: pass\n", UNDECIDED),
        ("x = open(p, 'rb').read().split(b'\\n')\ny = open(p, 'rb').read().split()\n", UNDECIDED),
        ("x = b'y'\nwith open(p, 'rb') as f: pass\n", PY2),
        ("import numpy as np\nwith open('x.npy', 'rb') as f: np.load(f)\n", PY2),
        (TF + "f = tf.gfile.GFile(p, 'wb')\nf.write(x + '.')\n",),
        (TF + "f = tf.gfile.GFile(p, 'rb')\nw = f.readlines()\n", V0),
        (
            TF
            + "def read(p):\n    f = tf.gfile.GFile(p, 'rb')\n    return f.readlines()\nw = l.decode('utf-8')\n",
            V10,
        ),
        (
            # Another file of the same name.
            "import pickle\nwith open(p) as f:\n    x = f.read()\nwith open(q, 'wb') as f:\n    pickle.dump(x, f)\n",
        ),
    ],
    "translate-method": [
        ("s = s.translate(table)\nb = s.translate(None, b'.')\n", PY2),
        ("b = data.translate(None, gone)\n",),
    ],
    "string-coding": [
        ("x = tokenizer.decode(ids)\n", PY2),
        ("x = l.decode('utf-8')\n", V0),
        ("x = l.encode('utf-8')\n", UNDECIDED),
        ("x = model.decode(ids)\n", PY2),
        ("for l in open(p, mode='rb'):\n    x = l.strip().decode('utf-8')\n",),
        ("for l in gzip.open(p):\n    x = l.decode('utf-8')\n",),
        ("h = hashlib.md5(s.encode('utf-8'))\n", PY2),
    ],
    "relative-imports": [("import data_utils\n",)],
    "config-parser": [("from configparser import ConfigParser\n",)],
    "removed-stdlib": [
        ("try:\n    import urllib2\nexcept ImportError:\n    import urllib.request as urllib2\n",),
        ("import importlib\n",),
    ],
    "bytes-arguments": [(TF + "f(tf.compat.as_bytes(x))\n",)],
    "absolute-path": [('p = "data/x"\nq = "/tmp"\nr = "http://x/y"\n',), ("p = folder + '/data/x'\n",)],
}
