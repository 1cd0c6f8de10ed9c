"""What the price's turns cost the decoder under alternating."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reproduce.inference import Interval, holm, mean_interval, median_time, signed_rank
from reproduce.study.cells import ALONE
from reproduce.study.design import Design
from reproduce.study.evidence import NONE, Ratios, log_ratio, of_arm, ratios, reference
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


class Beside(NamedTuple):
    """Decoder updates relative to others, by seed: their mean, nan if one does not arrive; and p of 1."""

    ratio: Interval
    p: float  # adjusted by Holm over the periods


def against_null(found: Sequence[Period]) -> dict[int, Beside]:
    """By period, price steps that do nothing beside the decoder alone: one update an update, the null."""
    idle = {of.period: of.taken for of in found if of.kind == "nothing"}
    return _beside({period: (taken, dict.fromkeys(taken, 1.0)) for period, taken in idle.items()})


def against_idle(found: Sequence[Period]) -> dict[int, Beside]:
    """By period, price steps that train encoder and price beside those that do nothing."""
    idle = {of.period: of.taken for of in found if of.kind == "nothing"}
    real = {of.period: of.taken for of in found if of.kind == "everything"}
    return _beside({period: (taken, idle[period]) for period, taken in real.items() if period in idle})


def _beside(pairs: Mapping[int, tuple[Mapping[int, float], Mapping[int, float]]]) -> dict[int, Beside]:
    both = {
        period: [(ours[seed], theirs[seed]) for seed in sorted(set(ours) & set(theirs))]
        for period, (ours, theirs) in pairs.items()
    }
    p = holm({str(period): signed_rank([log_ratio(*pair) for pair in of]) for period, of in both.items()})
    return {
        period: Beside(mean_interval([a / b for a, b in of]) if of else NONE, p[str(period)])
        for period, of in both.items()
    }
