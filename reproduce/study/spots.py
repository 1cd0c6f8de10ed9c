"""The map of two optimizers: its places, what its runs are, and the ingredients that are switched."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from reproduce.study.cells import (
    ALONE,
    CONTROLS,
    FINAL,
    INGREDIENTS,
    MAP,
    PRICE_ALONE,
    Cell,
    Records,
    cell,
    decoder_alone,
    tuned,
    tuning_cells,
)
from reproduce.study.design import Choice, Design, MapAxes, Settings, grid
from reproduce.study.records import Record


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


def control(task: str, axes: MapAxes, price_rate: float) -> str:
    """A task alone at one of the price's rates, as rows have it."""
    return f"{task} {axes.optimizer}, rate x{price_rate:g}"


def controls(design: Design, axes: MapAxes, rate: float) -> list[Cell]:
    """Each task alone at every rate that the price has on the map; the price's gradient is not clipped."""
    group = design.groups[0]
    of_task = {ALONE: "learning_rate", PRICE_ALONE: "price_learning_rate"}
    return [
        cell(design, CONTROLS, group, control(task, axes, price_rate), task, Choice(settings), seed)
        for task, name in of_task.items()
        for price_rate in axes.price_rates
        if (task, price_rate) != (ALONE, 1)  # which is the reference
        for settings in [(("optimizer", axes.optimizer), (name, rate * price_rate))]
        for seed in design.map_seeds
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
    """By optimizer: the decoder alone, tuned; two optimizers all over the map; controls. Then ingredients."""
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
        cells += of_optimizer + controls(design, axes, rate)
        whole = whole and all(c.key in have for c in of_optimizer)
    if whole:
        places = [s for start, others in ingredients(design, records["map"]) for s in (start, *others)]
        cells += [
            cell(design, INGREDIENTS, group, place.name, "two_optimizers", Choice(place.settings), seed)
            for place in dict.fromkeys(places)
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


class Switches(NamedTuple):
    """A place, and what it is with one ingredient switched."""

    start: Spot
    switched: tuple[Spot, ...]


def ingredients(design: Design, records: Sequence[Record]) -> tuple[Switches, Switches]:
    """One ingredient switched at a time: in the worst place to the harmless value, in the harmless to any.

    The worst place is that of the first map with the highest mean dev sequence NLL at the end; a run that
    blew up is infinite. The other optimizers are further ingredients, each with its own rate.
    """
    axes, *others = design.maps
    rates = map_rates(design, records)
    best = harmless(axes)
    values = {  # in the map's order, by which equals are told apart
        "meeting": [meeting.name for meeting in axes.meetings],
        "clip": axes.clips,
        "price_rate": axes.price_rates,
        "scale": axes.scales,
    }

    def place(values: Mapping[str, Any], of: MapAxes = axes) -> Spot:
        return spot(replace(of, meetings=axes.meetings), rates[of.optimizer], **values)

    everywhere = [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]
    worst = max(everywhere, key=lambda chosen: _mean_end(records, place(chosen).name))

    def switches(start: Mapping[str, Any], to: Mapping[str, Iterable[Any]]) -> Switches:
        switched = [place({**start, name: value}) for name, of_name in to.items() for value in of_name]
        switched += [place(start, other) for other in others]
        return Switches(place(start), tuple(s for s in switched if s != place(start)))

    return (
        switches(worst, {name: [value] for name, value in best.items()}),
        switches(best, {name: values[name] for name in best}),
    )


def _mean_end(records: Sequence[Record], arm: str) -> float:
    ends = [
        record.last.dev_sequence_nll if record.end == "finished" else math.inf
        for record in records
        if record.stage == MAP and record.arm == arm
    ]
    return float(np.mean(ends))
