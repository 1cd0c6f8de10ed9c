"""What the price's turns cost the decoder under alternating."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from reproduce.inference import Interval, mean_interval
from reproduce.study.cells import ALONE
from reproduce.study.design import Design
from reproduce.study.evidence import (
    NONE,
    Reference,
    arrivals,
    of_arm,
    reference,
)
from reproduce.study.parts import period_arm
from reproduce.study.records import Record


class Period(NamedTuple):
    """What alternating costs the decoder, by its paired runs: ratios of what it takes to the target."""

    period: int
    kind: str
    seeds: int
    arrived: int
    steps: Interval
    updates: Interval

    @property
    def null(self) -> float:
        """The ratio in steps if price steps did nothing but take their turn."""
        return self.period / (self.period - 1)


def periods(design: Design, records: Sequence[Record], kinds: Sequence[str]) -> list[Period]:
    """Every period and kind that has runs, beside the decoder alone."""
    alone = of_arm(records, ALONE)
    if not alone:
        return []
    against = reference(alone)
    found = []
    for length in design.periods:
        for kind in kinds:
            runs = of_arm(records, period_arm(length, kind))
            if runs:
                ratios = {axis: _ratios(runs, alone, against, axis) for axis in ("step", "decoder_updates")}
                arrived = sum(map(math.isfinite, ratios["step"]))
                intervals = [mean_interval(of_axis) if of_axis else NONE for of_axis in ratios.values()]
                found.append(Period(length, kind, len(runs), arrived, *intervals))
    return found


def _ratios(ours: Sequence[Record], theirs: Sequence[Record], against: Reference, axis: str) -> list[float]:
    base = dict(zip([r.seed for r in theirs], arrivals(theirs, against, axis), strict=True))
    return [
        arrived / base[record.seed]
        for record, arrived in zip(ours, arrivals(ours, against, axis), strict=True)
        if 0 < base.get(record.seed, math.inf) < math.inf
    ]
