"""The page is the points', the points are those of runs; runs of a few units, the rest made up."""

import math
from dataclasses import replace

import pytest

from reproduce import rescaling
from reproduce.__main__ import main
from reproduce.rescaling import OPTIMIZERS, REGIMES, WEIGHTS, Point, page, read_points, write_page
from reproduce.rows import RowsError, read_rows


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


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(RowsError, match=r"rescaling\.csv: expected what `python -m reproduce"):
        read_points(tmp_path / "rescaling.csv")
    (tmp_path / "rescaling.csv").write_text("optimizer,weight\nsgd,much\n")
    with pytest.raises(RowsError, match="could not convert"):
        read_points(tmp_path / "rescaling.csv")
