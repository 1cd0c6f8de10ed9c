"""The command on a study of five runs of a few units, as its users run it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rows_of_runs import row
from study_records import DESIGN, made_of

from reproduce.__main__ import main
from reproduce.dataset import load_dataset
from reproduce.experiment import ExperimentError, Run
from reproduce.rows import write_rows
from reproduce.scoring import score_test
from reproduce.study import command, runs
from reproduce.study.command import estimate, parse_shard
from reproduce.study.design import DESIGNS, Group
from reproduce.study.parts import PARTS
from reproduce.study.records import append, read
from reproduce.study.runs import Shard, imagined, told


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    """One period, one seed, on 200 pairs of a corpus of files, named as seen from the working directory.

    Which shard makes a run depends on the names, so they must not hold a path that differs from day to day.
    """
    folder = tmp_path_factory.mktemp("corpus")
    pairs = [(f"{c} {n}", f"{n} {c}", c) for c in range(4) for n in range(50)]
    for name, column in (("source", 0), ("target", 1), ("labels", 2)):
        (folder / name).write_text("".join(f"{pair[column]}\n" for pair in pairs))
    paths = {name: Path(name) for name in ("source", "target", "labels")}
    base = replace(DESIGN.base, corpus="files", price_ranges=4, num_samples=0, buckets=((4, 5),), **paths)
    group = Group("files", "gru")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield replace(DESIGN, base=base, groups=(group,), method_groups=(group,), seeds=(0,))


@pytest.fixture(scope="module")
def shared(design, tmp_path_factory):
    """The part period, made by two machines in turn that gather their rows in one folder."""
    out = tmp_path_factory.mktemp("study")
    codes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(command.DESIGNS, "smoke", design)
        for number in (1, 2, 1, 2):  # the tuning run is one's, and the other waits for it
            flags = [f"--shard={number}/2", "--workers=1", f"--out={out}"]
            codes.append(main(["study", "--preset=smoke", "--part=period", *flags]))
            if codes[-1] == 0:
                break
    return out, codes


def rows(out):
    return read(out, "period")


def test_shards_make_every_run_once(shared, design):
    out, codes = shared
    assert codes in ([1, 0], [1, 1, 0], [1, 1, 1, 0])
    cells = imagined(design, ["period"])["period"]
    assert sorted(r.key for r in rows(out)) == sorted(cell.key for cell in cells)
    assert len(cells) == 5
    lines = [path.read_text().splitlines()[1:] for path in out.glob("period-*of2.csv")]
    # Where a new setting in the keys deals all runs to one: another seed deals anew.
    assert len(lines) == 2
    assert all(lines)
    assert sum(map(len, lines)) == sum(r.evaluations for r in rows(out))
    assert not list((out / "runs").iterdir())
    for record in rows(out):
        assert (record.end, record.dev_examples > 10) == ("finished", True)
        assert [p.step for p in record.points] == list(range(0, record.last.step + 1, 2))
    nothing = next(r for r in rows(out) if r.arm == "period 2, nothing")
    assert (nothing.last.decoder_updates, nothing.last.price_updates) == (4, 0)
    (made,) = json.loads((out / "period-1of2.json").read_text())
    assert made["command"][:4] == ["python", "-m", "reproduce", "study"]
    assert {"commit", "versions", "cpu"} <= set(made["provenance"])


def run(out, design, monkeypatch, *arguments):
    monkeypatch.setitem(command.DESIGNS, "smoke", design)
    flags = ["--workers=1", f"--out={out}", *arguments]
    return main(["study", "--preset=smoke", "--part=period", *flags])


def test_rows_that_are_there_are_not_made_again(shared, design, monkeypatch, tmp_path, capsys):
    """On another machine, from the committed files alone; one run is missing there."""
    for path in shared[0].glob("period-*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lost = rows(tmp_path)[0]
    for path in tmp_path.glob("period-*.csv"):
        kept = [line for line in path.read_text().splitlines() if not line.startswith(lost.key)]
        path.write_text("\n".join(kept) + "\n")
    assert len(rows(tmp_path)) == 4
    assert run(tmp_path, design, monkeypatch) == 0
    assert "period: 1 runs to make, 4 are there" in capsys.readouterr().err
    (again,) = read_file(tmp_path / "period.csv")
    assert timeless(again) == timeless(lost)
    before = (tmp_path / "period.csv").read_bytes()
    assert run(tmp_path, design, monkeypatch) == 0
    assert (tmp_path / "period.csv").read_bytes() == before
    report = (tmp_path / "REPORT.md").read_bytes()
    (tmp_path / "REPORT.md").unlink()
    assert run(tmp_path, design, monkeypatch, "--page-only") == 0
    assert (tmp_path / "REPORT.md").read_bytes() == report


def read_file(path):
    return [r for r in read(path.parent, "period") if r.key in path.read_text()]


def timeless(record):
    points = tuple(p._replace(wall_seconds=0.0) for p in record.points)
    return repr(replace(record, points=points, made=0))


def test_a_commands_own_rows_do_not_make_it_another_command(monkeypatch, tmp_path):
    """Finals follow from tuning, whose rows may have been committed, and then have changed."""
    states, numbers = iter(range(9)), []

    def make(part, cells, done, total, out, shard, workers, made, given):
        numbers.append(made)
        for cell in cells:
            append(shard.file(out, part), replace(made_of(cell, np.random.default_rng(0)), made=made))

    monkeypatch.setattr(runs, "_make", make)
    monkeypatch.setattr(runs, "provenance", lambda: {"dirty": next(states)})
    for _ in range(2):
        assert runs.make_part(DESIGNS["smoke"], "period", tmp_path, Shard(), 1, ["study"]) == []
    assert numbers == [0, 0]
    assert json.loads((tmp_path / "period.json").read_text()) == [
        {"command": ["study"], "provenance": {"dirty": 0}}
    ]


def test_a_failing_run_is_named_and_the_others_are_kept(shared, design, monkeypatch, tmp_path, capsys):
    tuning, *finals = imagined(design, ["period"])["period"]
    for path in shared[0].glob("period-*"):
        kept = [
            line
            for number, line in enumerate(path.read_text().splitlines())
            if path.suffix == ".json" or number == 0 or line.startswith(tuning.key)
        ]
        (tmp_path / path.name).write_text("\n".join(kept) + "\n")
    (tmp_path / f"runs/period-{finals[0].key}/runs/{finals[0].run.name}/.lock").mkdir(parents=True)
    assert run(tmp_path, design, monkeypatch) == 1
    told_error = capsys.readouterr().err
    assert f"1 of 4 runs failed:\n  {finals[0].key}: IsADirectoryError" in told_error
    assert {r.key for r in rows(tmp_path)} == {tuning.key, *(cell.key for cell in finals[1:])}


def test_the_test_split_is_scored_by_the_last_weights(design, monkeypatch, tmp_path):
    """Final runs alone, and on other sentences than dev's."""
    arms = tuple(arm._replace(choices=arm.choices[:1]) for arm in design.regime_arms[:2])
    monkeypatch.setitem(command.DESIGNS, "smoke", replace(design, regime_arms=arms, method_arms=()))
    flags = ["--part=claims", "--workers=1", f"--out={tmp_path}"]
    assert main(["study", "--preset=smoke", *flags]) == 0
    found = read(tmp_path, "claims")
    assert {(r.stage, r.test_sequence_nll > 0) for r in found} == {("tuning", False), ("final", True)}
    for record in found:
        if record.stage == "final":
            assert record.test_sequence_nll != record.last.dev_sequence_nll
            assert record.test_sequence_nll == pytest.approx(record.last.dev_sequence_nll, rel=0.2)
            assert 0 <= record.test_price_accuracy <= 1


