"""Places on the map and switched ingredients, on records made by hand."""

import math
from dataclasses import replace

import pytest
from study_records import DESIGN, ending, made_of, point, whole_study

from reproduce.inference import Interval, mean_range
from reproduce.study import findings
from reproduce.study.breaking import Map, Place, Switched, Switching, ingredients_of, maps, place
from reproduce.study.design import MapAxes
from reproduce.study.evidence import Reference
from reproduce.study.page import page


def test_a_place_on_the_map():
    runs = [ending(1.0), ending(2.0, seed=1), ending(1.0, accuracy=0.2, seed=2)]
    found = place(runs, Reference(1.0, 20), mean_range)
    assert (found.seeds, found.near, found.learned, found.converged) == (3, 2, 2, 1)
    assert found.nll == pytest.approx((4 / 3, 1.0, 2.0))
    assert found.accuracy == pytest.approx((2 / 3, 0.2, 0.9))
    assert found.arrives
    assert not place(runs[1:], Reference(1.0, 20), mean_range).arrives  # one of two is not most
    blown = place([*runs, ending(1.0, end="diverged")], Reference(1.0, 20), mean_range)
    assert math.isnan(blown.nll.estimate)
    assert blown.broken


def test_a_map_is_of_places_that_have_all_of_their_runs():
    records = whole_study()
    (first, _) = maps(DESIGN, records)
    assert [found.axes.optimizer for found in maps(DESIGN, records)] == ["adadelta", "adadelta_2016"]
    assert {place.seeds for place in first.places.values()} == {len(DESIGN.map_seeds)}
    more = replace(DESIGN, map_seeds=(0, 1))
    assert maps(more, records) == []
    assert len(maps(more, whole_study(more))) == 2


def test_controls_are_each_task_alone_at_the_prices_rates():
    """The decoder at its own rate is the reference's own runs, of the map's seeds."""
    axes = replace(DESIGN.maps[0], price_rates=(1.0, 10.0))
    design = replace(DESIGN, maps=(axes,), map_seeds=(1,))

    def make(cell, random):
        if cell.stage == "controls":
            value = {"seq2seq_only adadelta, rate x10": 6.0}.get(cell.arm, 3.0)
            accuracy = 0.7 if cell.arm.endswith("x1") else 0.4
            return replace(made_of(cell, random), points=(point(0, 9.0), point(8, value, accuracy=accuracy)))
        end = 2.0 if cell.stage != "final" or cell.run.seed == 1 else 4.0
        return replace(made_of(cell, random), points=(point(0, 9.0), point(4, 3.0), point(8, end)))

    records = whole_study(design, make=make)
    settings = {r.arm: r.settings for r in records["map"] if r.stage == "controls"}
    assert settings == {
        "seq2seq_only adadelta, rate x10": "learning_rate=10.0,optimizer=adadelta",
        "price_only adadelta, rate x1": "optimizer=adadelta,price_learning_rate=1.0",
        "price_only adadelta, rate x10": "optimizer=adadelta,price_learning_rate=10.0",
    }
    (found,) = maps(design, records)
    assert findings.of_controls(found) == (
        "Each task alone at x1 and x10 of the sequence's rate: the decoder ends at 0.67 [0.67, 0.67] and "
        "2.00 [2.00, 2.00] times the mark, the price at an accuracy of 0.70 [0.70, 0.70] and 0.40 [0.40, "
        "0.40] (n = 1)"
    )
    assert findings.of_controls(found._replace(alone={})) == ""


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
    # Two seeds to one side: 2 / 2^2, and the worst of the family; no difference at all is 1.
    assert broken["price loss x100"].p == pytest.approx(min(1.0, len(broken) * 0.5))
    assert broken["updates raced"].p == 1.0


def test_what_blows_up_is_the_worst_switch():
    def make(cell, random):
        made = replace(made_of(cell, random), points=(point(0, 9.0), point(4, 2.0), point(8, 2.0)))
        return replace(made, end="diverged") if "x100" in cell.arm else made

    design = replace(DESIGN, seeds=tuple(range(8)))
    worst, harmless = ingredients_of(design, whole_study(design, make=make))
    assert worst.start.broken
    found = next(of for name, of in harmless.switched.items() if "x100" in name)
    assert math.isnan(found.ratio.estimate)
    assert found.p == pytest.approx(len(harmless.switched) * 2 / 2**8)
    assert "higher: price loss x100 (blown up); lower: none" in findings.of_switches(harmless)
    assert findings.of_switches(worst).startswith("higher: none; lower: price loss x1 (blown up)")


