"""IMTL-G: the combination that projects equally on every task's direction.

Liu et al. 2021:  weights with sum_k w_k = 1 (of either sign) such that g = sum_k w_k g_k has
g . g_i / |g_i| the same for all i. With C the cosines and x_k = w_k |g_k| that is the linear system
C x = p 1, sum_k x_k / |g_k| = 1 for x and p.

If gradients are dependent, p may be 0, and then so is the update. Where the system has no solution (the sum
would vanish) the update is zero. A task without a gradient is left out, with weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> Outcome:
    """The weights of either sign, which sum to 1."""
    heard = tf.cast(tasks.norms > 0.0, tf.float64)
    shortest = tf.reduce_min(tf.where_v2(heard > 0.0, tasks.norms, tf.float64.max))
    inverse = tf.math.divide_no_nan(shortest, tasks.norms)  # in units of the shortest: at most 1
    above = tf.concat([tasks.cosines, -heard[:, None]], axis=1)
    below = tf.concat([inverse, [0.0]], axis=0)[None, :]
    system = tf.concat([above, below], axis=0)
    wanted = tf.one_hot(tasks.size, tasks.size + 1, dtype=tf.float64)
    solution = tf.linalg.matvec(tf.linalg.pinv(system, 10.0 * tasks.size * tasks.precision), wanted)
    error = tf.reduce_max(tf.abs(tf.linalg.matvec(system, solution) - wanted))
    solved = error < 1e-6 * (1.0 + tf.reduce_max(tf.abs(solution)))
    weights = inverse * solution[: tasks.size]
    return Outcome(tf.where_v2(solved, weights, tf.zeros_like(weights)))


PAPER = Paper(
    "L. Liu, Y. Li, Z. Kuang, J.-H. Xue, Y. Chen, W. Yang, Q. Liao, W. Zhang",
    "Towards Impartial Multi-task Learning",
    2021,
    "ICLR 2021",
)

METHOD = Method(
    name="imtl_g",
    paper=PAPER,
    summary="equal projections on every task's direction",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    holds=frozenset({"permutation", "stationary"}),
    two_tasks=frozenset({"scale_free", "non_conflict"}),
)
