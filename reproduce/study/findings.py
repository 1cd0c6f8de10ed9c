"""One sentence a picture, said from the numbers that it shows; they are titles and stand in the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reproduce.inference import Interval
from reproduce.study.breaking import BROKEN, Map, Switching
from reproduce.study.claims import Compared, Test, least, methods_at_state, tally
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
    """Of the arms that train both tasks, those nearest to the single tasks."""
    if not found.both:
        return f"{found.group}: no arm that trains both tasks has ended with numbers"
    names = [f"{arm.arm} ({interval(arm.delta, 1)} %)" for arm in least(found)]
    several = len(names) > 1
    told = f"{', '.join(names[:-1])} and {names[-1]} lose" if several else f"{names[0]} loses"
    seeds = max(arm.seeds for arm in found.both)
    return f"{found.group}: of {len(found.both)} ways to train both tasks {told} least (n = {seeds})"


def of_claim(claim: str, found: Compared, p: Mapping[str, float]) -> str:
    """The numbers of a group that a claim of 2016, or ours, is judged by. `p` of lateness, by group."""
    if claim == "a":
        return _converging(found, "two_optimizers")
    if claim == "b":
        steps, updates = (interval(of, 2) for of in found.turns.values())
        late = f"{steps} times the steps (p = {number(p[found.group])}), {updates} times the updates"
        return f"{_converging(found, 'alternating')}; {late}"
    if claim == "c":
        weighted = f"; `{BASELINE}`: {_converging(found, BASELINE)}" if BASELINE in found.arms else ""
        return f"{_converging(found, 'joint')}{weighted}"
    methods = methods_at_state(found)
    if not methods:
        return "–"
    better, worse = tally((arm.against_baseline, arm.p) for arm in methods)
    early = tally((arm.early, arm.early_p) for arm in methods)
    then = f"at step {found.against.steps}: {early[0]} and {early[1]}"
    return f"of {len(methods)} methods {better} better, {worse} worse ({then})"


def _converging(found: Compared, arm: str) -> str:
    if arm not in found.arms:
        return "–"
    of = found.arms[arm]
    alone = found.arms["price_only"]
    return (
        f"{of.converged}/{of.seeds}, price accuracy {number(of.accuracy.estimate, 2)} "
        f"of {number(alone.accuracy.estimate, 2)}"
    )


def of_map(found: Map) -> str:
    """In how many places decoders come late, and in how many they break."""
    seeds = max(place.seeds for place in found.places.values())
    broken, places = found.broken()
    return (
        f"{found.axes.optimizer}, two optimizers: in {found.late()} of {places} places at most half of the "
        f"decoders arrive, in {broken} they end above {BROKEN:g} times the NLL that the decoder alone has in "
        f"half the steps (n = {seeds})"
    )


def of_breaking(found: Map) -> str:
    """Where on the map the broken places are, by the values of each ingredient."""
    axes = found.axes
    by_axis: list[tuple[str, int, Mapping[Any, str]]] = [
        ("price rate", 2, {rate: f"x{rate:g}" for rate in axes.price_rates}),
        ("price loss", 3, {scale: f"x{scale:g}" for scale in axes.scales}),
        ("price", 1, {clip: "clipped" if clip else "unclipped" for clip in axes.clips}),
        ("updates", 0, {meeting.name: meeting.name for meeting in axes.meetings}),
    ]
    told = []
    for name, axis, values in by_axis:
        counts = ["{} {}/{}".format(word, *found.broken(axis, value)) for value, word in values.items()]
        told.append(f"{name} {', '.join(counts)}")
    return f"Above {BROKEN:g} times: {'; '.join(told)}"


def of_ingredients(worst: Switching, harmless: Switching) -> str:
    """Which single switches mend the worst place, and which break the harmless."""
    mending = [worst.difference(name) for name, found in worst.switched.items() if not found.place.broken]
    breaking = [harmless.difference(name) for name, found in harmless.switched.items() if found.place.broken]
    if not worst.start.broken:
        return f"Even in the worst place the decoder is not broken (n = {worst.start.seeds})"
    mends = (
        f"what mends the worst place: {'; '.join(mending)}" if mending else "nothing mends the worst place"
    )
    if harmless.start.broken:
        breaks = "the harmless place is broken, too"
    elif breaking:
        breaks = f"what breaks the harmless place: {'; '.join(breaking)}"
    else:
        breaks = "nothing breaks the harmless place"
    return f"One ingredient switched: {breaks}; {mends} (n = {worst.start.seeds})"


def of_periods(found: Sequence[Period]) -> str:
    """What price steps cost the decoder, and by what, at the post's period or the nearest to it."""
    real = [period for period in found if period.kind == "everything"]
    if not real:
        return "No run in which price steps train encoder and price"
    post = min(real, key=lambda period: abs(period.period - 10))
    others = {period.kind: _updates(period) for period in found if period.period == post.period}
    told = [
        f"{words} {others[kind]}"
        for kind, words in (("head", "if they stop at the state"), ("nothing", "if they do nothing"))
        if kind in others
    ]
    return (
        f"Price steps on every {post.period}th step, at the decoder's rate: decoder updates to the target, "
        f"relative to the decoder alone, {'; '.join([others['everything'], *told])} (n = {post.seeds})"
    )


def _updates(of: Period) -> str:
    if math.isnan(of.updates.low):
        return f"({of.arrived} of {of.seeds} arrive)"
    return interval(of.updates, 2)


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


def of_sweep(group: str, best: str, tests: Mapping[str, Test]) -> str:
    """How methods stand against the best constant weight of the front."""
    better, worse = tally(tests.values())
    first = min(tests, key=lambda name: tests[name][0].estimate)
    return (
        f"{group}: {best}; of {len(tests)} methods {better} better, {worse} worse; the first of them, "
        f"{first}, differs by {interval(tests[first][0], 1)} points (p = {number(tests[first][1])})"
    )
