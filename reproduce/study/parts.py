"""Which runs each part of the study takes, as far as what is there allows to say: choices follow from tuning.

Every function is pure: from a design and the records of all parts to cells. Asked again when more records
are there, it gives the same cells and those that they lead to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from reproduce.study.cells import (
    ALONE,
    FINAL,
    Cell,
    Records,
    arms_of,
    cell,
    decoder_alone,
    tuned,
    tuning_cells,
)
from reproduce.study.design import BASELINE, Choice, Design
from reproduce.study.spots import map_cells


def claims(design: Design, records: Records) -> list[Cell]:
    """Every arm tuned; what is chosen with fresh seeds, and then on the test split."""
    cells = []
    for group in design.groups:
        arms = arms_of(design, group)
        chosen = tuned(design, group, arms, records["claims"])
        for arm in arms:
            cells += tuning_cells(design, group, arm)
            if arm.name in chosen:
                finals = [
                    cell(design, FINAL, group, arm.name, arm.regime, chosen[arm.name], seed)
                    for seed in design.seeds
                ]
                cells += [replace(final, tested=True) for final in finals]
    return cells


PERIOD_KINDS: Mapping[str, str] = {
    "everything": "price steps train encoder and price",
    "head": "price steps train the head alone",
    "nothing": "price steps train nothing",
}


def period_arm(period: int, kind: str) -> str:
    """As rows have it."""
    return f"period {period}, {kind}"


def period(design: Design, records: Records) -> list[Cell]:
    """The decoder alone, tuned; then alternating with its rate, by period and by what price steps train."""
    group = design.groups[0]
    arm = decoder_alone(design.maps[0])
    cells = tuning_cells(design, group, arm)
    chosen = tuned(design, group, [arm], records["period"]).get(arm.name)
    if chosen is None:
        return cells
    rate = dict(chosen.settings)["learning_rate"]
    cells += [cell(design, FINAL, group, ALONE, ALONE, chosen, seed) for seed in design.seeds]
    for length in design.periods:
        for kind in PERIOD_KINDS:
            settings = (
                *chosen.settings,
                ("price_learning_rate", rate),
                ("price_period", length),
                ("price_trains", kind),
            )
            cells += [
                cell(design, FINAL, group, period_arm(length, kind), "alternating", Choice(settings), seed)
                for seed in design.seeds
            ]
    return cells


def weight_arms(design: Design) -> dict[str, float]:
    """The constant weights of the front, as rows have them."""
    return {f"price weight {weight:g}": weight for weight in design.weights}


def front(design: Design, records: Records) -> list[Cell]:
    """Constant weights over their whole range, with the other settings that the baseline was tuned to.

    The methods' points are the final runs of `claims`, without whose tuning there are no cells.
    """
    cells = []
    for group in design.method_groups:
        chosen = tuned(design, group, arms_of(design, group), records["claims"]).get(BASELINE)
        if chosen is None:
            continue
        for name, weight in weight_arms(design).items():
            choice = chosen._replace(method=f"{BASELINE}:weights=1.0/{weight:g}")
            points = [cell(design, FINAL, group, name, "joint", choice, seed) for seed in design.seeds]
            cells += [replace(point, tested=True) for point in points]
    return cells


class Part(NamedTuple):
    """A part of the study: a line for readers, and its cells."""

    description: str
    cells: Callable[[Design, Records], list[Cell]]


PARTS: Mapping[str, Part] = {
    "claims": Part("every regime and method, tuned, on fresh seeds", claims),
    "map": Part("where two optimizers break, and by which ingredient", map_cells),
    "period": Part("what the price steps of alternating cost the decoder", period),
    "front": Part("sequence NLL against price NLL by constant weights", front),
}
