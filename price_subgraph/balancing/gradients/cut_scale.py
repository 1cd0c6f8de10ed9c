"""Gradient scaling at the cut: identity forward, a factor backward.

What the post of 2016 asked for; the operation is the gradient reversal layer of Ganin and Lempitsky 2015
with a factor of one's choice. Each task's gradient is multiplied by its weight where the task meets the
shared part; unlike static loss weights, the task's own variables do not feel it.

`scale_gradient` is the operation by itself, for use between a state and one head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.custom_gradient import custom_gradient
from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, per_task


def scale_gradient(tensor: tf.Tensor, factor: float | tf.Tensor) -> tf.Tensor:
    """`tensor` itself; gradients that flow back through the result are multiplied by `factor`."""

    @custom_gradient
    def scaled(value: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return tf.identity(value), lambda gradient: tf.cast(factor, gradient.dtype) * gradient

    return scaled(tf.convert_to_tensor(tensor))


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], weights: np.ndarray) -> Outcome:
    """The given weights."""
    return Outcome(tf.constant(weights))


METHOD = Method(
    name="cut_scale",
    paper=Paper(
        "Y. Ganin, V. Lempitsky",
        "Unsupervised Domain Adaptation by Backpropagation",
        2015,
        "ICML 2015, arXiv:1409.7495",
    ),
    summary="a fixed factor on each gradient where it enters the shared part",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"weights": per_task(1.0, "factor of each task's gradient")},
    holds=frozenset({"permutation"}),
)
