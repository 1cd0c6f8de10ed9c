"""REPORT.md is a function of the rows; the committed one is that of the committed rows."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from study_records import DESIGN, made_of, whole_study

from reproduce.experiment import ExperimentError
from reproduce.inference import Interval
from reproduce.study import findings
from reproduce.study.design import DESIGNS
from reproduce.study.page import page, write_page
from reproduce.study.parts import PARTS
from reproduce.study.records import append
from reproduce.study.runs import check, records_of
from reproduce.study.tables import tables

COMMITTED = Path(__file__).parents[3] / "results/study"
PICTURES = {
    "claims.png",
    "map-adadelta.png",
    "map-adadelta_2016.png",
    "ingredients.png",
    "period.png",
    "front.png",
}


def test_the_committed_page_is_that_of_the_committed_rows():
    """Every number of it is recomputed from the CSV files beside it."""
    records = records_of(COMMITTED)
    check(DESIGNS["default"], records)
    assert (COMMITTED / "REPORT.md").read_text(encoding="utf-8") == page(DESIGNS["default"], records)
    assert (COMMITTED / "TABLES.md").read_text(encoding="utf-8") == tables(DESIGNS["default"], records)


def test_every_run_of_the_design_is_committed():
    records = records_of(COMMITTED)
    for part, entry in PARTS.items():
        wanted = {cell.key for cell in entry.cells(DESIGNS["default"], records)}
        assert {record.key for record in records[part]} == wanted, part


def test_the_page_survives_the_files(tmp_path):
    """Numbers lose digits on the way to the CSV, the page does not change with the second reading."""
    for part, of_part in whole_study().items():
        for record in of_part:
            append(tmp_path / f"{part}.csv", record)
    records = records_of(tmp_path)
    assert page(DESIGN, records) == page(DESIGN, whole_study())  # whatever the order of the lines
    write_page(DESIGN, records, tmp_path)
    assert (tmp_path / "REPORT.md").read_text() == page(DESIGN, records_of(tmp_path))
    assert (tmp_path / "TABLES.md").read_text() == tables(DESIGN, records_of(tmp_path))
    assert tables(DESIGN, records) == tables(DESIGN, whole_study())
    assert {path.name for path in tmp_path.glob("*.png")} == PICTURES
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in PICTURES)
    assert set(re.findall(r"\((\S+\.png)\)", page(DESIGN, records))) == PICTURES
    assert "ot run yet" not in page(DESIGN, records)


@pytest.mark.parametrize("part", PARTS)
def test_parts_that_are_not_there_are_told(part, tmp_path):
    records = whole_study(parts=[part])
    write_page(DESIGN, records, tmp_path)
    told = set(re.findall(r"--part (\w+)`", (tmp_path / "REPORT.md").read_text()))
    assert told == set(PARTS) - {part} | ({"front"} if part == "front" else set())


def test_a_shards_rows_alone_make_a_page(tmp_path):
    """Of some pairs one is elsewhere: what can be told is, what waits is not."""
    design = replace(DESIGN, seeds=tuple(range(6)))
    whole = whole_study(design)
    draw = np.random.default_rng(1)
    mine = {record.key: draw.integers(2) for of_part in whole.values() for record in of_part}
    for number in (0, 1):
        shard = {part: [r for r in of_part if mine[r.key] == number] for part, of_part in whole.items()}
        write_page(design, shard, tmp_path)
        assert "## Alternating, by period" in (tmp_path / "TABLES.md").read_text()


def test_nothing_at_all():
    text = page(DESIGN, {part: [] for part in PARTS})
    assert text.count("not run yet") == 4
    assert text.count("Not run yet") == 4


def test_numbers_follow_the_rows():
    """Another row, another page: the numbers are not written down anywhere else."""
    records = whole_study()
    last = records["claims"][-1]
    changed = {**records, "claims": [*records["claims"][:-1], replace(last, test_price_nll=2.0)]}
    assert page(DESIGN, changed) != page(DESIGN, records)
    assert tables(DESIGN, changed) != tables(DESIGN, records)
    assert "; in 0 a loss stopped being a number" in page(DESIGN, records)
    ended = {**records, "claims": [replace(r, end="diverged") for r in records["claims"]]}
    assert f"; in {len(records['claims'])} a loss stopped being a number" in page(DESIGN, ended)


def test_pictures_have_room_for_what_they_say(tmp_path):
    """Nothing runs over an edge: of the committed rows, whose names and sentences are the longest."""
    write_page(DESIGNS["default"], records_of(COMMITTED), tmp_path)
    drawn = list(tmp_path.glob("*.png"))
    assert {path.name for path in drawn} > PICTURES
    for path in drawn:
        pixels = imread(path)[..., :3]
        for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
            assert np.all(edge == 1), path.name


@pytest.mark.filterwarnings("error::UserWarning")  # by Matplotlib, where a picture has no room
def test_runs_that_blew_up_can_be_drawn_and_told(tmp_path):
    def make(cell, random):
        made = made_of(cell, random)
        points = tuple(p._replace(dev_sequence_nll=math.nan) if p.step else p for p in made.points)
        bad = cell.run.regime in ("two_optimizers", "alternating") and cell.stage != "tuning"
        return replace(made, end="diverged", points=points, test_sequence_nll=math.nan) if bad else made

    records = whole_study(make=make)
    write_page(DESIGN, records, tmp_path)
    text = (tmp_path / "REPORT.md").read_text()
    assert "blown up" in text
    assert "arrive in 0 of 4 places at x1; the NLL ends above 2 times" in text
    assert "in half the steps in 4 (n = 1)" in text
    assert "arrive in 0 of 1 places at x1; the NLL ends above 2 times" in text
    assert "| `two_optimizers` |" in (tmp_path / "TABLES.md").read_text()
    assert {path.name for path in tmp_path.glob("*.png")} == PICTURES


def test_numbers_in_words():
    nan, inf = math.nan, math.inf
    assert findings.interval(Interval(1.0, 0.5, 1.5), 1) == "1.0 [0.5, 1.5]"
    assert findings.interval(Interval(1.0, nan, nan), 1) == "1.0"
    assert findings.interval(Interval(inf, 3.0, inf), 0) == "never [3, never]"
    assert findings.interval(Interval(nan, nan, nan)) == "–"


def test_records_of_another_design_are_not_mixed_in():
    records = whole_study(parts=["period"])
    check(DESIGN, records)
    with pytest.raises(ExperimentError, match=r"period: \d+ of its runs are not of this design"):
        check(DESIGNS["default"], records)
