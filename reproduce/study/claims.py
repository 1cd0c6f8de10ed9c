"""The claims of 2016, and ours, judged: the final runs of every arm of a group, compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from reproduce.config import CRITERIA
from reproduce.inference import Interval, delta_m, holm, mean_interval, share, signed_rank
from reproduce.methods import parse_label
from reproduce.study.cells import ALONE, FINAL, PRICE_ALONE, Records
from reproduce.study.design import BASELINE, Design, Group
from reproduce.study.evidence import (
    AXES,
    NONE,
    Reference,
    arrival,
    arrivals,
    converged,
    of_arm,
    ratios,
    reference,
)
from reproduce.study.parts import weight_arms
from reproduce.study.records import Record

Test = tuple[Interval, float]  # a difference of Delta-m by seed, below 0: better; and its adjusted p


class Summary(NamedTuple):
    """The final runs of one arm within a group; NLLs and accuracy on the test split, Delta-m in percent."""

    arm: str
    settings: str
    seeds: int
    converged: int
    arrival: Mapping[str, Interval]  # by axis; none of an arm that does not train the sequence
    sequence: Interval
    price: Interval
    accuracy: Interval
    delta: Interval
    deltas: Mapping[int, float]  # by seed; of arms that train both tasks
    against_baseline: Interval  # of Delta-m, by seed; below 0: better
    p: float  # of that, adjusted over the group's methods; nan where there is no such test
    early: Interval  # the same on dev, when as many steps were done as in tuning
    early_p: float


class Compared(NamedTuple):
    """All arms of a group, by name, and what they are judged against."""

    group: str
    against: Reference
    arms: Mapping[str, Summary]
    slower: Interval  # steps to the target, alternating less alone, by seed
    slower_p: float
    turns: Mapping[str, Interval]  # by axis: what alternating takes to the target, relative to alone, by seed

    @property
    def both(self) -> list[Summary]:
        """The arms that train both tasks and have ended with numbers, the least Delta-m first."""
        found = [arm for arm in self.arms.values() if not math.isnan(arm.delta.estimate)]
        return sorted(found, key=lambda arm: arm.delta.estimate)


def compare(design: Design, records: Sequence[Record], group: Group) -> Compared | None:
    """The final runs of a group; None while the single tasks' are not there."""
    final = [record for record in records if (record.stage, record.group) == (FINAL, group.name)]
    tasks = {arm.name: arm.tasks for arm in (*design.regime_arms, *design.method_arms)}
    of_arms = {name: found for name in tasks if (found := of_arm(final, name))}
    if not {ALONE, PRICE_ALONE} <= set(of_arms):
        return None
    against = reference(of_arms[ALONE])
    methods = [arm.name for arm in design.method_arms if arm.name in of_arms and arm.name != BASELINE]
    early, late = _deltas(of_arms, partial(_on_dev, step=design.base.steps)), _deltas(of_arms, _on_test)
    at_end, at_tuning = (_against(BASELINE, deltas, methods) for deltas in (late, early))
    arms = {
        name: Summary(
            name,
            found[0].settings + (f" {found[0].method}" if ":" in found[0].method else ""),
            len(found),
            sum(converged(record, against) for record in found),
            {axis: arrival(found, against, axis) for axis in AXES if "sequence" in tasks[name]},
            mean_interval([record.test_sequence_nll for record in found]),
            mean_interval([record.test_price_nll for record in found]),
            mean_interval([record.test_price_accuracy for record in found]),
            mean_interval(list(late[name].values())) if name in late else NONE,
            late.get(name, {}),
            *at_end.get(name, (NONE, math.nan)),
            *at_tuning.get(name, (NONE, math.nan)),
        )
        for name, found in of_arms.items()
    }
    alternating = of_arms.get("alternating", ())
    steps = _lateness(alternating, of_arms[ALONE], against)
    turns = {axis: ratios(alternating, of_arms[ALONE], against, axis) for axis in ("step", "decoder_updates")}
    return Compared(
        group.name,
        against,
        arms,
        mean_interval(steps) if steps else NONE,
        signed_rank(steps) if steps else math.nan,
        {axis: mean_interval(list(of.taken.values())) if of.taken else NONE for axis, of in turns.items()},
    )


def compare_all(design: Design, records: Records) -> list[Compared]:
    """Every group that can be compared."""
    found = [compare(design, records["claims"], group) for group in design.groups]
    return [group for group in found if group is not None]


def _on_test(record: Record) -> dict[str, float]:
    return {"sequence": record.test_sequence_nll, "price": record.test_price_nll}


def _at_end(record: Record) -> dict[str, float]:
    return _on_dev(record, record.last.step)


