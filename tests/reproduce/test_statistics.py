import math

import numpy as np
import pytest
from rows_of_runs import row

from reproduce.statistics import curve, paired_differences, reached, spread


def test_spread_is_median_and_ends():
    assert spread([5.0, 1.0, 2.0]) == (2.0, 1.0, 5.0)
    assert spread([1.0, 2.0]) == (1.5, 1.0, 2.0)
    assert all(map(math.isnan, spread([1.0, math.nan])))
    with pytest.raises(ValueError, match="at least one value"):
        spread([])


def run_of(values, seed=0, **more):
    return [row(seed=seed, step=10 * i, dev_sequence_nll=v, **more) for i, v in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "target", "expected"),
    [
        ([4, 2, 1], 3, 5.0),  # half-way along the first stretch
        ([4, 2, 1], 1, 20.0),
        ([4, 2, 1], 4, 0.0),  # there from the beginning
        ([4, 2, 3, 1], 2.5, 7.5),  # the first time counts
        ([4, 2], 1, math.inf),
        ([math.nan, 2], 3, 10.0),  # no line from nan
        ([4, math.nan], 3, math.inf),
    ],
)
def test_reached_is_linear_between_evaluations(values, target, expected):
    assert reached(run_of(values), "dev_sequence_nll", target, "step") == expected


def test_curve_ends_where_a_seed_ends():
    xs, ys = curve([run_of([4, 2, 1]), run_of([5, 3], seed=1)], "step", "dev_sequence_nll")
    np.testing.assert_array_equal(xs, [[0, 10, 20], [0, 10, math.nan]])
    np.testing.assert_array_equal(ys, [[4, 2, 1], [5, 3, math.nan]])
    xs, _ = curve([run_of([4, 2, 1]), [*run_of([4]), row(step=13)]], "step", "dev_sequence_nll")
    np.testing.assert_array_equal(xs, [[0, 10, 20], [0, 13, math.nan]])
    with pytest.raises(ValueError, match=r"expected evaluations at \[0, 10, 20\], got \[5, 10\]"):
        curve([run_of([4, 2, 1]), [row(step=5), row(step=10)]], "step", "dev_sequence_nll")


def test_differences_are_paired_by_seed_at_the_last_row():
    rows = [
        row("joint", s, step, dev_sequence_nll=v)
        for s, step, v in [(0, 0, 9), (0, 5, 3), (2, 5, 7), (4, 5, 1)]
    ]
    rows += [row("seq2seq_only", s, 5, dev_sequence_nll=v) for s, v in [(2, 5), (0, 2), (9, 1)]]
    assert paired_differences(rows, "joint", "seq2seq_only", "dev_sequence_nll") == [1, 2]
    assert paired_differences(rows, "joint", "alternating", "dev_sequence_nll") == []
