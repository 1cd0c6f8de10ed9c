"""README's words about the study: every number of its list is one of the committed rows."""

from pathlib import Path

import pytest

from reproduce.config import CRITERIA
from reproduce.study.answers import answers, swept_of
from reproduce.study.breaking import ingredients_of, maps
from reproduce.study.cells import ALONE, PRICE_ALONE
from reproduce.study.claims import compare_all, methods_at_state, tally
from reproduce.study.design import BASELINE, DESIGNS
from reproduce.study.findings import ended, interval, number
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.runs import records_of
from reproduce.study.turns import against_idle, periods

ROOT = Path(__file__).parents[3]
DESIGN = DESIGNS["default"]


@pytest.fixture(scope="module")
def records():
    return records_of(ROOT / "results/study")


@pytest.fixture(scope="module")
def told():
    """The section, its lines joined."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text[text.index("## The study\n") : text.index("## What was measured\n")]


def converged(groups, arm):
    runs = [group.arms[arm] for group in groups if arm in group.arms]
    return f"{sum(run.converged for run in runs)} of {sum(run.seeds for run in runs)}"


def span(values, digits=2):
    return f"{number(min(values), digits)} to {number(max(values), digits)}"


def test_the_table_is_that_of_the_rows(records, told):
    assert answers(DESIGN, records) in told


def test_what_is_told_of_the_claims(records, told):
    groups = compare_all(DESIGN, records)
    chosen = [dict(pair.split("=") for pair in g.arms["two_optimizers"].settings.split(",")) for g in groups]
    times = [float(of["price_learning_rate"]) / float(of["learning_rate"]) for of in chosen]
    assert f"{converged(groups, 'two_optimizers')} runs on both corpora with both cells" in told
    assert f"is then {span(times)} times the decoder's" in told
    listings = groups[0].arms
    prices = [number(listings[arm].accuracy.estimate, 2) for arm in ("alternating", "price_only")]
    assert f"an accuracy of {prices[0]} on listings, where it comes to {prices[1]} alone" in told
    updates = [group.turns["decoder_updates"] for group in groups]
    ends = span([end for of in updates for end in (of.low, of.high)])
    told_updates = f"({span([of.estimate for of in updates])} times its updates, by corpus and cell, with"
    assert f"{told_updates} intervals from {ends})" in told
    for group in groups:
        arms = [group.arms[arm] for arm in ("joint", "two_optimizers", "alternating")]
        slowest = max(arms, key=lambda arm: arm.arrival["step"].estimate)
        assert slowest.arm == "joint"
    joint = [
        f"{group.arms['joint'].converged} of {group.arms['joint'].seeds} ({group.group})" for group in groups
    ]
    assert f"{', '.join(joint)} runs are there in time" in told
    weights = [f"{converged([g], BASELINE)} ({g.group})" for g in groups if BASELINE in g.arms]
    assert f"where that was tried: {', '.join(weights)}." in told
    weighted = [group.arms[BASELINE].settings for group in groups if BASELINE in group.arms]
    assert all("weights=1/0.3" in settings for settings in weighted)


def test_what_is_told_of_rescaling(records, told):
    groups = [group for group in compare_all(DESIGN, records) if methods_at_state(group)]
    swept = swept_of(DESIGN, records)
    assert [tally(swept[group.group].tests.values())[0] for group in groups] == [0, 0]
    assert {len(of.tests) for of in swept.values()} == {8}
    assert "of eight methods none is better than the best of eight weights on either corpus" in told
    at_end = [tally((arm.against_baseline, arm.p) for arm in methods_at_state(group))[0] for group in groups]
    early = [tally((arm.early, arm.early_p) for arm in methods_at_state(group))[0] for group in groups]
    assert f"{at_end[1]} are better on debian, {at_end[0]} on listings" in told
    assert f"judged where tuning ended, {early[1]} and {early[0]}" in told
    ends = [[arm.arm for arm in group.both] for group in groups]
    assert (ends[0][0], ends[1][-1]) == ("uw", "uw")
    assert len(DESIGN.weights) == 8


def test_what_is_told_of_the_map(records, told):
    found = maps(DESIGN, records)
    for rate, words in (
        (0.1, "with a price rate of a tenth"),
        (1.0, "with the same rate"),
        (10.0, "with ten times it"),
    ):
        counts = [of.counts(2, rate) for of in found]
        places = sum(count.places for count in counts)
        assert f"in {sum(count.arriving for count in counts)} of {places} settings {words}" in told
    by_rate = {rate: sum(of.counts(2, rate).broken for of in found) for rate in (0.1, 1.0, 10.0)}
    places = {rate: sum(of.counts(2, rate).places for of in found) for rate in by_rate}
    assert f"above twice the mark in {by_rate[10]} of {places[10]} settings" in told
    assert f"at the others in {by_rate[0.1] + by_rate[1]} of {places[0.1] + places[1]}" in told
    broken = [
        (of.axes.optimizer, key)
        for of in found
        for key, place in of.places.items()
        if place.broken and key[2] < 10
    ]
    assert all(key[3] == 100 and ("shared slots" in key or name == "sgd") for name, key in broken)
    late = [
        place.nll.estimate
        for of in found
        for key, place in of.places.items()
        if of.axes.optimizer.startswith("adadelta") and key[0] != "shared slots" and key[2] == 1
    ]
    adadeltas = [of for of in found if of.axes.optimizer.startswith("adadelta")]
    alone = span([of.alone[ALONE, 1.0].nll.estimate for of in adadeltas])
    assert (
        f"they end at {span(late)} times the mark, where the decoder alone would by then be at {alone};"
        in told
    )
    assert {of.axes.price_rates for of in found} == {(0.1, 1.0, 10.0)}
    assert (len(DESIGN.map_seeds), len(DESIGN.seeds)) == (3, 10)
    old = next(of for of in found if of.axes.optimizer == "adadelta_2016")
    nearest = old.places[old.nearest_to_the_post]
    assert f"at {ended(nearest.nll)}, with {nearest.converged} of {nearest.seeds} converged" in told


def test_what_is_told_of_the_controls(records, told):
    found = maps(DESIGN, records)
    high, same = ([of.alone[PRICE_ALONE, rate].accuracy.estimate for of in found] for rate in (10.0, 1.0))
    assert f"an accuracy of {span(high)}, instead of {span(same)} at the decoder's rate" in told
    ends = [of.alone[ALONE, 10.0].nll.estimate for of in found]
    assert f"the decoder ends at {span(ends, 0)} times the mark" in told


def test_what_is_told_of_the_periods(records, told):
    found = against_idle(periods(DESIGN, records["period"], list(PERIOD_KINDS)))[10]
    beside = f"{interval(found.ratio, 2)} times the updates of price steps that do nothing"
    assert f"{beside} (p = {number(found.p)})" in told


def test_what_is_told_of_single_ingredients(records, told):
    worst, harmless = ingredients_of(DESIGN, records)
    of = {harmless.difference(name): switched for name, switched in harmless.switched.items()}
    assert [name for name, switched in of.items() if switched.place.broken] == ["price rate x10"]
    first = f"{harmless.start.converged} of {harmless.start.seeds} runs converge"
    assert f"in the setting from which nothing was expected ({harmless.name}) {first}" in told
    assert f"Of {len(of)} single switches only that of the price's rate to x10 breaks the decoder" in told
    assert f"({ended(of['price rate x10'].ratio)} times the NLL)" in told
    beyond = [name for name, switched in of.items() if switched.p < CRITERIA.significance]
    assert set(beyond) == {"price rate x0.1", "price rate x10", "optimizer sgd", "optimizer adam"}
    assert f"x0.1 lowers its NLL ({ended(of['price rate x0.1'].ratio)})" in told
    assert f"Adam lowers it, too ({ended(of['optimizer adam'].ratio)}, each" in told
    nats = {of.axes.optimizer: of.against.nll for of in maps(DESIGN, records)}
    sgd = of["optimizer sgd"].place.nll.estimate * nats["sgd"]
    start = harmless.start.nll.estimate * nats["adadelta"]
    laxer = f"laxer mark ({ended(of['optimizer sgd'].ratio)})"
    assert f"{laxer}, but ends higher in nats, {number(sgd, 2)} instead of {number(start, 2)}" in told
    assert nats["sgd"] > nats["adadelta"]
    assert of["price unclipped"].ratio == (1.0, 1.0, 1.0)
    hastened = ("price rate x0.1", "optimizer sgd", "optimizer adam")
    assert all(of[name].place.converged == of[name].place.seeds for name in hastened)
    price = number(of["price rate x0.1"].place.accuracy.estimate, 2)
    assert f"an accuracy of {price} instead of {number(harmless.start.accuracy.estimate, 2)}" in told
    assert not any(switched.place.sound for switched in worst.switched.values())
    end = f"{ended(worst.start.nll)} times the mark"
    assert f"the worst setting ({worst.name}: {end}) no single switch mends" in told
    ends = {worst.difference(name): number(s.place.nll.estimate, 2) for name, s in worst.switched.items()}
    without = f"without the rate it is {ends['price rate x1']}, without the loss {ends['price loss x1']}"
    assert f"{without}, without sharing {ends['updates gated']}" in told
