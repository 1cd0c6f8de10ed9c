"""One sentence a picture, said from the numbers that it shows; they are titles and stand in the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reproduce.inference import Interval
from reproduce.study.breaking import Map, Place
from reproduce.study.claims import Compared, better_than_baseline, methods_at_state, slower_adjusted
from reproduce.study.design import BASELINE
from reproduce.study.trade_off import FrontPoint, dominated
from reproduce.study.turns import Period


def number(value: float, digits: int = 3) -> str:
    """A number, or words for what is none."""
    if math.isnan(value):
        return "–"
    return f"{value:.{digits}f}" if math.isfinite(value) else "never"


def interval(found: Interval, digits: int = 3) -> str:
    """An estimate with its interval, if it has one."""
    if math.isnan(found.estimate) or math.isnan(found.low):
        return number(found.estimate, digits)
    return f"{number(found.estimate, digits)} [{number(found.low, digits)}, {number(found.high, digits)}]"


def of_claims(found: Compared) -> str:
    """Of the arms that train both tasks, the one nearest to the single tasks."""
    both = [arm for arm in found.arms.values() if not math.isnan(arm.delta.estimate)]
    if not both:
        return f"{found.group}: no arm that trains both tasks has ended with numbers"
    best = min(both, key=lambda arm: arm.delta.estimate)
    return (
        f"{found.group}: of {len(both)} ways to train both tasks {best.arm} loses least to the single tasks, "
        f"{interval(best.delta, 1)} % (n = {best.seeds})"
    )


def of_claim(claim: str, groups: Sequence[Compared]) -> str:
    """By group, the numbers that a claim of 2016, or ours, is judged by."""
    if claim == "a":
        return _shares("two_optimizers", groups)
    if claim == "b":
        p = slower_adjusted(groups)
        late = [
            f"{found.group} {interval(found.slower, 0)} (p = {number(p[found.group])})" for found in groups
        ]
        runs = _shares("alternating", groups)
        return f"{runs} Steps to the target, after the decoder alone: {', '.join(late)}."
    if claim == "c":
        return f"{_shares('joint', groups)} With the best constant weights: {_shares(BASELINE, groups)}"
    better = []
    for found in groups:
        of_group = methods_at_state(found)
        names = [
            f"`{arm.arm}` {interval(arm.against_baseline, 1)}"
            for arm in of_group
            if better_than_baseline(arm)
        ]
        if of_group:
            better.append(
                f"{found.group} {len(names)} of {len(of_group)}{': ' * bool(names)}{', '.join(names)}"
            )
    return f"Methods with a smaller Delta-m than `{BASELINE}`, and by how much: {'; '.join(better)}."


def _shares(arm: str, groups: Sequence[Compared]) -> str:
    there = [(found.group, found.arms[arm]) for found in groups if arm in found.arms]
    told = ", ".join(f"{group} {of.converged}/{of.seeds}" for group, of in there)
    return f"`{arm}` converges in {told or 'no run that is there'}."


def of_map(found: Map) -> str:
    """In how many places decoders fail."""
    total, seeds = len(found.places), max(place.seeds for place in found.places.values())
    where = "nowhere" if not found.failures else f"in {found.failures} of {total} places"
    return (
        f"{found.axes.optimizer}: with two optimizers the decoder fails {where} ({total} places, n = {seeds})"
    )


def of_ingredients(places: dict[str, Place]) -> str:
    """Which single switches bring back the decoder that fails in the worst place."""
    (_, worst), *others = places.items()
    if 2 * worst.near > worst.seeds:
        return f"Even in the worst place {worst.near} of {worst.seeds} decoders arrive: nothing breaks them"
    mending = [switched(places, name) for name, place in others if 2 * place.near > place.seeds]
    if not mending:
        return f"No single ingredient mends the worst place (n = {worst.seeds})"
    return f"What mends the worst place (n = {worst.seeds}): {'; '.join(mending)}"


def switched(places: dict[str, Place], name: str) -> str:
    """The ingredients in which a place differs from the worst, the first of `places`."""
    worst = next(iter(places)).split(", ")
    changed = [part for part in name.split(", ") if part not in worst]
    return " and ".join(changed) if changed else "the worst place"


def of_periods(found: Sequence[Period]) -> str:
    """What price steps cost the decoder beyond their turns, at the post's period or the nearest to it."""
    real = [period for period in found if period.kind == "everything"]
    if not real:
        return "No run in which price steps train encoder and price"
    post = min(real, key=lambda period: abs(period.period - 10))
    updates = post.updates
    if math.isnan(updates.low):
        told = f"{post.arrived} of {post.seeds} decoders arrive"
    elif not updates.clear_of(1.0):
        told = f"no more than their turns: {interval(updates, 2)} times the decoder updates"
    else:
        told = f"{interval(updates, 2)} times the decoder updates, where 1 is their turns alone"
    return f"Price steps on every {post.period}th step cost the decoder {told} (n = {post.seeds})"


def of_front(group: str, points: Sequence[FrontPoint]) -> str:
    """How many methods are beyond the constant weights."""
    weights = [point for point in points if not math.isnan(point.weight)]
    methods = [point for point in points if math.isnan(point.weight)]
    if not weights or not methods:
        return f"{group}: {len(weights)} constant weights, {len(methods)} methods"
    beyond = sum(not dominated(point, weights) for point in methods)
    seeds = max(point.seeds for point in points)
    return (
        f"{group}: {beyond} of {len(methods)} ways to train are dominated by none of {len(weights)} constant "
        f"weights (n = {seeds})"
    )
