"""`python -m legacy_seq2seq.migrate checkpoint`: what it refuses, and then leaves as it was."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from checkpoints import PREFIX, V1, V2, checkpoint, files, read, save

from legacy_seq2seq.migrate.checkpoint import CheckpointError, convert_checkpoint


def test_like_a_fresh_checkpoint_of_other_sizes(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    old = save(tmp_path / "old" / "m", {"a": np.zeros([2, 3])})
    fresh = save(tmp_path / "fresh" / "m", {"a": np.zeros([2, 4])})
    assert checkpoint(old, "--out", tmp_path / "new", "--like", fresh) == 1
    assert "a would become a [2, 3], but in the fresh checkpoint it is [2, 4]" in capsys.readouterr().err


def test_nothing_is_replaced_without_force(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert checkpoint(V1, "--out", tmp_path) == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert checkpoint(V2, "--out", tmp_path) == 1
    assert "exists already; --force replaces it" in capsys.readouterr().err
    # A new name, but beside another program's state file.
    assert checkpoint(V2, "--out", tmp_path / "other.ckpt") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert checkpoint(V2, "--out", tmp_path, "--force") == 0


def test_the_old_checkpoint_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    shutil.copytree(V2, tmp_path / "old")
    (tmp_path / "link").symlink_to(tmp_path / "old")
    for out in (tmp_path / "old", tmp_path / "old" / PREFIX, tmp_path / "link"):
        assert checkpoint(tmp_path / "old", "--out", out, "--force") == 1
        assert "is the old checkpoint itself" in capsys.readouterr().err
    assert read(tmp_path / "old").keys() == read(V2).keys()


def truncated(folder: Path) -> Path:
    data = folder / f"{PREFIX}.data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:1000])
    return folder


def without_data(folder: Path) -> Path:
    (folder / f"{PREFIX}.data-00000-of-00001").unlink()
    return folder


def broken_index(folder: Path) -> Path:
    (folder / f"{PREFIX}.index").write_bytes(b"no table")
    return folder


def text_file(folder: Path) -> Path:
    (folder / "notes.txt").write_text("no checkpoint\n" * 100, encoding="utf-8")
    return folder / "notes.txt"


def empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def state_file_of_nothing(folder: Path) -> Path:
    (folder / "checkpoint").write_text('model_checkpoint_path: "gone-1"\n', encoding="utf-8")
    return folder


def state_file_of_another_kind(folder: Path) -> Path:
    (folder / "checkpoint").write_text("{}", encoding="utf-8")
    return folder


def half_a_v1_file(folder: Path) -> Path:
    path = folder / "half.ckpt-1"
    path.write_bytes((V1 / PREFIX).read_bytes()[:5000])
    return path


def object_based(folder: Path) -> Path:
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable([1.0])
        session.run(variable.initializer)
        return Path(tf.train.Checkpoint(v=variable).save(str(folder / "object"), session=session))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: folder / "gone", "no such checkpoint"),
        (truncated, "damaged or half-written"),
        (without_data, "not all of its .data files"),
        (broken_index, "cannot be read as a checkpoint"),
        (text_file, "cannot be read as a checkpoint"),
        (empty_folder, "a folder without a checkpoint"),
        (state_file_of_nothing, "names gone-1, which is neither there nor"),
        (state_file_of_another_kind, "names no model_checkpoint_path"),
        (half_a_v1_file, "cannot be read"),
        (object_based, "object-based"),
    ],
)
def test_what_is_no_checkpoint(
    spoil: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    shutil.copytree(V2, tmp_path / "old")
    given = spoil(tmp_path / "old")
    assert checkpoint(given, "--out", tmp_path / "new") == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert str(tmp_path) in printed.err
    assert printed.out == ""
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert checkpoint(V1, "--out", tmp_path / "file" / "new") == 1
    assert "cannot be made" in capsys.readouterr().err
    # A folder in the place of the data file.
    (tmp_path / "new" / f"{PREFIX}.data-00000-of-00001").mkdir(parents=True)
    assert checkpoint(V1, "--out", tmp_path / "new") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert files(tmp_path / "new") == [f"{PREFIX}.data-00000-of-00001"]


def test_slices_that_make_no_whole(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("outer", partitioner=tf.fixed_size_partitioner(2), use_resource=False):
            loss = tf.reduce_sum(tf.convert_to_tensor(tf.get_variable("v", [4, 2])))
            tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
        session.run(tf.global_variables_initializer())
        old = tf.train.Saver().save(session, str(tmp_path / "old" / "m"))
    slots = ["outer/v/art_0/Momentum", "outer/v/art_1/Momentum"]
    assert checkpoint(old, "--out", tmp_path / "new") == 1
    assert f"saved in slices that are not all there; --drop {slots[0]}" in capsys.readouterr().err
    assert checkpoint(old, "--out", tmp_path / "new", "--drop", slots[0], "--drop", slots[1]) == 0
    assert f"left out, as told:\n  {slots[0]}\n  {slots[1]}" in capsys.readouterr().out
    assert list(read(tmp_path / "new")) == ["outer/v"]


def test_out_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert checkpoint(V1) == 2
    assert "--out NEW is needed" in capsys.readouterr().err
    with pytest.raises(CheckpointError, match="new must name where to write"):
        convert_checkpoint(V1)


@pytest.mark.parametrize("arguments", [("--rename", "a"), ("--split", "a=b"), ("--slot-scope", "=a")])
def test_arguments_of_another_form(arguments: tuple[str, str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match="2"):
        checkpoint(V1, "--dry-run", *arguments)
    assert f"argument {arguments[0]}: must be" in capsys.readouterr().err
