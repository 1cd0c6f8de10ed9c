"""Losses over lists of time steps: sequence_loss, sequence_loss_by_example.

Shapes: B batch, T time steps, V symbols.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import graph_only

LossFunction = Callable[..., Any]


@graph_only
def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: LossFunction | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Weighted cross-entropy of every example, in nats.

    Args:
      logits: list of T tensors [B, V] (or what `softmax_loss_function` takes).
      targets: list of T int32 or int64 tensors [B].
      weights: list of T float tensors [B].
      average_across_timesteps: divide by the example's sum of weights, plus 1e-12; else the weighted sum.
      softmax_loss_function: called once a time step as `f(labels=targets[t], logits=logits[t])`, gives
        losses [B]; sparse softmax cross-entropy if None.
      name: name scope, `sequence_loss_by_example` if None.

    Returns a float tensor [B]. Raises ValueError if the lists differ in length, RuntimeError eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.sequence_loss_by_example`.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            "logits, targets and weights must be lists of one length (one entry a time step), got "
            f"{len(logits)}, {len(targets)} and {len(weights)}."
        )
    with tf.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        weighted = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                crossent = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit
                )
            else:
                crossent = softmax_loss_function(labels=target, logits=logit)
            weighted.append(crossent * weight)
        losses = tf.add_n(weighted)
        if average_across_timesteps:
            # The small number keeps examples without weight at 0 instead of 0 / 0.
            losses /= tf.add_n(list(weights)) + 1e-12
        return losses


@graph_only
def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: LossFunction | None = None,
    name: str | None = None,
) -> tf.Tensor:
    """Weighted cross-entropy of a batch, in nats: the sum of `sequence_loss_by_example` over the examples.

    Args:
      logits: list of T tensors [B, V] (or what `softmax_loss_function` takes).
      targets: list of T int32 or int64 tensors [B].
      weights: list of T float tensors [B].
      average_across_timesteps: divide each example's loss by its sum of weights, plus 1e-12.
      average_across_batch: divide by B.
      softmax_loss_function: as in `sequence_loss_by_example`.
      name: name scope, `sequence_loss` if None.

    Returns a float scalar. Raises ValueError if the lists differ in length, RuntimeError eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.sequence_loss`.
    """
    with tf.name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        cost = tf.reduce_sum(
            sequence_loss_by_example(
                logits,
                targets,
                weights,
                average_across_timesteps=average_across_timesteps,
                softmax_loss_function=softmax_loss_function,
            )
        )
        if average_across_batch:
            return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype)
        return cost
