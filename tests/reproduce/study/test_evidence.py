"""Convergence, times and verdicts, on records made by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from study_records import DESIGN, ending, point, record, whole_study

from reproduce.config import CRITERIA
from reproduce.inference import Interval
from reproduce.study import findings
from reproduce.study.claims import (
    CLAIMS,
    Compared,
    Summary,
    Swept,
    Verdict,
    against_sweep,
    compare,
    least,
    slower_adjusted,
    verdicts,
)
from reproduce.study.design import Group
from reproduce.study.evidence import (
    Reference,
    arrival,
    arrivals,
    converged,
    near,
    price_learned,
    reference,
)
from reproduce.study.trade_off import FrontPoint, dominated, fronts

INF, NAN = math.inf, math.nan


def test_criteria_are_those_of_the_issue():
    assert (CRITERIA.tolerance, CRITERIA.patience) == (0.05, 2)


def test_the_reference_is_the_best_within_half_of_the_steps():
    """4, 2, 1 up to step 20 of 40; what comes after, 0.5 and 0.25, does not count."""
    other = record(points=(point(0, 4.0), point(20, 3.0), point(40, 0.1)))
    assert reference([record()]) == (1.0, 20)
    assert reference([record(), other]) == (2.0, 20)
    assert reference([record()]).target == pytest.approx(1.05)
    with pytest.raises(ValueError, match="got none"):
        reference([])


@pytest.mark.parametrize(
    ("sequence", "accuracy", "end", "expected"),
    [
        (1.04, 0.9, "finished", True),
        (1.06, 0.9, "finished", False),
        (1.04, 0.9, "diverged", False),
        (1.04, 0.28, "finished", False),  # 28 of 100: the interval [0.19, 0.38] holds the majority's 0.2
        (1.04, 0.31, "finished", True),  # [0.22, 0.41]
        (1.04, NAN, "finished", False),
        (NAN, 0.9, "finished", False),
    ],
)
def test_converged(sequence, accuracy, end, expected):
    run = ending(sequence, accuracy, end)
    assert converged(run, Reference(1.0, 20)) is expected
    assert near(run, Reference(1.0, 20)) is (end == "finished" and sequence <= 1.05)
    assert price_learned(run) is (accuracy > 0.3)


def test_times_to_the_target():
    """From 2 at step 10 to 1 at step 20, 1.5 is half-way; decoder updates are the record's own."""
    half = record(points=tuple(p._replace(decoder_updates=p.step // 2) for p in record().points))
    against = Reference(1.5 / 1.05, 20)
    assert arrivals([half], against, "step") == pytest.approx([15.0])
    assert arrivals([half], against, "decoder_updates") == pytest.approx([7.5])
    assert arrivals([ending(3.0)], against, "step") == [INF]
    assert arrival([half, ending(3.0), ending(3.0)], against, "step").estimate == INF
    assert arrival([half, half, ending(3.0)], against, "step").estimate == pytest.approx(15.0)


def summary(arm, seeds=10, converged=10, p=NAN, difference=0.0, early=0.0, delta=1.0):
    one = Interval(1.0, 0.9, 1.1)
    late, at_tuning = (Interval(value, value - 1, value + 1) for value in (difference, early))
    deltas = {seed: delta + seed / 100 for seed in range(seeds)}
    of_delta = Interval(delta, delta - 1, delta + 1)
    times = [of_delta, deltas, late, p, at_tuning, p]
    return Summary(arm, "", seeds, converged, {}, one, one, one, *times)


def compared(group="g", slower=100.0, slower_p=0.01, **arms):
    by_default = {"price_only": 0, "two_optimizers": 10, "alternating": 10, "joint": 10}
    found = [summary(arm, converged=count) for arm, count in (by_default | arms).items()]
    methods = [summary("pcgrad@representation", p=0.5), summary("uw", p=0.001, difference=-5.0)]
    named = {arm.arm: arm for arm in (*found, *methods)}
    late = Interval(slower, slower - 1, slower + 1)
    turns = {"step": Interval(1.1, 1.0, 1.2), "decoder_updates": Interval(0.99, 0.9, 1.08)}
    return Compared(group, Reference(1.0, 20), named, late, slower_p, turns)


def words(*groups):
    return [verdict.words for verdict in verdicts(groups)]


def test_verdicts():
    """uw is no rescaling at the final state, so its gain decides nothing about (d)."""
    assert words(compared()) == ["not reproduced", "reproduced", "reproduced", "not reproduced"]
    assert words(compared(two_optimizers=0, joint=0, alternating=0)) == [
        "reproduced",
        "not reproduced",
        "not reproduced",
        "not reproduced",
    ]
    assert words(compared("x"), compared("y", two_optimizers=1))[0] == "only where: y (not: x)"
    # 7 of 10: from 0.35 to 0.93.
    assert words(compared(two_optimizers=7, joint=7))[::2] == ["open: the seeds do not decide"] * 2
    assert words() == ["not run yet"] * len(CLAIMS)


def test_slower_needs_a_difference_beyond_chance_and_in_that_direction():
    assert words(compared(slower_p=0.06))[1] == "open: the seeds do not decide"
    assert words(compared(slower=-100.0))[1] == "not reproduced"
    # Holm: of two groups both have to pass for twice the smaller p.
    assert words(compared("x", slower_p=0.03), compared("y", slower_p=0.03))[1].startswith("open")


def test_a_method_at_the_state_decides_about_d():
    found = compared()
    better = found.arms | {"pcgrad@representation": summary("pcgrad@representation", p=0.01, difference=-2.0)}
    assert words(found._replace(arms=better))[3] == "reproduced"
    worse = found.arms | {"pcgrad@representation": summary("pcgrad@representation", p=0.01, difference=2.0)}
    assert words(found._replace(arms=worse))[3] == "not reproduced"


def test_what_decided_a_claim_is_told():
    """Of two methods at the state the one is better at the end, and worse where tuning ended."""
    found = compared("x", two_optimizers=3, joint=0)
    better = summary("mgda_ub", p=0.01, difference=-2.0, early=2.0)
    found = found._replace(arms=found.arms | {"mgda_ub": better})
    assert {claim: findings.of_claim(claim, found, {"x": 0.02}, {}) for claim in CLAIMS} == {
        "a": "3/10, price accuracy 1.00 of 1.00",
        "b": "10/10, price accuracy 1.00 of 1.00; 1.10 [1.00, 1.20] times the steps (p = 0.020), "
        "0.99 [0.90, 1.08] times the updates",
        "c": "0/10, price accuracy 1.00 of 1.00",
        "d": "of 2 methods 1 better, 0 worse (at step 20: 0 and 1)",
    }
    weighed = found.arms | {"static_weights": summary("static_weights", converged=9)}
    told = findings.of_claim("c", found._replace(arms=weighed), {}, {})
    assert told.endswith("; `static_weights`: 9/10, price accuracy 1.00 of 1.00")
    swept = Swept("price weight 1", {"mgda_ub": (Interval(3.0, 2.0, 4.0), 0.01)})
    told = findings.of_claim("d", found, {}, {"x": swept})
    assert told.endswith("(at step 20: 0 and 1; against the finer sweep: 0 and 1)")


def test_p_of_lateness_is_told_as_it_decides():
    """Holm: of two groups each p counts twice, unless the smaller does."""
    assert slower_adjusted([compared("x", slower_p=0.01), compared("y", slower_p=0.04)]) == {
        "x": 0.02,
        "y": 0.04,
    }


def test_what_seeds_do_not_tell_apart_is_named_together():
    """uw is 0.1 above joint with every seed, pcgrad now above and now below."""
    arms = {arm: summary(arm, delta=delta) for arm, delta in (("joint", 1.0), ("uw", 1.1), ("pcgrad", 1.05))}
    swinging = {seed: value + (-1) ** seed for seed, value in arms["joint"].deltas.items()}
    arms["pcgrad"] = arms["pcgrad"]._replace(deltas=swinging)
    found = compared("x")._replace(arms=arms)
    assert [arm.arm for arm in least(found)] == ["joint", "pcgrad"]
    assert findings.of_claims(found) == (
        "x: of 3 ways to train both tasks joint (1.0 [0.0, 2.0] %) and pcgrad (1.1 [0.1, 2.0] %) "
        "lose least (n = 10)"
    )
    alone = found._replace(arms={arm: arms[arm] for arm in ("joint", "uw")})
    assert "joint (1.0 [0.0, 2.0] %) loses least" in findings.of_claims(alone)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"x": True, "y": True}, "reproduced"),
        ({"x": False, "y": False}, "not reproduced"),
        ({"x": None, "y": None}, "open: the seeds do not decide"),
        ({"x": True, "y": None, "z": False}, "only where: x (not: z; open: y)"),
        ({"x": False, "y": None}, "not reproduced in x (open: y)"),
        ({}, "not run yet"),
    ],
)
def test_verdict_words(states, expected):
    assert Verdict("c", states).words == expected