def test_a_run_without_its_last_weights_is_named(design, tmp_path):
    run = Run("joint", 0)
    write_rows(run.folder(tmp_path) / "rows.csv", [row(step=4)])
    with pytest.raises(ExperimentError, match=r"joint-seed0/model\.ckpt-4: cannot be restored"):
        score_test(run, tmp_path, design.base, load_dataset(design.base))


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys):
    assert main(["study", "--dry-run", "--workers=2", f"--out={tmp_path / 'out'}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [*PARTS, "all"]
    assert not (tmp_path / "out").exists()


def test_the_whole_takes_hours_not_days_on_two_cores():
    cells = imagined(DESIGNS["default"], PARTS)
    last = estimate(cells, 2, 1).splitlines()[-1]
    hours = int(last.split("about ")[1].split(" h")[0])
    assert hours < 10  # a night
    assert "2 h" in estimate(cells, 4, 2).splitlines()[-1]


def test_a_part_that_waits_says_for_what(design, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(command.DESIGNS, "smoke", design)
    assert main(["study", "--preset=smoke", "--part=front", f"--out={tmp_path}"]) == 1
    assert "waits for front: the tuning of claims" in capsys.readouterr().err


def test_shards_are_parsed(capsys):
    assert parse_shard("2/3") == Shard(2, 3)
    for text in ("0/2", "3/2", "1", "a/b"):
        with pytest.raises(SystemExit):
            main(["study", f"--shard={text}"])
        assert f"like 1/3, got '{text}'" in capsys.readouterr().err


def test_times_in_words():
    assert [told(s) for s in (1, 60, 61, 3600, 7384)] == [
        "1 min",
        "1 min",
        "2 min",
        "1 h 00 min",
        "2 h 04 min",
    ]
