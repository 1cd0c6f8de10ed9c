"""A run of the study, what tells it from others, and how arms are tuned: pure functions of records."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reproduce.config import CRITERIA, ExperimentConfig
from reproduce.experiment import Run
from reproduce.inference import delta_m
from reproduce.parameters import format_parameters
from reproduce.study.design import Arm, Choice, Design, Group, MapAxes, Settings, grid
from reproduce.study.records import Record

Records = Mapping[str, Sequence[Record]]  # by part

TUNING, FINAL, MAP, CONTROLS, INGREDIENTS = "tuning", "final", "map", "controls", "ingredients"
ALONE, PRICE_ALONE = "seq2seq_only", "price_only"


@dataclass(frozen=True)
class Cell:
    """One run of the study. `tested`: its last weights are scored on the test split."""

    stage: str
    group: str
    arm: str
    settings: Settings
    config: ExperimentConfig
    run: Run
    tested: bool = False

    @cached_property
    def key(self) -> str:
        """What names its lines and its folder; another config or method has another key."""
        told = [self.config.as_json(), self.run.regime, self.run.label, self.tested]
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
        words = f"{self.stage} {self.group} {self.arm} {digest} seed{self.run.seed}"
        return "".join(c if c.isalnum() or c in "_.@" else "-" for c in words)

    @property
    def told(self) -> str:
        """The settings in which the arms and choices of a part differ."""
        return format_parameters(dict(self.settings))


def cell(
    design: Design,
    stage: str,
    group: Group,
    name: str,
    regime: str,
    choice: Choice,
    seed: int,
) -> Cell:
    """A run of `choice`; longer than a tuning run, unless it is one."""
    steps = design.base.steps * (1 if stage == TUNING else CRITERIA.patience)
    config = replace(design.base, corpus=group.corpus, cell=group.cell, steps=steps, **dict(choice.settings))
    run = Run(regime, seed, choice.method)
    return Cell(stage, group.name, name, choice.settings, config, run)


def tuning_cells(design: Design, group: Group, arm: Arm) -> list[Cell]:
    """Every choice of an arm with every tuning seed."""
    return [
        cell(design, TUNING, group, arm.name, arm.regime, choice, seed)
        for choice in arm.choices
        for seed in design.tuning_seeds
    ]


def choose(
    design: Design, group: Group, arm: Arm, records: Sequence[Record], alone: Mapping[str, float]
) -> Choice | None:
    """The choice with the lowest score, the first of equals; None while tuning runs are missing.

    The score is the mean over the tuning seeds, at the last step on dev, of Delta-m: of the arm's tasks, each
    against `alone`, the best NLL that its own single-task arm came to in tuning. Of one task that is the
    order of its NLL. A run that blew up makes a score infinite.
    """
    by_key = {record.key: record for record in records}
    scores = []
    for choice in arm.choices:
        cells = tuning_cells(design, group, arm._replace(choices=(choice,)))
        found = [by_key[c.key] for c in cells if c.key in by_key]
        if len(found) < len(cells):
            return None
        of_seeds = [_score(record, {task: alone[task] for task in arm.tasks}) for record in found]
        scores.append(float(np.mean(of_seeds)))
    return arm.choices[int(np.argmin(scores))]


def _score(record: Record, alone: Mapping[str, float]) -> float:
    found = delta_m({task: record.last.value(f"dev_{task}_nll") for task in alone}, alone)
    return found if record.end == "finished" and math.isfinite(found) else math.inf


def tuned(design: Design, group: Group, arms: Sequence[Arm], records: Sequence[Record]) -> dict[str, Choice]:
    """What is chosen for each arm of a group, as far as its tuning and the single tasks' is there."""
    chosen: dict[str, Choice] = {}
    alone: dict[str, float] = {}
    for arm in sorted(arms, key=lambda arm: len(arm.tasks)):  # single tasks first
        against = alone if len(arm.tasks) > 1 else dict.fromkeys(arm.tasks, 1.0)
        if not set(arm.tasks) <= set(against):
            continue
        choice = choose(design, group, arm, records, against)
        if choice is None:
            continue
        chosen[arm.name] = choice
        if len(arm.tasks) == 1:
            (task,) = arm.tasks
            keys = {c.key for c in tuning_cells(design, group, arm._replace(choices=(choice,)))}
            alone[task] = float(np.mean([r.last.value(f"dev_{task}_nll") for r in records if r.key in keys]))
    return chosen


def arms_of(design: Design, group: Group) -> tuple[Arm, ...]:
    """The arms that are compared within a group."""
    return design.regime_arms + (design.method_arms if group in design.method_groups else ())


def decoder_alone(axes: MapAxes) -> Arm:
    """The decoder alone under an optimizer, tuned over its learning rate."""
    choices = grid(optimizer=(axes.optimizer,), learning_rate=axes.rates)
    return Arm(f"{ALONE} {axes.optimizer}", ALONE, choices, ("sequence",))
