"""Training by `translate.main`: lines, summaries, resuming, interruption, blow-up."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny_corpus import arguments_for, settings_for, write_corpus

from legacy_seq2seq.translate.translate import main

ROOT = Path(__file__).resolve().parents[3]
REPORT = r"global step \d+ learning rate 0\.5000 step-time \d+\.\d\d perplexity \d+\.\d\d"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return write_corpus(tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus and a model of two steps; not to be changed."""
    folder = tmp_path_factory.mktemp("trained")
    assert main(settings_for(write_corpus(folder), steps=2)) == 0
    return folder


def copied(trained: Path, folder: Path) -> dict[str, str]:
    """The corpus with the model of `trained`, for a test of its own."""
    shutil.copytree(trained / "model", folder / "model")
    return write_corpus(folder)


def values(folder: str, step: int) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(f"{folder}/translate.ckpt-{step}")
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def test_the_tutorials_lines_and_files(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(settings_for(files, steps=5, buckets="3x4,5x6,9x10")) == 0
    lines = capsys.readouterr().out.splitlines()
    lines = lines[lines.index("Creating 1 layers of 8 units.") :]
    assert lines[1:3] == [
        "Created model with fresh parameters.",
        "Reading development and training data (limit: 0).",
    ]
    assert len(lines) == 3 + 2 * 4
    for start in (3, 7):
        assert re.fullmatch(REPORT, lines[start])
        for bucket in (0, 1):
            assert re.fullmatch(rf"  eval: bucket {bucket} perplexity \d+\.\d\d", lines[start + 1 + bucket])
        assert lines[start + 3] == "  eval: empty bucket 2"
    # Stopped between two reports: what was trained since is saved, too.
    assert tf.train.latest_checkpoint(files["train_dir"]).endswith("translate.ckpt-5")
    (events,) = Path(files["train_dir"]).glob("events.out.tfevents.*")
    tags = {
        (event.step, value.tag)
        for event in tf.train.summary_iterator(str(events))
        for value in event.summary.value
    }
    assert {step for step, _ in tags} == {2, 4}
    assert {"train/perplexity", "train/learning_rate", "eval/perplexity_bucket_1"} <= {tag for _, tag in tags}


def test_a_resumed_training_comes_to_the_same_numbers(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = {**files, "train_dir": str(tmp_path / "whole")}
    assert main(settings_for(whole, steps=14, optimizer="adadelta")) == 0
    expected = re.findall(r"perplexity \S+", capsys.readouterr().out)
    for steps in (3, 14):
        assert main(settings_for(files, steps=steps, optimizer="adadelta")) == 0
    printed = capsys.readouterr().out
    assert re.findall(r"perplexity \S+", printed) == expected
    assert f"Reading model parameters from {files['train_dir']}/translate.ckpt-3" in printed
    ours, wanted = values(files["train_dir"], 14), values(whole["train_dir"], 14)
    assert any("Adadelta" in name for name in wanted)
    assert set(ours) == set(wanted)
    for name, value in wanted.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)
    # Checkpoints older than five are gone, and their states with them.
    kept = {path.name for path in (tmp_path / "whole").glob("*.state.json")}
    assert kept == {f"translate.ckpt-{step}.state.json" for step in (6, 8, 10, 12, 14)}


def test_a_checkpoint_of_the_tutorial_goes_on_with_another_optimizer(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    (tmp_path / "model" / "translate.ckpt-2.state.json").unlink()  # the tutorial left none
    assert main(settings_for(files, steps=4, optimizer="adadelta")) == 0
    assert "The optimizer begins anew: the checkpoint has nothing for " in capsys.readouterr().err
    assert values(files["train_dir"], 4)["Variable_1"] == 4


def test_there_is_nothing_left_to_do(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "model").glob("translate.*")}
    assert main(settings_for(files, steps=2)) == 0
    assert "global step" not in capsys.readouterr().out
    assert before == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "model").glob("translate.*")}


def test_the_learning_rate_decays_when_the_loss_has_not_fallen(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    # So low a rate that losses go up and down.
    low = {"learning_rate": 1e-3, "learning_rate_decay_factor": 0.5, "steps_per_checkpoint": 1}
    assert main(settings_for(files, steps=12, **low)) == 0
    reports = re.findall(r"learning rate (\S+) step-time \S+ perplexity (\S+)", capsys.readouterr().out)
    expected, rate = [], 1e-3
    losses = [np.log(float(ppx)) for _, ppx in reports]
    for number, loss in enumerate(losses):
        expected.append(f"{rate:.4f}")
        if number > 2 and loss > max(losses[number - 3 : number]):
            rate *= 0.5
    assert [printed for printed, _ in reports] == expected
    assert rate < 1e-3


def test_a_loss_that_is_no_number_stops_with_what_is_known(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    spoilt = values(files["train_dir"], 2)
    spoilt["proj_b"] = np.full_like(spoilt["proj_b"], np.nan)
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in spoilt.items():
            tf.Variable(value, name=name)
        session.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(session, str(tmp_path / "model" / "translate.ckpt"), global_step=2)
    assert main(settings_for(files, steps=50)) == 1
    message = capsys.readouterr().err
    assert "error: global step 3, bucket 0 (5, 6): loss nan; stopped. " in message
    assert f"Last good checkpoint: {prefix}. " in message
    assert tf.train.latest_checkpoint(files["train_dir"]) == prefix


def test_ctrl_c_saves_and_ends_cleanly(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        deadline = time.monotonic() + 120
        while not Path(files["train_dir"], "checkpoint").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    # Ends by itself should the signal go astray.
    assert main(settings_for(files, steps=20_000, steps_per_checkpoint=20)) == 130
    interrupter.join()
    found = re.search(r"Interrupted at global step (\d+), which is saved", capsys.readouterr().out)
    assert found
    assert values(files["train_dir"], int(found[1]))["Variable_1"] == int(found[1])


def test_the_command_line(files: dict[str, str]) -> None:
    def run(*arguments: str, typed: str = "") -> Any:
        command = [sys.executable, "-m", "legacy_seq2seq.translate", *arguments]
        return subprocess.run(command, cwd=ROOT, input=typed, capture_output=True, text=True, check=False)

    trained = run(*arguments_for(files, steps=2, use_fp16=True))
    assert trained.returncode == 0, trained.stderr
    assert re.search(REPORT, trained.stdout)
    decoded = run(*arguments_for(files, decode=True), typed="one two\n\n")
    assert decoded.returncode == 0, decoded.stderr
    first, *answers = decoded.stdout.splitlines()
    assert first == f"Reading model parameters from {files['train_dir']}/translate.ckpt-2"
    assert len(answers) == 3
    assert answers[0].startswith("> ")
    assert answers[1:] == ["> ", "> "]
    wrong = run("--size=0", "--self_test")
    assert wrong.returncode == 2
    assert "error: --size: expected at least 1, got 0" in wrong.stderr
