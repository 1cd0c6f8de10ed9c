"""What a user may get wrong, and what they are told."""

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny_corpus import settings_for, write_corpus

from legacy_seq2seq.translate import checkpoints, data_utils
from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.settings import Settings, parse_buckets
from legacy_seq2seq.translate.translate import main

VOCABULARY = "_PAD\n_GO\n_EOS\n_UNK\na\nb\n"


def test_defaults_are_the_tutorials() -> None:
    legacy = {
        "learning_rate": 0.5,
        "learning_rate_decay_factor": 0.99,
        "max_gradient_norm": 5.0,
        "batch_size": 64,
        "size": 1024,
        "num_layers": 3,
        "from_vocab_size": 40000,
        "to_vocab_size": 40000,
        "data_dir": "/tmp",
        "train_dir": "/tmp",
        "from_train_data": None,
        "to_train_data": None,
        "from_dev_data": None,
        "to_dev_data": None,
        "max_train_data_size": 0,
        "steps_per_checkpoint": 200,
        "decode": False,
        "self_test": False,
        "use_fp16": False,
    }
    settings = Settings()
    assert {name: getattr(settings, name) for name in legacy} == legacy
    assert settings.bucket_sizes == [(5, 10), (10, 15), (20, 25), (40, 50)]


def test_buckets_may_be_written_as_in_the_tutorial() -> None:
    assert parse_buckets("[(5, 10), (10, 15)]") == parse_buckets("5x10, 10x15") == [(5, 10), (10, 15)]
    assert parse_buckets("(5, 10)") == [(5, 10)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 0}, "--size: expected at least 1, got 0"),
        ({"from_vocab_size": 4}, "--from_vocab_size: expected at least 5, got 4"),
        ({"learning_rate": -1.0}, "--learning_rate: expected a positive number, got -1.0"),
        ({"length_penalty": float("nan")}, "--length_penalty: expected a finite number, got nan"),
        ({"max_gradient_norm": float("inf")}, "--max_gradient_norm: expected a finite number, got inf"),
        ({"optimizer": "adam"}, "--optimizer: expected one of sgd, adadelta, got 'adam'"),
        ({"dropout_keep_prob": 1.5}, "--dropout_keep_prob: expected a number in (0, 1], got 1.5"),
        ({"buckets": "5-10"}, "--buckets: expected SOURCExTARGET pairs like 5x10,10x15"),
        ({"buckets": "10x15,5x10"}, "--buckets: expected sizes that grow"),
        ({"buckets": "0x5"}, "--buckets: expected sizes from 1x2 up, got 0x5"),
        ({"buckets": "[(5, 10), 7]"}, "--buckets: expected SOURCExTARGET pairs"),
        (
            {"from_train_data": "a"},
            "--from_train_data and --to_train_data: expected both or neither, got one",
        ),
        ({"from_dev_data": "a", "to_dev_data": "b"}, "--from_dev_data: expected --from_train_data"),
        ({"use_fp16": True, "use_bf16": True}, "--use_fp16 and --use_bf16: expected at most one"),
        ({"decode": True, "self_test": True}, "--decode and --self_test: expected at most one"),
        ({"input": "a"}, "--input is read with --decode only"),
        ({"decode": True, "output": "a"}, "--output is read with --decode and --input only"),
        ({"seed": 2**31}, "--seed: expected at most 2147483647, got 2147483648"),
    ],
)
def test_wrong_flags_are_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TranslateError) as caught:
        Settings(**values)
    assert str(caught.value).startswith(message)


def told(capsys: pytest.CaptureFixture[str], settings: Settings) -> str:
    assert main(settings) == 1
    return capsys.readouterr().err


def test_a_missing_file_is_named_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_corpus(tmp_path)
    missing = {**files, "to_train_data": str(tmp_path / "gone")}
    assert (
        told(capsys, settings_for(missing)) == f"error: --to_train_data {tmp_path / 'gone'}: no such file\n"
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write_corpus(tmp_path)
    (tmp_path / "model").write_text("mine")
    assert f"error: --train_dir {tmp_path / 'model'}: expected a folder" in told(capsys, settings_for(files))


def test_decoding_without_vocabulary_or_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for({"data_dir": str(tmp_path), "train_dir": str(tmp_path / "none")}, decode=True)
    assert f"error: {tmp_path / 'vocab12.from'}: no such vocabulary" in told(capsys, settings)
    for side in ("en", "fr"):  # as 0.x named them
        (tmp_path / f"vocab12.{side}").write_text(VOCABULARY)
    expected = f"error: --train_dir {tmp_path / 'none'}: expected a trained model, found no checkpoint\n"
    assert told(capsys, settings) == expected


def test_a_vocabulary_with_more_words_than_the_model_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"data_dir": str(tmp_path), "train_dir": str(tmp_path / "none")}
    for side, words in (("from", 12), ("to", 13)):
        more = "".join(f"{number}\n" for number in range(6, words))
        (tmp_path / f"vocab12.{side}").write_text(VOCABULARY + more)
    assert told(capsys, settings_for(files, decode=True)) == (
        f"error: {tmp_path / 'vocab12.to'}: expected at most 12 words, as --to_vocab_size says, got 13\n"
    )


