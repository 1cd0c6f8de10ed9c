"""One sentence a picture, said from the numbers that it shows; they are titles and stand in the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reproduce.config import CRITERIA
from reproduce.inference import Interval
from reproduce.study.breaking import BROKEN, Counts, Map, Place, Switching
from reproduce.study.cells import ALONE, PRICE_ALONE
from reproduce.study.claims import Compared, Swept, Test, least, methods_at_state, tally
from reproduce.study.design import BASELINE
from reproduce.study.trade_off import FrontPoint, dominated
from reproduce.study.turns import Period, against_idle, against_null


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
    told = f"{listed(names)} {'lose' if len(names) > 1 else 'loses'}"
    seeds = max(arm.seeds for arm in found.both)
    return f"{found.group}: of {len(found.both)} ways to train both tasks {told} least (n = {seeds})"


def of_claim(claim: str, found: Compared, p: Mapping[str, float], swept: Mapping[str, Swept]) -> str:
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
    told = [f"at step {found.against.steps}: {early[0]} and {early[1]}"]
    if found.group in swept:
        told.append("against the finer sweep: {} and {}".format(*tally(swept[found.group].tests.values())))
    return f"of {len(methods)} methods {better} better, {worse} worse ({'; '.join(told)})"


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
    """At which price rates decoders arrive, and at which they are broken."""
    rates = found.axes.price_rates
    counts = [found.counts(2, rate) for rate in rates]
    first, *others = [f"{count.arriving} of {count.places}" for count in counts]
    told = [f"{first} places", *others]
    arriving = listed([f"{words} at x{rate:g}" for words, rate in zip(told, rates, strict=True)])
    broken = listed([str(count.broken) for count in counts])
    seeds = min(place.seeds for place in found.places.values())
    return (
        f"{found.axes.optimizer}, by the price's rate: most decoders arrive in {arriving}; the NLL ends "
        f"above {BROKEN:g} times that of the decoder alone in half the steps in {broken} (n = {seeds})"
    )


def of_breaking(found: Map) -> str:
    """The same by the values of the other ingredients."""
    axes = found.axes
    by_axis: list[tuple[int, Mapping[Any, str]]] = [
        (3, {scale: f"price loss x{scale:g}" for scale in axes.scales}),
        (1, {clip: f"price {CLIPS[clip]}" for clip in axes.clips}),
        (0, {meeting.name: meeting.name for meeting in axes.meetings}),
    ]
    told = [
        _tally(word, found.counts(axis, value))
        for axis, values in by_axis
        if len(values) > 1
        for value, word in values.items()
    ]
    unlearned = sum(not place.learned for place in found.places.values())
    return (
        f"By the other ingredients, arriving and above {BROKEN:g} times: {', '.join(told)}; in {unlearned} "
        f"of {len(found.places)} no run learns a price"
    )


CLIPS = {True: "clipped", False: "unclipped"}


def _tally(word: str, counts: Counts) -> str:
    return f"{word} {counts.arriving} and {counts.broken} of {counts.places}"


def of_controls(found: Map) -> str:
    """What becomes of each task alone at the price's rates; empty without runs."""
    rates = [
        rate for rate in found.axes.price_rates if {(ALONE, rate), (PRICE_ALONE, rate)} <= set(found.alone)
    ]
    if not rates:
        return ""
    decoders = [ended(found.alone[ALONE, rate].nll) for rate in rates]
    prices = [interval(found.alone[PRICE_ALONE, rate].accuracy, 2) for rate in rates]
    seeds = min(place.seeds for place in found.alone.values())
    return (
        f"Each task alone at {listed([f'x{rate:g}' for rate in rates])} of the sequence's rate: the decoder "
        f"ends at {listed(decoders)} times the mark, the price at an accuracy of {listed(prices)} "
        f"(n = {seeds})"
    )


def of_place(key: tuple[str, bool, float, float], place: Place) -> str:
    """A place of the map, and what became of its runs."""
    meeting, clip, rate, scale = key
    return (
        f"{meeting}, price {CLIPS[clip]}, its rate x{rate:g}, its loss x{scale:g}: "
        f"{ended(place.nll)} times the mark, {place.near} of {place.seeds} decoders arrive, "
        f"{place.converged} of {place.seeds} runs converge"
    )


def of_ingredients(worst: Switching, harmless: Switching) -> str:
    """Which single switches mend the worst place, and which break, delay or hasten the harmless."""
    mending = [worst.difference(name) for name, found in worst.switched.items() if found.place.sound]
    breaking = [harmless.difference(name) for name, found in harmless.switched.items() if found.place.broken]
    if not worst.start.broken:
        return f"Even in the worst place the decoder is not broken (n = {worst.start.seeds})"
    mends = f"what mends the worst place: {'; '.join(mending) or 'nothing'}"
    if harmless.start.broken:
        breaks = "the harmless place is broken, too"
    else:
        breaks = f"what breaks the harmless place: {'; '.join(breaking) or 'nothing'}"
    return f"One ingredient switched: {breaks}; {mends} (n = {worst.start.seeds})"


def of_switches(found: Switching) -> str:
    """Which single switches change the decoder's end beyond chance, and how much."""
    told = {
        change: [
            f"{found.difference(name)} ({ended(switched.ratio)})"
            for name, switched in found.switched.items()
            if switched.p < CRITERIA.significance and (switched.rise > 0) == higher
        ]
        for change, higher in (("higher", True), ("lower", False))
    }
    return "; ".join(f"{change}: {', '.join(names) or 'none'}" for change, names in told.items())


def ended(found: Interval, digits: int = 2) -> str:
    """An interval, or that there is none because runs blew up."""
    return interval(found, digits) if math.isfinite(found.estimate) else "blown up"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def of_periods(found: Sequence[Period]) -> str:
    """What price steps cost the decoder, and by what, at the post's period or the nearest to it."""
    real = [period for period in found if period.kind == "everything"]
    if not real:
        return "No run in which price steps train encoder and price"
    post = min(real, key=lambda period: abs(period.period - 10))
    others = {period.kind: interval(period.updates, 2) for period in found if period.period == post.period}
    told = [
        f"{words} {others[kind]}"
        for kind, words in (("head", "if they stop at the state"), ("nothing", "if they do nothing"))
        if kind in others
    ]
    return (
        f"Price steps on every {post.period}th step, at the decoder's rate: decoder updates to the target, "
        f"relative to the decoder alone, {'; '.join([others['everything'], *told])} "
        f"(medians, n = {post.seeds})"
    )


def of_turns(found: Sequence[Period]) -> str:
    """Whether price steps that do nothing meet the null, and whether the others differ from them."""
    null, idle = (
        listed(
            [f"{interval(of.ratio, 2)} (period {period}, p = {number(of.p)})" for period, of in by.items()]
        )
        for by in (against_null(found), against_idle(found))
    )
    return (
        f"By seed, price steps that do nothing take {null or '–'} times the decoder alone's updates: 1 by "
        "construction, so that what differs is chance, the grid of evaluations, and the runs alone, which "
        "are the same for every period, and tells how far to trust the rest. Price steps that train "
        f"encoder and price take {idle or '–'} times the updates of those that do nothing"
    )


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
