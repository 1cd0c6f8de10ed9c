"""Decoding, BLEU, pictures and export with a trained model; checkpoints of TensorFlow 1."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from golden_cases import GOLDEN, read_arrays
from tiny_corpus import arguments_for, run_command, settings_for, write_corpus

from legacy_seq2seq.translate import checkpoints
from legacy_seq2seq.translate.data_utils import EOS_ID
from legacy_seq2seq.translate.decoding import Translator
from legacy_seq2seq.translate.settings import Settings
from legacy_seq2seq.translate.translate import main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files with a model that was trained for a moment."""
    named = write_corpus(tmp_path_factory.mktemp("tiny"))
    assert (
        main(
            settings_for(named, steps=100, steps_per_checkpoint=100, optimizer="adadelta", learning_rate=1.0)
        )
        == 0
    )
    return named


def lines_to(path: Path, lines: list[str]) -> str:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return str(path)


def decode(files: dict[str, str], tmp_path: Path, lines: list[str], **more: Any) -> list[str]:
    output = tmp_path / "output"
    source = lines_to(tmp_path / "input", lines)
    assert main(settings_for(files, decode=True, input=source, output=str(output), **more)) == 0
    return output.read_text(encoding="utf-8").splitlines()


def test_every_line_has_its_line(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "one two three four five six"
    lines = ["one", "", "two three four five", long, "one", "   ", "two three four five six", "qwertz"]
    decoded = decode(files, tmp_path, lines)
    assert len(decoded) == len(lines)
    assert decoded[1] == decoded[5] == ""
    assert decoded[0] == decoded[4] != ""
    assert decoded[3] == decoded[6]  # its last five words
    assert "line 4: cut to its last 5 of 6 tokens, see --buckets" in capsys.readouterr().err
    one_by_one = decode(files, tmp_path, lines, batch_size=1)
    assert one_by_one == decoded


def test_what_is_typed_is_answered_like_a_file(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = decode(files, tmp_path, ["one two", "", "five"])
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("one two\n\nfive\n"))
    assert main(settings_for(files, decode=True)) == 0
    first, rest = capsys.readouterr().out.split("\n", 1)
    assert first.startswith("Reading model parameters from ")
    assert rest == "".join(f"> {line}\n" for line in decoded) + "> \n"


def test_bleu_against_a_reference(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["one two three four", "five six"]
    decoded = decode(files, tmp_path, lines, beam_size=3)
    reference = lines_to(tmp_path / "reference", decoded)
    decode(files, tmp_path, lines, beam_size=3, reference=reference)
    perfect = capsys.readouterr().out.splitlines()[-1]
    assert perfect.startswith("BLEU = 100.00 ")
    assert "tok:13a" in perfect
    lines_to(tmp_path / "reference", ["x y z w", "v u"])
    decode(files, tmp_path, lines, beam_size=3, reference=reference)
    assert capsys.readouterr().out.splitlines()[-1].startswith("BLEU = 0.00 ")


def test_a_reference_of_other_length_is_refused_before_the_work(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, reference = lines_to(tmp_path / "in", ["one", "two"]), lines_to(tmp_path / "ref", ["un"])
    output = tmp_path / "out"
    settings = settings_for(files, decode=True, input=source, reference=reference, output=str(output))
    assert main(settings) == 1
    assert f"--reference {reference}: expected 2 lines" in capsys.readouterr().err
    settings = settings_for(files, decode=True, input=os.devnull, reference=os.devnull, output=str(output))
    assert main(settings) == 1
    assert f"--reference {os.devnull}: expected a sentence" in capsys.readouterr().err
    assert not output.exists()


def latin_1(files: dict[str, str], folder: Path) -> dict[str, str]:
    """The same model with vocabularies of words that are no UTF-8."""
    folder.mkdir()
    for side in ("from", "to"):
        words = Path(files["data_dir"], f"vocab12.{side}").read_bytes().split(b"\n")
        words[4:] = [word and word + b"\xe9" for word in words[4:]]
        (folder / f"vocab12.{side}").write_bytes(b"\n".join(words))
    return {**files, "data_dir": str(folder)}


def test_words_are_bytes_whatever_their_encoding(files: dict[str, str], tmp_path: Path) -> None:
    expected = decode(files, tmp_path, ["one two", "three"])
    expected_bytes = [b" ".join(w.encode() + b"\xe9" for w in line.split()) for line in expected]
    assert any(expected)
    changed = latin_1(files, tmp_path / "latin_1")
    source, output, reference = (tmp_path / name for name in ("in", "out", "ref"))
    source.write_bytes(b"one\xe9 two\xe9\nthree\xe9\n")
    reference.write_bytes(b"un\xe9\ntrois\xe9\n")
    more = {"reference": str(reference), "plot_attention": str(tmp_path)}
    assert main(settings_for(changed, decode=True, input=str(source), output=str(output), **more)) == 0
    assert output.read_bytes().splitlines() == expected_bytes
    typed = run_command(*arguments_for(changed, decode=True), input=source.read_bytes(), text=False)
    assert typed.returncode == 0, typed.stderr
    assert typed.stdout.splitlines()[1:] == [b"> " + line for line in expected_bytes] + [b"> "]
    assert typed.stderr == b""


def test_an_output_that_is_no_file_or_a_link_is_written_through(
    files: dict[str, str], tmp_path: Path
) -> None:
    source = lines_to(tmp_path / "in", ["one two", "three"])
    expected = decode(files, tmp_path, ["one two", "three"])

    def write_to(path: Path | str) -> None:
        assert main(settings_for(files, decode=True, input=source, output=str(path))) == 0

    (tmp_path / "folder").mkdir()
    target, link, fifo = tmp_path / "folder" / "target", tmp_path / "link", tmp_path / "fifo"
    link.symlink_to(target)
    for _ in range(2):  # not there yet, and there
        write_to(link)
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8").splitlines() == expected
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE, text=True)
    try:
        write_to(fifo)
        assert stat.S_ISFIFO(fifo.stat().st_mode)
        assert reader.communicate()[0].splitlines() == expected
    finally:
        reader.kill()  # or it would wait for a writer that does not come
    write_to("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "link", "fifo", "in", "input", "output"}


@pytest.mark.parametrize("output", ["/dev/stdout", "stdout"])
def test_standard_output_by_a_name(files: dict[str, str], tmp_path: Path, output: str) -> None:
    expected = decode(files, tmp_path, ["one two", "three"])
    stdout = tmp_path / "stdout"
    flags = {"decode": True, "input": str(tmp_path / "input"), "reference": str(tmp_path / "output")}
    where = output if output.startswith("/") else str(tmp_path / output)
    with stdout.open("w") as file:
        file.write("before\n")
        file.flush()
        done = run_command(*arguments_for(files, output=where, **flags), stdout=file)
        file.write("behind\n")
    assert done.returncode == 0, done.stderr
    assert stdout.read_text(encoding="utf-8").splitlines() == ["before", *expected, "behind"]
    assert done.stderr.splitlines()[-1].startswith("BLEU = ")


def test_nothing_is_half_written(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = lines_to(tmp_path / "in", ["one"]), tmp_path / "out"
    output.write_text("before")
    more = {"input": source, "output": str(output), "plot_attention": source}  # a file, not a folder
    assert main(settings_for(files, decode=True, **more)) == 1
    assert f"error: --plot_attention: {source}/1.png: " in capsys.readouterr().err
    assert output.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


def test_an_input_that_is_read_once(files: dict[str, str], tmp_path: Path) -> None:
    lines = ["one two", "three"]
    expected = decode(files, tmp_path, lines)
    reading, writing = os.pipe()
    os.write(writing, "".join(line + "\n" for line in lines).encode())
    os.close(writing)
    output = tmp_path / "of_pipe"
    try:
        assert main(settings_for(files, decode=True, input=f"/dev/fd/{reading}", output=str(output))) == 0
    finally:
        os.close(reading)
    assert output.read_text(encoding="utf-8").splitlines() == expected


def test_pictures_of_the_attention(files: dict[str, str], tmp_path: Path) -> None:
    decode(
        files, tmp_path, ["one two $^$", "", "three"], plot_attention=str(tmp_path / "pictures"), beam_size=2
    )
    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [path.name for path in pictures] == ["1.png", "3.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


LOADED = """
import json, sys
import tensorflow as tf
for folder, ids in json.load(sys.stdin):
    served = tf.saved_model.load(folder).signatures["serving_default"]
    found = served(source_ids=tf.constant(ids, tf.int32))
    print(json.dumps([found["target_ids"].numpy().tolist(), found["log_probability"].numpy().tolist()]))
"""


def test_an_exported_model_decodes_the_same_in_a_fresh_process(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "served")
    settings = settings_for(files, export=folder, beam_size=2, buckets="3x4,5x6")
    assert main(settings) == 0
    folders = capsys.readouterr().out.splitlines()
    assert folders == [f"{folder}/bucket_3x4/1", f"{folder}/bucket_5x6/1"]
    vocabularies = [
        Path(files["data_dir"], f"vocab12.{side}").read_text(encoding="utf-8").split()
        for side in ("from", "to")
    ]
    sentences = [
        ["one", "two three four"],
        ["two three four five", "five four three two one", "six six six six"],
    ]
    asked = []
    for path, bucket, (length, _) in zip(folders, sentences, settings.bucket_sizes, strict=True):
        ids = [[vocabularies[0].index(word) for word in sentence.split()] for sentence in bucket]
        asked.append([path, [row + [0] * (length - len(row)) for row in ids]])
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        input=json.dumps(asked),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for line, bucket in zip(done.stdout.splitlines(), sentences, strict=True):
        target_ids, log_probabilities = json.loads(line)
        cut = [row[: row.index(EOS_ID)] if EOS_ID in row else row for row in target_ids]
        expected = decode(files, tmp_path, bucket, beam_size=2, buckets=settings.buckets)
        assert [" ".join(vocabularies[1][i] for i in row) for row in cut] == expected
        assert max(log_probabilities) < 0
    assert main(settings) == 1  # nothing is overwritten
    assert "which would be overwritten" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["tf1.15.5-lstm1-ns4-V2", "tf1.2.1-gru2-ns4-V2", "tf1.15.5-gru1-ns0-V2"])
def test_a_train_dir_of_tensorflow_1_decodes(tmp_path: Path, name: str) -> None:
    specs = json.loads((GOLDEN / "checkpoints" / "checkpoints.json").read_text(encoding="utf-8"))
    (spec,) = (spec for spec in specs if spec["id"] == name)
    config, arrays = spec["config"], read_arrays(GOLDEN / spec["forward"])
    settings = Settings(
        buckets=str([tuple(bucket) for bucket in config["buckets"]]),
        size=config["size"],
        num_layers=config["layers"],
        from_vocab_size=12,
        to_vocab_size=12,
        use_lstm=config["lstm"],
        num_samples=config["num_samples"],
    )
    sentences, expected = [], []
    for bucket, (length, _) in enumerate(config["buckets"]):
        shorter = config["buckets"][bucket - 1][0] if bucket else 0
        first = arrays[f"bucket{bucket}/greedy_logits"][0]
        for source, logits in zip(arrays[f"bucket{bucket}/encoder_inputs"].T, first, strict=True):
            ids = np.trim_zeros(source[::-1], "b").tolist()
            if shorter < len(ids) <= length:
                sentences.append(ids)
                # The recorded models all end at once.
                assert logits.argmax() == EOS_ID
                expected.append(logits[EOS_ID] - np.log(np.exp(logits).sum()))
    assert len(sentences) >= 3
    with tf.Graph().as_default(), tf.Session() as session:
        translator = Translator(session, settings, {}, [b""] * 12)
        # The file `checkpoint` names it without its folder, as when a folder has been moved.
        prefix = checkpoints.latest(str((GOLDEN / spec["prefix"]).parent))
        assert prefix is not None
        assert checkpoints.restore(session, tf.train.Saver(), prefix) == []
        found = translator.translate(sentences)
    np.testing.assert_allclose([one.log_probability for one in found], expected, rtol=1e-5)
    assert all(one.tokens == [] for one in found)
