"""Losses over lists of time steps: sequence_loss, sequence_loss_by_example.

Shapes: B batch, T time steps, V symbols.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.choice import may_batch
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.time_major import alike, flat_time, stack_time

LossFunction = Callable[..., Any]

# Keeps examples without weight at 0 instead of 0 / 0.
_NO_WEIGHT = 1e-12


def all_steps_at_once(softmax_loss_function: LossFunction) -> LossFunction:
    """Let the losses call `softmax_loss_function` once for all time steps instead of once a step.

    For functions that treat every row for itself, which most do: it is called as `f(labels=[T B],
    logits=[T B, V])` and gives losses [T B]. A sampled softmax then draws its samples once for all the steps
    of a bucket, where 1.15, and an unmarked function here, draws anew at every step: the same in expectation,
    T times fewer operations in the graph, and products large enough to be fast.

    Returns a function to hand to `sequence_loss`, `sequence_loss_by_example` or `model_with_buckets`; use it
    as a decorator or as a call.
    """

    @functools.wraps(softmax_loss_function)
    def marked(labels: Any, logits: Any) -> Any:
        return softmax_loss_function(labels=labels, logits=logits)

    marked.takes_all_steps = True  # type: ignore[attr-defined]
    return marked


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
        losses [B]; sparse softmax cross-entropy if None. One marked by `all_steps_at_once` is called once.
      name: name scope, `sequence_loss_by_example` if None.

    Returns a float tensor [B]. Raises ValueError if the lists differ in length or are empty, RuntimeError
    eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.sequence_loss_by_example`.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            "logits, targets and weights must be lists of one length (one entry a time step), got "
            f"{len(logits)}, {len(targets)} and {len(weights)}."
        )
    if not logits:
        raise ValueError("logits, targets and weights must hold at least one time step, got none.")
    with tf.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        if _all_at_once(logits, targets, weights, softmax_loss_function):
            return _loss_of_all_steps(
                stack_time(logits),
                stack_time(targets),
                stack_time(weights),
                average_across_timesteps,
                softmax_loss_function or _cross_entropy,
            )
        weighted = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            crossent = (softmax_loss_function or _cross_entropy)(labels=target, logits=logit)
            weighted.append(crossent * weight)
        losses = tf.add_n(weighted)
        if average_across_timesteps:
            losses /= tf.add_n(list(weights)) + _NO_WEIGHT
        return losses


def _cross_entropy(labels: Any, logits: Any) -> Any:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(labels, [-1]), logits=logits)


def _all_at_once(
    logits: Sequence[Any], targets: Sequence[Any], weights: Sequence[Any], function: LossFunction | None
) -> bool:
    wanted = may_batch(len(logits)) if function is None else getattr(function, "takes_all_steps", False)
    return wanted and alike(logits, 2) and alike(targets, 1) and alike(weights, 1)


def _loss_of_all_steps(
    logits: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, average: bool, function: LossFunction
) -> tf.Tensor:
    """[T, B, V], [T, B] and [T, B] to [B]."""
    crossent = function(labels=tf.reshape(targets, [-1]), logits=flat_time(logits))
    losses = tf.reduce_sum(tf.reshape(crossent, tf.shape(weights)) * weights, 0)
    return losses / (tf.reduce_sum(weights, 0) + _NO_WEIGHT) if average else losses


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

    Returns a float scalar. Raises ValueError if the lists differ in length or are empty, RuntimeError
    eagerly.
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
