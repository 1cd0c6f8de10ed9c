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
from reproduce.study.spots import Switches, ingredients, map_rates, spot

BROKEN = 2.0  # times the reference's NLL, which is of half the steps; the heat maps end there, too


class Place(NamedTuple):
    """A place on the map."""

    seeds: int
    near: int  # runs whose decoder ends within the tolerance
    converged: int
    nll: Interval  # dev sequence NLL at the end, relative to the reference; nan if a run has blown up

    @property
    def broken(self) -> bool:
        """Whether that is beyond any delay."""
        return not self.nll.estimate <= BROKEN


def place(records: Sequence[Record], against: Reference) -> Place:
    """The runs of one place."""
    return Place(
        len(records),
        sum(near(record, against) for record in records),
        sum(converged(record, against) for record in records),
        mean_interval([_end(record, against) for record in records]),
    )


class Map(NamedTuple):
    """What became of two optimizers under one optimizer, by (meeting, clipped), price rate and scale."""

    axes: MapAxes
    rate: float
    against: Reference
    places: Mapping[tuple[str, bool, float, float], Place]

    def late(self) -> int:
        """In how many places at most half of the seeds' decoders end within the tolerance."""
        return sum(2 * found.near <= found.seeds for found in self.places.values())

    def broken(self, axis: int | None = None, value: object = None) -> tuple[int, int]:
        """How many places are broken, and of how many: all, or those whose key has `value` at `axis`."""
        found = [place for key, place in self.places.items() if axis is None or key[axis] == value]
        return sum(place.broken for place in found), len(found)


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


class Switched(NamedTuple):
    """A place in which one ingredient is another than where it is switched from."""

    place: Place
    ratio: Interval  # of the decoder's NLL, relative to its reference, to that at the start, by seed


class Switching(NamedTuple):
    """A place, and others that differ from it by one ingredient, by name."""

    name: str
    start: Place
    switched: Mapping[str, Switched]

    def difference(self, name: str) -> str:
        """In which ingredient a place differs."""
        start = self.name.split(", ")
        return " and ".join(part for part in name.split(", ") if part not in start)


def ingredients_of(design: Design, records: Records) -> tuple[Switching, Switching] | None:
    """From the worst place, and from the harmless one.

    None until all of these runs are there: what mends or breaks is told from all of them.
    """
    of_stage = [record for record in records["map"] if record.stage == INGREDIENTS]
    if not of_stage:
        return None
    found = ingredients(design, records["map"])
    runs, against = {}, {}
    for spot_ in {one for start, others in found for one in (start, *others)}:
        runs[spot_.name] = of_arm(of_stage, spot_.name, INGREDIENTS)
        optimizer = str(dict(spot_.settings)["optimizer"])
        against[spot_.name] = reference(of_arm(records["map"], f"{ALONE} {optimizer}"))
    if any(len(of_place) < len(design.seeds) for of_place in runs.values()):
        return None

    def switch(start: str, name: str) -> Switched:
        old, new = ({record.seed: _end(record, against[of]) for record in runs[of]} for of in (start, name))
        ratio = mean_interval([new[seed] / old[seed] for seed in design.seeds])
        return Switched(place(runs[name], against[name]), ratio)

    def switching(of: Switches) -> Switching:
        start = of.start.name
        others = {spot_.name: switch(start, spot_.name) for spot_ in of.switched}
        return Switching(start, place(runs[start], against[start]), others)

    worst, harmless = found
    return switching(worst), switching(harmless)


def _end(record: Record, against: Reference) -> float:
    return record.last.dev_sequence_nll / against.nll if record.end == "finished" else math.nan
