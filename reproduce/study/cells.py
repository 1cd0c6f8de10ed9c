"""Which runs a part of the study takes, as far as what is there allows to say: choices follow from tuning.

Every function is pure: from a design and the records of all parts to cells. Asked again when more records
are there, it gives the same cells and those that they lead to.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from reproduce.config import CRITERIA, ExperimentConfig
from reproduce.experiment import Run
from reproduce.inference import delta_m
from reproduce.parameters import format_parameters
from reproduce.study.design import BASELINE, Arm, Choice, Design, Group, MapAxes, Settings, grid
from reproduce.study.records import Record

Records = Mapping[str, Sequence[Record]]  # by part

TUNING, FINAL, MAP, INGREDIENTS = "tuning", "final", "map", "ingredients"
ALONE = "seq2seq_only"


@dataclass(frozen=True)
class Cell:
    """One run of the study. `tested`: its last weights are scored on the test split."""

    stage: str
    group: str
    arm: str
    settings: Settings
    config: ExperimentConfig
    run: Run
    tested: bool = False

    @property
    def key(self) -> str:
        """What names its lines and its folder; another config or method has another key."""
        told = [self.config.as_json(), self.run.regime, self.run.label, self.tested]
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
        words = f"{self.stage} {self.group} {self.arm} {digest} seed{self.run.seed}"
        return "".join(c if c.isalnum() or c in "_.@" else "-" for c in words)

    @property
    def told(self) -> str:
        """The settings in which the arms and choices of a part differ."""
        return format_parameters(dict(self.settings))


def cell(
    design: Design,
    stage: str,
    group: Group,
    name: str,
    regime: str,
    choice: Choice,
    seed: int,
) -> Cell:
    """A run of `choice`; longer than a tuning run, unless it is one."""
    steps = design.base.steps * (1 if stage == TUNING else CRITERIA.patience)
    config = replace(design.base, corpus=group.corpus, cell=group.cell, steps=steps, **dict(choice.settings))
    run = Run(regime, seed, choice.method)
    return Cell(stage, group.name, name, choice.settings, config, run)


def tuning_cells(design: Design, group: Group, arm: Arm) -> list[Cell]:
    """Every choice of an arm with every tuning seed."""
    return [
        cell(design, TUNING, group, arm.name, arm.regime, choice, seed)
        for choice in arm.choices
        for seed in design.tuning_seeds
    ]


def choose(
    design: Design, group: Group, arm: Arm, records: Sequence[Record], alone: Mapping[str, float]
) -> Choice | None:
    """The choice with the lowest score, the first of equals; None while tuning runs are missing.

    The score is the mean over the tuning seeds, at the last step on dev, of Delta-m: of the arm's tasks, each
    against `alone`, the best NLL that its own single-task arm came to in tuning. Of one task that is the
    order of its NLL. A run that blew up makes a score infinite.
    """
    by_key = {record.key: record for record in records}
    scores = []
    for choice in arm.choices:
        cells = tuning_cells(design, group, arm._replace(choices=(choice,)))
        found = [by_key[c.key] for c in cells if c.key in by_key]
        if len(found) < len(cells):
            return None
        of_seeds = [_score(record, {task: alone[task] for task in arm.tasks}) for record in found]
        scores.append(float(np.mean(of_seeds)))
    return arm.choices[int(np.argmin(scores))]


def _score(record: Record, alone: Mapping[str, float]) -> float:
    found = delta_m({task: record.last.value(f"dev_{task}_nll") for task in alone}, alone)
    return found if record.end == "finished" and math.isfinite(found) else math.inf


def tuned(design: Design, group: Group, arms: Sequence[Arm], records: Sequence[Record]) -> dict[str, Choice]:
    """What is chosen for each arm of a group, as far as its tuning and the single tasks' is there."""
    chosen: dict[str, Choice] = {}
    alone: dict[str, float] = {}
    for arm in sorted(arms, key=lambda arm: len(arm.tasks)):  # single tasks first
        against = alone if len(arm.tasks) > 1 else dict.fromkeys(arm.tasks, 1.0)
        if not set(arm.tasks) <= set(against):
            continue
        choice = choose(design, group, arm, records, against)
        if choice is None:
            continue
        chosen[arm.name] = choice
        if len(arm.tasks) == 1:
            (task,) = arm.tasks
            keys = {c.key for c in tuning_cells(design, group, arm._replace(choices=(choice,)))}
            alone[task] = float(np.mean([r.last.value(f"dev_{task}_nll") for r in records if r.key in keys]))
    return chosen


