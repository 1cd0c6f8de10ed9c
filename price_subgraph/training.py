"""The step loop: runs a regime's steps and yields a row of metrics at every evaluation. No files."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.data import BucketArrays, draw_batch
from price_subgraph.diagnostics import Diagnostics
from price_subgraph.evaluation import Scores, evaluate, measure, measure_names
from price_subgraph.heads import PRICE
from price_subgraph.model import SEQUENCE, Model
from price_subgraph.regimes import Plan
from price_subgraph.steps import Step

__all__ = ["Loop", "Metrics", "Scores", "evaluate", "session_config", "train"]


class Metrics(NamedTuple):
    """One evaluation. NLLs are in nats: of the sequence per target token (EOS counted, padding not)."""

    step: int
    decoder_updates: int
    price_updates: int
    examples: int
    wall_seconds: float  # spent in training steps; evaluation and a step's first, planning run not counted
    train_sequence_nll: float  # on a fixed sample of the training split
    dev_sequence_nll: float
    dev_perplexity: float  # exp(dev_sequence_nll)
    train_price_nll: float
    dev_price_nll: float
    dev_price_accuracy: float
    gradient_norm: float  # before clipping, mean over the steps since the row before; nan at step 0
    batch_sequence_loss: float  # the trained loss, mean over those steps; nan where no step trained it
    batch_price_loss: float
    more: Mapping[str, float] = {}
    """Of further heads, by the names that the price's have above; and the diagnostics (see `diagnostics`)."""

    @property
    def finite(self) -> bool:
        """Whether both tasks' dev losses are numbers: false once training has blown up."""
        return math.isfinite(self.dev_sequence_nll) and math.isfinite(self.dev_price_nll)


@dataclass(frozen=True)
class Loop:
    """What the loop trains and evaluates on, and how far."""

    train: Sequence[BucketArrays]
    train_sample: Sequence[BucketArrays]
    dev: Sequence[BucketArrays]
    batch_size: int
    seed: int
    steps: int
    eval_every: int


def session_config(pinned: bool = True) -> tf.ConfigProto:
    """One thread, operations one after another: the same rows on every machine and beside any other run.

    An executor of several threads would order unordered updates differently each time; where that is asked
    for, `pinned` is False: two threads.
    """
    threads = 1 if pinned else 2
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=threads)
    if pinned:
        config.experimental.executor_type = "SINGLE_THREADED_EXECUTOR"
    # It only infers shapes; on the backward loop of an encoder it fails, and says so on the terminal.
    config.graph_options.rewrite_options.disable_tfg_optimizer = True
    return config


