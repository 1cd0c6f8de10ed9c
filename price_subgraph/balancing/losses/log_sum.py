"""The sum of the losses' logarithms: weights 1 / L_k, whatever the losses' scales.

The scale-invariant baseline of Navon et al. 2022. A loss of zero gets weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.gradients.nash_mtl import METHOD as NASH
from price_subgraph.balancing.method import Method, Outcome, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> Outcome:
    """Weights 1 / L."""
    weights = tf.math.divide_no_nan(tf.ones_like(tasks.losses), tasks.losses)
    return Outcome(weights, details={"total": tf.reduce_sum(tf.math.log(tasks.losses))})


METHOD = Method(
    name="log_sum",
    paper=NASH.paper,
    summary="the sum of the losses' logarithms",
    needs="losses",
    levels=("loss",),
    rule=rule,
    holds=frozenset({"permutation"}),
    positive_losses=True,
)
