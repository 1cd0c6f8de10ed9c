"""REPORT.md of the study: verdicts, evidence, limits of validity; a pure function of records and design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from reproduce.config import CRITERIA
from reproduce.files import write_atomically
from reproduce.inference import share
from reproduce.study import findings, pictures
from reproduce.study.breaking import Map, Place, ingredients_of, maps
from reproduce.study.cells import Records
from reproduce.study.claims import CLAIMS, Compared, Summary, compare, converges, verdicts
from reproduce.study.design import BASELINE, Design
from reproduce.study.evidence import AXES
from reproduce.study.findings import interval, number
from reproduce.study.parts import PARTS, PERIOD_KINDS
from reproduce.study.trade_off import FrontPoint, fronts
from reproduce.study.turns import Period, periods

_MISSING = "Not run yet: `python -m reproduce study --part {}`."


def write_page(design: Design, records: Records, out: Path) -> None:
    """REPORT.md, and the pictures of the parts that there are."""
    compared = _compared(design, records)
    if compared:
        pictures.draw_claims(compared, out / "claims.png")
    for found in maps(design, records):
        pictures.draw_map(found, out / f"map-{found.axes.optimizer}.png")
    if places := ingredients_of(design, records):
        pictures.draw_ingredients(places, out / "ingredients.png")
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        pictures.draw_periods(turns, out / "period.png")
    if found_fronts := fronts(design, records):
        pictures.draw_fronts(found_fronts, _limits(records), out / "front.png")
    write_atomically(out / "REPORT.md", page(design, records))


def page(design: Design, records: Records) -> str:
    """The whole page in Markdown. Parts that are not there are said to be not run yet."""
    compared = _compared(design, records)
    found_maps = maps(design, records)
    parts = [
        "# What really happens when two optimizers share an encoder",
        _verdicts(answers(design, records)),
        _claims(compared),
        _maps(found_maps, ingredients_of(design, records)),
        _periods(periods(design, records["period"], list(PERIOD_KINDS))),
        _fronts(fronts(design, records)),
        _validity(design, records),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _compared(design: Design, records: Records) -> list[Compared]:
    found = [compare(design, records["claims"], group) for group in design.groups]
    return [group for group in found if group is not None]


def _limits(records: Records) -> dict[str, float]:
    """By group, the price NLL of the best possible predictor; nan where it is not known."""
    return {record.group: record.limit_price_nll for record in records["front"]}


def _table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [titles, ["---"] * len(titles), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def answers(design: Design, records: Records) -> str:
    """What was asked and what was found, as one table: README's, too."""
    compared, found_maps = _compared(design, records), maps(design, records)
    lines = []
    for verdict in verdicts(compared):
        decided = f" {findings.of_claim(verdict.claim, compared)}" if compared else ""
        lines.append([f"({verdict.claim}) {CLAIMS[verdict.claim]}", f"**{verdict.words}.**{decided}"])
    if found_maps:
        failing = sum(found.failures for found in found_maps)
        places = sum(len(found.places) for found in found_maps)
        told = [findings.of_map(found) for found in found_maps]
        if switched := ingredients_of(design, records):
            told.append(findings.of_ingredients(switched))
        where = f"in {failing}" if failing else "nowhere"
        lines.append(
            [
                "where the decoder fails beside a second optimizer",
                f"**{where} of {places} places.** {'; '.join(told)}.",
            ]
        )
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        lines.append(["what price steps cost the decoder", findings.of_periods(turns) + "."])
    if found_fronts := fronts(design, records):
        of_groups = [findings.of_front(group, points) for group, points in found_fronts.items()]
        lines.append(["constant weights against the other ways to train", "; ".join(of_groups) + "."])
    return _table(["asked", "found"], lines)


def _verdicts(table: str) -> str:
    lines = ["## Verdicts", "", table]
    lines += [
        "",
        f"Converged: after {CRITERIA.patience} times its steps the dev sequence NLL ends within "
        f"{100 * CRITERIA.tolerance:g} % of the tuned `seq2seq_only`'s best, and the price's accuracy is "
        "above the majority class's by its exact 95 % interval. A regime converges if the interval of its "
        f"share of converged runs lies above {CRITERIA.share:g}. p of Wilcoxon's signed-rank test on pairs "
        f"by seed, adjusted by Holm, below {CRITERIA.significance:g}.",
    ]
    return "\n".join(lines)


def _claims(compared: Sequence[Compared]) -> str:
    title = "## The claims: every arm tuned, fresh seeds"
    if not compared:
        return f"{title}\n\n{_MISSING.format('claims')}"
    lines = [title, "", "![Delta-m of every arm](claims.png)"]
    for group in compared:
        lines += [
            "",
            f"### {group.group}",
            "",
            findings.of_claims(group) + ".",
            "",
            f"Target: {number(group.against.target)} nats a token on dev, {1 + CRITERIA.tolerance:g} times "
            f"the mean of what `seq2seq_only` comes to in {group.against.steps} steps.",
            "",
            _table(
                ["arm", "chosen", "n", "converged", *(f"{told} to target" for told in AXES.values()),
                 "sequence NLL", "price NLL", "price accuracy", "Delta-m, %", f"less `{BASELINE}`'s", "p"],
                [_arm(arm) for arm in group.arms.values()],
            ),
        ]  # fmt: skip
    lines += [
        "",
        "NLLs and accuracy on the test split, scored once, at the last step: mean and bootstrap 95 % "
        "interval. To target: Kaplan-Meier's median; runs that never arrive are censored at their end.",
    ]
    return "\n".join(lines)