def test_delta_m_is_against_the_single_tasks_on_the_test_split():
    """Alone 0.25 and 1.0 on the mean of the seeds; joint 0.3 and 1.2: 20 % and 20 %."""
    base = DESIGN.groups[0]
    runs = [record(key=f"s{seed}", seed=seed) for seed in range(3)]
    runs += [record(key=f"p{seed}", seed=seed, arm="price_only", regime="price_only") for seed in range(3)]
    both = {"test_sequence_nll": 0.3, "test_price_nll": 1.2}
    runs += [record(key=f"j{seed}", seed=seed, arm="joint", regime="joint", **both) for seed in range(3)]
    weighed = {**both, "arm": "static_weights", "regime": "joint", "method": "static_weights:weights=1/3"}
    runs += [record(key=f"w{seed}", seed=seed, **weighed) for seed in range(3)]
    points = tuple(p._replace(dev_price_nll=2.0) for p in record().points)
    cut = {**weighed, "arm": "cut_scale@representation", "test_price_nll": 1.0, "points": points}
    runs += [record(key=f"c{seed}", seed=seed, **cut) for seed in range(3)]
    runs.append(record(key="t", stage="tuning", seed=100, arm="joint", test_sequence_nll=9.0))
    runs.append(record(key="o", group="debian gru", seed=0, arm="joint", test_sequence_nll=9.0))
    found = compare(DESIGN, runs, base)
    assert found.arms["joint"].delta == pytest.approx((20.0, 20.0, 20.0))
    assert found.arms["joint"].seeds == 3
    assert found.arms["cut_scale@representation"].against_baseline == pytest.approx((-10.0, -10.0, -10.0))
    assert found.arms["cut_scale@representation"].p == pytest.approx(0.25)  # 2 / 2^3
    assert math.isnan(found.arms["cut_scale@representation"].early_p)  # no run has a row at the design's step
    assert math.isnan(found.arms["static_weights"].p)
    # At step 20 on dev: 1 and 1 alone and with constant weights, 1 and 2 with cut_scale.
    at_20 = compare(replace(DESIGN, base=replace(DESIGN.base, steps=20)), runs, base)
    assert at_20.arms["cut_scale@representation"].early == pytest.approx((50.0, 50.0, 50.0))
    assert at_20.arms["cut_scale@representation"].early_p == pytest.approx(0.25)
    assert at_20.arms["cut_scale@representation"].p == pytest.approx(0.25)
    assert math.isnan(found.arms["price_only"].delta.estimate)
    assert compare(DESIGN, runs[:3], base) is None


