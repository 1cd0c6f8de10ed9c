"""Sequence NLL against price NLL: methods and constant weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from reproduce.corpora import CORPORA
from reproduce.inference import Interval, mean_interval
from reproduce.study.cells import Records
from reproduce.study.design import BASELINE, Design
from reproduce.study.evidence import of_arm
from reproduce.study.parts import weight_arms
from reproduce.study.records import Record


class FrontPoint(NamedTuple):
    """Both tasks on the test split, of one method or one constant weight."""

    name: str
    weight: float  # nan for a method
    seeds: int
    sequence: Interval
    price: Interval


class Limits(NamedTuple):
    """The best possible NLLs of a group; nan where one is not known."""

    sequence: float
    price: float  # of dev


def limits_of(design: Design, records: Records) -> dict[str, Limits]:
    """By group of the front."""
    price = {record.group: record.limit_price_nll for record in records["front"]}
    return {
        group.name: Limits(CORPORA[group.corpus].limit_sequence_nll, price.get(group.name, math.nan))
        for group in design.method_groups
    }


def fronts(design: Design, records: Records) -> dict[str, list[FrontPoint]]:
    """By group: constant weights in their order, then the arms of the claims that train both tasks.

    Groups without a run of a constant weight are not there.
    """
    found = {group.name: _front_points(design, records, group.name) for group in design.method_groups}
    return {
        group: points
        for group, points in found.items()
        if any(not math.isnan(point.weight) for point in points)
    }


def _front_points(design: Design, records: Records, group: str) -> list[FrontPoint]:
    found = [
        _front_point(name, weight, runs)
        for name, weight in weight_arms(design).items()
        if (runs := of_arm(records["front"], name, group=group))
    ]
    both = [arm for arm in (*design.regime_arms, *design.method_arms) if len(arm.tasks) > 1]
    found += [
        _front_point(arm.name, math.nan, runs)
        for arm in both
        if arm.name != BASELINE and (runs := of_arm(records["claims"], arm.name, group=group))
    ]
    return found


def _front_point(name: str, weight: float, runs: Sequence[Record]) -> FrontPoint:
    sequence = mean_interval([record.test_sequence_nll for record in runs])
    return FrontPoint(
        name, weight, len(runs), sequence, mean_interval([record.test_price_nll for record in runs])
    )


def dominated(point: FrontPoint, weights: Sequence[FrontPoint]) -> bool:
    """Whether a constant weight is at least as good in both means."""
    return any(
        other.sequence.estimate <= point.sequence.estimate and other.price.estimate <= point.price.estimate
        for other in weights
    )
