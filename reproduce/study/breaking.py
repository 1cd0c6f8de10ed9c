"""Where two optimizers break: places on the map, and what switching one ingredient does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reproduce.inference import Interval, holm, mean_interval, mean_range, signed_rank
from reproduce.study.cells import ALONE, CONTROLS, FINAL, INGREDIENTS, MAP, PRICE_ALONE, Records
from reproduce.study.design import Design, MapAxes
from reproduce.study.evidence import Reference, converged, log_ratio, near, of_arm, price_learned, reference
from reproduce.study.records import Record
from reproduce.study.spots import Switches, control, ingredients, map_rates, spot

BROKEN = 2.0  # times the reference's NLL, which is of half the steps; the heat maps end there, too


Interpret = Callable[[Sequence[float]], Interval]  # of the values of all seeds


class Place(NamedTuple):
    """What became of some runs, on dev at the end."""

    seeds: int
    near: int  # runs whose decoder ends within the tolerance
    learned: int  # runs whose price is learned
    converged: int
    nll: Interval  # of the sequence, relative to the reference; nan if a run has blown up
    accuracy: Interval  # of the price

    @property
    def arrives(self) -> bool:
        """Whether most of the decoders end within the tolerance."""
        return 2 * self.near > self.seeds

    @property
    def broken(self) -> bool:
        """Whether that is beyond any delay."""
        return not self.nll.estimate <= BROKEN

    @property
    def sound(self) -> bool:
        """Whether the decoder is not broken, and most prices are learned."""
        return not self.broken and 2 * self.learned > self.seeds


def place(records: Sequence[Record], against: Reference, interpret: Interpret) -> Place:
    """The runs of one place."""
    return Place(
        len(records),
        sum(near(record, against) for record in records),
        sum(price_learned(record) for record in records),
        sum(converged(record, against) for record in records),
        interpret([_end(record, against) for record in records]),
        interpret([record.last.dev_price_accuracy for record in records]),
    )


class Counts(NamedTuple):
    """Of some places."""

    arriving: int
    broken: int
    places: int


class Map(NamedTuple):
    """What became of two optimizers under one optimizer, by (meeting, clipped), price rate and scale.

    Places are of few seeds: their intervals are ranges. `alone`: each task alone at each of the price's
    rates, by (task, price rate), as far as there are runs.
    """

    axes: MapAxes
    rate: float
    against: Reference
    places: Mapping[tuple[str, bool, float, float], Place]
    alone: Mapping[tuple[str, float], Place] = {}

    def counts(self, axis: int, value: object) -> Counts:
        """Of the places whose key has `value` at `axis`."""
        found = [place for key, place in self.places.items() if key[axis] == value]
        return Counts(sum(place.arrives for place in found), sum(place.broken for place in found), len(found))

    @property
    def nearest_to_the_post(self) -> tuple[str, bool, float, float]:
        """The place that is nearest to what was done in 2016: unordered, unclipped, nothing scaled."""
        return min(
            self.places,
            key=lambda key: (key[0] != "raced", key[1], abs(math.log(key[2])), abs(math.log(key[3]))),
        )


def maps(design: Design, records: Records) -> list[Map]:
    """The maps whose every place has all of its runs."""
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
        if all(len(of_place) == len(design.map_seeds) for of_place in runs.values()):
            places = {key: place(of_place, against, mean_range) for key, of_place in runs.items()}
            found.append(Map(axes, rate, against, places, _alone(design, records, axes, against)))
    return found


def _alone(
    design: Design, records: Records, axes: MapAxes, against: Reference
) -> dict[tuple[str, float], Place]:
    """The controls of a map; those of the decoder at its own rate are the first of the reference's runs."""
    found = {}
    for task in (ALONE, PRICE_ALONE):
        for price_rate in axes.price_rates:
            runs = of_arm(records["map"], control(task, axes, price_rate), CONTROLS)
            if (task, price_rate) == (ALONE, 1):
                final = of_arm(records["map"], f"{ALONE} {axes.optimizer}", FINAL)
                runs = [run for run in final if run.seed in design.map_seeds]
            if len(runs) == len(design.map_seeds):
                found[task, price_rate] = place(runs, against, mean_range)
    return found


class Switched(NamedTuple):
    """A place in which one ingredient is another than where it is switched from."""

    place: Place
    ratio: Interval  # of the decoder's NLL, relative to its reference, to that at the start, by seed
    rise: float  # the median of its logarithms; what blew up is the worst
    p: float  # of their being 0, adjusted by Holm over the places


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
    if not of_stage or len(maps(design, records)) < len(design.maps):
        return None
    found = ingredients(design, records["map"])
    runs, against = {}, {}
    for spot_ in {one for start, others in found for one in (start, *others)}:
        runs[spot_.name] = of_arm(of_stage, spot_.name, INGREDIENTS)
        optimizer = str(dict(spot_.settings)["optimizer"])
        against[spot_.name] = reference(of_arm(records["map"], f"{ALONE} {optimizer}"))
    if any(len(of_place) < len(design.seeds) for of_place in runs.values()):
        return None

    def ended(name: str) -> Place:
        return place(runs[name], against[name], mean_interval)

    def switching(of: Switches) -> Switching:
        names = [other.name for other in of.switched]
        first, *ends = (
            [_end(record, against[name]) for record in runs[name]] for name in (of.start.name, *names)
        )
        rises = [
            [log_ratio(_worst(b), _worst(a)) for a, b in zip(first, of_seeds, strict=True)]
            for of_seeds in ends
        ]
        p = holm({name: signed_rank(rise) for name, rise in zip(names, rises, strict=True)})
        others = {
            name: Switched(
                ended(name),
                mean_interval([b / a for a, b in zip(first, of_seeds, strict=True)]),
                float(np.median(rise)),
                p[name],
            )
            for name, of_seeds, rise in zip(names, ends, rises, strict=True)
        }
        return Switching(of.start.name, ended(of.start.name), others)

    worst, harmless = found
    return switching(worst), switching(harmless)


def _worst(end: float) -> float:
    return math.inf if math.isnan(end) else end


def _end(record: Record, against: Reference) -> float:
    return record.last.dev_sequence_nll / against.nll if record.end == "finished" else math.nan
