"""GLS: the geometric mean of the losses.

Chennupati et al. 2019:  (prod_k L_k)^(1/K), so weights (prod L)^(1/K) / (K L_k): the direction of
`log_sum`, with a length that falls with the losses. A loss of zero gets weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> Outcome:
    """Weights mean / (K L)."""
    total = tf.exp(tf.reduce_mean(tf.math.log(tasks.losses)))
    return Outcome(tf.math.divide_no_nan(total / tasks.size, tasks.losses), details={"total": total})


METHOD = Method(
    name="gls",
    paper=Paper(
        "S. Chennupati, G. Sistu, S. Yogamani, S. A. Rawashdeh",
        "MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task Learning",
        2019,
        "CVPR Workshops 2019, arXiv:1904.08492",
    ),
    summary="the geometric mean of the losses",
    needs="losses",
    levels=("loss",),
    rule=rule,
    holds=frozenset({"permutation"}),
    positive_losses=True,
)
