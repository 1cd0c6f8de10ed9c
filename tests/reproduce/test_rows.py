import math

import pytest
from rows_of_runs import row

from reproduce.rows import COLUMNS, RowsError, by_run, read_rows, write_rows

ASKED_FOR = [
    "corpus",
    "regime",
    "method",
    "seed",
    "step",
    "decoder_updates",
    "price_updates",
    "examples",
    "wall_seconds",
    "train_sequence_nll",
    "dev_sequence_nll",
    "dev_perplexity",
    "train_price_nll",
    "dev_price_nll",
    "dev_price_accuracy",
    "gradient_norm",
]


def test_rows_survive_a_file_to_the_last_digit(tmp_path):
    rows = [
        row(step=0),
        row(step=3, dev_sequence_nll=0.1 + 0.2, dev_perplexity=math.inf),
        row("alternating", 7),
    ]
    write_rows(tmp_path / "rows.csv", rows)
    back = read_rows(tmp_path / "rows.csv")
    assert repr(back) == repr(rows)  # repr, because nan is not equal to itself
    assert [type(value) for value in vars(back[0]).values()] == [
        type(value) for value in vars(rows[0]).values()
    ]


def test_the_columns_come_first_in_the_order_asked_for(tmp_path):
    write_rows(tmp_path / "rows.csv", [])
    assert (tmp_path / "rows.csv").read_text() == ",".join(COLUMNS) + "\n"
    assert COLUMNS[: len(ASKED_FOR)] == tuple(ASKED_FOR)


def test_columns_that_not_all_rows_have(tmp_path):
    """Of two runs with other heads each; a row's own columns stay its own, the file has them all."""
    rows = [
        row(more={"dev_section_nll": 1.5, "section_updates": 3.0}),
        row(seed=1, more={"weight_price": 0.25}),
    ]
    write_rows(tmp_path / "rows.csv", rows)
    head, first, second = (tmp_path / "rows.csv").read_text().splitlines()
    assert head == ",".join([*COLUMNS, "dev_section_nll", "section_updates", "weight_price"])
    assert first.endswith(",1.5,3.0,nan")
    assert second.endswith(",nan,nan,0.25")
    back = read_rows(tmp_path / "rows.csv")
    assert back[0].value("dev_section_nll") == 1.5
    assert back[0].metrics().more["section_updates"] == 3
    assert math.isnan(back[1].value("dev_section_nll"))
    assert math.isnan(back[1].value("never_heard_of"))
    assert back[1].value("seed") == 1


def test_runs_are_told_apart():
    rows = [row(seed=0), row(seed=1), row("alternating"), row(seed=0, step=5)]
    assert {key: len(run) for key, run in by_run(rows).items()} == {
        ("joint", "sum", 0): 2,
        ("joint", "sum", 1): 1,
        ("alternating", "none", 0): 1,
    }
    others = [row(method="uw"), row(), row("alternating")]
    assert list(by_run(others)) == [("joint", "sum", 0), ("joint", "uw", 0), ("alternating", "none", 0)]
    assert [r.name for r in others] == ["joint uw", "joint", "alternating"]


def test_broken_files_are_named_with_line(tmp_path):
    path = tmp_path / "rows.csv"
    with pytest.raises(RowsError, match=r"expected the rows of a run, .*rows\.csv"):
        read_rows(path)
    path.write_text("corpus,regime\n")
    with pytest.raises(
        RowsError, match=r"rows\.csv:1: expected the columns method, seed, .* got \['corpus', 'regime'\]"
    ):
        read_rows(path)
    write_rows(path, [row(), row(step=1)])
    path.write_text(path.read_text().replace(",32,", ",thirty-two,"))
    with pytest.raises(RowsError, match=r"rows\.csv:3: examples: expected a number, got 'thirty-two'"):
        read_rows(path)
    write_rows(path, [row(), row(step=1)])
    path.write_text(path.read_text()[:-40])
    with pytest.raises(RowsError, match=r"rows\.csv:3: "):
        read_rows(path)
