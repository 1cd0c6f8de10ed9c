"""What the price's turns cost the decoder under alternating."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reproduce.inference import Interval, holm, median_time, signed_rank
from reproduce.study.cells import ALONE
from reproduce.study.design import Design
from reproduce.study.evidence import NONE, Ratios, of_arm, ratios, reference
from reproduce.study.parts import period_arm
from reproduce.study.records import Record


class Period(NamedTuple):
    """What alternating takes to the target, relative to the decoder alone, by seed.

    Medians and intervals are Kaplan and Meier's: a run that does not arrive is lost from view at its end.
    """

    period: int
    kind: str
    steps: Interval
    updates: Interval
    taken: Mapping[int, float]  # decoder updates by seed; inf where a run does not arrive

    @property
    def seeds(self) -> int:
        """How many runs there are beside which the decoder alone arrives."""
        return len(self.taken)

    @property
    def arrived(self) -> int:
        """How many of them arrive."""
        return sum(map(math.isfinite, self.taken.values()))

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
                steps, updates = (ratios(runs, alone, against, axis) for axis in ("step", "decoder_updates"))
                found.append(Period(length, kind, _median(steps), _median(updates), updates.taken))
    return found


def _median(of: Ratios) -> Interval:
    return median_time(list(of.taken.values()), list(of.seen.values())) if of.taken else NONE


def against_null(found: Sequence[Period]) -> dict[int, float]:
    """By period, p of the null for price steps that do nothing: one decoder update a decoder update."""
    idle = {of.period: of.taken for of in found if of.kind == "nothing"}
    return _adjusted({period: (taken, dict.fromkeys(taken, 1.0)) for period, taken in idle.items()})


def against_idle(found: Sequence[Period]) -> dict[int, float]:
    """By period, p of price steps that train all taking what those that do nothing take, by seed."""
    idle = {of.period: of.taken for of in found if of.kind == "nothing"}
    real = {of.period: of.taken for of in found if of.kind == "everything"}
    return _adjusted({period: (taken, idle[period]) for period, taken in real.items() if period in idle})


def _adjusted(pairs: Mapping[int, tuple[Mapping[int, float], Mapping[int, float]]]) -> dict[int, float]:
    """By period, p of the logarithms of two ratios being one, adjusted by Holm over the periods."""
    p = holm(
        {
            str(period): signed_rank([_times(ours[seed], theirs[seed]) for seed in sorted(ours)])
            for period, (ours, theirs) in pairs.items()
        }
    )
    return {period: p[str(period)] for period in pairs}


def _times(ours: float, theirs: float) -> float:
    return 0.0 if ours == theirs else math.log(ours) - math.log(theirs)
