"""PCGrad: project away, from every task's gradient, what conflicts with another's.

Yu et al. 2020, algorithm 1:  g_i' = g_i; for each other task j in random order, where g_i' . g_j < 0:
g_i' -= (g_i' . g_j / |g_j|^2) g_j.  The update is sum_i g_i' (`reduction` "mean" divides by K).

Every g_i' is a combination of the raw gradients, so only their inner products are needed; in unit vectors
the rule has no quotient that could need an epsilon. For two tasks the order does not matter; for more,
`order` is "random" (drawn anew for each task and step) or "index" (0, 1, ..., reproducible without a seed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, choice, whole

ORDER = choice("random", "in which order a task visits the others, if there are several", "random", "index")
SEED = whole(None, "of the random orders, instead of the graph's", 0)


def visits(count: int, order: str, seed: int | None) -> Iterator[tuple[tf.Tensor, tf.Tensor]]:
    """For each of K rounds: whom every task visits, one-hot [K, K], and whether that is another, bool [K]."""
    if order == "random" and count > 2:
        ranks = tf.argsort(tf.random_uniform([count, count], seed=seed), axis=1)
    else:
        ranks = tf.tile(tf.range(count)[None, :], [count, 1])
    for position in range(count):
        visited = ranks[:, position]
        yield tf.one_hot(visited, count, dtype=tf.float64), tf.not_equal(visited, tf.range(count))


def rule(
    tasks: Tasks, state: Mapping[str, tf.Tensor], reduction: str, order: str, seed: int | None
) -> Outcome:
    """Row i of `parts` holds g_i' / |g_i| in unit gradients."""
    parts = tf.eye(tasks.size, dtype=tf.float64)
    for visited, other in visits(tasks.size, order, seed):
        dot = tf.reduce_sum(parts * tf.matmul(visited, tasks.cosines), axis=1)
        parts -= tf.where_v2(other, tf.minimum(dot, 0.0), tf.zeros_like(dot))[:, None] * visited
    weights = tf.reduce_sum(tasks.norms[:, None] * parts, axis=0)
    divisor = tasks.norms * (tasks.size if reduction == "mean" else 1.0)
    return Outcome(tf.math.divide_no_nan(weights, divisor))


METHOD = Method(
    name="pcgrad",
    paper=Paper(
        "T. Yu, S. Kumar, A. Gupta, S. Levine, K. Hausman, C. Finn",
        "Gradient Surgery for Multi-Task Learning",
        2020,
        "NeurIPS 2020, arXiv:2001.06782",
    ),
    summary="each gradient projected off those that it conflicts with, then summed",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "reduction": choice("sum", "how the projected gradients are put together", "sum", "mean"),
        "order": ORDER,
        "seed": SEED,
    },
    two_tasks=frozenset({"permutation", "non_conflict", "stationary"}),
)