def test_ingredients_are_told_once_all_of_them_have_runs():
    records = whole_study()
    last = next(r for r in reversed(records["map"]) if r.stage == "ingredients")
    short = [r for r in records["map"] if (r.stage, r.arm) != (last.stage, last.arm)]
    text = page(DESIGN, {**records, "map": short})
    assert "ingredients.png" in page(DESIGN, records)
    assert "map-adadelta.png" in text
    assert "ingredient switched" not in text


def some_place(nll, seeds, arriving, learned=0):
    at = Interval(nll, nll, nll)
    return Place(seeds, arriving, learned, min(arriving, learned), at, at)


def switching(start, *losses):
    """From a place with an NLL of `start`, one with each of the others."""
    name = "optimizer a, price rate x1, price loss x1"
    others = [name.replace("rate x1", f"rate x{number + 2}") for number in range(len(losses))]
    places = [some_place(nll, 10, 0) for nll in (start, *losses)]
    switched = [Switched(place, place.nll, math.log(place.nll.estimate), math.nan) for place in places[1:]]
    return Switching(name, places[0], dict(zip(others, switched, strict=True)))


def test_findings_name_the_ingredient():
    nan = math.nan
    worst = switching(5.0, 2.0, 2.1, 1.0)
    learned = {name: of for name, of in worst.switched.items() if "x2" in name}
    learned = {name: of._replace(place=of.place._replace(learned=6)) for name, of in learned.items()}
    worst = worst._replace(switched=worst.switched | learned)
    told = findings.of_ingredients(worst, switching(2.0, 1.9, 2.1, nan))
    assert told == (
        "One ingredient switched: what breaks the harmless place: price rate x3; price rate x4; "
        "what mends the worst place: price rate x2 (n = 10)"
    )
    told = findings.of_ingredients(switching(nan, nan), switching(1.0, 1.0))
    assert "what breaks the harmless place: nothing; what mends the worst place: nothing (" in told
    assert "the harmless place is broken, too" in findings.of_ingredients(switching(5.0), switching(5.0, 1.0))
    assert "worst place the decoder is not broken" in findings.of_ingredients(switching(2.0), switching(1.0))


def test_findings_tell_switches_beyond_chance():
    found = switching(1.0, 2.0, 0.5, 3.0)
    p = iter((0.01, 0.04, 0.06))
    switched = {name: of._replace(p=next(p)) for name, of in found.switched.items()}
    assert findings.of_switches(found._replace(switched=switched)) == (
        "higher: price rate x2 (2.00 [2.00, 2.00]); lower: price rate x3 (0.50 [0.50, 0.50])"
    )


def some_map():
    """Broken in four places of eight, those with the larger price rate; late in two more of the smaller."""
    axes = MapAxes("sgd", (1.0,), (1.0, 10.0), (1.0, 100.0), (False, True))
    places = {
        ("raced", clip, rate, scale): some_place(
            1.0 if rate == 1 else 3.0 + clip, 3, 3 if rate == scale == 1 else 1, learned=int(not clip)
        )
        for clip in axes.clips
        for rate in axes.price_rates
        for scale in axes.scales
    }
    return Map(axes, 1.0, Reference(1.0, 20), places)


def test_findings_tell_where_the_map_breaks():
    found = some_map()
    assert findings.of_map(found) == (
        "sgd, by the price's rate: most decoders arrive in 2 of 4 places at x1 and 0 of 4 at x10; the NLL "
        "ends above 2 times that of the decoder alone in half the steps in 0 and 4 (n = 3)"
    )
    assert findings.of_breaking(found) == (
        "By the other ingredients, arriving and above 2 times: price loss x1 2 and 2 of 4, price loss x100 "
        "0 and 2 of 4, price unclipped 1 and 2 of 4, price clipped 1 and 2 of 4; in 4 of 8 no run learns "
        "a price"
    )


def test_the_place_that_is_nearest_to_the_post():
    found = some_map()
    assert found.nearest_to_the_post == ("raced", False, 1.0, 1.0)
    assert findings.of_place(("raced", True, 10.0, 1.0), found.places["raced", True, 10.0, 1.0]) == (
        "raced, price clipped, its rate x10, its loss x1: 4.00 [4.00, 4.00] times the mark, 1 of 3 decoders "
        "arrive, 0 of 3 runs converge"
    )
