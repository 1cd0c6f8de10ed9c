"""A study of other numbers than a preset's, which flags give: real processes, one of them killed for real."""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from glob import glob
from pathlib import Path

import pytest

from reproduce.__main__ import main
from reproduce.study.command import resized
from reproduce.study.design import DESIGNS
from reproduce.study.records import read

ROOT = Path(__file__).parents[3]
PERIOD = ["study", "--preset=smoke", "--part=period", "--workers=1"]
SMALL = [*PERIOD, "--seeds=1", "--size=3", "--steps=20"]  # five runs


def rows(out):
    return read(out, "period")


def timeless(record):
    points = tuple(p._replace(wall_seconds=0.0) for p in record.points)
    return repr(replace(record, points=points, made=0))


def command_line(out):
    return [sys.executable, "-m", "reproduce", *SMALL, f"--out={out}"]


def made_small(out):
    """What the command says on stderr, which is no terminal."""
    done = subprocess.run(
        command_line(out), cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A study of five runs, as one process makes it undisturbed; and what that says."""
    out = tmp_path_factory.mktemp("small")
    return out, made_small(out)


def test_runs_and_page_are_of_the_numbers_that_flags_give(small, capsys):
    out, _ = small
    runs_of = {stage: [r for r in rows(out) if r.stage == stage] for stage in ("tuning", "final")}
    assert [[r.seed for r in of_stage] for of_stage in runs_of.values()] == [[100], [0] * 4]
    for stage, steps in (("tuning", 20), ("final", 40)):
        for record in runs_of[stage]:
            assert [p.step for p in record.points] == list(range(0, steps + 1, 2))
    report = (out / "REPORT.md").read_text()
    assert "One layer of 3 units, " in report
    assert ", 20 steps in tuning and 40 after it: " in report
    (out / "REPORT.md").unlink()
    assert main([*SMALL, "--page-only", f"--out={out}"]) == 0
    assert (out / "REPORT.md").read_text() == report


@pytest.mark.parametrize("flags", [[], ["--size=3"], ["--size=4", "--steps=20"]])
@pytest.mark.parametrize("more", [[], ["--page-only"]])
def test_rows_of_other_numbers_do_not_mix(small, flags, more, capsys):
    out, _ = small
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert main([*PERIOD, *flags, *more, f"--out={out}"]) == 1
    told_error = capsys.readouterr().err
    assert re.match(r"error: period: 5 of its runs are not of this design, such as \S+-gru-\S+; ", told_error)
    assert "choose another --out: rows of other numbers are not mixed\n" in told_error
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_the_time_left_is_said_where_there_is_no_terminal(small):
    lines = [line for line in small[1].splitlines() if line.startswith("period: ")]
    assert lines[:3] == [
        "period: 1 runs to make, 0 are there",
        "period: 1 of 1 runs, 0 min left",
        "period: 4 runs to make, 1 are there",
    ]
    assert re.fullmatch(r"period: 2 of 5 runs, \d+ min left", lines[3])


def test_killed_it_goes_on_to_the_same_rows_and_page(small, tmp_path):
    """SIGKILL to the command and its workers at once, in the midst of a run that is not the first."""
    process = subprocess.Popen(
        command_line(tmp_path),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 600
        while len(rows(tmp_path)) < 2 or not under_way(tmp_path):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    kept = rows(tmp_path)
    assert 2 <= len(kept) < 5
    told_on = made_small(tmp_path)
    assert f"period: {5 - len(kept)} runs to make, {len(kept)} are there\n" in told_on
    assert {repr(r) for r in kept} < {repr(r) for r in rows(tmp_path)}  # with their seconds: not made again
    assert [timeless(r) for r in rows(tmp_path)] == [timeless(r) for r in rows(small[0])]
    assert (tmp_path / "REPORT.md").read_bytes() == (small[0] / "REPORT.md").read_bytes()
    assert not under_way(tmp_path)


def under_way(out):
    """The folders of runs that have a checkpoint to go on from, and are not among the rows."""
    found = glob("runs/*/runs/*/model.ckpt-[1-9]*.index", root_dir=out)
    return {Path(path).parts[1] for path in found} - {f"period-{r.key}" for r in rows(out)}


def counted(capsys, *flags):
    """The runs that a dry run of the smoke preset counts, by part and stage, and its last line."""
    assert main(["study", "--preset=smoke", "--dry-run", "--workers=1", *flags]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = {
        (line.split(":")[0], stage): int(count)
        for line in lines
        for count, stage in re.findall(r"(\d+) (tuning|final|map|controls|ingredients)\b", line)
    }
    return found, lines[-1]


def test_a_dry_run_counts_the_seeds_that_flags_give(capsys):
    """Twice as many of one kind: exactly the runs that are of this kind are twice as many."""
    before, _ = counted(capsys)
    for flag, stages in (("--seeds=4", ("final", "ingredients")), ("--map-seeds=2", ("map", "controls"))):
        doubled, _ = counted(capsys, flag)
        assert doubled == {key: count * (1 + (key[1] in stages)) for key, count in before.items()}
        assert doubled != before


def test_a_dry_run_takes_the_time_of_the_steps_and_says_of_what_size(capsys):
    before, time_before = counted(capsys)
    longer, time_longer = counted(capsys, "--steps=100000")
    assert longer == before
    assert " h " not in time_before
    assert " h " in time_longer
    assert counted(capsys, "--size=8")[1] == "(as if a step with 8 units took as long as with 32)"


def test_numbers_that_are_not_given_are_the_presets():
    none = argparse.Namespace(steps=None, size=None, seeds=None, map_seeds=None)
    design = DESIGNS["default"]
    assert resized(design, none) == design
    for steps, eval_every in ((9, 1), (500, 50)):
        found = resized(design, argparse.Namespace(**{**vars(none), "steps": steps}))
        base = replace(design.base, steps=steps, eval_every=eval_every)
        assert found == replace(design, base=base, history=())  # which is that of the committed rows


@pytest.mark.parametrize("flag", ["--steps", "--size", "--seeds", "--map-seeds"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", ""])
def test_what_is_no_number_from_1_up_is_refused(flag, value, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["study", "--dry-run", f"{flag}={value}"])
    assert caught.value.code == 2
    told_error = capsys.readouterr().err
    assert f"argument {flag}: expected a whole number from 1 up, got '{value}'" in told_error


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("--seeds=101", "--seeds: expected at most 100, which is a seed of the tuning, got 101"),
        ("--map-seeds=101", "--map-seeds: expected at most 100, which is a seed of the tuning, got 101"),
        ("--map-seeds=11", "--map-seeds: expected at most --seeds, 10, whose runs they are beside, got 11"),
        ("--steps=25", "--steps: expected a multiple of 10, or fewer than 20, got 25"),
    ],
)
def test_numbers_that_would_spoil_a_study_are_refused(flag, expected, capsys):
    assert main(["study", "--dry-run", flag]) == 1
    assert capsys.readouterr().err == f"error: {expected}\n"