def arms_of(design: Design, group: Group) -> tuple[Arm, ...]:
    """The arms that are compared within a group."""
    return design.regime_arms + (design.method_arms if group in design.method_groups else ())


def claims(design: Design, records: Records) -> list[Cell]:
    """Every arm tuned; what is chosen with fresh seeds, and then on the test split."""
    cells = []
    for group in design.groups:
        arms = arms_of(design, group)
        chosen = tuned(design, group, arms, records["claims"])
        for arm in arms:
            cells += tuning_cells(design, group, arm)
            if arm.name in chosen:
                finals = [
                    cell(design, FINAL, group, arm.name, arm.regime, chosen[arm.name], seed)
                    for seed in design.seeds
                ]
                cells += [replace(final, tested=True) for final in finals]
    return cells


def decoder_alone(axes: MapAxes) -> Arm:
    """The decoder alone under an optimizer, tuned over its learning rate."""
    choices = grid(optimizer=(axes.optimizer,), learning_rate=axes.rates)
    return Arm(f"{ALONE} {axes.optimizer}", ALONE, choices, ("sequence",))


class Spot(NamedTuple):
    """A place on the map: two optimizers with these ingredients, each with its value in words."""

    ingredients: tuple[tuple[str, str], ...]
    settings: Settings

    @property
    def name(self) -> str:
        """As rows have it."""
        return ", ".join(f"{name} {value}" for name, value in self.ingredients)


def spot(axes: MapAxes, rate: float, price_rate: float, scale: float, clip: bool, meeting: str) -> Spot:
    """The place with these ingredients; the price's rate is a multiple of the sequence's `rate`."""
    how = next(m for m in axes.meetings if m.name == meeting)
    return Spot(
        (
            ("optimizer", axes.optimizer),
            ("price rate", f"x{price_rate:g}"),
            ("price loss", f"x{scale:g}"),
            ("price", "clipped" if clip else "unclipped"),
            ("updates", meeting),
        ),
        (
            ("optimizer", axes.optimizer),
            ("learning_rate", rate),
            ("price_learning_rate", rate * price_rate),
            ("price_weight", scale),
            ("clip_price_gradients", clip),
            *how.settings,
        ),
    )


def spots(axes: MapAxes, rate: float) -> list[Spot]:
    """Every place under one optimizer."""
    return [
        spot(axes, rate, price_rate, scale, clip, meeting.name)
        for meeting in axes.meetings
        for clip in axes.clips
        for price_rate in axes.price_rates
        for scale in axes.scales
    ]


def map_rates(design: Design, records: Sequence[Record]) -> dict[str, float]:
    """By optimizer, the learning rate that suits the decoder alone, as far as it is known."""
    found = {}
    for axes in design.maps:
        arm = decoder_alone(axes)
        chosen = tuned(design, design.groups[0], [arm], records).get(arm.name)
        if chosen:
            found[axes.optimizer] = float(dict(chosen.settings)["learning_rate"])
    return found


def map_cells(design: Design, records: Records) -> list[Cell]:
    """The decoder alone under each optimizer, tuned; two optimizers all over the map; its ingredients."""
    group, cells, whole = design.groups[0], [], True
    rates = map_rates(design, records["map"])
    have = {record.key for record in records["map"]}
    for axes in design.maps:
        arm = decoder_alone(axes)
        cells += tuning_cells(design, group, arm)
        if axes.optimizer not in rates:
            whole = False
            continue
        rate = rates[axes.optimizer]
        alone = grid(optimizer=(axes.optimizer,), learning_rate=(rate,))[0]
        of_optimizer = [cell(design, FINAL, group, arm.name, ALONE, alone, seed) for seed in design.seeds] + [
            cell(design, MAP, group, place.name, "two_optimizers", Choice(place.settings), seed)
            for place in spots(axes, rate)
            for seed in design.map_seeds
        ]
        cells += of_optimizer
        whole = whole and all(c.key in have for c in of_optimizer)
    if whole:
        cells += [
            cell(design, INGREDIENTS, group, place.name, "two_optimizers", Choice(place.settings), seed)
            for place in ingredients(design, records["map"])
            for seed in design.seeds
        ]
    return cells


