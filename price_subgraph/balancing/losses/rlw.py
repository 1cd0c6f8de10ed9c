"""RLW: loss weights drawn anew at every step.

Lin et al. 2022:  softmax of K independent standard normal numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, whole


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], seed: int | None) -> Outcome:
    """Random weights of sum 1."""
    weights = tf.nn.softmax(tf.random_normal([tasks.size], dtype=tf.float64, seed=seed))
    return Outcome(weights, details={"total": tf.reduce_sum(weights * tasks.losses)})


METHOD = Method(
    name="rlw",
    paper=Paper(
        "B. Lin, F. Ye, Y. Zhang, I. W. Tsang",
        "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning",
        2022,
        "TMLR 2022, arXiv:2111.10603",
    ),
    summary="random loss weights",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={"seed": whole(None, "of the draws, instead of the graph's", 0)},
    degree=lambda seed: None,
)
