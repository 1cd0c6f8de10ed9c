"""ConFIG: equal cosines with every task's gradient, and the length of their projections.

Liu, Chu and Thuerey 2025, equation 2:  with unit gradients U, v = pinv(U) 1 normalized;
the update is (sum_k g_k . v) v. In terms of C = U U^T: pinv(U) 1 = U^T x, C x = 1.
`pref` replaces the ones: the cosines are then in that proportion.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, preference
from price_subgraph.balancing.quadratic import pseudo_inverse


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], pref: np.ndarray) -> Outcome:
    """Weights of the raw gradients; zero where no direction has the wanted cosines with all of them."""
    heard = tf.cast(tasks.norms > 0.0, tf.float64)
    wanted = heard * tf.constant(pref)
    x = heard * tf.linalg.matvec(pseudo_inverse(tasks.cosines, tasks.size * tasks.precision), wanted)
    cosines = tf.linalg.matvec(tasks.cosines, x)
    square = tf.reduce_sum(x * cosines)
    exists = square > tasks.size * tasks.precision * tf.reduce_sum(tf.square(x))
    length = tf.reduce_sum(tasks.norms * cosines)
    scale = tf.where_v2(exists, tf.math.divide_no_nan(length, square), tf.zeros_like(length))
    return Outcome(tf.math.divide_no_nan(scale * x, tasks.norms))


METHOD = Method(
    name="config",
    paper=Paper(
        "Q. Liu, M. Chu, N. Thuerey",
        "ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks",
        2025,
        "ICLR 2025, arXiv:2408.11104",
    ),
    summary="equal cosines with every gradient, as long as their projections together",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"pref": preference(1.0, "proportion of the cosines")},
    holds=frozenset({"permutation", "scale_free"}),
    two_tasks=frozenset({"non_conflict", "stationary"}),
)
