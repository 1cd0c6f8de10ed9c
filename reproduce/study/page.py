"""REPORT.md of the study: verdicts, evidence, limits of validity; a pure function of records and design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from reproduce.files import write_atomically
from reproduce.inference import Interval, share
from reproduce.study import findings, pictures
from reproduce.study.answers import answers
from reproduce.study.breaking import Map, Place, Switching, ingredients_of, maps
from reproduce.study.cells import Records
from reproduce.study.claims import Compared, Summary, compare_all, converges
from reproduce.study.design import BASELINE, Design
from reproduce.study.evidence import AXES
from reproduce.study.findings import interval, number
from reproduce.study.limits import limits
from reproduce.study.markdown import table
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.trade_off import FrontPoint, fronts
from reproduce.study.turns import Period, periods

_MISSING = "Not run yet: `python -m reproduce study --part {}`."


def write_page(design: Design, records: Records, out: Path) -> None:
    """REPORT.md, and the pictures of the parts that there are."""
    compared = compare_all(design, records)
    if compared:
        pictures.draw_claims(compared, out / "claims.png")
    for found in maps(design, records):
        pictures.draw_map(found, out / f"map-{found.axes.optimizer}.png")
    if switched := ingredients_of(design, records):
        pictures.draw_ingredients(*switched, out / "ingredients.png")
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        pictures.draw_periods(turns, out / "period.png")
    if found_fronts := fronts(design, records):
        pictures.draw_fronts(found_fronts, _price_limits(records), out / "front.png")
    write_atomically(out / "REPORT.md", page(design, records))


def page(design: Design, records: Records) -> str:
    """The whole page in Markdown. Parts that are not there are said to be not run yet."""
    compared = compare_all(design, records)
    found_maps = maps(design, records)
    parts = [
        "# What really happens when two optimizers share an encoder",
        f"## Verdicts\n\n{answers(design, records)}",
        _claims(compared),
        _maps(found_maps, ingredients_of(design, records)),
        _periods(periods(design, records["period"], list(PERIOD_KINDS))),
        _fronts(fronts(design, records)),
        limits(design, records, compared),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _price_limits(records: Records) -> dict[str, float]:
    """By group, the price NLL of the best possible predictor; nan where it is not known."""
    return {record.group: record.limit_price_nll for record in records["front"]}


def _claims(compared: Sequence[Compared]) -> str:
    title = "## The claims: every arm tuned, fresh seeds"
    if not compared:
        return f"{title}\n\n{_MISSING.format('claims')}"
    parts = [title, "![Delta-m of every arm](claims.png)"]
    for group in compared:
        arms = group.arms.values()
        weighted = BASELINE in group.arms
        further = ["chosen", *(f"{told} to target" for told in AXES.values())]
        at_tuning = [f"minus `{BASELINE}` at step {group.against.steps}, dev", "p (Holm)"] * weighted
        parts += [
            f"### {group.group}",
            f"{findings.of_claims(group)}.",
            f"Target: {number(group.against.target)} nats a token on dev. Alternating reaches it "
            f"{interval(group.slower, 0)} steps after the decoder alone.",
            table(
                ["arm", "converged", "steps to target", "sequence NLL", "price NLL", "price accuracy",
                 "Delta-m, %", *[f"minus `{BASELINE}`", "p (Holm)"] * weighted],
                [[*_arm(arm), *_difference(arm.against_baseline, arm.p) * weighted] for arm in arms],
            ),
            "<details><summary>What was chosen, and times on every axis</summary>",
            table(
                ["arm", *further, *at_tuning],
                [[*_further(arm), *_difference(arm.early, arm.early_p) * weighted] for arm in arms],
            ),
            "</details>",
        ]  # fmt: skip
    parts.append(
        "NLLs and accuracy on the test split, scored once, at the last step: mean and bootstrap 95 % "
        "interval; those of Delta-m take the single tasks' means as given. To target: Kaplan-Meier's median; "
        "runs that never arrive are censored at their end."
    )
    return "\n\n".join(parts)


def _arm(arm: Summary) -> list[str]:
    state = {True: "yes", False: "no", None: "open"}[converges(arm)]
    found = share(arm.converged, arm.seeds)
    told = f"{arm.converged}/{arm.seeds} [{found.low:.2f}, {found.high:.2f}] ({state})"
    return [
        f"`{arm.arm}`",
        told if arm.deltas else "",
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


def _maps(found_maps: Sequence[Map], switched: tuple[Switching, Switching] | None) -> str:
    title = "## When does it break?"
    if not found_maps:
        return f"{title}\n\n{_MISSING.format('map')}"
    lines = [title]
    for found in found_maps:
        name = found.axes.optimizer
        lines += ["", f"![{name}](map-{name}.png)", ""]
        lines.append(f"{findings.of_map(found)}. {findings.of_breaking(found)}.")
        worst = max(found.places.items(), key=lambda item: _badness(item[1]))
        meeting, clip, rate, scale = worst[0]
        lines.append(
            f"The sequence's rate is {found.rate:g}. The worst place is {meeting}, price "
            f"{'clipped' if clip else 'unclipped'}, its rate x{rate:g}, its loss x{scale:g}: "
            f"{interval(worst[1].nll, 2)} times that NLL, {worst[1].near} of "
            f"{worst[1].seeds} decoders arrive, {worst[1].converged} runs converge."
        )
    if switched:
        lines += ["", "![ingredients](ingredients.png)", "", findings.of_ingredients(*switched) + "."]
    for start in switched or ():
        head = ["one ingredient switched", "sequence NLL / alone in half the steps", "relative to the first"]
        counts = ["decoders that arrive", "converged"]
        first = _place(start.name, start.start, Interval(1.0, math.nan, math.nan))
        others = [_place(start.difference(of), *found) for of, found in start.switched.items()]
        lines += ["", table([*head, *counts], [first, *others])]
    return "\n".join(lines)


def _badness(place: Place) -> float:
    return math.inf if math.isnan(place.nll.estimate) else place.nll.estimate


def _place(name: str, place: Place, ratio: Interval) -> list[str]:
    counts = [share(count, place.seeds) for count in (place.near, place.converged)]
    shares = [
        f"{count}/{place.seeds} [{found.low:.2f}, {found.high:.2f}]"
        for count, found in zip((place.near, place.converged), counts, strict=True)
    ]
    told = [interval(of, 2) if math.isfinite(of.estimate) else "blown up" for of in (place.nll, ratio)]
    return [name, *told, *shares]


def _periods(found: Sequence[Period]) -> str:
    title = "## Claim (b) taken apart"
    if not found:
        return f"{title}\n\n{_MISSING.format('period')}"
    lines = [
        [
            str(period.period),
            PERIOD_KINDS[period.kind],
            f"{period.arrived}/{period.seeds}",
            interval(period.steps, 3),
            number(period.null),
            interval(period.updates, 3),
        ]
        for period in found
    ]
    titles = ["period", "kind", "arrive", "steps / alone", "null", "decoder updates / alone (null 1)"]
    return "\n\n".join(
        [title, "![period](period.png)", findings.of_periods(found) + ".", table(titles, lines)]
    )


def _fronts(found: Mapping[str, Sequence[FrontPoint]]) -> str:
    title = "## The front"
    if not found:
        return f"{title}\n\n{_MISSING.format('front')}"
    parts = [title, "![front](front.png)"]
    for group, points in found.items():
        lines = [[of.name, str(of.seeds), interval(of.sequence), interval(of.price)] for of in points]
        titles = ["way to train", "n", "sequence NLL", "price NLL"]
        parts += [findings.of_front(group, points) + ".", table(titles, lines)]
    return "\n\n".join(parts)
