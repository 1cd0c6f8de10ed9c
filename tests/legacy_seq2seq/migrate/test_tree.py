"""Whole trees through the command line: what is written, what survives, what is said."""

import json
import os

import pytest
from trees import contents, migrate, tree

from legacy_seq2seq.migrate.__main__ import main
from legacy_seq2seq.migrate.rules import RULES

MODEL = "import tensorflow as tf\n\nx = tf.concat(1, [a, b])  # joined\n"
MIGRATED = "import tensorflow.compat.v1 as tf\n\nx = tf.concat([a, b], 1)  # joined\n"


@pytest.fixture
def source(tmp_path):
    return tree(tmp_path / "old", {"model.py": MODEL, "use.py": "import model\nmodel\n"})


def test_a_tree_is_written_to_a_new_place_and_the_old_one_stays(source, tmp_path, capsys):
    (source / "data").mkdir()
    before = contents(source)
    assert migrate(source, "--out", tmp_path / "new") == 0
    assert contents(source) == before
    assert (tmp_path / "new/model.py").read_text() == MIGRATED
    assert (tmp_path / "new/data").is_dir()
    assert "2 files read, 2 changed" in capsys.readouterr().out


def test_running_it_twice_changes_nothing_more(source, tmp_path):
    unclear = "import tensorflow as tf\ny = tf.concat(d, x)\nz = tf.nn.nce_loss(w, b, x, y, n, v)\n"
    source = tree(tmp_path / "unclear", {"open.py": unclear})
    assert migrate(source, "--out", tmp_path / "one") == 0
    assert migrate(tmp_path / "one", "--out", tmp_path / "two") == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert b"TODO(migrate) concat-order" in contents(tmp_path / "two")["open.py"]


def test_findings_name_file_line_and_rule(source, tmp_path, capsys):
    source = tree(tmp_path / "unclear", {"open.py": "import tensorflow as tf\n\ny = tf.concat(d, x)\n"})
    migrate(source, "--out", tmp_path / "new")
    line = next(line for line in capsys.readouterr().out.splitlines() if "concat-order" in line)
    assert line.startswith("open.py:4: concat-order: ")
    text = (tmp_path / "new/open.py").read_text().splitlines()
    assert text[3] == "y = tf.concat(d, x)"
    assert text[2].startswith("# TODO(migrate) concat-order: ")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"x = 1\ny = [1,,2]\n", 2),
        (b"x = 1\ny = '\xe9'\n", 2),
        (b"# coding: klingon\nx = 1\n", 1),
        (b"x = 1\0\n", 1),
    ],
)
def test_what_cannot_be_read_is_named_and_copied_unchanged(source, tmp_path, capsys, data, line):
    tree(source, {"broken.py": data})
    assert migrate(source, "--out", tmp_path / "new") == 1
    assert (tmp_path / "new/broken.py").read_bytes() == data
    assert (tmp_path / "new/model.py").read_text() == MIGRATED
    assert f"broken.py:{line}: cannot be parsed: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (MODEL.replace("\n", "\r\n").encode(), MIGRATED.replace("\n", "\r\n").encode()),
        (
            b"# -*- coding: latin-1 -*-\nimport tensorflow as tf\nx = tf.mul(a, b)  # \xe9\n",
            b"# -*- coding: latin-1 -*-\nimport tensorflow.compat.v1 as tf\nx = tf.multiply(a, b)  # \xe9\n",
        ),
        (
            b"\xef\xbb\xbfimport tensorflow as tf\nx = tf.neg(a)\n",
            b"\xef\xbb\xbfimport tensorflow.compat.v1 as tf\nx = tf.negative(a)\n",
        ),
        (
            b"import tensorflow as tf\ndef f():\n\treturn tf.neg(a)",
            b"import tensorflow.compat.v1 as tf\ndef f():\n\treturn tf.negative(a)",
        ),
        (
            b"import tensorflow as tf\r\ndef f():\r\n\tprint 'x', tf.neg(a)\r\n",
            b"import tensorflow.compat.v1 as tf\r\ndef f():\r\n\tprint('x', tf.negative(a))\r\n",
        ),
        (MODEL.replace("\n", "\r").encode(), MIGRATED.replace("\n", "\r").encode()),
    ],
    ids=["crlf", "coding", "mark", "tabs", "python2-crlf", "cr"],
)
def test_bytes_that_no_rule_touches_survive(source, tmp_path, before, after):
    tree(source, {"model.py": before})
    assert migrate(source, "--out", tmp_path / "new") == 0
    assert (tmp_path / "new/model.py").read_bytes() == after


