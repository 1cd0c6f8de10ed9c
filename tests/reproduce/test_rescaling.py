"""The page is the points', the points are those of runs; runs of a few units, the rest made up."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reproduce import rescaling
from reproduce.__main__ import main
from reproduce.rescaling import OPTIMIZERS, REGIMES, WEIGHTS, Point, page, read_points, write_page
from reproduce.rows import RowsError, read_rows
from reproduce.statistics import spread

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "results" / "rescaling"


def setting_of(folder):
    """settings/adam-0.1/runs/NAME -> ("adam", 0.1)."""
    optimizer, _, weight = folder.parents[1].name.rpartition("-")
    return optimizer, float(weight)


def last_rows(settings, regime):
    """Of the committed runs."""
    return [
        read_rows(path)[-1]
        for path in sorted((COMMITTED / "settings").glob(f"{settings}/runs/{regime}*/rows.csv"))
    ]


def medians(found, optimizer, regime, measure="dev_price_nll"):
    """By factor, of the committed runs."""
    return {w: spread(rescaling.values(found, optimizer, regime, w, measure)).median for w in WEIGHTS}


def test_balancing_md_says_what_the_committed_runs_say():
    """After a new `python -m reproduce rescaling` its numbers have to be brought up to date."""
    text = (ROOT / "price_subgraph" / "BALANCING.md").read_text(encoding="utf-8")
    found = [
        rescaling.point(*setting_of(folder), read_rows(folder / "rows.csv")[-1])
        for folder in sorted((COMMITTED / "settings").glob("*/runs/*"))
    ]
    assert sorted(found) == sorted(read_points(COMMITTED / "rescaling.csv"))
    assert (COMMITTED / "RESCALING.md").read_text(encoding="utf-8") == page(found)
    assert "\n".join(rescaling.in_short(found)) in text
    adam = medians(found, "adam", "two_optimizers")
    assert f"by {max(adam.values()) - min(adam.values()):.3f} nats under Adam" in text
    adadelta = medians(found, "adadelta", "two_optimizers")
    from_one = [value for weight, value in adadelta.items() if weight >= 1]
    assert f"by {max(from_one) - min(from_one):.3f} under Adadelta" in text
    sequence = medians(found, "adadelta", "joint", "dev_sequence_nll")
    price = medians(found, "adadelta", "joint")
    assert f"sequence's NLL went from {sequence[0.01]:.2f} to {sequence[100]:.2f} nats a token" in text
    assert f"the price's from {price[0.01]:.2f} to {price[100]:.2f}" in text
    at_joint = last_rows("*-1", "joint")
    cosines = [row.more["encoder_cosine_price"] for row in at_joint]
    assert f"the encoder lie between {min(cosines):.2f} and {max(cosines):.2f}" in text
    weak = [row.more["encoder_norm_price"] for row in last_rows("adadelta-0.01", "two_optimizers")]
    assert f"has a norm of {spread(weak).median:.3f}" in text
    sgd = medians(found, "sgd", "two_optimizers")
    assert sgd[10] == pytest.approx(math.log(rescaling.SETTINGS.price_ranges), abs=0.1)
    assert sgd[100] > 3
    steps = {p.step for p in found if p.optimizer != "sgd"}
    assert f"{steps.pop()} steps of a GRU of {rescaling.SETTINGS.size} units" in text
    assert not steps


def points(**changes):
    """Two seeds; the price's NLL is 1 + the place of its factor under joint, and 1.5 under two optimizers."""
    made = []
    for optimizer in OPTIMIZERS:
        for regime in REGIMES:
            for place, weight in enumerate(WEIGHTS):
                for seed in (0, 1):
                    price = 1.5 if regime == "two_optimizers" else 1.0 + place
                    made.append(Point(optimizer, regime, weight, seed, 60, price + seed / 4, 2.0, 0.5, 1.0))
    return made


