"""Notebooks are migrated cell by cell."""

import json

from legacy_seq2seq.migrate.__main__ import main


def notebook(cells):
    return {
        "cells": [
            {"cell_type": kind, "metadata": {"k": 1}, "source": source.splitlines(keepends=True)}
            | ({"outputs": ["kept"], "execution_count": 3} if kind == "code" else {})
            for kind, source in cells
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 1,
    }


def migrated(tmp_path, cells, code=0):
    (tmp_path / "old").mkdir()
    (tmp_path / "old/n.ipynb").write_text(json.dumps(notebook(cells), indent=1))
    assert main(["source", str(tmp_path / "old"), "--out", str(tmp_path / "new")]) == code
    return json.loads((tmp_path / "new/n.ipynb").read_text())


def test_cells_share_imports_and_keep_everything_else(tmp_path):
    cells = [
        ("markdown", "# import tensorflow as tf"),
        ("code", "%matplotlib inline\nimport tensorflow as tf\nimport numpy as np"),
        ("code", "!ls\nx = tf.concat(1, [a, b])\nprint 'x'"),
        ("code", "%%bash\nprint 'y'\n"),
        ("code", ""),
        ("code", "int(np.argmax(x, axis=1))\nhelp?"),
    ]
    new = migrated(tmp_path, cells)
    assert ["".join(cell["source"]) for cell in new["cells"]] == [
        "# import tensorflow as tf",
        "%matplotlib inline\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport numpy as np",
        "!ls\nx = tf.concat([a, b], 1)\nprint('x')",
        "%%bash\nprint 'y'\n",
        "",
        "int(np.argmax(x, axis=1).item())\nhelp?",
    ]
    assert new["cells"][1]["outputs"] == ["kept"]
    assert new["cells"][1]["metadata"] == {"k": 1}


def test_ipythons_assignments_and_timed_cells_are_migrated_around(tmp_path):
    cells = [
        ("code", "import tensorflow as tf\nfiles = !ls *.txt\nt = %timeit -o tf.neg(a)\nx = tf.mul(a, b)"),
        ("code", "%%time\ny = tf.neg(x)\n"),
    ]
    new = migrated(tmp_path, cells)
    assert ["".join(cell["source"]) for cell in new["cells"]] == [
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nfiles = !ls *.txt\n"
        "t = %timeit -o tf.negative(a)\nx = tf.multiply(a, b)",
        "%%time\ny = tf.negative(x)\n",
    ]


def test_timed_lines_are_migrated_and_shell_lines_may_go_on(tmp_path, capsys):
    cells = [
        (
            "code",
            "import tensorflow as tf\nif a:\n    %time x = tf.neg(a)  # slow\n%timeit -n 10 -r 3 tf.mul(a, b)",
        ),
        ("code", "!python train.py \\\n    --size 3 \\\n  --x\n%time print 'x'\ny = tf.neg(x)"),
        ("code", "%%writefile -a train.py\nimport tensorflow as tf\nx = tf.neg(y)\n"),
    ]
    new = migrated(tmp_path, cells)
    assert ["".join(cell["source"]) for cell in new["cells"]] == [
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
        "if a:\n    %time x = tf.negative(a)  # slow\n%timeit -n 10 -r 3 tf.multiply(a, b)",
        "!python train.py \\\n    --size 3 \\\n  --x\n%time print('x')\ny = tf.negative(x)",
        "%%writefile -a train.py\nimport tensorflow as tf\nx = tf.neg(y)\n",
    ]
    assert "n.ipynb:cell 3:1: notebook: the cell writes train.py" in capsys.readouterr().out


def test_findings_and_broken_cells_are_named_by_cell(tmp_path, capsys):
    cells = [
        ("code", "import tensorflow as tf"),
        ("code", "d = 1\nx = tf.concat(d, y)"),
        ("code", "x = [,"),
        ("code", "z = tf.all_variables()"),
    ]
    new = migrated(tmp_path, cells, code=1)
    assert "".join(new["cells"][2]["source"]) == "x = [,"
    assert "".join(new["cells"][3]["source"]) == "z = tf.global_variables()"
    printed = capsys.readouterr().out
    assert "n.ipynb:cell 2:3: concat-order: " in printed
    assert "n.ipynb: cell 3:1: cannot be parsed: " in printed


def test_twice_is_once_and_untouched_notebooks_stay_byte_for_byte(tmp_path):
    (tmp_path / "old").mkdir()
    odd = '{"nbformat": 4,   "cells": [{"cell_type": "code", "source": "x = 1"}]}'
    (tmp_path / "old/odd.ipynb").write_text(odd)
    (tmp_path / "old/n.ipynb").write_text(
        json.dumps(notebook([("code", "import tensorflow as tf\nx = tf.mul(a, b)")]))
    )
    main(["source", str(tmp_path / "old"), "--out", str(tmp_path / "one")])
    main(["source", str(tmp_path / "one"), "--out", str(tmp_path / "two")])
    assert (tmp_path / "one/odd.ipynb").read_text() == odd
    assert (tmp_path / "one/n.ipynb").read_bytes() == (tmp_path / "two/n.ipynb").read_bytes()
