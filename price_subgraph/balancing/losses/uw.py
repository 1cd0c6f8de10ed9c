"""Uncertainty weighting: each loss divided by a variance that is learned.

Kendall, Gal and Cipolla 2018, equation 7, in log-variances s:  sum_k exp(-s_k) L_k / 2 + s_k / 2, minimized
by both the model and s. At its minimum exp(s_k) = L_k: the gradient is then half that of sum_k log L_k.
s starts at 0 and follows by Adam with rate `lr`; the step's weights are those from before.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.adam import ADAM_RATE, adam_state, adam_step
from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], lr: float) -> Outcome:
    """Weights exp(-s) / 2."""
    s = state["s"]
    weights = 0.5 * tf.exp(-s)
    by_s = 0.5 - weights * tasks.losses
    total = tf.reduce_sum(weights * tasks.losses + 0.5 * s)
    return Outcome(weights, adam_step(state, "s", by_s, lr), {"total": total, "grad_s": by_s})


METHOD = Method(
    name="uw",
    paper=Paper(
        "A. Kendall, Y. Gal, R. Cipolla",
        "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics",
        2018,
        "CVPR 2018, arXiv:1705.07115",
    ),
    summary="losses divided by learned variances",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={"lr": ADAM_RATE},
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: adam_state("s", np.zeros(count)),
)
