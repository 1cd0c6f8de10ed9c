"""`python -m reproduce translate`: what a translation leaves behind."""

import json
import random
import re

import pytest

import reproduce.translation
from reproduce.__main__ import main
from reproduce.provenance import provenance as real_provenance

ENGLISH = ["one", "two", "three", "four", "five", "six"]
FRENCH = ["un", "deux", "trois", "quatre", "cinq", "six"]
SIZES = {"train": 60, "dev": 8, "test": 300}


@pytest.fixture
def texts(tmp_path):
    numbers = random.Random(0)
    folder = tmp_path / "texts"
    folder.mkdir()
    for split, count in SIZES.items():
        rows = [numbers.choices(range(6), k=numbers.randint(1, 4)) for _ in range(count)]
        for side, words in (("from", ENGLISH), ("to", FRENCH)):
            text = "".join(" ".join(words[number] for number in row) + "\n" for row in rows)
            (folder / f"{split}.{side}").write_text(text)
    return folder


def test_everything_that_is_committed_is_made(texts, tmp_path, monkeypatch, capfd):
    model = {"from_vocab_size": 10, "to_vocab_size": 10, "size": 8, "buckets": "5x6"}
    monkeypatch.setattr(reproduce.translation, "MODEL_FLAGS", model)
    training = {
        "optimizer": "adadelta",
        "learning_rate": 1.0,
        "steps": 60,
        "steps_per_checkpoint": 30,
        "seed": 0,
    }
    monkeypatch.setattr(reproduce.translation, "TRAINING_FLAGS", training)
    out, work = tmp_path / "out", tmp_path / "work"
    left = []

    def provenance():
        left.extend(out.iterdir())
        return real_provenance()

    monkeypatch.setattr(reproduce.translation, "provenance", provenance)
    command = ["translate", f"--texts={texts}", f"--work={work}", f"--out={out}"]
    assert main(command) == 0
    printed = capfd.readouterr().out
    names = ["REPORT.md", "attention.png", "metadata.json", "test.out", "training.txt"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert "global step 60 " in (out / "training.txt").read_text()
    translated = (out / "test.out").read_text().splitlines()
    assert len(translated) == SIZES["test"]
    metadata = json.loads((out / "metadata.json").read_text())
    assert metadata["command"] == ["python", "-m", "reproduce", *command]
    assert metadata["pairs"] == SIZES
    assert metadata["config"] == {**model, **training}
    assert {"commit", "dirty", "versions", "cpu"} <= metadata["provenance"].keys()
    assert left == []  # else the results of this run would make its own checkout dirty
    assert metadata["training_processor_minutes"] > 0
    assert not metadata["resumed"]
    scores = [float(score) for score in re.findall(r"^BLEU = (\S+)", printed, re.MULTILINE)]
    assert [metadata["bleu"][name]["score"] for name in ("beam", "greedy", "dev")] == scores
    sources, references = ((texts / f"test.{side}").read_text().splitlines() for side in ("from", "to"))
    assert metadata["samples"] == [
        [n, sources[n - 1], translated[n - 1], references[n - 1]] for n in (100, 290)
    ]
    report = (out / "REPORT.md").read_text()
    assert f"| 290 | {sources[289]} | " in report
    assert f"beam of 5, length penalty 0.6 | {scores[0]:.2f} |" in report
    (out / "REPORT.md").unlink()
    assert main(["translate", f"--out={out}", "--page-only"]) == 0
    assert (out / "REPORT.md").read_text() == report


def test_texts_that_are_missing_are_named(texts, tmp_path, capsys):
    (texts / "test.to").unlink()
    assert main(["translate", f"--texts={texts}", f"--out={tmp_path / 'out'}"]) == 1
    assert f"error: {texts}/test.to: no such file; `python -m reproduce corpus`" in capsys.readouterr().err