def test_long_sums_are_migrated_and_what_is_nested_too_deeply_stops_no_other_file(source, tmp_path, capsys):
    tree(source, {"sum.py": MODEL + "y = " + " + ".join(["tf.neg(a)"] * 400) + "\n"})
    tree(source, {"deep.py": MODEL + "y = " + " + ".join(["tf.neg(a)"] * 4000) + "\n"})
    before = (source / "deep.py").read_bytes()
    assert migrate(source, "--out", tmp_path / "new") == 1
    assert "deep.py:1: cannot be parsed: " in capsys.readouterr().out
    new = contents(tmp_path / "new")
    assert new["deep.py"] == before
    assert new["model.py"].decode() == MIGRATED
    assert new["sum.py"].count(b"tf.negative(a)") == 400


def test_other_files_links_and_modes_survive(source, tmp_path):
    tree(tmp_path / "elsewhere", {"far.py": MODEL, "data.bin": b"\0\1"})
    tree(source, {"data.bin": b"\0\xff", "run": "#!/usr/bin/env python\nprint 'x'\n", ".git/config": "x"})
    (source / "run").chmod(0o755)
    (source / "near.py").symlink_to("model.py")
    (source / "sub").mkdir()
    (source / "sub/absolute.py").symlink_to(source / "model.py")
    (source / "far.py").symlink_to("../elsewhere/far.py")
    (source / "folder").symlink_to(tmp_path / "elsewhere")
    (source / "dangling").symlink_to("nowhere")
    assert migrate(source, "--out", tmp_path / "deep" / "new") == 0
    new = tmp_path / "deep/new"
    assert (new / "data.bin").read_bytes() == b"\0\xff"
    assert (new / "run").read_text() == "#!/usr/bin/env python\nprint('x')\n"
    assert os.access(new / "run", os.X_OK)
    assert os.readlink(new / "near.py") == "model.py"
    assert (new / "near.py").read_text() == MIGRATED
    assert os.readlink(new / "sub/absolute.py") == "../model.py"
    assert (new / "far.py").is_symlink()
    assert (new / "far.py").read_text() == MODEL  # what is out of the tree is not touched
    assert (new / "folder/data.bin").read_bytes() == b"\0\1"
    assert (new / "dangling").is_symlink()
    assert not (new / ".git").exists()


def test_a_link_out_of_the_tree_is_mentioned(source, tmp_path, capsys):
    tree(tmp_path / "elsewhere", {"far.py": MODEL})
    (source / "far.py").symlink_to("../elsewhere/far.py")
    (source / "near.py").symlink_to("model.py")
    assert migrate(source, "--out", tmp_path / "new", "--report", tmp_path / "r.json") == 0
    led = str(tmp_path / "elsewhere/far.py")
    printed = capsys.readouterr().out
    assert f"far.py: a link out of the tree, to {led}: kept; what is there is not migrated\n" in printed
    assert "near.py" not in printed
    assert json.loads((tmp_path / "r.json").read_text())["links_out_of_the_tree"] == {"far.py": led}


def test_in_place_keeps_a_backup_and_never_overwrites_one(source, tmp_path, capsys):
    before = contents(source)
    assert migrate(source, "--in-place") == 0
    assert (source / "model.py").read_text() == MIGRATED
    assert contents(tmp_path / "old.orig") == before
    assert migrate(source, "--in-place") == 2
    assert "there is a backup already" in capsys.readouterr().err
    assert contents(tmp_path / "old.orig") == before


