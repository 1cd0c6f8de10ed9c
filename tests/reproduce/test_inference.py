"""Beside closed forms and definitions."""

import itertools
import math

import numpy as np
import pytest

from reproduce.inference import (
    Interval,
    delta_m,
    holm,
    mean_interval,
    mean_range,
    median_time,
    share,
    signed_rank,
)

INF, NAN = math.inf, math.nan


def test_the_mean_of_many_has_the_normal_interval():
    """400 values: the bootstrap comes near mean +- 1.96 s / root n."""
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = mean_interval(values)
    half = 1.96 * np.std(values) / 20
    ends = [np.mean(values) - half, np.mean(values) + half]
    assert found.estimate == np.mean(values)
    np.testing.assert_allclose([found.low, found.high], ends, atol=half / 10)


def test_a_mean_without_spread():
    assert mean_interval([2.0, 2.0]) == (2.0, 2.0, 2.0)
    assert repr(mean_interval([2.0])) == "Interval(estimate=2.0, low=nan, high=nan)"
    assert all(map(math.isnan, mean_interval([2.0, NAN])))
    assert all(map(math.isnan, mean_interval([2.0, INF])))
    with pytest.raises(ValueError, match="at least one value"):
        mean_interval([])
    assert mean_interval([1.0, 2.0, 4.0]) == mean_interval([1.0, 2.0, 4.0])


def test_a_few_have_a_range():
    assert mean_range([4.0, 1.0, 1.0]) == (2.0, 1.0, 4.0)
    assert mean_range([2.0]) == (2.0, 2.0, 2.0)
    assert all(map(math.isnan, mean_range([2.0, INF])))
    with pytest.raises(ValueError, match="mean_range: expected at least one value"):
        mean_range([])


def test_clear_of():
    assert Interval(1, 0.5, 2).clear_of(0.4)
    assert Interval(1, 0.5, 2).clear_of(2.1)
    assert not Interval(1, 0.5, 2).clear_of(0.5)
    assert not Interval(1, NAN, NAN).clear_of(0)


def test_signed_rank_is_exact():
    """By its definition: the sum of the positive ranks among all assignments of signs."""
    assert signed_rank(range(1, 11)) == pytest.approx(2 / 2**10)
    values = [3, -1, 2, 5, -4, 6]
    sums = [
        sum(rank for rank, plus in enumerate(signs, 1) if plus)
        for signs in itertools.product((0, 1), repeat=6)
    ]
    ours = sum(abs(v) for v in values if v > 0)  # the ranks are the sizes here
    both = 2 * min(np.mean([s >= ours for s in sums]), np.mean([s <= ours for s in sums]))
    assert signed_rank(values) == pytest.approx(both)
    assert signed_rank([1, 2, 3, 4, INF]) == signed_rank([1, 2, 3, 4, 9])
    assert signed_rank([1, 2, 3, 4, -INF]) == signed_rank([1, 2, 3, 4, -9])
    assert signed_rank([0, 0]) == 1
    assert math.isnan(signed_rank([1, NAN]))
    assert math.isnan(signed_rank([]))


def test_holm_is_the_closed_test_of_bonferroni():
    """A hypothesis' adjusted p is the largest min(1, |S| min p) of all subsets S that hold it."""
    random = np.random.default_rng(0)
    for _ in range(20):
        p = {f"h{i}": float(v) for i, v in enumerate(random.uniform(0, 0.3, 5))}
        subsets = [s for n in range(1, 6) for s in itertools.combinations(p, n)]
        expected = {
            name: max(min(1.0, len(s) * min(p[i] for i in s)) for s in subsets if name in s) for name in p
        }
        assert holm(p) == pytest.approx(expected)
    assert repr(holm({"a": NAN, "b": 0.5})) == "{'a': nan, 'b': 0.5}"


@pytest.mark.parametrize("total", [1, 10])
def test_share_of_none_or_all_is_exact(total):
    end = 0.025 ** (1 / total)
    assert share(0, total) == pytest.approx((0, 0, 1 - end))
    assert share(total, total) == pytest.approx((1, end, 1))


def test_share_bounds_leave_the_count_at_its_ends():
    """At each bound, so many or more (fewer) successes have a chance of 2.5 %."""
    found = share(3, 10)
    for bound, counts in ((found.low, range(3, 11)), (found.high, range(4))):
        chance = sum(math.comb(10, k) * bound**k * (1 - bound) ** (10 - k) for k in counts)
        assert chance == pytest.approx(0.025, rel=1e-6)
    with pytest.raises(ValueError, match="at least one"):
        share(0, 0)


def test_median_time_counts_runs_lost_from_view():
    """Survival by the product limit: 5/6, 4/6 at 1, 2; one lost at 3; 4/6 x 2/3 = 4/9 at 4."""
    found = median_time([1, 2, INF, 4, INF, INF], [9, 9, 3, 9, 9, 9])
    assert found.estimate == 4
    assert found.low == 1
    assert found.high == INF
    assert median_time([5, 1, 3, 2, 4], [9] * 5).estimate == 3
    assert median_time([INF, INF], [9, 9]) == (INF, INF, INF)
    assert median_time([1, INF, INF], [9, 9, 9]).estimate == INF
    assert median_time([3, 3, 3], [9] * 3) == (3, 3, INF)  # nobody is left, so that there is no upper bound
    with pytest.raises(ValueError, match="at least one time"):
        median_time([], [])


def test_median_time_is_never_before_the_first_arrival():
    """One is lost at 1, before anybody arrives: nothing is known there but that survival is still 1."""
    found = median_time([INF, 20, 21, 22, 23], [1, 30, 30, 30, 30])
    assert (found.estimate, found.low) == (21, 20)


def test_median_time_has_the_log_log_bounds():
    """Ten arrivals: where exp(-exp(log(-log S) +- 1.96 se)) first is at most one half, by Greenwood's se."""
    times = np.arange(1.0, 11)
    s = 1 - times / 10
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(1 / ((11 - times) * (10 - times)))
        error = 1.95996 * np.sqrt(variance) / np.log(s)
        low, high = (np.exp(-np.exp(np.log(-np.log(s)) + sign * error)) for sign in (-1, 1))
    found = median_time(times, [10] * 10)
    assert (found.low, found.high) == (times[low <= 0.5][0], times[high <= 0.5][0])


def test_delta_m():
    assert delta_m({"a": 1.1, "b": 1.8}, {"a": 1.0, "b": 2.0}) == pytest.approx(0.0)
    assert delta_m({"a": 1.5, "b": 2.0}, {"a": 1.0, "b": 2.0}) == pytest.approx(25.0)
    with pytest.raises(ValueError, match=r"expected the tasks \['a', 'b'\], got \['a'\]"):
        delta_m({"a": 1.0}, {"a": 1.0, "b": 2.0})
