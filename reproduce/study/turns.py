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
    of_arm,
    ratios,
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
                of_axes = {axis: ratios(runs, alone, against, axis) for axis in ("step", "decoder_updates")}
                arrived = sum(map(math.isfinite, of_axes["step"]))
                intervals = [mean_interval(of_axis) if of_axis else NONE for of_axis in of_axes.values()]
                found.append(Period(length, kind, len(runs), arrived, *intervals))
    return found
