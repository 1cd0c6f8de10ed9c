"""The command as its users run it: real processes, killed for real."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from reproduce.__main__ import main

ROOT = Path(__file__).parents[2]
NOUNS = ["table", "lamp", "clock", "chair", "mirror"]
COLOURS = ["red", "green", "blue", "white"]
# Small, but long enough that a kill falls into the middle.
EVALUATIONS = range(0, 401, 20)
FAST = "--steps 400 --eval-every 20 --eval-examples 20 --size 4 --batch-size 4 --buckets 4x5 --price-ranges 4"


def write_corpus(folder):
    """200 pairs, and one that is too long, on which the colour decides the class."""
    pairs = [(f"{c} {n}", f"{n} {c}", COLOURS.index(c)) for c in COLOURS for n in NOUNS]
    lines = [(f"{source} {index}", target, label) for index in range(10) for source, target, label in pairs]
    lines.append(("far too long for it", "x", 0))
    for name, column in (("source", 0), ("target", 1), ("labels", 2)):
        (folder / name).write_text("".join(f"{line[column]}\n" for line in lines))
    return [f"--{name}={folder / name}" for name in ("source", "target", "labels")]


def command(*arguments):
    return [sys.executable, "-m", "reproduce", *map(str, arguments)]


def run(*arguments, **options):
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, **options
    )


def refused(capsys, *arguments):
    """What a command says that fails before any process is started."""
    assert main(list(map(str, arguments))) == 1
    return capsys.readouterr().err


def rows(out):
    """The rows without their seconds."""
    with open(out / "rows.csv", newline="") as file:
        return [{k: v for k, v in row.items() if k != "wall_seconds"} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return ["--corpus=files", *write_corpus(tmp_path_factory.mktemp("corpus"))]


@pytest.fixture(scope="module")
def whole(corpus, tmp_path_factory):
    """Two regimes and two seeds, never interrupted."""
    out = tmp_path_factory.mktemp("whole")
    arguments = ["run", *corpus, *FAST.split(), "--regimes=joint,two_optimizers", "--seeds=0,3"]
    done = run(*arguments, "--workers=2", f"--out={out}")
    assert done.returncode == 0, done.stderr
    return out, arguments, done


def test_a_run_leaves_rows_metadata_picture_report_and_events(whole):
    out, _, done = whole
    assert done.stdout.split() == [str(out / "convergence.png"), str(out / "REPORT.md")]
    assert [(row["regime"], row["seed"], row["step"]) for row in rows(out)] == [
        (regime, seed, str(step))
        for regime in ("joint", "two_optimizers")
        for seed in ("0", "3")
        for step in EVALUATIONS
    ]
    assert (out / "convergence.png").read_bytes().startswith(b"\x89PNG")
    report = (out / "REPORT.md").read_text()
    assert "| `two_optimizers` |" in report
    assert "- 201 pairs of the user's own: " in report
    assert "- Too long for every bucket, dropped and listed in too_long.txt: 1 " in report
    assert (out / "too_long.txt").read_text().endswith("source:201: 5 source and 1 target tokens\n")
    metadata = json.loads((out / "runs/joint-seed3/metadata.json").read_text())
    assert metadata["status"] == "finished"
    assert (metadata["regime"], metadata["method"], metadata["seed"]) == ("joint", "sum", 3)
    assert metadata["command"][:4] == ["python", "-m", "reproduce", "run"]
    assert metadata["config"]["size"] == 4
    assert {"commit", "dirty", "versions", "cpu", "python"} <= set(metadata["provenance"])


def test_tensorboard_reads_what_the_rows_say(whole):
    events = EventAccumulator(str(whole[0] / "runs/joint-seed0"))
    events.Reload()
    wanted = [row for row in rows(whole[0]) if (row["regime"], row["seed"]) == ("joint", "0")]
    for tag in ("dev_sequence_nll", "dev_price_nll", "gradient_norm", "batch_sequence_loss"):
        scalars = {event.step: event.value for event in events.Scalars(tag)}
        expected = {int(r["step"]): float(r[tag]) for r in wanted if r[tag] != "nan"}
        assert scalars == pytest.approx(expected, rel=1e-6)


def test_run_again_keeps_what_is_finished(whole):
    out, arguments, _ = whole
    files = sorted((out / "runs").rglob("*"))
    before = {path: path.stat().st_mtime_ns for path in files if path.name != ".lock"}
    done = run(*arguments, "--workers=1", f"--out={out}")
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_other_settings_do_not_mix_with_a_folders_runs(whole, capsys):
    out, arguments, _ = whole
    told = refused(capsys, *arguments, "--size=5", f"--out={out}")
    assert "made with other settings (size was 4, is 5); choose another --out" in told


def test_another_seed_with_other_settings_does_not_mix_either(whole, capsys):
    out, arguments, _ = whole
    before = (out / "rows.csv").read_bytes()
    told = refused(capsys, *arguments, "--seeds=8", "--batch-size=5", f"--out={out}")
    assert "made with other settings (batch_size was 4, is 5)" in told
    assert (out / "rows.csv").read_bytes() == before
    assert not (out / "runs/joint-seed8").exists()


def test_a_folder_of_somebody_elses_is_left_alone(whole, tmp_path, capsys):
    (tmp_path / "REPORT.md").write_text("precious")
    told = refused(capsys, *whole[1], f"--out={tmp_path}")
    assert f"{tmp_path / 'REPORT.md'}: would be overwritten" in told
    assert [path.name for path in tmp_path.iterdir()] == ["REPORT.md"]


def test_what_is_damaged_is_mended_or_named(whole, tmp_path):
    """A run killed before its last metadata; one that lost its rows; one whose last checkpoint is cut off."""
    out, arguments, _ = whole
    shutil.copytree(out, tmp_path, dirs_exist_ok=True)
    runs = tmp_path / "runs"
    for name in ("joint-seed0", "joint-seed3"):
        metadata = runs / name / "metadata.json"
        metadata.write_text(metadata.read_text().replace('"finished"', '"running"'))
    (runs / "two_optimizers-seed0/rows.csv").unlink()
    last = runs / "joint-seed3/model.ckpt-400.data-00000-of-00001"
    last.write_bytes(last.read_bytes()[:40])
    done = run(*arguments, "--workers=2", f"--out={tmp_path}")
    assert done.returncode == 1
    assert (
        f"1 of 4 runs failed:\n  joint-seed3: ExperimentError: {runs / 'joint-seed3/model.ckpt-400'}"
        in done.stderr
    )
    assert f"remove {runs / 'joint-seed3'} to make the run anew" in done.stderr
    assert json.loads((runs / "joint-seed0/metadata.json").read_text())["status"] == "finished"
    last.unlink()
    done = run(*arguments, "--workers=2", f"--out={tmp_path}")
    assert done.returncode == 0, done.stderr
    assert "joint-seed3: goes on from step 380" in done.stderr
    assert rows(tmp_path) == rows(out)


def test_killed_it_goes_on_to_the_same_rows(whole, tmp_path):
    """SIGKILL to the command alone: its workers have to notice, and to leave the folder to the next."""
    out, arguments, _ = whole
    slower = subprocess.Popen(
        command(*arguments, "--workers=1", f"--out={tmp_path}"),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    unfinished = tmp_path / "runs/joint-seed0/rows.csv"
    deadline = time.monotonic() + 120
    while not (unfinished.exists() and len(unfinished.read_text().splitlines()) > 2):
        assert slower.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(slower.pid, signal.SIGKILL)
    slower.wait()
    done = run(*arguments, "--workers=2", f"--out={tmp_path}")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path) == rows(out)
    metadata = json.loads((tmp_path / "runs/joint-seed0/metadata.json").read_text())
    assert metadata["interruptions"] == 1
    assert metadata["status"] == "finished"
    events = EventAccumulator(str(tmp_path / "runs/joint-seed0"))
    events.Reload()
    assert [event.step for event in events.Scalars("dev_price_nll")] == [*EVALUATIONS]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_keeps_the_rows_that_there_are(corpus, tmp_path, number, code):
    """They are gathered while the first run is under way; the end of a command is said in one line."""
    out, arguments = tmp_path / "out", ["run", *corpus, *FAST.split(), "--seeds=0,3", "--workers=2"]
    with open(tmp_path / "told", "w") as told:
        process = subprocess.Popen(
            command(*arguments, "--steps=100000", f"--out={out}"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
            # Where the tests run in the background, a shell has told them, and their children, to ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        deadline = time.monotonic() + 240
        while not ((out / "rows.csv").exists() and len(rows(out)) > 3):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        gathered = len(rows(out))
        # As a terminal's Ctrl-C does, to the workers as well.
        os.killpg(process.pid, number)
        try:
            assert process.wait(60) == code, (tmp_path / "told").read_text()
        finally:
            if process.poll() is None:  # or it would train on beside all other tests
                os.killpg(process.pid, signal.SIGKILL)
    text = (tmp_path / "told").read_text()
    assert text.endswith("interrupted: the same command goes on where this one was\n")
    assert "Traceback" not in text
    assert "reading the corpus files\n" in text
    assert "10 runs to make, 2 at a time\n" in text
    written = sum(len(path.read_text().splitlines()) - 1 for path in out.glob("runs/*/rows.csv"))
    assert gathered <= len(rows(out)) == written


def test_a_failing_run_fails_the_command_by_name_and_not_the_others(whole, tmp_path):
    _, arguments, _ = whole
    (tmp_path / "runs/joint-seed0/.lock").mkdir(parents=True)
    done = run(*arguments, f"--out={tmp_path}")
    assert done.returncode == 1
    assert "1 of 4 runs failed:\n  joint-seed0: IsADirectoryError" in done.stderr
    assert {(row["regime"], row["seed"]) for row in rows(tmp_path)} == {
        ("joint", "3"),
        ("two_optimizers", "0"),
        ("two_optimizers", "3"),
    }


def test_unreadable_metadata_is_named_before_anything_runs(whole, tmp_path, capsys):
    _, arguments, _ = whole
    metadata = tmp_path / "runs/joint-seed0/metadata.json"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("{")
    told = refused(capsys, *arguments, f"--out={tmp_path}")
    assert f"error: {metadata}: cannot be read" in told
    assert [path.name for path in metadata.parent.parent.iterdir()] == ["joint-seed0"]


def test_plot_and_report_need_the_rows_alone(whole, tmp_path, capsys):
    out = whole[0]
    (tmp_path / "rows.csv").write_bytes((out / "rows.csv").read_bytes())
    for name, file in (("plot", "convergence.png"), ("report", "REPORT.md")):
        assert main([name, str(tmp_path)]) == 0
        # The notes on the corpus are known from the runs' metadata.
        assert (out / file).read_bytes().startswith((tmp_path / file).read_bytes())
    (tmp_path / "rows.csv").unlink()
    told = refused(capsys, "report", tmp_path)
    missing = f"{tmp_path / 'rows.csv'}: expected the rows of a run, got: No such file or directory"
    assert told == f"error: {missing}\n"
