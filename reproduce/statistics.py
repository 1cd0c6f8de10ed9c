"""Pure functions from rows to numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from reproduce.rows import Row, by_run, column


class Spread(NamedTuple):
    """The middle and the ends of what the seeds gave."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median, minimum and maximum; nan if any value is. Raises ValueError for no values."""
    if not len(values):
        raise ValueError("spread: expected at least one value, got none")
    array = np.asarray(values, np.float64)
    return Spread(float(np.median(array)), float(np.min(array)), float(np.max(array)))


class Curve(NamedTuple):
    """One regime, float64 [seeds, evaluations]; nan behind the last evaluation of a shorter run."""

    xs: np.ndarray
    ys: np.ndarray


def curve(runs: Sequence[Sequence[Row]], x: str, y: str) -> Curve:
    """x and y of each run; a run that blew up may end between the steps at which all are evaluated.

    Raises ValueError if runs disagree about the steps of their other evaluations.
    """
    longest = column(max(runs, key=len), "step")
    xs, ys = np.full((2, len(runs), len(longest)), np.nan)
    for index, run in enumerate(runs):
        if column(run[:-1], "step") != longest[: len(run) - 1]:
            raise ValueError(f"curve: expected evaluations at {longest}, got {column(run, 'step')}")
        xs[index, : len(run)] = column(run, x)
        ys[index, : len(run)] = column(run, y)
    return Curve(xs, ys)


class Valued(Protocol):
    """What has columns by name, as rows have."""

    def value(self, name: str) -> float:
        """A column."""
        ...


def reached(run: Sequence[Valued], y: str, target: float, x: str) -> float:
    """The x at which y first is at most `target`, on straight lines between evaluations; inf if never."""
    for before, after in zip([None, *run], run, strict=False):
        value = after.value(y)
        if not value <= target:
            continue
        if before is None or not math.isfinite(before.value(y)):
            return float(after.value(x))
        share = (before.value(y) - target) / (before.value(y) - value)
        return float(before.value(x) + share * (after.value(x) - before.value(x)))
    return math.inf


def paired_differences(rows: Sequence[Row], regime: str, baseline: str, y: str) -> list[float]:
    """y at the last row of `regime` less that of `baseline`, for every seed that both have, by seed."""
    last = {(run[-1].name, seed): run[-1] for (_, _, seed), run in by_run(rows).items()}
    seeds = sorted(seed for name, seed in last if name == regime and (baseline, seed) in last)
    return [last[regime, seed].value(y) - last[baseline, seed].value(y) for seed in seeds]
