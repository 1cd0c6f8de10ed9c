"""What a training step costs with each balancing method, beside a step with the plain sum.

Steps of all methods are taken in turn, in another order every round, each from a graph and session of its
own, so that whatever else the machine does befalls all alike; a ratio is of medians. A backward pass's worth
is what a joint step costs beyond its forward pass, measured in the same rounds. rows.csv holds every step,
and REPORT.md is made of it.

Shapes: B batch, S and T source and target steps, H units, V vocabulary.
"""

from __future__ import annotations

import csv
import io
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
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
from reproduce.methods import key
from reproduce.parameters import format_parameters
from reproduce.provenance import provenance
from reproduce.rows import RowsError

BUCKET = (16, 18)
BATCH = 32
FORWARD = "forward"
ROWS, METADATA = "rows.csv", "metadata.json"


class Timing(NamedTuple):
    """One step: the row of rows.csv."""

    tasks: int
    round: int
    step: str  # a method at a level as in `key`, or FORWARD
    seconds: float


class Cost(NamedTuple):
    """A method at a level: its step in seconds, over a joint step, and in backward passes' worth."""

    seconds: float
    ratio: float
    passes: float  # (step - forward) / (joint step - forward)
    low: float = math.nan  # the lower and the upper quartile over the rounds, of what is asked at its level
    high: float = math.nan


class Asked(NamedTuple):
    """What is asked at a level: the measure of `Cost`, the most it may be for so many tasks, and its unit."""

    measure: str
    most: Callable[[int], float]
    unit: str


ASKED: Mapping[str, Asked] = {
    "representation": Asked("ratio", lambda tasks: 1.2, "of a joint step"),
    "parameters": Asked("passes", lambda tasks: tasks + 0.3, "backward passes' worth"),
}


def model_config(tasks: int) -> ModelConfig:
    """The listings' default model with its largest bucket alone; further heads are values."""
    further = tuple(Head(f"value_{index}", "value", masked=False) for index in range(tasks - 2))
    return ModelConfig(400, 400, (BUCKET,), 5, size=64, num_samples=128, further_heads=further)


def time_steps(rounds: int, tasks: int = 2, names: Sequence[str] = tuple(METHODS)) -> list[Timing]:
    """`rounds` steps of each method at each of its levels, and of the forward pass."""
    kinds = [
        Balancing(name, level) for name in dict.fromkeys(("sum", *names)) for level in METHODS[name].levels
    ]
    steps = {FORWARD: _step(tasks, None)}
    for kind in tqdm(kinds, desc=f"building, {tasks} tasks", disable=None):
        steps[key(kind)] = _step(tasks, kind)
    # In every round another order: what stands behind a long step finds the caches cold.
    order, random = list(steps), np.random.RandomState(0)
    timings = []
    for turn in tqdm(range(rounds), desc=f"timing, {tasks} tasks", disable=None):
        random.shuffle(order)
        timings += [Timing(tasks, turn, name, steps[name]()) for name in order]
    return timings


def costs_of(timings: Sequence[Timing], tasks: int) -> dict[str, Cost]:
    """The cost of each method at each of its levels, by `NAME` or `NAME@LEVEL` where it has two."""
    taken: dict[str, list[float]] = {}
    for timing in sorted(timing for timing in timings if timing.tasks == tasks):
        taken.setdefault(timing.step, []).append(timing.seconds)
    if not {FORWARD, "sum"} <= set(taken) or len(set(map(len, taken.values()))) != 1:
        raise RowsError(
            f"expected {FORWARD}, sum and others, timed in the same rounds, for {tasks} tasks, got "
            + ", ".join(f"{name} {len(of)} times" for name, of in taken.items())
        )
    base, start = median(taken["sum"]), median(taken[FORWARD])
    found = {}
    for name, of in taken.items():
        if name != FORWARD:
            asked = ASKED.get(_level(name))
            seconds = np.array(of)
            each = (seconds - start) / (base - start) if asked == ASKED["parameters"] else seconds / base
            low, high = np.quantile(each, [0.25, 0.75]).tolist()
            middle = median(of)
            found[name] = Cost(middle, middle / base, (middle - start) / (base - start), low, high)
    return found


def measure_costs(rounds: int, tasks: int = 2, names: Sequence[str] = tuple(METHODS)) -> dict[str, Cost]:
    """The costs of steps timed here and now."""
    return costs_of(time_steps(rounds, tasks, names), tasks)