def test_a_data_folder_that_may_not_be_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_corpus(tmp_path)
    texts = tmp_path / "texts"
    texts.mkdir()
    for path in [*tmp_path.glob("train.*"), *tmp_path.glob("dev.*")]:
        path.rename(texts / path.name)
    files = {n: str(texts / Path(v).name) if n.endswith("_data") else v for n, v in files.items()}
    texts.chmod(0o555)
    make = tempfile.mkstemp

    def refused_to_root_too(*arguments: Any, dir: Any = None, **keywords: Any) -> Any:
        if dir is not None and not os.stat(dir).st_mode & 0o200:
            raise PermissionError(errno.EACCES, "Permission denied", os.path.join(dir, "x"))
        return make(*arguments, dir=dir, **keywords)

    monkeypatch.setattr("tempfile.mkstemp", refused_to_root_too)
    message = told(capsys, settings_for(files, steps=1))
    assert str(texts) in message
    assert "token ids beside their texts unless there is a --cache_dir" in message
    cache = tmp_path / "cache"
    for steps in (1, 2):
        assert main(settings_for(files, steps=steps, cache_dir=str(cache))) == 0
    assert len(list(texts.iterdir())) == 4
    assert len(list(cache.glob("*.ids12.*"))) == 4 * 3  # ids, what they were made from, and the binary copies
    # Ids that are there, but no binary copies: what a folder of 1.x holds.
    for path in cache.glob("*.ids12.????????????"):
        (texts / path.name.rsplit(".", 1)[0]).write_bytes(path.read_bytes())
    shutil.rmtree(cache)
    assert "name another folder for it: cache_dir, or --cache_dir" in told(
        capsys, settings_for(files, steps=3)
    )
    assert main(settings_for(files, steps=3, cache_dir=str(cache))) == 0
    assert len(list(cache.glob("*"))) == len(list(cache.glob("*.mmap"))) == 4


def test_a_vocabulary_smaller_than_the_ids_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_corpus(tmp_path)
    sizes = (12, 12)
    texts = [files[f"{side}_{name}_data"] for name in ("train", "dev") for side in ("from", "to")]
    (tmp_path / "data").mkdir()
    data_utils.prepare_data(files["data_dir"], *texts, *sizes)
    # Ids that somebody else made, of a larger vocabulary, with no note on how.
    ids = tmp_path / "train.from.ids12"
    for note in tmp_path.glob("*train.from.ids12?*"):
        note.unlink()
    capsys.readouterr()
    lines = ids.read_text().splitlines()
    lines[6] = "5 4711"
    ids.write_text("\n".join(lines) + "\n")
    with pytest.warns(UserWarning, match="ids12"):
        message = told(capsys, settings_for(files, steps=1))
    assert f"{ids}" in message
    assert "4711" in message


def test_a_folder_of_another_model_or_with_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write_corpus(tmp_path)
    assert main(settings_for(files, steps=1)) == 0
    capsys.readouterr()
    prefix = f"{files['train_dir']}/translate.ckpt-1"
    source = tmp_path / "input"
    source.write_text("one\n")

    def decoding(**more: Any) -> str:
        return told(capsys, settings_for(files, decode=True, input=str(source), **more))

    message = decoding(size=9)
    assert message.startswith(f"error: {prefix}: ") or f"\nerror: {prefix}: " in message
    assert "--size, --num_layers, --from_vocab_size and --to_vocab_size must be those" in message
    assert "has no variable" in decoding(num_layers=2)
    named = Path(files["train_dir"], "checkpoint")
    text = named.read_text()
    named.unlink()  # somebody copies weights alone
    for other in ("translate.ckpt-0.index", "translate.ckpt-9.meta", "model.ckpt-9.index"):
        named.with_name(other).write_bytes(b"")
    before = {path.name: path.stat().st_mtime_ns for path in named.parent.iterdir()}
    assert told(capsys, settings_for(files, steps=2)) == (
        f"error: {named}: no such file, but translate.ckpt-0, translate.ckpt-1 lie beside it; to go on, "
        'write the line model_checkpoint_path: "translate.ckpt-1" into it, or move them away to begin anew\n'
    )
    assert {path.name: path.stat().st_mtime_ns for path in named.parent.iterdir()} == before
    assert main(settings_for(files, decode=True, input=str(source))) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{named}: no such file, so {prefix} is taken",
        f"Reading model parameters from {prefix}",
    ]
    named.write_text(text)
    state = Path(f"{prefix}.state.json")
    state.write_text(state.read_text()[:100])
    assert f"error: {state}: expected the state of a training" in told(capsys, settings_for(files, steps=2))
    Path(f"{prefix}.index").unlink()
    assert (
        f"error: {files['train_dir']}/checkpoint: names {prefix}, of which there are no files" in decoding()
    )


