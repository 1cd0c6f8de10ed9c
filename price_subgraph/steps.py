"""From a bucket's loss to one training step: gradients -> clipping by global norm -> an optimizer's update.

Where a step has several losses to itself, ORDERS says how their updates meet.

Shape legend: all losses and norms are scalars, float32 []; gradients have their variables' shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.model import SEQUENCE, Bucket, Model


class Step(NamedTuple):
    """What one `session.run` of one training step executes, and what it counts as.

    `then` are the further runs of the same step, each after the one before has ended.
    """

    update: tf.Operation
    gradient_norm: tf.Tensor  # float32 [], before clipping, of the decoder's update where there is one
    losses: Mapping[str, tf.Tensor]  # float32 [] each, by task: the losses that this run goes down
    weights: Mapping[str, tf.Tensor] = {}  # float64 [] each, by task: what a balancing method gave it
    then: tuple[Step, ...] = ()

    @property
    def runs(self) -> tuple[Step, ...]:
        """All runs of the step, this one first."""
        return (self, *self.then)

    def updates(self, task: str) -> int:
        """1 if the step trains this task."""
        return int(any(task in run.losses for run in self.runs))


Plan = Callable[[int, int], Step]  # (step, bucket) -> Step


class Updater(NamedTuple):
    """An optimizer, and what is done before it applies: telling it its rate, where losses share it."""

    optimizer: tf.train.Optimizer
    prepare: Callable[[], None] = lambda: None


class ClippedGradients(NamedTuple):
    """Clipped gradients of one bucket, and what will apply them; no pairs where nothing is trained."""

    updater: Updater
    pairs: Sequence[tuple[Any, tf.Variable]]  # each gradient a tensor or IndexedSlices
    norm: tf.Tensor  # float32 [], before clipping

    def operations(self) -> list[tf.Operation]:
        """Those that compute the gradients."""
        return [gradient.op for gradient, _ in self.pairs]

    def apply(self, global_step: tf.Variable | None = None) -> tf.Operation:
        """The update by the optimizer; advances `global_step` where one is given."""
        if not self.pairs:
            return tf.no_op() if global_step is None else tf.assign_add(global_step, 1).op
        self.updater.prepare()
        return self.updater.optimizer.apply_gradients(self.pairs, global_step=global_step)


def clip(
    updater: Updater, pairs: Sequence[tuple[Any, tf.Variable]], clip_norm: float | None
) -> ClippedGradients:
    """Gradients clipped to a global norm, without those that are None."""
    reached = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
    gradients = [gradient for gradient, _ in reached]
    # As in the tutorial: rows that an embedding's gradient repeats are not summed for the norm.
    norm = tf.global_norm(gradients)
    if clip_norm is not None:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
    return ClippedGradients(updater, [(g, v) for g, (_, v) in zip(gradients, reached, strict=True)], norm)


def clipped_gradients(
    bucket: Bucket,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    updater: Updater,
    clip_norm: float | None,
) -> ClippedGradients:
    """A loss' clipped gradients; of no variables, none."""
    with tf.name_scope(f"{bucket.scope}{updater.optimizer.get_name()}_gradients"):
        if not variables:
            return ClippedGradients(updater, [], tf.zeros([]))
        return clip(updater, updater.optimizer.compute_gradients(loss, list(variables)), clip_norm)


def losses_of(bucket: Bucket, tasks: Sequence[str]) -> dict[str, tf.Tensor]:
    """The losses of tasks, without their weights."""
    every = {SEQUENCE: bucket.sequence_loss, **{name: head.loss for name, head in bucket.heads.items()}}
    return {name: every[name] for name in tasks}


def steps_of(model: Model, gradients: Sequence[ClippedGradients], *tasks: str) -> list[Step]:
    """A step a bucket, which trains the named tasks, or nothing where there are no gradients."""
    return [
        Step(found.apply(model.global_step), found.norm, losses_of(bucket, tasks if found.pairs else ()))
        for found, bucket in zip(gradients, model.buckets, strict=True)
    ]


class Order(NamedTuple):
    """How the updates of several losses meet within one step: a sentence for readers, and the step."""

    description: str
    meet: Callable[
        [Model, Bucket, Mapping[str, ClippedGradients]], Step
    ]  # gradients by task, the sequence first
    pinned: bool = True  # whether the weights after a step depend on those before it alone


def _one_run(gated: bool, model: Model, bucket: Bucket, tasks: Mapping[str, ClippedGradients]) -> Step:
    waiting = [operation for found in tasks.values() for operation in found.operations()]
    updates: list[tf.Operation] = []
    for found in tasks.values():
        with tf.control_dependencies((updates[-1:] or waiting) if gated else []):
            updates.append(found.apply(None if updates else model.global_step))
    trained = [name for name, found in tasks.items() if found.pairs]
    return Step(tf.group(*updates), tasks[SEQUENCE].norm, losses_of(bucket, trained))


def _gated(model: Model, bucket: Bucket, tasks: Mapping[str, ClippedGradients]) -> Step:
    return _one_run(True, model, bucket, tasks)


def _raced(model: Model, bucket: Bucket, tasks: Mapping[str, ClippedGradients]) -> Step:
    return _one_run(False, model, bucket, tasks)


def _sequential(model: Model, bucket: Bucket, tasks: Mapping[str, ClippedGradients]) -> Step:
    first, *others = [
        Step(
            found.apply(model.global_step if name == SEQUENCE else None),
            found.norm,
            losses_of(bucket, [name]),
        )
        for name, found in tasks.items()
        if found.pairs
    ]
    return first._replace(then=tuple(others))


ORDERS: Mapping[str, Order] = {
    # Of the outcomes that the race allows this pins one, or a seed would not give one result.
    "gated": Order("one session.run: all gradients, then the sequence's update, then the heads'", _gated),
    "raced": Order("one session.run that orders nothing, as in the post", _raced, pinned=False),
    "sequential": Order("a session.run a task: the second sees what the first has applied", _sequential),
}