def write_timings(timings: Sequence[Timing], rounds: int, command: Sequence[str], folder: Path) -> None:
    """FOLDER/rows.csv, a line a step, and FOLDER/metadata.json."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Timing._fields)
    writer.writerows(timing._replace(seconds=f"{timing.seconds:.6f}") for timing in timings)  # type: ignore[arg-type]
    write_atomically(folder / ROWS, text.getvalue())
    write_json(
        folder / METADATA,
        {
            "command": list(command),
            "provenance": provenance(),
            "rounds": rounds,
            "model": asdict(model_config(2)),
            "batch": BATCH,
        },
    )


def read_timings(path: Path) -> list[Timing]:
    """The rows of a rows.csv. Raises RowsError for a file that is none."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        return [
            Timing(int(line["tasks"]), int(line["round"]), line["step"], float(line["seconds"]))
            for line in lines
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise RowsError(f"{path}: expected what `benchmark --methods` writes: {error}") from error


def write_costs(folder: Path) -> None:
    """FOLDER/REPORT.md, from FOLDER/rows.csv and FOLDER/metadata.json alone. Raises RowsError."""
    timings = read_timings(folder / ROWS)
    try:
        metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        source, command = metadata["provenance"], " ".join(metadata["command"])
        made_by = f"`{command}`, commit {source['commit']}{' (files changed)' if source['dirty'] else ''}"
        lines = [
            "# What balancing methods cost",
            "",
            f"{made_by}, {source['cpu']}. Medians of {metadata['rounds']} steps, taken in turn with those of "
            f"all others, of the listings' default model (GRU, size 64, batch {metadata['batch']}, bucket "
            f"{BUCKET[0]}x{BUCKET[1]}, 128 samples), one thread. A backward pass's worth is what a joint "
            "step (`sum`) takes beyond a forward pass; in brackets the quartiles of the rounds.",
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise RowsError(
            f"{folder / METADATA}: expected what `benchmark --methods` writes: {error}"
        ) from error
    for tasks in sorted({timing.tasks for timing in timings}):
        of = costs_of(timings, tasks)
        lines += ["", f"## {tasks} tasks", "", *_verdicts(of, tasks), "", *_cost_table(of, tasks)]
    write_atomically(folder / "REPORT.md", "\n".join(lines) + "\n")


def _verdicts(costs: Mapping[str, Cost], tasks: int) -> list[str]:
    lines = []
    for level, asked in ASKED.items():
        at = {name: getattr(cost, asked.measure) for name, cost in costs.items() if _level(name) == level}
        if at:
            most, worst = asked.most(tasks), max(at, key=lambda name: at[name])
            over = [f"`{name}`" for name, value in at.items() if value > most]
            said = f"not by {', '.join(over)}" if over else f"by all {len(at)}"
            lines.append(
                f"- At the level {level} at most {most:.2f} {asked.unit} was asked for: held {said}; the "
                f"most is {at[worst]:.2f} (`{worst}`)."
            )
    return lines


def _cost_table(costs: Mapping[str, Cost], tasks: int) -> list[str]:
    heads = ["method", "level", "ms a step", "of a joint step", "backward passes' worth", "asked", "holds"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, cost in costs.items():
        level = _level(name)
        asked = ASKED.get(level)
        shown = {measure: f"{getattr(cost, measure):.2f}" for measure in ("ratio", "passes")}
        shown[asked.measure if asked else "ratio"] += f" [{cost.low:.2f}, {cost.high:.2f}]"
        cells = [f"`{name}`", level, f"{1e3 * cost.seconds:.2f}", shown["ratio"], shown["passes"], "", ""]
        if asked:
            held = getattr(cost, asked.measure) <= asked.most(tasks)
            cells[5:] = [f"{asked.most(tasks):.2f} {asked.unit}", "yes" if held else "**no**"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _level(name: str) -> str:
    method, _, level = name.partition("@")
    return level or METHODS[method].levels[0]


def methods_table(costs: Mapping[str, Cost] | None) -> str:
    """Markdown: a line for each method and level, with its cost if it was measured."""
    heads = ["name", "paper", "level", "needs", "passes", "parameters and defaults"]
    if costs is not None:
        heads[5:5] = ["of a joint step", "backward passes' worth"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, method in METHODS.items():
        for level in method.levels:
            own = key(Balancing(name, level))
            paper = f"{method.paper.authors}, {method.paper.year}: {method.paper.where}"
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