@pytest.mark.parametrize("damaged", [b"", b"garbage", b'model_checkpoint_path: "transl', b"\xff\xfe\x00"])
def test_a_damaged_checkpoint_file_is_no_new_beginning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damaged: bytes
) -> None:
    files = write_corpus(tmp_path)
    (tmp_path / "model").mkdir()
    state, newest = tmp_path / "model" / "checkpoint", tmp_path / "model" / "translate.ckpt-7.index"
    newest.write_bytes(b"kept")
    state.write_bytes(damaged)
    message = told(capsys, settings_for(files, steps=1))
    assert f"error: {state}: expected a line model_checkpoint_path: " in message
    assert 'to go on, write the line model_checkpoint_path: "translate.ckpt-7" into it, or move' in message
    assert (state.read_bytes(), newest.read_bytes()) == (damaged, b"kept")


def test_a_vocabulary_that_ends_early(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write_corpus(tmp_path)
    assert main(settings_for(files, steps=1)) == 0
    source, vocabulary = tmp_path / "input", tmp_path / "data" / "vocab12.to"
    source.write_text("one two\nthree four\n")
    settings = settings_for(files, decode=True, input=str(source))
    whole = vocabulary.read_bytes().splitlines(keepends=True)
    capsys.readouterr()
    assert main(settings) == 0
    assert "half-written" not in capsys.readouterr().err
    vocabulary.write_bytes(b"".join(whole[:4]))
    assert main(settings) == 0
    # Once, not for each of its words.
    assert capsys.readouterr().err.count("the target vocabulary has 4 words: is it half-written") == 1
    vocabulary.write_bytes(b"".join(whole[:3]))
    assert f"{vocabulary}: expected _PAD, _GO, _EOS, _UNK as its first words, got" in told(capsys, settings)


def test_a_checkpoint_with_more_than_the_model_is_refused(tmp_path: Path) -> None:
    """Two attention heads, say, for a model that asks for one."""
    decoder = "embedding_attention_seq2seq/embedding_attention_decoder"
    with tf.Graph().as_default(), tf.Session() as session:
        kept = tf.get_variable(f"{decoder}/embedding", [2, 3])
        tf.get_variable(f"{decoder}/embedding/Adadelta", [2, 3])  # a slot may be left
        tf.get_variable("users_own", [1])  # and what a user has added
        saved = tf.train.Saver()
        session.run(tf.global_variables_initializer())
        good = saved.save(session, str(tmp_path / "good"))
        tf.get_variable(f"{decoder}/AttnV_1", [3])
        session.run(tf.global_variables_initializer())
        bad = tf.train.Saver().save(session, str(tmp_path / "bad"))
        value = session.run(kept)
    with tf.Graph().as_default(), tf.Session() as session:
        kept = tf.get_variable(f"{decoder}/embedding", [2, 3])
        assert checkpoints.restore(session, tf.train.Saver(), good) == []
        with pytest.raises(TranslateError, match="AttnV_1, which this model has not"):
            checkpoints.restore(session, tf.train.Saver(), bad)
    assert value.shape == (2, 3)


def test_a_checkpoint_of_another_precision_is_converted(tmp_path: Path) -> None:
    value = np.array([1.5, -2.25], np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        half = tf.Variable(value.astype(np.float16), name="weights")
        session.run(half.initializer)
        prefix = tf.train.Saver([half]).save(session, str(tmp_path / "model"))
    with tf.Graph().as_default(), tf.Session() as session:
        single = tf.Variable(np.zeros(2, np.float32), name="weights")
        assert checkpoints.restore(session, tf.train.Saver([single]), prefix) == []
        np.testing.assert_array_equal(session.run(single), value)


def test_the_self_test(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(Settings(self_test=True)) == 0
    assert capsys.readouterr().out == "Self-test for neural translation model.\n"
