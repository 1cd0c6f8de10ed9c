"""Smooth Tchebycheff scalarization: a soft maximum of the losses.

Lin et al. 2024:  mu log sum_k exp(lambda_k (L_k - z_k) / mu), so the weights are
lambda_k softmax(lambda (L - z) / mu)_k. lambda (`weights`) is 1/K by default, the ideal point z
(`reference`) 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number, per_task, preference


def rule(
    tasks: Tasks, state: Mapping[str, tf.Tensor], mu: float, weights: np.ndarray, reference: np.ndarray
) -> Outcome:
    """Weights lambda softmax."""
    scaled = weights * (tasks.losses - reference)
    total = mu * tf.reduce_logsumexp(scaled / mu)
    return Outcome(weights * tf.nn.softmax(scaled / mu), details={"total": total})


METHOD = Method(
    name="stch",
    paper=Paper(
        "X. Lin, X. Zhang, Z. Yang, F. Liu, Z. Wang, Q. Zhang",
        "Smooth Tchebycheff Scalarization for Multi-Objective Optimization",
        2024,
        "ICML 2024, arXiv:2402.19078",
    ),
    summary="a soft maximum of the losses",
    needs="losses",
    levels=("loss",),
    rule=rule,
    parameters={
        "mu": number(1.0, "softness, in units of the weighted losses", 0.0, above=True),
        "weights": preference("mean", "preference of the tasks"),
        "reference": per_task(0.0, "the ideal losses"),
    },
    holds=frozenset({"permutation"}),
)
