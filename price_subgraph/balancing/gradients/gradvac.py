"""Gradient Vaccine: turn gradients until they are as similar as they usually are.

Wang et al. 2021. For a task i and each other task j, with phi = cos(g_i', g_j) and its
moving average phi^: where phi < phi^,
  g_i' += |g_i'| (phi^ sqrt(1 - phi^2) - phi sqrt(1 - phi^^2)) / (|g_j| sqrt(1 - phi^^2)) g_j,
which makes the cosine phi^; then phi^ = (1 - beta) phi^ + beta phi, with the phi from before. phi^ starts
at 0, where the rule is PCGrad. The update is sum_i g_i'.

As phi^ nears 1 the rule asks for ever more of g_j; the target stops at 1 - 1e-6.
A pair with a zero gradient is left alone, and its phi^ with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.gradients.pcgrad import ORDER, SEED, visits
from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number

HIGHEST_TARGET = 1.0 - 1e-6


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], beta: float, order: str, seed: int | None) -> Outcome:
    """Row i of `parts` holds g_i' / |g_i| in unit gradients."""
    parts = tf.eye(tasks.size, dtype=tf.float64)
    targets = state["phi"]
    heard = tasks.norms > 0.0
    both = tf.logical_and(heard[:, None], heard[None, :])
    for visited, other in visits(tasks.size, order, seed):
        length = tf.sqrt(tf.reduce_sum(parts * tf.matmul(parts, tasks.cosines), axis=1))
        dot = tf.reduce_sum(parts * tf.matmul(visited, tasks.cosines), axis=1)
        cosine = tf.clip_by_value(tf.math.divide_no_nan(dot, length), -1.0, 1.0)
        target = tf.minimum(tf.reduce_sum(visited * targets, axis=1), HIGHEST_TARGET)
        slope = tf.sqrt(1.0 - tf.square(target))
        wanted = length * (target * tf.sqrt(1.0 - tf.square(cosine)) - cosine * slope) / slope
        meet = tf.logical_and(other, tf.reduce_any(tf.logical_and(both, visited > 0.0), axis=1))
        turn = tf.logical_and(meet, cosine < target)
        parts += tf.where_v2(turn, wanted, tf.zeros_like(wanted))[:, None] * visited
        learned = visited * tf.where_v2(meet, beta * (cosine - target), tf.zeros_like(cosine))[:, None]
        targets = targets + learned
    weights = tf.reduce_sum(tasks.norms[:, None] * parts, axis=0)
    return Outcome(tf.math.divide_no_nan(weights, tasks.norms), {"phi": targets})


METHOD = Method(
    name="gradvac",
    paper=Paper(
        "Z. Wang, Y. Tsvetkov, O. Firat, Y. Cao",
        "Gradient Vaccine: Investigating and Improving Multi-task Optimization in Massively Multilingual "
        "Models",
        2021,
        "ICLR 2021, arXiv:2010.05874",
    ),
    summary="each gradient turned until its cosines reach their moving average, then summed",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "beta": number(0.01, "how fast the usual cosines follow", 0.0, 1.0),
        "order": ORDER,
        "seed": SEED,
    },
    two_tasks=frozenset({"permutation"}),
    state=lambda count, **parameters: {"phi": np.zeros([count, count])},
)
