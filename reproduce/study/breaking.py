"""Where two optimizers break: places on the map, and what switching one ingredient does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reproduce.inference import Interval, mean_interval
from reproduce.study.cells import ALONE, INGREDIENTS, MAP, Records
from reproduce.study.design import Design, MapAxes
from reproduce.study.evidence import (
    Reference,
    converged,
    near,
    of_arm,
    reference,
)
from reproduce.study.records import Record
from reproduce.study.spots import ingredients, map_rates, spot


class Place(NamedTuple):
    """A place on the map."""

    seeds: int
    near: int  # runs whose decoder ends within the tolerance
    converged: int
    nll: Interval  # dev sequence NLL at the end, relative to the reference; nan if a run has blown up


def place(records: Sequence[Record], against: Reference) -> Place:
    """The runs of one place."""
    ends = [
        record.last.dev_sequence_nll / against.nll if record.end == "finished" else math.nan
        for record in records
    ]
    return Place(
        len(records),
        sum(near(record, against) for record in records),
        sum(converged(record, against) for record in records),
        mean_interval(ends),
    )


class Map(NamedTuple):
    """What became of two optimizers under one optimizer, by (meeting, clipped), price rate and scale."""

    axes: MapAxes
    rate: float
    against: Reference
    places: Mapping[tuple[str, bool, float, float], Place]

    @property
    def failures(self) -> int:
        """Places in which at most half of the seeds' decoders end within the tolerance."""
        return sum(2 * found.near <= found.seeds for found in self.places.values())


def maps(design: Design, records: Records) -> list[Map]:
    """The maps whose every place has runs."""
    found = []
    rates = map_rates(design, records["map"])
    for axes in design.maps:
        alone = of_arm(records["map"], f"{ALONE} {axes.optimizer}")
        if axes.optimizer not in rates or not alone:
            continue
        against, rate = reference(alone), rates[axes.optimizer]
        runs = {
            (meeting.name, clip, price_rate, scale): of_arm(
                records["map"], spot(axes, rate, price_rate, scale, clip, meeting.name).name, MAP
            )
            for meeting in axes.meetings
            for clip in axes.clips
            for price_rate in axes.price_rates
            for scale in axes.scales
        }
        if all(runs.values()):
            places = {key: place(of_place, against) for key, of_place in runs.items()}
            found.append(Map(axes, rate, against, places))
    return found


def ingredients_of(design: Design, records: Records) -> dict[str, Place]:
    """By place: the worst first, then with one ingredient switched, the harmless, under other optimizers.

    Empty unless every one of these places has runs: what mends the worst is told from all of them.
    """
    of_stage = [record for record in records["map"] if record.stage == INGREDIENTS]
    found: dict[str, Place] = {}
    for spot_ in ingredients(design, records["map"]) if of_stage else ():
        optimizer = str(dict(spot_.settings)["optimizer"])
        against = reference(of_arm(records["map"], f"{ALONE} {optimizer}"))
        runs = of_arm(of_stage, spot_.name, INGREDIENTS)
        if not runs:
            return {}
        found[spot_.name] = place(runs, against)
    return found
