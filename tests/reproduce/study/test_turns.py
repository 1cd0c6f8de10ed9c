"""What the turns of alternating cost, on records made by hand."""

import math
import re
from dataclasses import replace

import pytest
from study_records import DESIGN, record

from reproduce.study import findings
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.turns import against_idle, against_null, periods

INF = math.inf


def way(seed, steps, updates, arm="seq2seq_only"):
    """A run that halves its NLL, as the decoder alone, at multiples of its steps and decoder updates."""
    points = tuple(
        p._replace(step=round(steps * p.step), decoder_updates=round(updates * p.step))
        for p in record().points
    )
    return record(key=f"{arm} {seed}", seed=seed, arm=arm, points=points)


def never(seed, arm):
    points = tuple(p._replace(dev_sequence_nll=4.0) for p in record().points)
    return record(key=f"{arm} {seed}", seed=seed, arm=arm, points=points)


def found_in(runs, lengths=(2,)):
    return periods(replace(DESIGN, periods=lengths), runs, list(PERIOD_KINDS))


def test_ratios_of_alternating_meet_the_null():
    """A run that is the decoder's alone, but for every second step: twice the steps, the same updates."""
    runs = [way(seed, 1, 1) for seed in (0, 1)] + [way(seed, 2, 1, "period 2, nothing") for seed in (0, 1)]
    (found,) = found_in(runs)
    assert (found.period, found.kind, found.seeds, found.arrived, found.null) == (2, "nothing", 2, 2, 2.0)
    assert found.steps.estimate == pytest.approx(2.0)
    assert found.updates.estimate == pytest.approx(1.0)
    there = tuple(p._replace(dev_sequence_nll=1.0) for p in record().points)  # at the target from the first
    (found,) = found_in([record(points=there), runs[2]])
    assert (found.seeds, found.arrived, math.isnan(found.steps.estimate)) == (0, 0, True)


def test_runs_that_do_not_arrive_are_later_than_any():
    """Of three one is lost from view at 2, its end: what comes at 3 is then the last that arrives."""
    arm = "period 2, nothing"
    alone = [way(seed, 1, 1) for seed in range(4)]
    ways = [way(0, 1, 1, arm), way(1, 3, 3, arm), never(2, arm)]
    (found,) = found_in(alone + ways)
    assert (found.seeds, found.arrived) == (3, 2)
    assert found.taken == {0: pytest.approx(1.0), 1: pytest.approx(3.0), 2: INF}
    assert found.updates.estimate == pytest.approx(3.0)
    (found,) = found_in(alone + [never(seed, arm) for seed in range(3)])
    assert found.updates.estimate == INF


def test_p_is_of_pairs_by_seed_and_adjusted_over_periods():
    """Five seeds all to one side: 2 / 2^5; of two periods the smaller counts twice, and so does the other."""
    seeds = range(5)
    runs = [way(seed, 1, 1) for seed in seeds]
    for period, slower in ((2, 1.5), (5, 1.0)):
        runs += [way(seed, 2, 1 + seed / 10, f"period {period}, nothing") for seed in seeds]
        runs += [way(seed, 2, slower + seed / 10, f"period {period}, everything") for seed in seeds]
    found = found_in(runs, (2, 5))
    assert {of: beside.p for of, beside in against_idle(found).items()} == {
        2: pytest.approx(2 * 2 / 2**5),
        5: pytest.approx(1.0),
    }
    assert against_idle(found)[5].ratio == (1.0, 1.0, 1.0)
    assert against_idle(found)[2].ratio.estimate == pytest.approx(
        sum((1.5 + s / 10) / (1 + s / 10) for s in seeds) / 5
    )
    assert {of: beside.p for of, beside in against_null(found).items()} == {
        2: pytest.approx(2 * 0.125),
        5: pytest.approx(2 * 0.125),
    }
    assert against_null(found)[2].ratio.estimate == pytest.approx(1.2)
    told = findings.of_turns(found)
    assert re.search(
        r"nothing take 1\.20 \[.*\] \(period 2, p = 0\.250\) and 1\.20 \[.*5, p = 0\.250\) times", told
    )
    assert re.search(
        r"price take 1\.4\d \[.*\] \(period 2, p = 0\.125\) and 1\.00 \[1\.00, 1\.00\] \(period 5,", told
    )


def test_a_run_that_never_arrives_is_worse_and_two_are_equal():
    arm = "period 2, {}".format
    alone = [way(seed, 1, 1) for seed in range(6)]
    idle = [way(seed, 1, 1, arm("nothing")) for seed in range(5)] + [never(5, arm("nothing"))]
    found = found_in(alone + idle + [never(seed, arm("everything")) for seed in range(6)])
    # Five are worse; of the sixth pair neither arrives.
    assert against_idle(found)[2].p == pytest.approx(2 / 2**5)


def test_the_findings_are_of_the_posts_period():
    runs = [way(seed, 1, 1) for seed in range(3)]
    for period, slower in ((5, 3), (12, 2)):
        runs += [way(seed, slower, slower, f"period {period}, everything") for seed in range(3)]
        runs += [way(seed, 1, 1, f"period {period}, nothing") for seed in range(3)]
    told = findings.of_periods(found_in(runs, (5, 12)))
    assert told == (
        "Price steps on every 12th step, at the decoder's rate: decoder updates to the target, relative to "
        "the decoder alone, 2.00 [2.00, never]; if they do nothing 1.00 [1.00, never] (medians, n = 3)"
    )
    assert "No run in which" in findings.of_periods([])
