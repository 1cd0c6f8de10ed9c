"""PCD: follow the primary task as far as the others still get their share.

Priority-Constrained Descent (2026):  with g~_k = g_k / sqrt(v_k + eps), v_k the bias-corrected moving average
(decay `beta`) of |g_k|^2, d~ is the point nearest to g~ of the primary task among those with
g~_j . d >= tau |g~_j|^2 for all others j. The update is d~ rescaled to the norm of the primary gradient.

If no point satisfies all constraints they are dropped and the update is the primary gradient; if that is
zero, so is the update. A task without a gradient asks for nothing. `eps` is 0 here (1e-8 elsewhere, which
gradients shorter than 1e-4 would feel). The primary task is the first one, the sequence, by default.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number, per_task, task
from price_subgraph.balancing.quadratic import minimize, supports


def rule(
    tasks: Tasks, state: Mapping[str, tf.Tensor], tau: np.ndarray, beta: float, eps: float, primary: int
) -> Outcome:
    """Solved in unit gradients for the multipliers of the constraints."""
    steps = state["steps"] + 1.0
    average = beta * state["square_norms"] + (1.0 - beta) * tf.square(tasks.norms)
    usual = tf.sqrt(average / (1.0 - beta**steps) + eps)
    lengths = tf.math.divide_no_nan(tasks.norms, usual)  # |g~_k|
    others = [index for index in range(tasks.size) if index != primary]
    first = tf.one_hot(primary, tasks.size, dtype=tf.float64)
    direction = first * lengths
    if others:
        between = tf.gather(tf.gather(tasks.cosines, others), others, axis=1)
        own = tf.gather(lengths, others)
        short = tau * own - lengths[primary] * tf.gather(tasks.cosines[primary], others)
        prepared = supports(between, len(others), tasks.precision, "pcd")
        solution, violation = minimize(prepared, short[None, :])
        possible = violation[0] < max(1e-9, 1e2 * tasks.precision)
        added = tf.where_v2(possible, solution[0], tf.zeros_like(short))
        direction += tf.scatter_nd([[index] for index in others], added, [tasks.size])
    length = tf.reduce_sum(direction * tf.linalg.matvec(tasks.cosines, direction))
    heard = length > tasks.size * tasks.precision * tf.reduce_sum(tf.square(direction))
    scale = tf.where_v2(heard, tasks.norms[primary] / tf.sqrt(tf.where_v2(heard, length, 1.0)), 0.0)
    weights = tf.math.divide_no_nan(scale * direction, tasks.norms)
    return Outcome(weights, {"square_norms": average, "steps": steps})


METHOD = Method(
    name="pcd",
    paper=Paper(
        "reference implementation by D. Varam",
        "Not All Objectives Are Born Equal: Priority-Constrained Descent for Hierarchical Multi-Objective "
        "Optimization",
        2026,
        "TMLR 2026, arXiv:2606.29521",
    ),
    summary="the primary gradient, bent until each other task gets a share of its own progress",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "tau": per_task(
            0.02, "share of its own progress that each other task is guaranteed", 0.0, 1.0, less=1
        ),
        "beta": number(0.999, "decay of the average of the squared norms, below 1", 0.0, 1.0 - 1e-12),
        "eps": number(0.0, "added to that average", 0.0),
        "primary": task(0, "the task that goes first"),
    },
    holds=frozenset({"scale_free"}),
    state=lambda count, **parameters: {"square_norms": np.zeros(count), "steps": np.zeros(())},
)
