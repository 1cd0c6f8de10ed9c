"""What a training step costs with each balancing method, beside a step with the plain sum.

Steps of all methods are taken in turn, each from a graph and session of its own, so that whatever else the
machine does befalls all alike; a ratio is of medians. A backward pass's worth is what a joint step costs
beyond its forward pass, measured in the same rounds.

Shapes: B batch, S and T source and target steps, H units, V vocabulary.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
from tqdm import tqdm

from price_subgraph.balancing import METHODS
from price_subgraph.data import Batch
from price_subgraph.heads import Head
from price_subgraph.model import Model, ModelConfig, build_model
from price_subgraph.regimes import REGIMES, Balancing, TrainingConfig
from price_subgraph.training import session_config
from reproduce.files import write_atomically, write_json
from reproduce.parameters import format_parameters
from reproduce.provenance import provenance

BUCKET = (16, 18)
BATCH = 32


class Cost(NamedTuple):
    """A method at a level: its step in seconds, over a joint step, and in backward passes' worth."""

    seconds: float
    ratio: float
    passes: float  # (step - forward) / (joint step - forward)


def model_config(tasks: int) -> ModelConfig:
    """The listings' default model with its largest bucket alone; further heads are values."""
    further = tuple(Head(f"value_{index}", "value", masked=False) for index in range(tasks - 2))
    return ModelConfig(400, 400, (BUCKET,), 5, size=64, num_samples=128, further_heads=further)


def measure_costs(rounds: int, tasks: int = 2, names: Sequence[str] = tuple(METHODS)) -> dict[str, Cost]:
    """The cost of each method at each of its levels, by `NAME` or `NAME@LEVEL` where it has two."""
    kinds = [
        Balancing(name, level) for name in dict.fromkeys(("sum", *names)) for level in METHODS[name].levels
    ]
    steps = {key(kind): _step(tasks, kind) for kind in kinds}
    forward = _step(tasks, None)
    taken: dict[str, list[float]] = {name: [] for name in steps}
    ahead = []
    for _ in tqdm(range(rounds), desc=f"methods, {tasks} tasks", disable=None):
        ahead.append(forward())
        for name, step in steps.items():
            taken[name].append(step())
    base, start = median(taken["sum"]), median(ahead)
    return {
        name: Cost(median(of), median(of) / base, (median(of) - start) / (base - start))
        for name, of in taken.items()
    }


def write_costs(
    costs: Mapping[int, Mapping[str, Cost]], rounds: int, command: Sequence[str], folder: Path
) -> None:
    """FOLDER/methods.json and FOLDER/METHODS.md: costs by number of tasks, and the largest of each level."""
    source = provenance()
    by_tasks = {
        str(tasks): {name: cost._asdict() for name, cost in of.items()} for tasks, of in costs.items()
    }
    write_json(
        folder / "methods.json",
        {"command": list(command), "provenance": source, "rounds": rounds, "tasks": by_tasks},
    )
    lines = [
        "# What balancing methods cost",
        "",
        f"`{' '.join(command)}`, commit {source['commit']}{' (files changed)' if source['dirty'] else ''}, "
        f"{source['cpu']}, medians of {rounds} interleaved steps of the listings' default model (size 64, "
        f"batch {BATCH}, bucket {BUCKET[0]}x{BUCKET[1]}), one thread.",
    ]
    for tasks, of in costs.items():
        lines += ["", f"## {tasks} tasks", "", methods_table(of), ""]
        for level, measure, words in (
            ("loss", "ratio", "of a joint step"),
            ("representation", "ratio", "of a joint step"),
            ("parameters", "passes", "backward passes' worth"),
        ):
            at = {name: getattr(cost, measure) for name, cost in of.items() if _level(name) == level}
            worst = max(at, key=lambda name: at[name])
            lines.append(f"- At the level {level} the most is {at[worst]:.2f} {words} (`{worst}`).")
    write_atomically(folder / "METHODS.md", "\n".join(lines) + "\n")


def _level(name: str) -> str:
    method, _, level = name.partition("@")
    return level or METHODS[method].levels[0]


def key(balancing: Balancing) -> str:
    """`pcgrad@representation`; the name alone at the first of a method's levels."""
    first = balancing.level in (None, METHODS[balancing.method].levels[0])
    return balancing.method if first else f"{balancing.method}@{balancing.level}"


def methods_table(costs: Mapping[str, Cost] | None) -> str:
    """Markdown: a line for each method and level, with its cost if it was measured."""
    heads = ["name", "paper", "level", "needs", "passes", "parameters and defaults"]
    if costs is not None:
        heads[5:5] = ["of a joint step", "backward passes' worth"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, method in METHODS.items():
        for level in method.levels:
            own = key(Balancing(name, level))
            paper = f"{method.paper.authors}, {method.paper.year}"
            passes = method.passes.partition("; ")[0] if level != "representation" else AT_REPRESENTATION
            cells = [f"`{own}`", paper, level, method.needs, passes, _defaults(method.defaults)]
            if costs is not None:
                cost = costs.get(own)
                cells[5:5] = [f"{cost.ratio:.2f}", f"{cost.passes:.2f}"] if cost else ["", ""]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


AT_REPRESENTATION = "1 through the encoder, 1 through each task's own part"


def _defaults(parameters: Mapping[str, Any]) -> str:
    return format_parameters(parameters).replace(",", ", ") if parameters else ""


def _step(tasks: int, balancing: Balancing | None) -> Callable[[], float]:
    """Seconds of one step, or of a forward pass where there is nothing to balance."""
    with tf.Graph().as_default():
        tf.set_random_seed(0)
        model = build_model(model_config(tasks))
        bucket = model.buckets[0]
        if balancing is None:
            fetches: Any = [bucket.total_loss]
        else:
            step = REGIMES["joint"].build(model, TrainingConfig(), balancing)(0, 0)
            fetches = [dict(step.losses), step.gradient_norm, step.update]
        session = tf.Session(config=session_config())
        session.run(tf.global_variables_initializer())
        feed = bucket.feed(_batch(model))
        call = session.make_callable(fetches, list(feed))
    call(*feed.values())  # plans

    def run() -> float:
        started = time.perf_counter()
        call(*feed.values())
        return time.perf_counter() - started

    run()
    return run


def _batch(model: Model) -> Batch:
    random = np.random.RandomState(0)
    source, target = BUCKET
    labels: dict[str, np.ndarray] = {"price": random.randint(0, 5, BATCH)}
    labels |= {head.name: random.randn(BATCH) for head in model.config.further_heads}
    return Batch(
        random.randint(4, 400, (source, BATCH)),
        random.randint(4, 400, (target, BATCH)),
        np.ones((target, BATCH), np.float32),
        labels,
    )
