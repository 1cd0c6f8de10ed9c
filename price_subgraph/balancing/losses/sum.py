"""The sum of the losses, the answer that the question of 2016 got: weights 1."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> Outcome:
    """One for each task."""
    return Outcome(tf.ones([tasks.size], tf.float64), details={"total": tf.reduce_sum(tasks.losses)})


METHOD = Method(
    name="sum",
    paper=Paper(
        "an answer to the question", "one optimizer on the sum of the LOSSES collection", 2016, "forum"
    ),
    summary="the sum of the losses",
    needs="losses",
    levels=("loss",),
    rule=rule,
    holds=frozenset({"permutation"}),
    two_tasks=frozenset(),
)
