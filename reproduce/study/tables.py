"""TABLES.md of the study: every number behind the report, by part; a pure function of records and design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from reproduce.inference import Interval, share
from reproduce.study.breaking import Map, Place, Switching, ingredients_of, maps
from reproduce.study.cells import ALONE, PRICE_ALONE, Records
from reproduce.study.claims import Compared, Summary, compare_all, converges
from reproduce.study.design import BASELINE, Design
from reproduce.study.evidence import AXES
from reproduce.study.findings import CLIPS, ended, interval, number, of_breaking, of_place
from reproduce.study.markdown import table
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.trade_off import fronts
from reproduce.study.turns import Beside, Period, against_idle, against_null, periods

_CELL = ["NLL / mark", "decoders that arrive", "converged", "price accuracy"]


def tables(design: Design, records: Records) -> str:
    """The whole page in Markdown, of the parts that there are."""
    parts = ["# The numbers behind [REPORT.md](REPORT.md)"]
    for group in compare_all(design, records):
        parts += _claims(group)
    for found in maps(design, records):
        parts += _map(found)
    if switched := ingredients_of(design, records):
        parts.append("## Single ingredients")
        parts += [_switching(of) for of in switched]
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        parts += ["## Alternating, by period", _periods(turns)]
    for name, points in fronts(design, records).items():
        lines = [[of.name, str(of.seeds), interval(of.sequence), interval(of.price)] for of in points]
        titles = ["way to train", "n", "sequence NLL, test", "price NLL, test"]
        parts += [f"## The front: {name}", table(titles, lines)]
    return "\n\n".join(parts) + "\n"


def _claims(group: Compared) -> Iterator[str]:
    arms = group.arms.values()
    weighted = BASELINE in group.arms
    further = ["chosen", *(f"{told} to target" for told in AXES.values())]
    at_tuning = [f"minus `{BASELINE}` at step {group.against.steps}, dev", "p (Holm)"] * weighted
    yield f"## The claims: {group.group}"
    yield (
        "NLLs and accuracy on the test split, scored once, at the last step: mean and bootstrap 95 % "
        "interval; those of Delta-m take the single tasks' means as given. To target: Kaplan-Meier's "
        f"median; runs that never arrive are censored at their end. Target: {number(group.against.target)}"
        f" nats a token on dev. Alternating reaches it {interval(group.slower, 0)} steps after the decoder"
        " alone."
    )
    yield table(
        ["arm", "converged", "steps to target", "sequence NLL", "price NLL", "price accuracy",
         "Delta-m, %", *[f"minus `{BASELINE}`", "p (Holm)"] * weighted],
        [[*_arm(arm), *_difference(arm.against_baseline, arm.p) * weighted] for arm in arms],
    )  # fmt: skip
    yield table(
        ["arm", *further, *at_tuning],
        [[*_further(arm), *_difference(arm.early, arm.early_p) * weighted] for arm in arms],
    )


def _arm(arm: Summary) -> list[str]:
    state = {True: "yes", False: "no", None: "open"}[converges(arm)]
    return [
        f"`{arm.arm}`",
        f"{_share(arm.converged, arm.seeds)} ({state})" if arm.deltas else "",
        _to_target(arm, "step"),
        interval(arm.sequence),
        interval(arm.price),
        interval(arm.accuracy),
        interval(arm.delta, 1) if arm.deltas else "",
    ]


def _further(arm: Summary) -> list[str]:
    return [f"`{arm.arm}`", arm.settings, *(_to_target(arm, axis) for axis in AXES)]


def _to_target(arm: Summary, axis: str) -> str:
    return interval(arm.arrival[axis], 0) if axis in arm.arrival else ""


def _difference(found: Interval, p: float) -> list[str]:
    return ["" if math.isnan(found.estimate) else interval(found, 1), "" if math.isnan(p) else f"{p:.3f}"]


def _share(count: int, of: int) -> str:
    found = share(count, of)
    return f"{count}/{of} [{found.low:.2f}, {found.high:.2f}]"


def _map(found: Map) -> Iterator[str]:
    yield f"## The map: {found.axes.optimizer}"
    yield (
        f"The sequence's rate is {found.rate:g}; the mark, {number(found.against.nll)} nats a token on "
        f"dev, is the decoder's alone at its best within {found.against.steps} steps. NLLs and accuracy in"
        " brackets: the lowest and the highest seed."
    )
    worst = max(found.places.items(), key=lambda item: _badness(item[1]))
    yield f"{of_breaking(found)}. The worst place: {of_place(*worst)}."
    lines = [
        [meeting, CLIPS[clip], f"x{rate:g}", f"x{scale:g}", *_place(place)]
        for (meeting, clip, rate, scale), place in found.places.items()
    ]
    yield table(["updates", "price's gradient", "its rate", "its loss", *_CELL], lines)
    names = {ALONE: "decoder alone", PRICE_ALONE: "price alone"}
    alone = [
        [names[task], f"x{rate:g}", ended(place.nll) if task == ALONE else "",
         interval(place.accuracy, 2) if task == PRICE_ALONE else ""]
        for (task, rate), place in found.alone.items()
    ]  # fmt: skip
    if alone:
        yield table(["task", "rate", "NLL / mark", "price accuracy"], alone)


def _badness(place: Place) -> float:
    return math.inf if math.isnan(place.nll.estimate) else place.nll.estimate


def _place(place: Place) -> list[str]:
    shares = [_share(count, place.seeds) for count in (place.near, place.converged)]
    return [ended(place.nll), *shares, interval(place.accuracy, 2)]


def _switching(found: Switching) -> str:
    lines = [[found.name, *_place(found.start), "", ""]]
    for name, switched in found.switched.items():
        further = [ended(switched.ratio), number(switched.p)]
        lines.append([found.difference(name), *_place(switched.place), *further])
    return table(["one ingredient switched", *_CELL, "NLL / the first's, by seed", "p (Holm)"], lines)


def _periods(found: Sequence[Period]) -> str:
    beside = {"nothing": against_null(found), "everything": against_idle(found)}
    lines = [
        [
            str(of.period),
            PERIOD_KINDS[of.kind],
            f"{of.arrived}/{of.seeds}",
            interval(of.steps, 3),
            number(of.null),
            interval(of.updates, 3),
            *_beside(beside.get(of.kind, {}).get(of.period)),
        ]
        for of in found
    ]
    titles = ["period", "kind", "arrive", "steps / alone", "null", "decoder updates / alone (null 1)"]
    return table(
        [*titles, "by seed, beside alone if nothing is trained, else beside that", "p (Holm)"], lines
    )


def _beside(of: Beside | None) -> list[str]:
    return [interval(of.ratio), number(of.p)] if of else ["", ""]