def train(
    session: tf.Session,
    model: Model,
    plan: Plan,
    loop: Loop,
    resume_from: Metrics | None = None,
    on_step: Callable[[int], None] = lambda step: None,
) -> Iterator[Metrics]:
    """Trains and yields a row before the first step, after every `eval_every` steps and after the last.

    The variables have to be initialized, or restored to where they stood at the row `resume_from`; rows
    then go on behind it as if there had been no break. Ends early, with a row, once a loss is not finite.
    """
    runner = _Runner(session, model)
    diagnostics = Diagnostics(model, loop.dev, loop.batch_size)
    if resume_from is None:
        none_yet = {f"{head.name}_updates": 0.0 for head in model.config.further_heads}
        start = Metrics(0, 0, 0, 0, 0.0, **_UNKNOWN, more=none_yet)
        row = _row(session, model, loop, start, {}, diagnostics, None)
        yield row
    else:
        row = resume_from
        _replay_draws(session, model, plan, loop, row.step)
    while row.step < loop.steps and row.finite:
        collected: dict[str, list[float]] = {}
        updates, before = _updates(model, row), None
        steps, seconds = row.step, row.wall_seconds
        until = min(loop.steps, (row.step // loop.eval_every + 1) * loop.eval_every)
        healthy = True
        while steps < until and healthy:
            bucket, batch = draw_batch(loop.train, loop.batch_size, loop.seed, steps)
            step = plan(steps, bucket)
            before = diagnostics.weights(session) if steps + 1 == until else None
            values, elapsed = runner(step, bucket, batch)
            steps, seconds = steps + 1, seconds + elapsed
            updates = {task: count + step.updates(task) for task, count in updates.items()}
            for name, value in values.items():
                collected.setdefault(name, []).append(value)
            healthy = all(map(math.isfinite, values.values()))
            on_step(steps)
        counted = row._replace(
            step=steps,
            decoder_updates=updates.pop(SEQUENCE),
            price_updates=updates.pop(PRICE),
            examples=steps * loop.batch_size,
            wall_seconds=seconds,
            more={f"{task}_updates": float(count) for task, count in updates.items()},
        )
        row = _row(session, model, loop, counted, collected, diagnostics, before)
        yield row
        if not healthy:
            return


_UNKNOWN: dict[str, Any] = dict.fromkeys(Metrics._fields[5:-1], math.nan)


class _Runner:
    """Runs steps, and times them but for the first run of each, in which TensorFlow prepares its graph."""

    def __init__(self, session: tf.Session, model: Model) -> None:
        self._session = session
        self._model = model
        self._fetches: dict[tf.Operation, Any] = {}

    def __call__(self, step: Step, bucket: int, batch: Any) -> tuple[dict[str, float], float]:
        """What the runs of a step have given, by name, and the seconds that they took."""
        feed = self._model.buckets[bucket].feed(batch)
        found: dict[str, float] = {}
        seconds = 0.0
        for run in step.runs:
            known = run.update in self._fetches
            if not known:
                self._fetches[run.update] = self._fetch(run, norm=run is step)
            started = time.perf_counter()
            values, _ = self._session.run(self._fetches[run.update], feed)
            seconds += time.perf_counter() - started if known else 0.0
            found |= {name: float(value) for name, value in values.items()}
        return found, seconds

    def _fetch(self, run: Step, norm: bool) -> Any:
        losses = {f"batch_{task}_loss": loss for task, loss in run.losses.items()}
        weights = {f"weight_{task}": weight for task, weight in run.weights.items()}
        norms = {"gradient_norm": run.gradient_norm} if norm else {}
        return [{**norms, **losses, **weights}, run.update]


def _updates(model: Model, row: Metrics) -> dict[str, int]:
    """How often each task was trained up to a row."""
    further = {head.name: int(row.more.get(f"{head.name}_updates", 0)) for head in model.config.further_heads}
    return {SEQUENCE: row.decoder_updates, PRICE: row.price_updates, **further}


def _row(
    session: tf.Session,
    model: Model,
    loop: Loop,
    counted: Metrics,
    collected: dict[str, list[float]],
    diagnostics: Diagnostics,
    before: list[np.ndarray] | None,
) -> Metrics:
    """A whole row; in the order of the columns, what has no field of its own is in `more`."""
    update = diagnostics.update(session, before)  # ahead of all that could move anything
    train_scores = measure(session, model, loop.train_sample, 4 * loop.batch_size)
    dev_scores = measure(session, model, loop.dev, 4 * loop.batch_size)
    found = {"dev_perplexity": float(np.exp(dev_scores[f"{SEQUENCE}_nll"]))}
    for name in [f"{SEQUENCE}_nll", *(measure_names(head)[0] for head in model.config.heads)]:
        found[f"train_{name}"] = train_scores[name]
    found |= {f"dev_{name}": value for name, value in dev_scores.items()}
    tasks = [SEQUENCE, *(head.name for head in model.config.heads)]
    found |= dict.fromkeys(("gradient_norm", *(f"batch_{task}_loss" for task in tasks)), math.nan)
    found |= {name: float(np.mean(values)) for name, values in collected.items()}
    found |= diagnostics.gradients(session) | update
    own: dict[str, Any] = {name: value for name, value in found.items() if name in Metrics._fields}
    more = {name: value for name, value in found.items() if name not in Metrics._fields}
    return counted._replace(**own, more={**counted.more, **more})


def _replay_draws(session: tf.Session, model: Model, plan: Plan, loop: Loop, steps: int) -> None:
    """Draws again, and throws away, what sampled softmax and balancing drew in the first `steps` steps.

    A checkpoint does not hold the random state of a graph, which depends on the number of draws alone: of
    some methods a draw for every entry of a gradient, of an embedding's on the rows that the batch touches.
    """
    drawn: dict[tf.Operation, list[tf.Operation]] = {}
    for step in range(steps):
        bucket, batch = draw_batch(loop.train, loop.batch_size, loop.seed, step)
        for run in plan(step, bucket).runs:
            if run.update not in drawn:
                drawn[run.update] = _random_operations(run.update)
            if drawn[run.update]:
                session.run(drawn[run.update], model.buckets[bucket].feed(batch))


def _random_operations(update: tf.Operation) -> list[tf.Operation]:
    """The operations with a random state among those that an update waits for."""
    seen, waiting = {update}, [update]
    while waiting:
        operation = waiting.pop()
        for before in (*operation.control_inputs, *(tensor.op for tensor in operation.inputs)):
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return sorted(
        (op for op in seen if op.op_def.is_stateful and "seed2" in op.node_def.attr), key=lambda op: op.name
    )
