"""IMTL-L: learned scales that bring all losses to 1.

Liu et al. 2021:  sum_k exp(s_k) L_k - s_k, minimized by both the model and s; at its minimum
exp(s_k) L_k = 1. s starts at 0 and follows by Adam with rate `lr`; the step's weights are those from before.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.adam import ADAM_RATE, adam_state, adam_step
from price_subgraph.balancing.gradients.imtl_g import PAPER
from price_subgraph.balancing.method import Method, Outcome, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], lr: float) -> Outcome:
    """Weights exp(s)."""
    s = state["s"]
    weights = tf.exp(s)
    by_s = weights * tasks.losses - 1.0
    total = tf.reduce_sum(weights * tasks.losses - s)
    return Outcome(weights, adam_step(state, "s", by_s, lr), {"total": total, "grad_s": by_s})


METHOD = Method(
    name="imtl_l",
    paper=PAPER,
    summary="learned scales that bring all losses to 1",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={"lr": ADAM_RATE},
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: adam_state("s", np.zeros(count)),
)
