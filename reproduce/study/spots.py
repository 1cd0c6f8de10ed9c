"""The map of two optimizers: its places, what its runs are, and the ingredients that are switched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reproduce.study.cells import (
    ALONE,
    FINAL,
    INGREDIENTS,
    MAP,
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
    return float(np.mean(ends))
