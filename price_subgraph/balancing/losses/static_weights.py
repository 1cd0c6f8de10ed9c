"""Linear scalarization: sum_k w_k L_k with weights that are chosen once.

Xin et al. 2022 find that, tuned, it is hard to beat.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, per_task


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], weights: np.ndarray) -> Outcome:
    """The given weights."""
    return Outcome(tf.constant(weights), details={"total": tf.reduce_sum(weights * tasks.losses)})


METHOD = Method(
    name="static_weights",
    paper=Paper(
        "D. Xin, B. Ghorbani, A. Garg, O. Firat, J. Gilmer",
        "Do Current Multi-Task Optimization Methods in Deep Learning Even Help?",
        2022,
        "NeurIPS 2022, arXiv:2209.11379",
    ),
    summary="fixed loss weights",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={"weights": per_task(1.0, "weight of each loss")},
    holds=frozenset({"permutation"}),
)
