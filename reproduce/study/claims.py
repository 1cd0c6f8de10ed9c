"""The claims of 2016, and ours, judged: the final runs of every arm of a group, compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reproduce.config import CRITERIA
from reproduce.inference import Interval, delta_m, holm, mean_interval, share, signed_rank
from reproduce.methods import parse_label
from reproduce.study.cells import ALONE, FINAL
from reproduce.study.design import BASELINE, Design, Group
from reproduce.study.evidence import (
    AXES,
    NONE,
    Reference,
    arrival,
    arrivals,
    converged,
    of_arm,
    reference,
)
from reproduce.study.records import Record


class Summary(NamedTuple):
    """The final runs of one arm within a group; NLLs and accuracy on the test split, Delta-m in percent."""

    arm: str
    settings: str
    seeds: int
    converged: int
    arrived: int
    arrival: Mapping[str, Interval]  # by axis
    sequence: Interval
    price: Interval
    accuracy: Interval
    delta: Interval
    against_baseline: Interval  # of Delta-m, by seed; below 0: better
    p: float  # of that, adjusted over the group's methods; nan where there is no such test


class Compared(NamedTuple):
    """All arms of a group, by name, and what they are judged against."""

    group: str
    against: Reference
    arms: Mapping[str, Summary]
    slower: Interval  # steps to the target, alternating less alone, by seed
    slower_p: float


def compare(design: Design, records: Sequence[Record], group: Group) -> Compared | None:
    """The final runs of a group; None while the single tasks' are not there."""
    final = [record for record in records if (record.stage, record.group) == (FINAL, group.name)]
    names = list(dict.fromkeys(arm.name for arm in (*design.regime_arms, *design.method_arms)))
    of_arms = {name: found for name in names if (found := of_arm(final, name))}
    if not {ALONE, "price_only"} <= set(of_arms):
        return None
    against = reference(of_arms[ALONE])
    alone = {
        "sequence": float(np.mean([record.test_sequence_nll for record in of_arms[ALONE]])),
        "price": float(np.mean([record.test_price_nll for record in of_arms["price_only"]])),
    }
    deltas = {
        name: {r.seed: _delta(r, alone) for r in found}
        for name, found in of_arms.items()
        if name not in (ALONE, "price_only")
    }
    methods = [arm.name for arm in design.method_arms if arm.name in deltas and arm.name != BASELINE]
    differences = {name: _paired(deltas[name], deltas.get(BASELINE, {})) for name in methods}
    adjusted = holm({name: signed_rank(values) for name, values in differences.items()})
    arms = {
        name: Summary(
            name,
            found[0].settings + (f" {found[0].method}" if ":" in found[0].method else ""),
            len(found),
            sum(converged(record, against) for record in found),
            sum(map(math.isfinite, arrivals(found, against, "step"))),
            {axis: arrival(found, against, axis) for axis in AXES},
            mean_interval([record.test_sequence_nll for record in found]),
            mean_interval([record.test_price_nll for record in found]),
            mean_interval([record.test_price_accuracy for record in found]),
            mean_interval(list(deltas[name].values())) if name in deltas else NONE,
            mean_interval(differences[name]) if differences.get(name) else NONE,
            adjusted.get(name, math.nan),
        )
        for name, found in of_arms.items()
    }
    late = _lateness(of_arms.get("alternating", ()), of_arms[ALONE], against)
    return Compared(
        group.name,
        against,
        arms,
        mean_interval(late) if late else NONE,
        signed_rank(late) if late else math.nan,
    )


def _delta(record: Record, alone: Mapping[str, float]) -> float:
    return delta_m({"sequence": record.test_sequence_nll, "price": record.test_price_nll}, alone)


def _paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> list[float]:
    return [ours[seed] - theirs[seed] for seed in sorted(set(ours) & set(theirs))]


def _lateness(ours: Sequence[Record], theirs: Sequence[Record], against: Reference) -> list[float]:
    """Steps to the target, ours less theirs, by seed; of pairs in which theirs arrives."""
    steps = [
        dict(zip([r.seed for r in runs], arrivals(runs, against, "step"), strict=True))
        for runs in (ours, theirs)
    ]
    return [late for late in _paired(steps[0], steps[1]) if not math.isnan(late)]


class Verdict(NamedTuple):
    """What became of a claim of CLAIMS: in words, and by group: True, False, or None where it stays open."""

    claim: str
    states: Mapping[str, bool | None]

    @property
    def words(self) -> str:
        """reproduced, not reproduced, only where ..., or open."""
        found = list(self.states.values())
        if not found:
            return "not run yet"
        if all(found):
            return "reproduced"
        if any(found):
            where = ", ".join(group for group, state in self.states.items() if state)
            return f"only where: {where}"
        return "open: the seeds do not decide" if None in found else "not reproduced"


def converges(summary: Summary | None) -> bool | None:
    """Whether a regime converges: by the interval of its share of converged runs."""
    if summary is None:
        return None
    found = share(summary.converged, summary.seeds)
    if found.low > CRITERIA.share:
        return True
    return False if found.high < CRITERIA.share else None


def verdicts(groups: Sequence[Compared]) -> list[Verdict]:
    """The four claims, over all groups that were compared."""
    slower = slower_adjusted(groups)
    states: dict[str, dict[str, bool | None]] = {claim: {} for claim in CLAIMS}
    for found in groups:
        both, alternating, joint = (
            converges(found.arms.get(arm)) for arm in ("two_optimizers", "alternating", "joint")
        )
        states["a"][found.group] = None if both is None else not both
        states["b"][found.group] = _and(alternating, _slower(found.slower, slower[found.group]))
        states["c"][found.group] = joint
        if methods := methods_at_state(found):
            states["d"][found.group] = any(better_than_baseline(arm) for arm in methods)
    return [Verdict(claim, states[claim]) for claim in CLAIMS]


def slower_adjusted(groups: Sequence[Compared]) -> dict[str, float]:
    """By group, p of alternating's lateness; Holm's family is the groups."""
    return holm({found.group: found.slower_p for found in groups})


CLAIMS: Mapping[str, str] = {
    "a": "two optimizers at once do not converge",
    "b": "alternating 10:1 converges, but the decoder is slower than alone",
    "c": "one optimizer on the summed loss converges",
    "d": "rescaling at the final state beats the best constant weights",
}


def _and(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return None if None in (first, second) else True


def _slower(late: Interval, p: float) -> bool | None:
    if math.isnan(p) or p >= CRITERIA.significance:
        return None
    return late.estimate > 0 or math.isnan(late.estimate)  # nan: some never arrive


def methods_at_state(found: Compared) -> list[Summary]:
    """The arms that rescale at the encoder's final state and were tested against the constant weights."""
    tested = [arm for arm in found.arms.values() if not math.isnan(arm.p)]
    return [arm for arm in tested if parse_label(arm.arm).at_representation]


def better_than_baseline(arm: Summary) -> bool:
    """Whether a method has a smaller Delta-m than the best constant weights, beyond chance."""
    return arm.p < CRITERIA.significance and arm.against_baseline.estimate < 0