def test_check_writes_nothing_and_tells_by_its_exit_code(source, tmp_path, capsys):
    before = contents(tmp_path)
    assert migrate(source, "--check") == 1
    assert contents(tmp_path) == before
    printed = capsys.readouterr().out
    assert "-x = tf.concat(1, [a, b])  # joined\n+x = tf.concat([a, b], 1)  # joined\n" in printed
    migrate(source, "--out", tmp_path / "new")
    assert migrate(tmp_path / "new", "--check") == 0


def test_one_file(source, tmp_path):
    assert migrate(source / "model.py", "--out", tmp_path / "new.py") == 0
    assert "tf.concat([a, b], 1)" in (tmp_path / "new.py").read_text()


def test_reports(tmp_path):
    files = {
        "model.py": "import tensorflow as tf\ntf.all_variables()\n",
        "open.py": "import tensorflow as tf\ny = tf.concat(d, x)\n",
        "broken.py": "[,\n",
        "a.txt": "x",
    }
    source = tree(tmp_path / "old", files)
    migrate(source, "--out", tmp_path / "new", "--report", tmp_path / "r.json", "--report", tmp_path / "r.md")
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["rules"]["renamed-ops"] == 1
    assert report["copied"] == ["a.txt"]
    assert [(f["path"], f["rule"]) for f in report["findings"]] == [("open.py", "concat-order")]
    assert [(p["path"], p["line"]) for p in report["not_parsed"]] == [("broken.py", 1)]
    assert {f["path"]: f["changed"] for f in report["files"]}["model.py"] is True
    text = (tmp_path / "r.md").read_text()
    assert "**concat-order**" in text
    assert "| renamed-ops | 1 |" in text
    assert "`broken.py:1`" in text


def test_rules_can_be_chosen(source, tmp_path):
    migrate(source, "--out", tmp_path / "only", "--only", "concat-order")
    assert (tmp_path / "only/model.py").read_text() == MODEL.replace("1, [a, b]", "[a, b], 1")
    migrate(source, "--out", tmp_path / "skip", "--skip", "concat-order")
    assert (tmp_path / "skip/model.py").read_text() == MODEL.replace(
        "tensorflow as", "tensorflow.compat.v1 as"
    )


def test_rules_are_listed(capsys):
    assert migrate("--list-rules") == 0
    printed = capsys.readouterr().out
    assert all(f"{rule.name}\n" in printed for rule in RULES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--out", "x"], "nowhere: no such file or folder"),
        (["old"], "say where the result goes"),
        (["--out", "x"], "SRC is missing"),
        (["old", "--out", "old/new"], "it lies inside old"),
        (["old", "--out", "full"], "it exists already and is not an empty folder"),
        (["old", "--check", "--only", "nonsense"], "no rule nonsense"),
        (["old", "--check", "--report", "r.html"], "a report ends in .md or .json"),
    ],
)
def test_misuse(source, tmp_path, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    tree(tmp_path / "full", {"x": "y"})
    before = contents(tmp_path)
    assert migrate(*arguments) == 2
    assert said in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_the_source_is_never_executed(source, tmp_path):
    tree(source, {"bomb.py": f"open({str(tmp_path / 'boom')!r}, 'w')\nimport tensorflow as tf\n"})
    migrate(source, "--out", tmp_path / "new")
    assert not (tmp_path / "boom").exists()


def test_a_findings_line_is_pythons(tmp_path, capsys):
    (tmp_path / "m.py").write_text(
        "import tensorflow as tf\n\x0c\nx = '\u2028'\npath = '/home/me/data'\n", "utf-8"
    )
    assert main(["source", str(tmp_path / "m.py"), "--out", str(tmp_path / "new.py")]) == 0
    lines = (tmp_path / "new.py").read_text("utf-8").split("\n")
    told = capsys.readouterr()
    number = lines.index("path = '/home/me/data'") + 1
    assert f":{number}: absolute-path" in told.out + told.err
