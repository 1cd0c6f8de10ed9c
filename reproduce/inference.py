"""Pure functions from numbers of seeds to intervals, tests and times: SciPy's, in one vocabulary."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import scipy  # its modules are imported where they are used: scipy.stats takes a second

LEVEL = 0.95
_RESAMPLES = 9999


class Interval(NamedTuple):
    """An estimate between the ends of its 95 % interval; nan where there is none."""

    estimate: float
    low: float
    high: float

    def clear_of(self, value: float) -> bool:
        """Whether the interval leaves a value out; false for an interval that is none."""
        return self.low > value or self.high < value


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean with its bootstrap interval (BCa, Efron 1987); of paired differences, too.

    A single value, or equal ones, have no spread to resample: nan, or the value itself. nan if any value is
    no finite number. Raises ValueError for no values.
    """
    if not len(values):
        raise ValueError("mean_interval: expected at least one value, got none")
    array = np.asarray(values, np.float64)
    mean = float(np.mean(array)) if np.all(np.isfinite(array)) else math.nan
    if math.isnan(mean) or len(array) == 1:
        return Interval(mean, math.nan, math.nan)
    if np.ptp(array) == 0:
        return Interval(mean, mean, mean)
    found = scipy.stats.bootstrap(
        (array,),
        np.mean,
        confidence_level=LEVEL,
        n_resamples=_RESAMPLES,
        method="BCa",
        random_state=np.random.default_rng(0),
    ).confidence_interval
    return Interval(mean, float(found.low), float(found.high))


def mean_range(values: Sequence[float]) -> Interval:
    """The mean between the lowest and the highest value, of values too few to bear an interval.

    nan if any value is no finite number. Raises ValueError for no values.
    """
    if not len(values):
        raise ValueError("mean_range: expected at least one value, got none")
    array = np.asarray(values, np.float64)
    if not np.all(np.isfinite(array)):
        return Interval(math.nan, math.nan, math.nan)
    return Interval(float(np.mean(array)), float(np.min(array)), float(np.max(array)))


def signed_rank(differences: Sequence[float]) -> float:
    """Two-sided p of Wilcoxon's signed-rank test (1945), differences of 0 split (Pratt 1959); nan if none.

    Differences that are not finite are the largest of their sign: a run that blew up is the worst.
    """
    array = np.asarray(differences, np.float64)
    if not len(array) or np.any(np.isnan(array)):
        return math.nan
    if not np.any(array):
        return 1.0
    finite = array[np.isfinite(array)]
    largest = 1 + 2 * float(np.max(np.abs(finite))) if len(finite) else 1.0
    array = np.where(np.isfinite(array), array, np.sign(array) * largest)
    return float(scipy.stats.wilcoxon(array, zero_method="pratt").pvalue)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The p of each hypothesis of a family, adjusted by Holm (1979); nan stays nan and counts as none."""
    tested = sorted((p, name) for name, p in p_values.items() if not math.isnan(p))
    adjusted = dict.fromkeys(p_values, math.nan)
    largest = 0.0
    for place, (p, name) in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - place) * p))
        adjusted[name] = largest
    return adjusted


def share(count: int, total: int) -> Interval:
    """count / total with its exact interval (Clopper and Pearson 1934). Raises ValueError for no total."""
    if total < 1:
        raise ValueError("share: expected at least one of them, got none")
    found = scipy.stats.binomtest(count, total).proportion_ci(LEVEL, method="exact")
    return Interval(count / total, float(found.low), float(found.high))


def median_time(times: Sequence[float], limits: Sequence[float]) -> Interval:
    """The median time (Kaplan and Meier 1958) and its interval (log-log); inf where it is never reached.

    `times` are inf for runs that did not arrive until `limits`, where they were lost from view.
    Raises ValueError for no times.
    """
    if not len(times):
        raise ValueError("median_time: expected at least one time, got none")
    arrived = np.isfinite(np.asarray(times, np.float64))
    if not np.any(arrived):
        return Interval(math.inf, math.inf, math.inf)
    seen = np.where(arrived, times, limits)
    sample = scipy.stats.CensoredData.right_censored(seen, ~arrived)
    survival = scipy.stats.ecdf(sample).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # behind the last arrival log-log has no bounds
        ends = survival.confidence_interval(LEVEL, method="log-log")
    # Before the first arrival, and where nobody is left, the lower bound is the estimate itself: 1, or 0. An
    # upper one is not known, so that it is never below.
    low, high = ends.low.probabilities, ends.high.probabilities
    low = np.where(np.isnan(low), survival.probabilities, low)
    return Interval(*(_median(survival.quantiles, of) for of in (survival.probabilities, low, high)))


def _median(quantiles: np.ndarray, survival: np.ndarray) -> float:
    below = np.flatnonzero(survival <= 0.5)
    return float(quantiles[below[0]]) if len(below) else math.inf


def delta_m(values: Mapping[str, float], alone: Mapping[str, float]) -> float:
    """Delta-m (Maninis et al. 2019) in percent: the mean relative loss of the tasks against each alone.

    Of losses, of which less is better: above 0 is worse than alone. nan if a loss is.
    """
    if set(values) != set(alone):
        raise ValueError(f"delta_m: expected the tasks {sorted(alone)}, got {sorted(values)}")
    return 100 * float(np.mean([(values[task] - alone[task]) / alone[task] for task in sorted(alone)]))
