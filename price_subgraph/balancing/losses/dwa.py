"""Dynamic weight average: more weight for losses that fall more slowly than the others.

Liu, Johns and Davison 2019:  w_k = K softmax(r / T)_k, with r_k the last epoch's mean loss over
that of the epoch before; 1 for all in the first two epochs. An epoch here is `period` steps, of whatever
buckets: mean losses of two epochs are comparable if both saw about the same mixture.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number, whole


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], temperature: float, period: int) -> Outcome:
    """Weights from the two epochs before; the step's losses count for the epoch that it is in."""
    known = tf.reduce_all(tf.not_equal(state["prev_prev"], 0.0))
    rates = tf.math.divide_no_nan(state["prev"], state["prev_prev"])
    weights = tf.where_v2(known, tasks.size * tf.nn.softmax(rates / temperature), tf.ones_like(rates))
    total, steps = state["total"] + tasks.losses, state["steps"] + 1.0
    over = steps >= period
    new = {
        "prev": tf.where_v2(over, total / steps, state["prev"]),
        "prev_prev": tf.where_v2(over, state["prev"], state["prev_prev"]),
        "total": tf.where_v2(over, tf.zeros_like(total), total),
        "steps": tf.where_v2(over, tf.zeros_like(steps), steps),
    }
    return Outcome(weights, new, {"total": tf.reduce_sum(weights * tasks.losses)})


METHOD = Method(
    name="dwa",
    paper=Paper(
        "S. Liu, E. Johns, A. J. Davison",
        "End-to-End Multi-Task Learning with Attention",
        2019,
        "CVPR 2019, arXiv:1803.10704",
    ),
    summary="more weight for losses that fall slowly",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={
        "temperature": number(2.0, "higher: more even weights", 0.0, above=True),
        "period": whole(100, "steps of an epoch", 1),
    },
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: {
        "prev": np.zeros(count),
        "prev_prev": np.zeros(count),
        "total": np.zeros(count),
        "steps": np.zeros(()),
    },
)
