"""From the study's records to numbers and verdicts: pure functions, by the criteria fixed in `config`.

Records that are compared are of one group and pair by seed: same initial weights, same batches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reproduce.config import CRITERIA
from reproduce.inference import Interval, median_time, share
from reproduce.statistics import reached
from reproduce.study.cells import FINAL
from reproduce.study.records import Record

NONE = Interval(math.nan, math.nan, math.nan)
AXES: Mapping[str, str] = {
    "step": "steps",
    "decoder_updates": "decoder updates",
    "wall_seconds": "seconds",
}


def of_arm(records: Sequence[Record], arm: str, stage: str = FINAL, group: str | None = None) -> list[Record]:
    """The runs of an arm, by seed."""
    found = [r for r in records if (r.arm, r.stage) == (arm, stage) and group in (None, r.group)]
    return sorted(found, key=lambda record: record.seed)


class Reference(NamedTuple):
    """What convergence is judged against: the decoder alone, at its best within the reference steps."""

    nll: float  # nats a token, on dev: the lowest of each seed, their mean
    steps: int

    @property
    def target(self) -> float:
        """The dev sequence NLL that has to be reached."""
        return self.nll * (1 + CRITERIA.tolerance)


def reference(alone: Sequence[Record]) -> Reference:
    """Of the final runs of the decoder alone. Raises ValueError if there is none."""
    if not alone:
        raise ValueError("reference: expected runs of the decoder alone, got none")
    steps = max(record.last.step for record in alone) // CRITERIA.patience
    lowest = [min(p.dev_sequence_nll for p in record.points if p.step <= steps) for record in alone]
    return Reference(float(np.mean(lowest)), steps)


def near(record: Record, against: Reference) -> bool:
    """Whether the decoder has ended within the tolerance."""
    return record.end == "finished" and record.last.dev_sequence_nll <= against.target


def price_learned(record: Record) -> bool:
    """Whether the price's accuracy on dev is above the majority class's by its exact interval."""
    count = record.last.dev_price_accuracy * record.dev_examples
    if not math.isfinite(count):
        return False
    return share(round(count), round(record.dev_examples)).low > record.majority_price_accuracy


def converged(record: Record, against: Reference) -> bool:
    """Both, as `Criteria` has it."""
    return near(record, against) and price_learned(record)


def arrivals(records: Sequence[Record], against: Reference, axis: str) -> list[float]:
    """Where on an axis each run first is at the target; inf where it never is."""
    return [reached(record.points, "dev_sequence_nll", against.target, axis) for record in records]


def arrival(records: Sequence[Record], against: Reference, axis: str) -> Interval:
    """Their median; runs that did not arrive are lost from view at their end."""
    ends = [record.last.value(axis) for record in records]
    return median_time(arrivals(records, against, axis), ends)


def log_ratio(ours: float, theirs: float) -> float:
    """Of two values above 0, each perhaps inf: 0 if they are equal, so that twice and half weigh alike."""
    return 0.0 if ours == theirs else math.log(ours) - math.log(theirs)


class Ratios(NamedTuple):
    """What runs take to the target by what others take, by seed; of pairs in which the others arrive."""

    taken: Mapping[int, float]  # inf where a run does not arrive
    seen: Mapping[int, float]  # up to where it was in view


def ratios(ours: Sequence[Record], theirs: Sequence[Record], against: Reference, axis: str) -> Ratios:
    """By what ours take to the target in units of what theirs take."""
    base = dict(zip([r.seed for r in theirs], arrivals(theirs, against, axis), strict=True))
    paired = [record for record in ours if 0 < base.get(record.seed, math.inf) < math.inf]
    return Ratios(
        {r.seed: of / base[r.seed] for r, of in zip(paired, arrivals(paired, against, axis), strict=True)},
        {r.seed: r.last.value(axis) / base[r.seed] for r in paired},
    )
