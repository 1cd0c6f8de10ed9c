"""Training by `translate.main`: lines, summaries, resuming, interruption, blow-up."""

import os
import re
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny_corpus import arguments_for, run_command, settings_for, write_corpus

from legacy_seq2seq.translate.translate import main

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
    next_draw = np.random.random_sample()  # of a bucket
    expected = re.findall(r"perplexity \S+", capsys.readouterr().out)
    for steps in (3, 14):
        assert main(settings_for(files, steps=steps, optimizer="adadelta")) == 0
    assert np.random.random_sample() == next_draw
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


def test_steps_per_checkpoint_may_change_between_interruptions(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    # Stopped five steps after a report; every third step from then on.
    for steps, at_once in ((13, 8), (22, 3)):
        settings = settings_for(
            files, steps=steps, steps_per_checkpoint=at_once, learning_rate=1e-6, num_samples=0
        )
        assert main(settings) == 0
    reports = re.findall(r"global step (\d+) .* perplexity (\S+)", capsys.readouterr().out)
    assert [int(step) for step, _ in reports] == [8, 14, 17, 20]
    # Nothing is learned, so each is about that of chance among 12 words; the second is of six steps.
    assert [float(perplexity) for _, perplexity in reports] == pytest.approx([12] * 4, abs=4)


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


def changed(train_dir: str, step: int, new_step: int, **arrays: np.ndarray) -> str:
    """Adds a checkpoint to a folder: that of `step` with other values; returns its prefix."""
    before = tf.train.get_checkpoint_state(train_dir).all_model_checkpoint_paths
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in {**values(train_dir, step), **arrays}.items():
            tf.Variable(value, name=name)
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver()
        saver.recover_last_checkpoints(before)
        return saver.save(session, f"{train_dir}/translate.ckpt", global_step=new_step)


def test_a_loss_that_is_no_number_stops_with_what_is_known(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    # Large enough for the first loss to be infinite.
    prefix = changed(files["train_dir"], 2, 2, proj_b=np.linspace(-3e38, 3e38, 12, dtype=np.float32))
    assert main(settings_for(files, steps=50)) == 1
    message = capsys.readouterr().err
    assert re.search(r"error: global step 3, bucket 0 \(5, 6\): loss (inf|nan); stopped\. ", message)
    assert f"Last good checkpoint: {prefix}. " in message
    assert tf.train.latest_checkpoint(files["train_dir"]) == prefix


def test_weights_that_an_update_spoils_are_not_saved(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    large = np.linspace(-100, 100, 96, dtype=np.float32).reshape(12, 8)
    prefix = changed(files["train_dir"], 2, 2, proj_w=large, Variable=np.float32(3e38))  # the learning rate
    # Loss and gradients of the step are finite, and the step is the last before a checkpoint.
    assert main(settings_for(files, steps=3, max_gradient_norm=1e3)) == 1
    message = capsys.readouterr().err
    expected = (
        r"error: global step 3, bucket 0 \(5, 6\): \S+ is no longer finite after the update; stopped\. "
    )
    assert re.search(expected, message)
    assert f"Last good checkpoint: {prefix}. " in message
    assert tf.train.latest_checkpoint(files["train_dir"]) == prefix
    assert not list(tmp_path.glob("model/translate.ckpt-3*"))


def test_a_checkpoint_of_spoilt_weights_is_refused_and_the_last_good_one_named(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    (good,) = tf.train.get_checkpoint_state(files["train_dir"]).all_model_checkpoint_paths
    for step in (3, 4):  # two such
        spoilt = changed(files["train_dir"], 2, step, proj_b=np.full(12, np.nan, np.float32))
    source = tmp_path / "in"
    source.write_text("one\n")
    for settings in (
        settings_for(files, steps=50),
        settings_for(files, decode=True, input=str(source)),
        settings_for(files, export=str(tmp_path / "served")),
    ):
        assert main(settings) == 1
        message = capsys.readouterr().err
        assert f"error: {spoilt}: proj_b holds what is not finite. Last good checkpoint: {good}; " in message


def test_a_checkpoint_that_is_cut_off_is_refused_and_the_last_good_one_named(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = copied(trained, tmp_path)
    (good,) = tf.train.get_checkpoint_state(files["train_dir"]).all_model_checkpoint_paths
    cut = changed(files["train_dir"], 2, 4)
    data = Path(f"{cut}.data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:100])
    assert main(settings_for(files, steps=50)) == 1
    message = capsys.readouterr().err
    assert f"error: {cut}: expected a whole checkpoint, got OutOfRangeError. " in message
    assert f"Last good checkpoint: {good}; name it in {files['train_dir']}/checkpoint" in message


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
    def of_0x(arguments: list[str]) -> list[str]:
        return [
            argument.replace("from_vocab", "en_vocab").replace("to_vocab", "fr_vocab")
            for argument in arguments
        ]

    trained = run_command(*of_0x(arguments_for(files, steps=2)), "--use_fp16", "True")
    assert (trained.returncode, trained.stderr) == (0, "")
    assert re.search(REPORT, trained.stdout)
    decoded = run_command(*arguments_for(files), "--decode", input="one two\n\n")
    assert (decoded.returncode, decoded.stderr) == (0, "")
    first, *answers = decoded.stdout.splitlines()
    assert first == f"Reading model parameters from {files['train_dir']}/translate.ckpt-2"
    assert len(answers) == 3
    assert answers[0].startswith("> ")
    assert answers[1:] == ["> ", "> "]
    exported = run_command(*arguments_for(files, export=files["train_dir"] + "/served"))
    assert (exported.returncode, exported.stderr) == (0, "")
    told = run_command("--help")
    assert told.stderr == ""
    assert "--fr_vocab_size: Alias for --to_vocab_size." in told.stdout
    wrong = run_command("--size=0", "--self_test")
    assert wrong.returncode == 2
    assert "error: --size: expected at least 1, got 0" in wrong.stderr
