import math

import pytest
from rows_of_runs import row

from reproduce.rows import COLUMNS, RowsError, by_run, read_experiment, read_rows, write_rows

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
    with pytest.raises(RowsError, match=r"rows\.csv: expected the rows of a run, got: No such file"):
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
    write_rows(path, [row(), row(step=1)])
    path.write_bytes(path.read_bytes().replace(b"joint", b"j\xf6int", 1))
    with pytest.raises(RowsError, match=r"rows\.csv:2: expected UTF-8, got the byte 0xf6"):
        read_rows(path)
    write_rows(path, [row(), row(step=1)])
    path.write_text(path.read_text().rstrip() + ",1,2\n")
    with pytest.raises(
        RowsError, match=rf"rows\.csv:3: expected {len(COLUMNS)} values, got {len(COLUMNS) + 2}"
    ):
        read_rows(path)
    write_rows(path, [row()])
    path.write_text("".join(f"{line},7\n" for line in path.read_text().split()).replace(",7", ",step", 1))
    with pytest.raises(RowsError, match=r"rows\.csv:1: expected each column once, got step again"):
        read_rows(path)
    path.write_text(",".join(COLUMNS) + "\n" + "x" * 200_000)
    with pytest.raises(RowsError, match=r"rows\.csv: expected comma-separated values: field larger"):
        read_rows(path)


def steps_of(seed, steps, **values):
    return [row(seed=seed, step=step, **values) for step in steps]


def test_runs_that_are_compared_were_evaluated_alike(tmp_path):
    """A run may end early, or between two evaluations; another regime or method has steps of its own."""
    path = tmp_path / "rows.csv"
    rows = [
        *steps_of(0, (0, 10, 20, 30)),
        *steps_of(1, (0, 10, 13)),
        *steps_of(2, (0,)),
        *steps_of(0, (0, 7), method="uw"),
        *[row("price_only", 0, step) for step in (0, 15, 30)],
    ]
    write_rows(path, rows)
    assert repr(read_experiment(path)) == repr(rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))  # by way of a spreadsheet
    assert repr(read_experiment(path)) == repr(rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "expected at least one row, got none"),
        ([row(), row(seed=1, corpus="debian")], "expected the rows of one corpus, got listings, debian"),
        (
            [*steps_of(0, (0, 10, 20)), *steps_of(1, (0, 15, 30, 45))],
            "joint, seed 0: expected evaluations at 0, 15, 30, 45, as seed 1 has them, got 0, 10, 20",
        ),
        (
            [*steps_of(0, range(10)), *steps_of(1, (0, 5, 6))],
            "joint, seed 1: expected evaluations at 0, 1, 2, 3, 4, 5, 6, 7, ..., as seed 0 has them, "
            "got 0, 5, 6",
        ),
        (steps_of(0, (0, 10)) * 2, "joint, seed 0: expected steps that grow, got 0 after 10"),
    ],
)
def test_rows_that_cannot_be_compared_are_named_with_their_file(tmp_path, rows, message):
    write_rows(tmp_path / "rows.csv", rows)
    with pytest.raises(RowsError) as caught:
        read_experiment(tmp_path / "rows.csv")
    assert str(caught.value) == f"{tmp_path / 'rows.csv'}: {message}"