def _arm(arm: Summary) -> list[str]:
    state = {True: "yes", False: "no", None: "open"}[converges(arm)]
    found = share(arm.converged, arm.seeds)
    single = math.isnan(arm.delta.estimate) and arm.arm in ("seq2seq_only", "price_only")
    told = f"{arm.converged}/{arm.seeds} [{found.low:.2f}, {found.high:.2f}] ({state})"
    return [
        f"`{arm.arm}`",
        arm.settings,
        str(arm.seeds),
        "" if single else told,
        *(interval(arm.arrival[axis], 0) for axis in AXES),
        interval(arm.sequence),
        interval(arm.price),
        interval(arm.accuracy),
        "" if single else interval(arm.delta, 1),
        "" if math.isnan(arm.against_baseline.estimate) else interval(arm.against_baseline, 1),
        "" if math.isnan(arm.p) else f"{arm.p:.3f}",
    ]


def _maps(found_maps: Sequence[Map], places: dict[str, Place]) -> str:
    title = "## When does it break?"
    if not found_maps:
        return f"{title}\n\n{_MISSING.format('map')}"
    lines = [title]
    for found in found_maps:
        name = found.axes.optimizer
        lines += ["", f"![{name}](map-{name}.png)", "", findings.of_map(found) + "."]
        worst = max(found.places.items(), key=lambda item: _badness(item[1]))
        meeting, clip, rate, scale = worst[0]
        lines.append(
            f"The sequence's rate is {found.rate:g}. The worst place is {meeting}, price "
            f"{'clipped' if clip else 'unclipped'}, its rate x{rate:g}, its loss x{scale:g}: "
            f"{interval(worst[1].nll, 2)} times the NLL of the decoder alone, {worst[1].near} of "
            f"{worst[1].seeds} decoders arrive, {worst[1].converged} runs converge."
        )
    if places:
        lines += ["", "![ingredients](ingredients.png)", "", findings.of_ingredients(places) + ".", ""]
        lines.append(
            _table(
                ["switched", "sequence NLL / alone", "decoders that arrive", "converged"],
                [_ingredient(places, name) for name in places],
            )
        )
    return "\n".join(lines)


def _badness(place: Place) -> float:
    return math.inf if math.isnan(place.nll.estimate) else place.nll.estimate


def _ingredient(places: dict[str, Place], name: str) -> list[str]:
    place = places[name]
    told = name if name == next(iter(places)) else findings.switched(places, name)
    counts = [share(count, place.seeds) for count in (place.near, place.converged)]
    shares = [
        f"{count}/{place.seeds} [{found.low:.2f}, {found.high:.2f}]"
        for count, found in zip((place.near, place.converged), counts, strict=True)
    ]
    return [told, interval(place.nll, 2) if math.isfinite(place.nll.estimate) else "blown up", *shares]


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
        [title, "![period](period.png)", findings.of_periods(found) + ".", _table(titles, lines)]
    )


def _fronts(found: Mapping[str, Sequence[FrontPoint]]) -> str:
    title = "## The front"
    if not found:
        return f"{title}\n\n{_MISSING.format('front')}"
    parts = [title, "![front](front.png)"]
    for group, points in found.items():
        lines = [[of.name, str(of.seeds), interval(of.sequence), interval(of.price)] for of in points]
        table = _table(["way to train", "n", "sequence NLL", "price NLL"], lines)
        parts += [findings.of_front(group, points) + ".", table]
    return "\n\n".join(parts)


def _validity(design: Design, records: Records) -> str:
    base, runs = design.base, sum(map(len, records.values()))
    diverged = sum(record.end == "diverged" for of_part in records.values() for record in of_part)
    choices = sorted({len(arm.choices) for arm in (*design.regime_arms, *design.method_arms)})
    there = ", ".join(f"{part} {len(records[part])}" for part in PARTS)
    return "\n".join(
        [
            "## Limits of validity",
            "",
            f"- {runs} runs ({there}), of which {diverged} diverged. One layer of {base.size} units, batches "
            f"of {base.batch_size}, sentences of bucket {'x'.join(map(str, base.buckets[0]))}, {base.steps} "
            f"steps in tuning and {CRITERIA.patience * base.steps} after it: small models.",
            f"- Every arm was tuned over {' or '.join(map(str, choices))} choices with "
            f"{len(design.tuning_seeds)} seeds each, on dev; a finer search may order the arms otherwise. "
            "The map tunes the decoder's rate alone.",
            f"- {len(design.seeds)} seeds decide about shares only if nearly all agree; the map has "
            f"{len(design.map_seeds)} a place.",
            "- Seconds were measured beside other runs; a race of updates is one of two threads.",
            "- All numbers come from the CSV files beside this page; the JSON files name the commands and "
            "versions that made them.",
        ]
    )
