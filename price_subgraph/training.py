"""The step loop: runs a regime's steps and yields a row of metrics at every evaluation. No files, no plots.

Shape legend: B batch, T target length of a bucket, K price ranges.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.data import BucketArrays, batches_in_order, draw_batch
from price_subgraph.model import Model
from price_subgraph.regimes import Plan, Step


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

    @property
    def finite(self) -> bool:
        """Whether both tasks' dev losses are numbers: false once training has blown up."""
        return math.isfinite(self.dev_sequence_nll) and math.isfinite(self.dev_price_nll)


class Scores(NamedTuple):
    """What a model makes of some examples."""

    sequence_nll: float
    price_nll: float
    price_accuracy: float


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


def session_config() -> tf.ConfigProto:
    """One thread, operations one after another: the same rows on every machine and beside any other run.

    An executor of several threads would order unordered updates differently each time.
    """
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    config.experimental.executor_type = "SINGLE_THREADED_EXECUTOR"
    return config


def evaluate(session: tf.Session, model: Model, data: Sequence[BucketArrays], batch_size: int) -> Scores:
    """Scores on every example once. Raises ValueError if there is none."""
    nll = tokens = price_nll = correct = examples = 0.0
    for index, batch in batches_in_order(data, batch_size):
        bucket = model.buckets[index]
        target_nll, label_nll, logits = session.run(
            [bucket.target_nll, bucket.price.nll, bucket.price.logits], bucket.feed(batch)
        )
        nll += float(np.sum(target_nll, dtype=np.float64))
        tokens += float(np.sum(batch.target_weights))
        price_nll += float(np.sum(label_nll, dtype=np.float64))
        correct += float(np.sum(np.argmax(logits, axis=1) == batch.labels["price"]))
        examples += len(label_nll)
    if not examples:
        raise ValueError("evaluate: expected at least one example, got none")
    return Scores(nll / tokens, price_nll / examples, correct / examples)


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
    if resume_from is None:
        row = _row(session, model, loop, Metrics(0, 0, 0, 0, *[math.nan] * 10)._replace(wall_seconds=0.0), {})
        yield row
    else:
        row = resume_from
        _replay_sampling(session, model, plan, loop, row.step)
    while row.step < loop.steps and row.finite:
        collected: dict[str, list[float]] = {}
        steps, decoder, prices, seconds = row.step, row.decoder_updates, row.price_updates, row.wall_seconds
        until = min(loop.steps, (row.step // loop.eval_every + 1) * loop.eval_every)
        healthy = True
        while steps < until and healthy:
            bucket, batch = draw_batch(loop.train, loop.batch_size, loop.seed, steps)
            step = plan(steps, bucket)
            values, elapsed = runner(step, bucket, batch)
            steps, decoder, prices = steps + 1, decoder + step.decoder_updates, prices + step.price_updates
            seconds += elapsed
            for name, value in values.items():
                collected.setdefault(name, []).append(value)
            healthy = all(map(math.isfinite, values.values()))
            on_step(steps)
        counted = row._replace(
            step=steps,
            decoder_updates=decoder,
            price_updates=prices,
            examples=steps * loop.batch_size,
            wall_seconds=seconds,
        )
        row = _row(session, model, loop, counted, collected)
        yield row
        if not healthy:
            return


class _Runner:
    """Runs steps through callables, which skip most of `session.run`'s overhead, and times them."""

    def __init__(self, session: tf.Session, model: Model) -> None:
        self._session = session
        self._model = model
        self._callables: dict[tf.Operation, Callable[..., Any]] = {}

    def __call__(self, step: Step, bucket: int, batch: Any) -> tuple[dict[str, float], float]:
        feed = self._model.buckets[bucket].feed(batch)
        planned = step.update in self._callables
        if not planned:
            fetches = {"gradient_norm": step.gradient_norm, **step.losses}
            self._callables[step.update] = self._session.make_callable([fetches, step.update], list(feed))
        started = time.perf_counter()
        values, _ = self._callables[step.update](*feed.values())
        elapsed = time.perf_counter() - started
        return {name: float(value) for name, value in values.items()}, elapsed if planned else 0.0


def _row(
    session: tf.Session, model: Model, loop: Loop, counted: Metrics, collected: dict[str, list[float]]
) -> Metrics:
    train_scores = evaluate(session, model, loop.train_sample, 4 * loop.batch_size)
    dev_scores = evaluate(session, model, loop.dev, 4 * loop.batch_size)
    means = {name: float(np.mean(values)) for name, values in collected.items()}
    return counted._replace(
        train_sequence_nll=train_scores.sequence_nll,
        dev_sequence_nll=dev_scores.sequence_nll,
        dev_perplexity=float(np.exp(dev_scores.sequence_nll)),
        train_price_nll=train_scores.price_nll,
        dev_price_nll=dev_scores.price_nll,
        dev_price_accuracy=dev_scores.price_accuracy,
        gradient_norm=means.get("gradient_norm", math.nan),
        batch_sequence_loss=means.get("sequence", math.nan),
        batch_price_loss=means.get("price", math.nan),
    )


def _replay_sampling(session: tf.Session, model: Model, plan: Plan, loop: Loop, steps: int) -> None:
    """Draws again, and throws away, what the sampled softmax drew in the first `steps` steps.

    A checkpoint does not hold the samplers' random state, which depends on the number of draws alone.
    """
    if not model.config.sampled:
        return
    operations = tf.get_default_graph().get_operations()
    samplers = [
        [op for op in operations if op.type == "LogUniformCandidateSampler" and op.name.startswith(b.scope)]
        for b in model.buckets
    ]
    for step in range(steps):
        bucket, batch = draw_batch(loop.train, 1, loop.seed, step)
        if "sequence" in plan(step, bucket).losses:
            session.run(samplers[bucket], model.buckets[bucket].feed(batch))
