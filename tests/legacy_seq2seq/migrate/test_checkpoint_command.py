"""`python -m legacy_seq2seq.migrate checkpoint`: what it takes, prints and writes."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from checkpoints import FOLDER, NEW_NAME, OLD_NAME, PREFIX, V1, V2, checkpoint, files, read, save

from legacy_seq2seq.migrate.__main__ import main
from legacy_seq2seq.migrate.checkpoint import Options, convert_checkpoint


def test_dry_run_prints_every_value_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert checkpoint(V2, "--out", tmp_path / "new", "--dry-run") == 0
    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.startswith(OLD_NAME))
    assert line.split() == [OLD_NAME, NEW_NAME, "[12,", "12]", "renamed"]
    assert all(f"\n{name} " in printed for name in read(V2 / PREFIX))
    assert "nothing was written" in printed
    assert checkpoint(V2, "--dry-run") == 0
    assert files(tmp_path) == []


def test_values_are_the_old_ones(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert checkpoint(V2, "--out", tmp_path / "new") == 0
    assert f"wrote {tmp_path / 'new' / PREFIX}" in capsys.readouterr().out
    assert files(tmp_path / "new") == ["checkpoint", f"{PREFIX}.data-00000-of-00001", f"{PREFIX}.index"]
    old, new = read(V2 / PREFIX), read(tmp_path / "new")
    assert len(old) == len(new)
    np.testing.assert_array_equal(new[NEW_NAME], old[OLD_NAME])
    assert new["Variable_1"].dtype == np.int32


@pytest.mark.parametrize(
    ("old", "out", "written"),
    [
        (V1, "new", "new/translate.ckpt-3"),
        (V1, "new.ckpt", "new.ckpt"),
        (V1, "train-2", "train-2/translate.ckpt-3"),
        (V1 / PREFIX, "deep/er/model-7", "deep/er/model-7"),
        (V1 / PREFIX, "deep/er/model", "deep/er/model/translate.ckpt-3"),
        (V1, "new.ckpt/", "new.ckpt/translate.ckpt-3"),
    ],
)
def test_where_out_means(tmp_path: Path, old: Path, out: str, written: str) -> None:
    conversion = convert_checkpoint(old, f"{tmp_path}/{out}")
    assert conversion.target == str(tmp_path / written)
    assert tf.train.latest_checkpoint(str((tmp_path / written).parent)) == conversion.target


@pytest.mark.parametrize(
    "given",
    [
        "tf0.12.1-gru1-ns0-V1",
        "tf0.12.1-gru1-ns0-V1/translate.ckpt-3",
        "tf0.12.1-gru1-ns0-V1/checkpoint",
        "tf0.12.1-gru1-ns0-V2/translate.ckpt-3",
        "tf0.12.1-gru1-ns0-V2/translate.ckpt-3.index",
        "tf0.12.1-gru1-ns0-V2/translate.ckpt-3.data-00000-of-00001",
    ],
)
def test_what_old_may_be(given: str) -> None:
    conversion = convert_checkpoint(FOLDER / given, dry_run=True)
    assert conversion.format == given.split("/", maxsplit=1)[0][-2:]
    assert conversion.source.endswith(PREFIX)


def test_a_folder_means_its_newest(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for step in (9, 10, 2):
        save(tmp_path / f"m.ckpt-{step}", {"a": [1.0]})
    (tmp_path / "checkpoint").unlink()
    assert checkpoint(tmp_path, "--dry-run") == 0
    assert "its newest checkpoint is m.ckpt-10" in capsys.readouterr().out
    # What the state file names goes first: a program may have gone back.
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/home/gone/m.ckpt-9"\n', encoding="utf-8")
    assert checkpoint(tmp_path, "--dry-run") == 0
    assert "its newest checkpoint is m.ckpt-9" in capsys.readouterr().out


def test_a_folder_of_v1_files_whatever_they_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    shutil.copytree(V1, folder)
    (folder / "checkpoint").unlink()
    (folder / PREFIX).rename(folder / "model-3")
    (folder / "notes-9").write_text("no checkpoint", encoding="utf-8")
    conversion = convert_checkpoint(folder, tmp_path / "out")
    assert (conversion.format, conversion.target) == ("V1", str(tmp_path / "out/model-3"))
    assert read(tmp_path / "out")


def test_a_v1_checkpoint_in_several_files(tmp_path: Path) -> None:
    prefix = tmp_path / "m.ckpt-1"
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.device("/cpu:0"):
            kept = {"a": tf.Variable([1.0]), "b": tf.Variable([2.0])}
        session.run(tf.global_variables_initializer())
        saved = tf.train.Saver(kept, sharded=True, write_version=1).save(session, str(prefix))
    assert "-of-" in saved
    for given in (tmp_path, saved, tmp_path / "m.ckpt-1-00000-of-00001"):
        out = tmp_path / "out"
        conversion = convert_checkpoint(given, out, force=True)
        assert conversion.target == str(out / "m.ckpt-1")
        assert read(out) == {"a": np.float32([1]), "b": np.float32([2])}


def test_optimizer_and_transposed_projection(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    matrix = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    old = save(
        tmp_path / "old", {"proj_w": matrix, "proj_b": np.zeros(3), "proj_w/Adagrad": -matrix, "own": 1}
    )
    assert checkpoint(old, "--out", tmp_path / "new") == 0
    new = read(tmp_path / "new")
    np.testing.assert_array_equal(new["proj_w"], matrix.T)
    np.testing.assert_array_equal(new["proj_w/Adagrad"], -matrix.T)
    printed = capsys.readouterr().out
    assert "proj_w -> proj_w [3, 2]: transposed" in printed
    assert "matched by no rule, carried over as they are:\n  own []" in printed
    assert checkpoint(old, "--out", tmp_path / "as-it-was", "--no-transpose", "proj_w") == 0
    np.testing.assert_array_equal(read(tmp_path / "as-it-was")["proj_w"], matrix)


def test_split_state_and_pieces(tmp_path: Path) -> None:
    state = np.arange(8.0).reshape(2, 4)
    pieces = {"RNN/LSTMCell/W_0": np.ones([2, 8]), "RNN/LSTMCell/W_1": np.zeros([1, 8])}
    old = save(tmp_path / "old", {"state": state, **pieces, "RNN/LSTMCell/B": np.zeros(8)})
    assert checkpoint(old, "--out", tmp_path / "new", "--split", "state=state_c,state_h") == 0
    new = read(tmp_path / "new")
    np.testing.assert_array_equal(new["state_c"], state[:, :2])
    np.testing.assert_array_equal(new["state_h"], state[:, 2:])
    np.testing.assert_array_equal(new["rnn/lstm_cell/kernel"], np.concatenate(list(pieces.values())))
    assert "state" not in new


def test_dtypes_survive(tmp_path: Path) -> None:
    values = {
        "half": np.float16([1]),
        "double": np.float64([1]),
        "long": np.int64([2]),
        "flag": np.array([True]),
    }
    values["words"] = np.array([b"a", b"bc"], dtype=object)
    convert_checkpoint(save(tmp_path / "old", values), tmp_path / "new")
    for name, value in read(tmp_path / "new").items():
        assert value.dtype == values[name].dtype
        assert list(value) == list(values[name])


def test_like_a_fresh_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    gru = {"gates/kernel": [3, 2], "gates/bias": [2], "candidate/kernel": [3, 1], "candidate/bias": [1]}
    spelled = {"gates/kernel": "Gates/Linear/Matrix", "gates/bias": "Gates/Linear/Bias"}
    spelled |= {"candidate/kernel": "Candidate/Linear/Matrix", "candidate/bias": "Candidate/Linear/Bias"}
    # The program opens RNN itself, has a copy of linear() of its own, and proj_w [size, vocabulary].
    same = {"own/Linear/Matrix": np.ones([2, 2]), "proj_w": np.ones([2, 5]), "proj_b": np.zeros(5)}
    old = {f"model/RNN/GRUCell/{spelled[name]}": np.ones(shape) for name, shape in gru.items()}
    fresh = {f"model/RNN/gru_cell/{name}": np.zeros(shape) for name, shape in gru.items()}
    old_prefix = save(tmp_path / "old" / "m", {**old, **same, "gone": 1})
    fresh_prefix = save(tmp_path / "fresh" / "m", {**fresh, **same})
    assert checkpoint(old_prefix, "--out", tmp_path / "new", "--like", fresh_prefix) == 0
    printed = capsys.readouterr().out
    assert "not in the fresh checkpoint, carried over all the same:\n  gone" in printed
    new = read(tmp_path / "new")
    assert set(new) == {*fresh, *same, "gone"}
    assert new["proj_w"].shape == (2, 5)
    assert new["model/RNN/gru_cell/gates/kernel"].all()


def test_like_a_fresh_checkpoint_that_has_more(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    old = save(tmp_path / "old" / "m", {"a": [1.0]})
    fresh = save(tmp_path / "fresh" / "m", {"a": [0.0], "prices/w": [0.0]})
    arguments = (old, "--out", tmp_path / "new", "--like", fresh)
    assert checkpoint(*arguments) == 1
    assert "1 variables that" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert checkpoint(*arguments, "--allow-missing") == 0
    assert "in the fresh checkpoint only:\n  prices/w" in capsys.readouterr().out


@pytest.mark.parametrize("old", [V1, V2])
def test_beside_the_source_as_migrating_md_says(tmp_path: Path, old: Path) -> None:
    """The source's migration copies the old checkpoint to where the new one belongs."""
    shutil.copytree(old, tmp_path / "my_chatbot" / "train")
    (tmp_path / "my_chatbot" / "translate.py").write_text("import tensorflow as tf\n")
    new = tmp_path / "my_chatbot_tf2"
    assert main(["source", str(tmp_path / "my_chatbot"), "--out", str(new)]) == 0
    assert checkpoint(tmp_path / "my_chatbot" / "train", "--out", new / "train", "--force") == 0
    assert NEW_NAME in read(Path(tf.train.latest_checkpoint(str(new / "train"))))


def test_options_of_the_command_are_those_of_the_function(tmp_path: Path) -> None:
    assert (
        checkpoint(
            V1, "--out", tmp_path / "a", "--rename", "embedding_attention_seq2seq/=m", "--keep", OLD_NAME
        )
        == 0
    )
    options = Options(rename={"embedding_attention_seq2seq": "m"}, keep=(OLD_NAME,))
    convert_checkpoint(V1, tmp_path / "b", options=options)
    assert read(tmp_path / "a").keys() == read(tmp_path / "b").keys()
    assert {"m/rnn/embedding_wrapper/gru_cell/gates/bias", OLD_NAME} < read(tmp_path / "a").keys()


def test_converting_twice_changes_nothing_more(tmp_path: Path) -> None:
    convert_checkpoint(V1, tmp_path / "once")
    again = convert_checkpoint(tmp_path / "once", tmp_path / "twice")
    assert {row.action for row in again.rows} == {"same name"}
    once, twice = read(tmp_path / "once"), read(tmp_path / "twice")
    assert once.keys() == twice.keys()
    assert all(np.array_equal(once[name], twice[name]) for name in once)
