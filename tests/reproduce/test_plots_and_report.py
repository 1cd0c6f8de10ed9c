import math
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from rows_of_runs import row

from price_subgraph.balancing import METHODS
from price_subgraph.regimes import REGIMES
from reproduce.plots import STYLES, draw_convergence
from reproduce.report import write_report


def all_runs(seeds=(0, 1, 2), **values):
    return [row(regime, seed, step, **values) for regime in REGIMES for seed in seeds for step in (0, 10, 20)]


def picture(path, rows):
    draw_convergence(rows, path)
    return imread(path)


def test_every_regime_has_a_style_of_its_own():
    assert len({(style["color"], str(style["linestyle"])) for style in STYLES.values()}) == len(REGIMES)


def test_the_picture_is_drawn_from_the_rows(tmp_path):
    """The same rows give the same bytes, other rows another picture, legible at the width of a page."""
    first = picture(tmp_path / "a.png", all_runs())
    assert first.shape[1] >= 1400
    np.testing.assert_array_equal(first, picture(tmp_path / "b.png", all_runs()))
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    other = picture(tmp_path / "c.png", all_runs(dev_price_accuracy=0.5))
    assert np.mean(first != other) > 0.001


def test_each_regimes_colour_and_the_limit_are_in_the_picture(tmp_path):
    image = picture(tmp_path / "a.png", all_runs())[..., :3]
    for regime, style in STYLES.items():
        wanted = [int(style["color"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        assert np.any(np.all(np.abs(image - wanted) < 0.02, axis=2)), regime
    without = picture(tmp_path / "b.png", all_runs(limit_price_accuracy=math.nan, limit_price_nll=math.nan))
    assert without.shape[:2] != image.shape[:2] or np.mean(without[..., :3] != image) > 0.001


def test_a_run_that_ended_early_is_drawn_as_far_as_it_went(tmp_path):
    rows = [r for r in all_runs() if not (r.regime == "two_optimizers" and r.seed == 1 and r.step > 10)]
    rows.append(row("two_optimizers", 1, 13, dev_sequence_nll=math.nan))
    rows[-1] = row("price_only", 2, 20, dev_sequence_nll=math.nan, dev_perplexity=math.inf)
    assert picture(tmp_path / "a.png", rows).shape


def test_rows_without_a_number_are_drawn_as_nothing(tmp_path):
    unknown = {"dev_sequence_nll": math.nan, "dev_price_nll": math.nan, "wall_seconds": math.nan}
    assert picture(tmp_path / "a.png", all_runs(**unknown)).shape


def test_the_report_says_what_the_rows_say(tmp_path):
    finals = {"joint": (1.5, 1.2, 1.3), "seq2seq_only": (1.0, 1.1, 1.2)}
    rows = []
    for regime, values in finals.items():
        for seed, value in enumerate(values):
            for step, nll in ((0, 2.0), (50, value + 0.2), (100, value)):
                rows.append(row(regime, seed, step, dev_sequence_nll=nll))
    write_report(rows, tmp_path / "REPORT.md")
    text = (tmp_path / "REPORT.md").read_text()
    lines = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| `")}
    assert "6 runs, seeds 0, 1, 2." in text
    # joint's median of 1.5, 1.2, 1.3; differences by seed 0.5, 0.1, 0.1
    assert "| 1.300 [1.200, 1.500] |" in text
    assert "| +0.100 [+0.100, +0.500] |" in text
    # arrival at 1.1 + 0.2: all of the baseline, which is there at its steps 44, 50 and 75; 2 of joint
    assert "at most 1.300, the median of `seq2seq_only` at 0.5 of its steps" in text
    assert lines["`seq2seq_only`"].startswith("| `seq2seq_only` | 3 of 3 | 50 [44, 75] | 50 [44, 75] |")
    assert lines["`joint`"] == "| `joint` | 2 of 3 | – | – | – |"
    assert "accuracy of 0.790 and an NLL of 0.470" in text
    assert "most frequent range gives an accuracy of 0.210" in text


def test_a_diverged_run_and_an_unknown_limit_are_told(tmp_path):
    rows = [
        row(
            "joint", seed, 10, dev_sequence_nll=value, limit_price_accuracy=math.nan, limit_price_nll=math.nan
        )
        for seed, value in ((0, 1.0), (1, math.nan))
    ]
    write_report(rows, tmp_path / "REPORT.md")
    text = (tmp_path / "REPORT.md").read_text()
    assert "(**1 of 2 diverged**)" in text
    assert "The best possible is not known" in text


def test_methods_are_lines_of_their_own(tmp_path):
    finals = {
        ("joint", "sum"): 1.0,
        ("joint", "uw"): 0.5,
        ("joint", "pcgrad@representation"): 0.75,
        ("seq2seq_only", "none"): 0.25,
    }
    rows = [
        row(regime, seed, 10, method=method, dev_sequence_nll=value)
        for (regime, method), value in finals.items()
        for seed in (0, 1)
    ]
    write_report(rows, tmp_path / "REPORT.md")
    text = (tmp_path / "REPORT.md").read_text()
    lines = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")}
    assert lines == {"`joint`", "`joint uw`", "`joint pcgrad@representation`", "`seq2seq_only`"}
    assert METHODS["uw"].summary in text
    assert "+0.250" in text.split("`joint uw`")[1].splitlines()[0]
    image = picture(tmp_path / "a.png", rows)
    fewer = picture(tmp_path / "b.png", [r for r in rows if r.method != "uw"])
    assert image.shape != fewer.shape or np.mean(image != fewer) > 0.0005


def test_further_heads_have_a_table(tmp_path):
    """Medians of two seeds; what is not known stays empty; without such heads there is no table."""
    values = {"dev_section_nll": 1.25, "dev_section_accuracy": 0.5, "majority_section_accuracy": 0.125}
    rows = [row("joint", seed, 10, more={**values, "weight_price": 1.0}) for seed in (0, 1)]
    write_report(rows, tmp_path / "REPORT.md")
    text = (tmp_path / "REPORT.md").read_text()
    assert text.endswith(
        "## The other heads\n\n| regime | section nll | section accuracy |\n|---|---|---|\n"
        "| `joint` | 1.250 | 0.500 |\n| always the most frequent class |  | 0.125 |\n"
    )
    write_report([row("joint", 0, 10, more={"state_norm_price": 1.0})], tmp_path / "REPORT.md")
    assert "The other heads" not in (tmp_path / "REPORT.md").read_text()


def test_a_regime_of_another_version_is_shown_last(tmp_path):
    rows = [row("of_the_future", 0, 10), row("joint", 0, 10)]
    write_report(rows, tmp_path / "REPORT.md")
    names = re.findall(r"^\| `(\w+)` \|", (tmp_path / "REPORT.md").read_text(), re.MULTILINE)
    assert names == ["joint", "of_the_future"]
    assert picture(tmp_path / "a.png", rows).shape


def test_each_panel_shows_its_column_and_its_limit(tmp_path, monkeypatch):
    """Each quantity has a value of its own; what is drawn is read back from the axes."""
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    values = {
        "dev_sequence_nll": 2.25,
        "dev_price_nll": 1.25,
        "dev_price_accuracy": 0.375,
        "limit_price_nll": 0.625,
        "limit_price_accuracy": 0.875,
        "majority_price_accuracy": 0.125,
    }
    draw_convergence(
        [row("joint", seed, step, **values) for seed in (0, 1) for step in (0, 10)], tmp_path / "a"
    )
    levels = [{float(line.get_ydata()[0]) for line in axes.lines} for axes in drawn[0].axes]
    assert levels == [{2.25}] * 3 + [{1.25, 0.625}] * 3 + [{0.375, 0.875, 0.125}] * 3
    ends = [max(float(line.get_xdata()[-1]) for line in axes.lines) for axes in drawn[0].axes]
    assert ends[:3] == [10.0, 10.0, 0.1]


@pytest.mark.parametrize("function", [draw_convergence, write_report])
def test_no_rows_are_a_mistake(tmp_path, function):
    with pytest.raises(ValueError, match="expected rows, got none"):
        function([], tmp_path / "file")
    assert not (tmp_path / "file").exists()