def test_alternating_is_paired_by_seed_with_the_decoder_alone():
    alone = [record(key=f"s{seed}", seed=seed) for seed in range(3)]
    price = [record(key=f"p{seed}", seed=seed, arm="price_only") for seed in range(3)]
    late = tuple(p._replace(step=p.step + 4) for p in record().points)
    alternating = [record(key=f"a{s}", seed=s, arm="alternating", points=late) for s in range(2)]
    found = compare(DESIGN, alone + price + alternating, DESIGN.groups[0])
    assert found.slower == pytest.approx((4.0, 4.0, 4.0))
    assert found.slower_p == pytest.approx(0.5)  # 2 / 2^2


def test_dominated():
    def at(sequence, price):
        return FrontPoint("", NAN, 1, Interval(sequence, NAN, NAN), Interval(price, NAN, NAN))

    weights = [at(1, 3), at(2, 2)]
    assert dominated(at(2, 3), weights)
    assert dominated(at(1, 3), weights)
    assert not dominated(at(1.5, 2.5), weights)


def test_the_front_keeps_groups_apart():
    def runs(group, value):
        more = {"group": group, "test_sequence_nll": value, "test_price_nll": value}
        weight = f"price weight {DESIGN.weights[0]:g}"
        return record(arm=weight, **more), record(arm="joint", **more)

    (low, joint_low), (high, joint_high) = runs(DESIGN.groups[0].name, 0.5), runs("debian gru", 2.0)
    design = replace(DESIGN, method_groups=(DESIGN.groups[0], Group("debian", "gru")))
    found = fronts(design, {"front": [low, high], "claims": [joint_low, joint_high]})
    assert {group: [p.price.estimate for p in points] for group, points in found.items()} == {
        DESIGN.groups[0].name: [0.5, 0.5],
        "debian gru": [2.0, 2.0],
    }
    assert list(fronts(design, {"front": [high], "claims": [joint_low]})) == ["debian gru"]


