"""Cases of the rules of NumPy; `rule_cases` says what a case is."""

from rule_texts import NP

CASES = {
    "numpy-names": [
        ("from numpy import product, NaN as N\n", "from numpy import prod as product, nan as N\n"),
        (NP + "x = np.msort(y)\n", NP + "TODO\nx = np.msort(y)\n"),
        ("x = y.tostring()\n", "x = y.tobytes()\n"),
        (NP + "x = np.array(y, np.int)\n", NP + "x = np.array(y, int)\n"),
        (NP + "x = np.product(y) + np.NaN\n", NP + "x = np.prod(y) + np.nan\n"),
        (NP + "x = np.asscalar(y)\n", NP + "x = (y).item()\n"),
    ],
    "numpy-scalars": [
        (NP + "x = float(np.sum(y, axis=1))\n", NP + "x = float(np.sum(y, axis=1).item())\n"),
        (
            NP + "o = [np.argmax(l, axis=1) for l in y]\nprint([rev_vocab[i] for i in o])\n",
            NP + "o = [np.argmax(l, axis=1) for l in y]\nTODO\nprint([rev_vocab[i] for i in o])\n",
        ),
        (NP + "x = int(np.argmax(y, 1).flatten())\n", NP + "x = int(np.argmax(y, 1).flatten().item())\n"),
        ("x = int(sess.run(m.sample, feed))\n", "x = int(sess.run(m.sample, feed).item())\n"),
        (
            "def f(self):\n    x = self.sess.run(y)\n    x += 1\n    return float(x)\n",
            "def f(self):\n    x = self.sess.run(y)\n    x += 1\n    return float(x.item())\n",
        ),
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
        (
            NP + "os = [np.argmax(l, axis=1) for l in ls]\nx = [int(o) for o in os]\ny = int(os[0])\n",
            NP
            + "os = [np.argmax(l, axis=1) for l in ls]\nx = [int(o.item()) for o in os]\ny = int(os[0].item())\n",
        ),
        (
            NP + "os = []\nfor l in ls:\n    os.append(np.argmax(l, 1))\nx = list(map(int, os))\n",
            NP
            + "os = []\nfor l in ls:\n    os.append(np.argmax(l, 1))\nx = list(map(lambda each: int(each.item()), os))\n",
        ),
        (NP + 'x = "%d" % np.argmax(l, axis=1)\n', NP + 'x = "%d" % np.argmax(l, axis=1).item()\n'),
        (
            NP + 'x = "%s is %5.1f%% done, %s" % (i, np.argmax(l, 1), np.argmax(l, 1))\n',
            NP + 'x = "%s is %5.1f%% done, %s" % (i, np.argmax(l, 1).item(), np.argmax(l, 1))\n',
        ),
        (NP + "x = rev_vocab[np.argmax(l, axis=1)]\n", NP + "TODO\nx = rev_vocab[np.argmax(l, axis=1)]\n"),
    ],
    "numpy-ragged": [
        (
            NP + "x = np.array([[d[w] for w in s] for s in sentences])\n",
            NP + "TODO\nx = np.array([[d[w] for w in s] for s in sentences])\n",
        ),
        (
            NP + "x = [l.split() for l in lines]\ny = np.array(x)\n",
            NP + "x = [l.split() for l in lines]\nTODO\ny = np.array(x)\n",
        ),
        (NP + "x.append(l.split())\ny = np.array(x)\n", NP + "x.append(l.split())\nTODO\ny = np.array(x)\n"),
        (NP + "y = np.array([[1], [2, 3]])\n", NP + "y = np.array([[1], [2, 3]], dtype=object)\n"),
        (NP + "x = [[1], 2]\ny = np.array(x)\n", NP + "x = [[1], 2]\nTODO\ny = np.array(x)\n"),
    ],
}

NO_OPS = {
    "numpy-names": [(NP + "x = np.int32(3)\n",), ("x = other.int(3)\n",)],
    "numpy-scalars": [
        (NP + "i = np.argmax(y)\nw = rev_vocab[i]\nx = float(np.sum(y))\n",),
        ("x = int(sess.run([a])), int(job.run(a))\n",),
        (NP + "x = int(3.5)\ny = np.argmax(l, axis=1)\n",),
        (NP + "x = int(np.random.choice(n)) + float(np.random.uniform(0, 1))\n",),
        (NP + "os = [np.argmax(l, 1)]\nos.append(3)\nx = [int(o) for o in os]\n",),
        (NP + "os = [np.argmax(l, 1)]\nos += [3]\nx = [int(o) for o in os]\n",),
        (NP + "def f(o):\n    return int(o)\no = np.argmax(l, 1)\n",),
        (NP + "o = np.argmax(l, 1)\nfor o in range(3):\n    x = int(o)\n",),
        (NP + "x = rows[np.argmax(l, axis=1)] + rev_vocab[np.argmax(l)]\n",),
        (NP + 'x = "%s" % np.argmax(l, 1)\n',),
    ],
    "numpy-ragged": [
        (NP + "x = np.array([[f(i) for i in range(3)] for s in sentences])\n",),
        (NP + "x = np.array(y, dtype=object)\n",),
        (NP + "y = np.array(x)\n",),
        (NP + "y = np.array([(5, 10), (10, 15)]) + np.array([1, 2.0]) + np.array([[1, 2], x])\n",),
    ],
}