def harmless(axes: MapAxes) -> dict[str, object]:
    """The values of the ingredients from which nothing is expected, of those on the axes."""

    def nearest(values: Iterable[float]) -> float:
        return min(values, key=lambda value: abs(math.log(value)))

    names = [meeting.name for meeting in axes.meetings]
    return {
        "price_rate": nearest(axes.price_rates),
        "scale": nearest(axes.scales),
        "clip": max(axes.clips),
        "meeting": "gated" if "gated" in names else names[0],
    }


def ingredients(design: Design, records: Sequence[Record]) -> list[Spot]:
    """From the worst place of the first map, one ingredient switched at a time, to the harmless one.

    The worst is that with the highest mean dev sequence NLL at the end; a run that blew up is infinite.
    The other optimizers are further ingredients: each with its own rate, and else as the worst place.
    """
    axes, *others = design.maps
    rates = map_rates(design, records)
    rate = rates[axes.optimizer]
    places = {
        spot(axes, rate, price_rate, scale, clip, meeting.name).name: {
            "price_rate": price_rate,
            "scale": scale,
            "clip": clip,
            "meeting": meeting.name,
        }
        for meeting in axes.meetings
        for clip in axes.clips
        for price_rate in axes.price_rates
        for scale in axes.scales
    }
    worst = places[max(places, key=lambda name: _mean_end(records, name))]
    best = harmless(axes)
    switched = [worst, *({**worst, name: value} for name, value in best.items()), best]
    found = [spot(axes, rate, **values) for values in switched]  # type: ignore[arg-type]
    for other in others:
        theirs = replace(other, meetings=axes.meetings)
        found.append(spot(theirs, rates[other.optimizer], **worst))  # type: ignore[arg-type]
    return list({place.name: place for place in found}.values())


def _mean_end(records: Sequence[Record], arm: str) -> float:
    ends = [
        record.last.dev_sequence_nll if record.end == "finished" else math.inf
        for record in records
        if record.stage == MAP and record.arm == arm
    ]
    return float(np.mean([end if math.isfinite(end) else math.inf for end in ends]))


PERIOD_KINDS: Mapping[str, str] = {
    "everything": "price steps train encoder and price",
    "head": "price steps train the head alone",
    "nothing": "price steps train nothing",
}


def period_arm(period: int, kind: str) -> str:
    """As rows have it."""
    return f"period {period}, {kind}"


def period(design: Design, records: Records) -> list[Cell]:
    """The decoder alone, tuned; then alternating with its rate, by period and by what price steps train."""
    group = design.groups[0]
    arm = decoder_alone(design.maps[0])
    cells = tuning_cells(design, group, arm)
    chosen = tuned(design, group, [arm], records["period"]).get(arm.name)
    if chosen is None:
        return cells
    rate = dict(chosen.settings)["learning_rate"]
    cells += [cell(design, FINAL, group, ALONE, ALONE, chosen, seed) for seed in design.seeds]
    for length in design.periods:
        for kind in PERIOD_KINDS:
            settings = (
                *chosen.settings,
                ("price_learning_rate", rate),
                ("price_period", length),
                ("price_trains", kind),
            )
            cells += [
                cell(design, FINAL, group, period_arm(length, kind), "alternating", Choice(settings), seed)
                for seed in design.seeds
            ]
    return cells


def front(design: Design, records: Records) -> list[Cell]:
    """Constant weights over their whole range, with the other settings that the baseline was tuned to.

    The methods' points are the final runs of `claims`, without whose tuning there are no cells.
    """
    group = design.method_groups[0]
    chosen = tuned(design, group, arms_of(design, group), records["claims"]).get(BASELINE)
    if chosen is None:
        return []
    return [
        replace(
            cell(
                design,
                FINAL,
                group,
                f"price weight {weight:g}",
                "joint",
                chosen._replace(method=f"{BASELINE}:weights=1.0/{weight:g}"),
                seed,
            ),
            tested=True,
        )
        for weight in design.weights
        for seed in design.seeds
    ]


class Part(NamedTuple):
    """A part of the study: a line for readers, and its cells."""

    description: str
    cells: Callable[[Design, Records], list[Cell]]


PARTS: Mapping[str, Part] = {
    "claims": Part("every regime and method, tuned, on fresh seeds", claims),
    "map": Part("where two optimizers break, and by which ingredient", map_cells),
    "period": Part("what the price steps of alternating cost the decoder", period),
    "front": Part("sequence NLL against price NLL by constant weights", front),
}