def test_the_page_says_what_the_points_say(tmp_path):
    text = page(points())
    price = text.split("## price NLL")[1].split("##")[0]
    assert "| adadelta | `two_optimizers` |" + " 1.625 [1.500, 1.750] |" * 5 + " 0.000 |" in price
    assert "| sgd | `joint` | 1.125 [1.000, 1.250] | 2.125 [2.000, 2.250] |" in price
    assert price.count(" 4.000 |") == len(OPTIMIZERS)
    assert "Where runs of 60 steps ended, on dev; median of 2 seeds" in text
    write_page(points(), tmp_path)
    assert (tmp_path / "RESCALING.md").read_text() == text
    assert (tmp_path / "rescaling.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_that_blew_up_is_told():
    made = [p._replace(dev_price_nll=math.nan) if p.weight == 100 and p.seed else p for p in points()]
    assert "| blown up |  |" in page(made)


def test_points_come_from_runs_and_survive_their_file(tmp_path, monkeypatch):
    small = replace(rescaling.SETTINGS, steps=4, eval_every=2, eval_examples=8, size=3, batch_size=2)
    monkeypatch.setattr(rescaling, "SETTINGS", small)
    monkeypatch.setattr(rescaling, "OPTIMIZERS", ("sgd",))
    monkeypatch.setattr(rescaling, "WEIGHTS", (100.0,))
    assert main(["rescaling", "--seeds=3", "--workers=1", f"--out={tmp_path}"]) == 0
    found = read_points(tmp_path / "rescaling.csv")
    folders = (tmp_path / "settings/sgd-100/runs").iterdir()
    rows = [row for folder in folders for row in read_rows(folder / "rows.csv")]
    last = {row.regime: row for row in rows if row.step == 4}
    assert {p.regime: p.dev_price_nll for p in found} == {k: row.dev_price_nll for k, row in last.items()}
    assert {p.regime: p.encoder_ratio_price for p in found} == {
        regime: row.more["encoder_ratio_price"] for regime, row in last.items()
    }
    assert {(p.optimizer, p.weight, p.seed) for p in found} == {("sgd", 100, 3)}
    before = (tmp_path / "RESCALING.md").read_bytes()
    (tmp_path / "RESCALING.md").unlink()
    assert main(["rescaling", "--page-only", f"--out={tmp_path}"]) == 0
    assert (tmp_path / "RESCALING.md").read_bytes() == before


def test_runs_that_are_there_are_kept_and_the_others_made(tmp_path, monkeypatch):
    """After a break the same command makes the rest, to the same points, and names who made what."""
    small = replace(rescaling.SETTINGS, steps=2, eval_every=2, eval_examples=8, size=3, batch_size=2)
    monkeypatch.setattr(rescaling, "SETTINGS", small)
    monkeypatch.setattr(rescaling, "OPTIMIZERS", ("sgd",))
    monkeypatch.setattr(rescaling, "WEIGHTS", (1.0,))
    arguments = ["rescaling", "--seeds=0", "--workers=1", f"--out={tmp_path}"]
    monkeypatch.setattr("reproduce.__main__.write_page", lambda points, out: None)
    assert main(arguments) == 0
    before = (tmp_path / "rescaling.csv").read_bytes()
    runs = tmp_path / "settings/sgd-1/runs"
    older = json.loads((runs / "joint-seed0/metadata.json").read_text())
    older["provenance"] |= {"commit": "0123456", "dirty": False}
    (runs / "joint-seed0/metadata.json").write_text(json.dumps(older))
    shutil.rmtree(runs / "two_optimizers-seed0")
    (tmp_path / "rescaling.csv").unlink()
    assert main(arguments) == 0
    assert (tmp_path / "rescaling.csv").read_bytes() == before
    commits = json.loads((tmp_path / "metadata.json").read_text())["commits"]
    assert len(commits) == 2
    assert "0123456" in commits


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(RowsError, match=r"rescaling\.csv: expected what `python -m reproduce"):
        read_points(tmp_path / "rescaling.csv")
    (tmp_path / "rescaling.csv").write_text("optimizer,weight\nsgd,much\n")
    with pytest.raises(RowsError, match="could not convert"):
        read_points(tmp_path / "rescaling.csv")
