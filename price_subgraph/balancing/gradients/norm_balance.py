"""Norm balancing: divide every gradient by its usual norm (EnCodec's balancer).

Défossez et al. 2022, section 3.4:  the update is R sum_k (w_k / sum_j w_j) g_k / E[|g_k|], with a
bias-corrected moving average (`decay`) of the norm at the place where the tasks meet, R the `total_norm`.

The authors add 1e-12 to the average; here `eps` is 0, and a task that has never had a gradient is divided by
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number, per_task


def rule(
    tasks: Tasks,
    state: Mapping[str, tf.Tensor],
    weights: np.ndarray,
    total_norm: float,
    decay: float,
    eps: float,
) -> Outcome:
    """Weights R w_k / sum w / (average + eps)."""
    norms = decay * state["norms"] + (1.0 - decay) * tasks.norms
    steps = decay * state["steps"] + (1.0 - decay)
    share = total_norm * weights / np.sum(weights)
    return Outcome(tf.math.divide_no_nan(share, norms / steps + eps), {"norms": norms, "steps": steps})


METHOD = Method(
    name="norm_balance",
    paper=Paper(
        "A. Défossez, J. Copet, G. Synnaeve, Y. Adi",
        "High Fidelity Neural Audio Compression",
        2022,
        "TMLR 2023, arXiv:2210.13438",
    ),
    summary="each gradient divided by the moving average of its norm",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "weights": per_task(1.0, "shares of the tasks", 1e-300),
        "total_norm": number(1.0, "norm that the shares are of", 0.0),
        "decay": number(0.999, "of the average, below 1", 0.0, 1.0 - 1e-12),
        "eps": number(0.0, "added to the average", 0.0),
    },
    holds=frozenset({"permutation", "scale_free"}),
    two_tasks=frozenset({"non_conflict", "stationary"}),
    degree=lambda eps, **parameters: None if eps else 0.0,
    state=lambda count, **parameters: {"norms": np.zeros(count), "steps": np.zeros(())},
)
