"""DB-MTL: gradients of the losses' logarithms, all brought to the longest one's norm.

Lin et al. 2023, algorithm 1:  g_k = grad log L_k; gradients are smoothed, q_k = beta_t q_k + (1 - beta_t)
g_k with beta_t = beta / t^sigma at step t; the update is max_j |q_j| sum_k q_k / |q_k|.

With beta 0 only norms are needed. With beta > 0 (the authors': 0.9 with sigma 0.5) every task keeps a copy
of the gradient of every shared variable, dense: only at the parameters, and not for large embeddings.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], beta: float, sigma: float) -> Outcome:
    """Weights max |q| / |q_k| of the (smoothed) gradients of the losses' logarithms."""
    longest = tf.reduce_max(tasks.norms)
    return Outcome(tf.math.divide_no_nan(longest, tasks.norms), {"steps": state["steps"] + 1.0})


def smoothing(state: Mapping[str, tf.Tensor], beta: float, sigma: float) -> tf.Tensor | None:
    """beta_t, or None where nothing is smoothed."""
    return beta / (state["steps"] + 1.0) ** sigma if beta else None


METHOD = Method(
    name="db_mtl",
    paper=Paper(
        "B. Lin, W. Jiang, F. Ye, Y. Zhang, P. Chen, Y.-C. Chen, S. Liu, J. T. Kwok",
        "Dual-Balancing for Multi-Task Learning",
        2023,
        "arXiv:2308.12029",
    ),
    summary="gradients of the losses' logarithms, brought to the longest one's norm",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "beta": number(0.0, "of the smoothing at the first step; 0: none", 0.0, 1.0),
        "sigma": number(0.5, "how fast the smoothing fades", 0.0),
    },
    holds=frozenset({"permutation", "scale_free"}),
    two_tasks=frozenset({"non_conflict", "stationary"}),
    state=lambda count, **parameters: {"steps": np.zeros(())},
    positive_losses=True,
    logarithms=True,
    smoothing=smoothing,
)