def _on_dev(record: Record, step: int) -> dict[str, float]:
    """At a step; nan if the run has no evaluation there."""
    point = next((point for point in record.points if point.step == step), None)
    return {task: point.value(f"dev_{task}_nll") if point else math.nan for task in ("sequence", "price")}


def _deltas(
    of_arms: Mapping[str, Sequence[Record]], losses: Callable[[Record], dict[str, float]]
) -> dict[str, dict[int, float]]:
    """Delta-m by arm that trains both tasks, and by seed: against the mean of each task's own arm."""
    alone = {
        task: float(np.mean([losses(record)[task] for record in of_arms[arm]]))
        for task, arm in (("sequence", ALONE), ("price", PRICE_ALONE))
    }
    return {
        name: {record.seed: delta_m(losses(record), alone) for record in found}
        for name, found in of_arms.items()
        if name not in (ALONE, PRICE_ALONE)
    }


def _against(
    baseline: str, deltas: Mapping[str, Mapping[int, float]], methods: Sequence[str]
) -> dict[str, Test]:
    """By method, how its Delta-m differs from the baseline's, and p; Holm's family is the methods."""
    differences = {name: _paired(deltas[name], deltas.get(baseline, {})) for name in methods}
    p = holm({name: signed_rank(values) for name, values in differences.items()})
    return {
        name: (mean_interval(values) if values else NONE, p[name]) for name, values in differences.items()
    }


def least(found: Compared) -> list[Summary]:
    """The arm with the least Delta-m, and those that seeds do not tell from it, adjusted by Holm."""
    best, *others = found.both
    p = holm({arm.arm: signed_rank(_paired(arm.deltas, best.deltas)) for arm in others})
    return [best, *(arm for arm in others if not p[arm.arm] < CRITERIA.significance)]


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
        if not self.states:
            return "not run yet"
        yes, no, undecided = (
            [group for group, state in self.states.items() if state is wanted]
            for wanted in (True, False, None)
        )
        if yes and not no and not undecided:
            return "reproduced"
        if no and not yes and not undecided:
            return "not reproduced"
        if undecided and not yes and not no:
            return "open: the seeds do not decide"
        rest = [
            f"{word}: {', '.join(groups)}" for word, groups in (("not", no), ("open", undecided)) if groups
        ]
        if not yes:
            return f"not reproduced in {', '.join(no)} (open: {', '.join(undecided)})"
        return f"only where: {', '.join(yes)} ({'; '.join(rest)})"


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
    "d": "rescaling at the final state helps, beside constant weights",
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
    return [arm for arm in tested if _at_state(arm.arm)]


def _at_state(label: str) -> bool:
    return parse_label(label).at_representation


def better_than_baseline(arm: Summary) -> bool:
    """Whether a method has a smaller Delta-m than the constant weights tuned like it, beyond chance."""
    return arm.p < CRITERIA.significance and arm.against_baseline.estimate < 0


def tally(tests: Iterable[Test]) -> tuple[int, int]:
    """How many are better than their baseline beyond chance, and how many worse."""
    signs = [math.copysign(1, found.estimate) for found, p in tests if p < CRITERIA.significance]
    return signs.count(-1), signs.count(1)


class Swept(NamedTuple):
    """The best constant weight of the front, and the methods at the state against it."""

    best: str
    tests: Mapping[str, Test]

    @property
    def beaten(self) -> bool:
        """Whether any of them is better, beyond chance."""
        return tally(self.tests.values())[0] > 0


def against_sweep(design: Design, records: Records, group: Group) -> Swept | None:
    """The methods that rescale at the state against one constant weight of the front, on test.

    That with the least Delta-m on dev at the end. None while the front or the single tasks are not there.
    """
    final = [record for record in records["claims"] if (record.stage, record.group) == (FINAL, group.name)]
    swept = {name: of_arm(records["front"], name, group=group.name) for name in weight_arms(design)}
    of_arms = {arm.name: of_arm(final, arm.name) for arm in (*design.regime_arms, *design.method_arms)}
    methods = [arm.name for arm in design.method_arms if of_arms[arm.name] and _at_state(arm.name)]
    if not methods or not of_arms[ALONE] or not of_arms[PRICE_ALONE] or not all(swept.values()):
        return None
    on_dev, on_test = (_deltas(of_arms | swept, losses) for losses in (_at_end, _on_test))
    means = {name: float(np.mean(list(on_dev[name].values()))) for name in swept}
    best = min(means, key=lambda name: math.inf if math.isnan(means[name]) else means[name])
    return Swept(best, _against(best, on_test, methods))
