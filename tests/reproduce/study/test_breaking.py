"""Places on the map and switched ingredients, on records made by hand."""

import math
from dataclasses import replace

import pytest
from study_records import DESIGN, ending, made_of, point, whole_study

from reproduce.inference import Interval
from reproduce.study import findings
from reproduce.study.breaking import Map, Place, Switched, Switching, ingredients_of, place
from reproduce.study.design import MapAxes
from reproduce.study.evidence import Reference
from reproduce.study.page import page


def test_a_place_on_the_map():
    runs = [ending(1.0), ending(2.0, seed=1), ending(1.0, accuracy=0.2, seed=2)]
    found = place(runs, Reference(1.0, 20))
    assert (found.seeds, found.near, found.converged) == (3, 2, 1)
    assert found.nll.estimate == pytest.approx(4 / 3)
    assert math.isnan(place([*runs, ending(1.0, end="diverged")], Reference(1.0, 20)).nll.estimate)


def test_an_ingredient_is_switched_from_the_worst_place_and_from_the_harmless():
    """Alone and on the map 2, with the large price loss 6 under Adadelta: 3 times, by every seed."""

    def make(cell, random):
        end = 6.0 if "x100" in cell.arm and "adadelta," in cell.arm else 2.0
        return replace(made_of(cell, random), points=(point(0, 9.0), point(4, end), point(8, end)))

    worst, harmless = ingredients_of(DESIGN, whole_study(make=make))
    assert worst.start.nll.estimate == pytest.approx(3.0)
    assert harmless.start.nll.estimate == pytest.approx(1.0)
    mended = {worst.difference(name): found for name, found in worst.switched.items()}
    assert mended["price loss x1"].ratio.estimate == pytest.approx(1 / 3)
    assert mended["updates gated"].ratio.estimate == pytest.approx(1.0)
    assert mended["optimizer adadelta_2016"].ratio.estimate == pytest.approx(1 / 3)
    broken = {harmless.difference(name): found for name, found in harmless.switched.items()}
    assert broken["price loss x100"].ratio.estimate == pytest.approx(3.0)
    assert broken["price loss x100"].place.broken
    assert not broken["updates raced"].place.broken
    assert broken["updates raced"].ratio.estimate == pytest.approx(1.0)


def test_ingredients_are_told_once_all_of_them_have_runs():
    records = whole_study()
    last = next(r for r in reversed(records["map"]) if r.stage == "ingredients")
    short = [r for r in records["map"] if (r.stage, r.arm) != (last.stage, last.arm)]
    text = page(DESIGN, {**records, "map": short})
    assert "ingredients.png" in page(DESIGN, records)
    assert "map-adadelta.png" in text
    assert "ingredient switched" not in text


def switching(start, *losses):
    """From a place with an NLL of `start`, one with each of the others."""
    name = "optimizer a, price rate x1, price loss x1"
    others = [name.replace("rate x1", f"rate x{number + 2}") for number in range(len(losses))]
    places = [Place(10, 0, 0, Interval(nll, nll, nll)) for nll in (start, *losses)]
    switched = [Switched(place, place.nll) for place in places[1:]]
    return Switching(name, places[0], dict(zip(others, switched, strict=True)))


def test_findings_name_the_ingredient():
    nan = math.nan
    told = findings.of_ingredients(switching(5.0, 2.0, 2.1), switching(2.0, 1.9, 2.1, nan))
    assert told == (
        "One ingredient switched: what breaks the harmless place: price rate x3; price rate x4; "
        "what mends the worst place: price rate x2 (n = 10)"
    )
    told = findings.of_ingredients(switching(nan, nan), switching(1.0, 1.0))
    assert "nothing breaks the harmless place; nothing mends the worst place (" in told
    assert "the harmless place is broken, too" in findings.of_ingredients(switching(5.0), switching(5.0, 1.0))
    assert "worst place the decoder is not broken" in findings.of_ingredients(switching(2.0), switching(1.0))


def test_findings_tell_where_the_map_breaks():
    """In four places of eight, all those with the larger price rate; late in two more."""
    axes = MapAxes("sgd", (1.0,), (1.0, 10.0), (1.0, 100.0), (False, True))
    places = {}
    for clip in axes.clips:
        for rate in axes.price_rates:
            for scale in axes.scales:
                nll = 1.0 if rate == 1 else 3.0
                near = 3 if rate == 1 and scale == 1 else 1
                places["raced", clip, rate, scale] = Place(3, near, near, Interval(nll, nll, nll))
    found = Map(axes, 1.0, Reference(1.0, 20), places)
    assert "in 6 of 8 places at most half" in findings.of_map(found)
    assert (
        "in 4 they end above 2 times the NLL that the decoder alone has in half the steps (n = 3)"
        in findings.of_map(found)
    )
    assert findings.of_breaking(found) == (
        "Above 2 times: price rate x1 0/4, x10 4/4; price loss x1 2/4, x100 2/4; "
        "price unclipped 2/4, clipped 2/4; updates raced 4/8"
    )