def test_methods_are_judged_against_the_best_weight_on_dev():
    """Weight 10 is the better one on dev, and the worse on test: what was chosen on test would be another."""
    first, second = (f"price weight {weight:g}" for weight in DESIGN.weights)

    def runs(arm, dev, test, **more):
        points = (point(0, 4.0), point(40, dev, dev))
        tested = {"test_sequence_nll": test, "test_price_nll": test}
        return [record(arm=arm, seed=seed, points=points, **tested, **more) for seed in range(3)]

    alone = [*runs("seq2seq_only", 1.0, 1.0), *runs("price_only", 1.0, 1.0)]
    method = runs("cut_scale@representation", 9.0, 1.1)
    records = {"claims": alone + method, "front": [*runs(first, 1.2, 1.0), *runs(second, 1.1, 1.3)]}
    best, tests = swept = against_sweep(DESIGN, records, DESIGN.groups[0])
    assert best == second
    assert list(tests) == ["cut_scale@representation"]
    assert tests["cut_scale@representation"] == (pytest.approx((-20.0, -20.0, -20.0)), pytest.approx(0.25))
    assert findings.of_sweep("x", best, tests) == (
        "x: price weight 10; of 1 methods 0 better, 0 worse; the first of them, cut_scale@representation, "
        "differs by -20.0 [-20.0, -20.0] points (p = 0.250)"
    )
    assert not swept.beaten
    assert Swept(best, {"a": (Interval(-1.0, -2.0, -0.5), 0.01)}).beaten
    for part in records:
        assert against_sweep(DESIGN, records | {part: []}, DESIGN.groups[0]) is None


def test_every_part_has_evidence_once_its_runs_are_there():
    records = whole_study()
    found = compare(DESIGN, records["claims"], DESIGN.groups[0])
    names = [arm.name for arm in (*DESIGN.regime_arms, *DESIGN.method_arms)]
    assert list(found.arms) == names
    assert np.all([arm.seeds == len(DESIGN.seeds) for arm in found.arms.values()])
