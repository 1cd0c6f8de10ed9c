"""RotoGrad's scaling: unit gradients with a common length, led by the tasks that converge slowest.

Javaloy and Valera 2022:  the update is C sum_k g_k / |g_k| with C = sum_k alpha_k |g_k|,
alpha_k = (|g_k| / |g_k at the first step|) / sum_j (the same). This is the half of RotoGrad that homogenizes
magnitudes; the other half rotates each task's features.

The first norm is that of the first step at which the task has a gradient.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> Outcome:
    """Weights C / |g_k|."""
    initial = tf.where_v2(state["initial_norms"] > 0.0, state["initial_norms"], tasks.norms)
    left = tf.math.divide_no_nan(tasks.norms, initial)
    length = tf.reduce_sum(tf.math.divide_no_nan(left, tf.reduce_sum(left)) * tasks.norms)
    return Outcome(tf.math.divide_no_nan(length, tasks.norms), {"initial_norms": initial})


METHOD = Method(
    name="rotograd_scale",
    paper=Paper(
        "A. Javaloy, I. Valera",
        "RotoGrad: Gradient Homogenization in Multitask Learning",
        2022,
        "ICLR 2022, arXiv:2103.02631",
    ),
    summary="unit gradients with a common length, led by the slowest task",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    holds=frozenset({"permutation", "scale_free"}),
    two_tasks=frozenset({"non_conflict", "stationary"}),
    state=lambda count, **parameters: {"initial_norms": np.zeros(count)},
)
