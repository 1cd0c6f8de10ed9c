"""From a bucket's loss to one training step: gradients -> clipping by global norm -> an optimizer's update.

Shape legend: all losses and norms are scalars, float32 []; gradients have their variables' shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.heads import PRICE
from price_subgraph.model import SEQUENCE, Bucket, Model


class Step(NamedTuple):
    """What one `session.run` of one training step executes, and what it counts as."""

    update: tf.Operation
    gradient_norm: tf.Tensor  # float32 [], before clipping, of the decoder's update where there is one
    losses: Mapping[str, tf.Tensor]  # float32 [] each, by task: the losses that this step goes down
    weights: Mapping[str, tf.Tensor] = {}  # float64 [] each, by task: what a balancing method gave it

    @property
    def decoder_updates(self) -> int:
        """1 if the step trains the decoder."""
        return self.updates(SEQUENCE)

    @property
    def price_updates(self) -> int:
        """1 if the step trains the price."""
        return self.updates(PRICE)

    def updates(self, task: str) -> int:
        """1 if the step trains this task."""
        return int(task in self.losses)


Plan = Callable[[int, int], Step]  # (step, bucket) -> Step


class ClippedGradients(NamedTuple):
    """Clipped gradients of one bucket, and what will apply them."""

    optimizer: tf.train.Optimizer
    pairs: list[tuple[Any, tf.Variable]]  # each gradient a tensor or IndexedSlices
    norm: tf.Tensor  # float32 [], before clipping

    def operations(self) -> list[tf.Operation]:
        """What has to run before any gradient is known."""
        return [gradient.op for gradient, _ in self.pairs]

    def apply(self, global_step: tf.Variable | None = None) -> tf.Operation:
        """The update by the optimizer; advances `global_step` where one is given."""
        return self.optimizer.apply_gradients(self.pairs, global_step=global_step)


def clip(
    optimizer: tf.train.Optimizer, pairs: Sequence[tuple[Any, tf.Variable]], clip_norm: float | None
) -> ClippedGradients:
    """Gradients clipped to a global norm, or left as they are; variables that none reaches fall out."""
    reached = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
    gradients = [gradient for gradient, _ in reached]
    # As in the tutorial: rows that an embedding's gradient repeats are not summed for the norm.
    norm = tf.global_norm(gradients)
    if clip_norm is not None:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
    return ClippedGradients(optimizer, [(g, v) for g, (_, v) in zip(gradients, reached, strict=True)], norm)


def clipped_gradients(
    bucket: Bucket,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    optimizer: tf.train.Optimizer,
    clip_norm: float | None,
) -> ClippedGradients:
    """The gradients of one loss of a bucket, clipped."""
    with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_gradients"):
        return clip(optimizer, optimizer.compute_gradients(loss, list(variables)), clip_norm)


def losses_of(bucket: Bucket, *tasks: str) -> dict[str, tf.Tensor]:
    """The losses of tasks, without their weights; all of them if none is named."""
    every = {SEQUENCE: bucket.sequence_loss, **{name: head.loss for name, head in bucket.heads.items()}}
    return {name: loss for name, loss in every.items() if not tasks or name in tasks}


def steps_of(model: Model, gradients: Sequence[ClippedGradients], *tasks: str) -> list[Step]:
    """A step a bucket, which trains the named tasks; all of them if none is named."""
    return [
        Step(found.apply(model.global_step), found.norm, losses_of(bucket, *tasks))
        for found, bucket in zip(gradients, model.buckets, strict=True)
    ]
