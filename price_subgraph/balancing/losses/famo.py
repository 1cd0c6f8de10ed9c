"""FAMO: loss weights that make all losses fall at the same rate, from the losses alone.

Liu et al. 2023, algorithm 1:  with z = softmax(w), the update is c sum_k z_k grad log(L_k - b_k),
c = 1 / sum_k (z_k / (L_k - b_k)): loss weights c z_k / (L_k - b_k), of sum 1. After it w goes by Adam (`lr`,
`weight_decay`) along d z / d w times the differences of log(L - b) before and after. b is `min_losses`.

The authors compute the losses after the update anew, on the same batch: a second forward pass. Here one run
of the session is one step, and the losses of the next step of the same bucket stand for them: w moves at
the start of that step, by the difference to this one. It holds noise of the batch that the authors' does not.
Each call of `Balancer.gradients` (each bucket) remembers its own losses; w is shared.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.adam import ADAM_RATE, adam_state, adam_step
from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, not_negative, number, per_task


def rule(
    tasks: Tasks,
    state: Mapping[str, tf.Tensor],
    lr: float,
    weight_decay: float,
    min_losses: np.ndarray,
) -> Outcome:
    """Moves w by what the step before brought, then weighs."""
    above = not_negative(tasks.losses - min_losses, "famo: expected losses above their min_losses")
    before = state["losses_before"]
    known = tf.logical_and(tf.reduce_all(before > 0.0), tf.reduce_all(above > 0.0))
    z = tf.nn.softmax(state["w"])
    ones = tf.ones_like(above)
    fallen = tf.math.log(tf.where_v2(known, before, ones)) - tf.math.log(tf.where_v2(known, above, ones))
    by_w = z * (fallen - tf.reduce_sum(z * fallen))
    moved = adam_step(state, "w", by_w, lr, weight_decay)
    new = {name: tf.where_v2(known, value, state[name]) for name, value in moved.items()}
    z = tf.nn.softmax(new["w"])
    inverse = tf.math.divide_no_nan(z, above)
    c = tf.math.divide_no_nan(tf.ones([], tf.float64), tf.reduce_sum(inverse))
    total = c * tf.reduce_sum(z * tf.math.log(above))
    return Outcome(c * inverse, {**new, "losses_before": above}, {"total": total})


METHOD = Method(
    name="famo",
    paper=Paper(
        "B. Liu, Y. Feng, P. Stone, Q. Liu",
        "FAMO: Fast Adaptive Multitask Optimization",
        2023,
        "NeurIPS 2023, arXiv:2306.03792",
    ),
    summary="learned weights of the losses' logarithms, so that all fall at one rate",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={
        "lr": ADAM_RATE,
        "weight_decay": number(0.001, "of w", 0.0),
        "min_losses": per_task(0.0, "lower bounds of the losses"),
    },
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: {**adam_state("w", np.zeros(count)), "losses_before": np.zeros(count)},
    local_state=frozenset({"losses_before"}),
)
