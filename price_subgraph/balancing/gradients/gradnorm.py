"""GradNorm: loss weights trained until the gradients' norms suit the tasks' training rates.

Chen et al. 2018, equations 1 and 2:  with G_k = |w_k g_k|, r_k = (L_k / L_k at the first step) / their mean,
the weights go down sum_k |G_k - mean(G) r_k^alpha|, the targets held constant; then they are rescaled to sum
K. The step's update uses the weights from before. Plain gradient descent with rate `lr`.

The paper's linear step can make a weight negative, and a negative weight ascends its loss. Here no weight
goes below `floor` before rescaling. `gradnorm_softmax` trains w = K softmax(s) instead, which cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number

PAPER = Paper(
    "Z. Chen, V. Badrinarayanan, C.-Y. Lee, A. Rabinovich",
    "GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks",
    2018,
    "ICML 2018, arXiv:1711.02257",
)
ALPHA = number(1.5, "how strongly slow tasks are pulled along", 0.0)


def distance(
    tasks: Tasks, initial: tf.Tensor, weights: tf.Tensor, alpha: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """(targets [K], GradNorm's loss [], its derivative by the norms G [K])."""
    left = tf.math.divide_no_nan(tasks.losses, initial)
    rates = tf.math.divide_no_nan(left, tf.reduce_mean(left))
    norms = weights * tasks.norms
    targets = tf.reduce_mean(norms) * rates**alpha
    return targets, tf.reduce_sum(tf.abs(norms - targets)), tf.sign(norms - targets)


def first_losses(tasks: Tasks, state: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """The losses of the first step at which each was above zero."""
    return tf.where_v2(state["init_losses"] > 0.0, state["init_losses"], tasks.losses)


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], alpha: float, lr: float, floor: float) -> Outcome:
    """The weights from before, and their step."""
    weights, initial = state["weights"], first_losses(tasks, state)
    targets, loss, by_norms = distance(tasks, initial, weights, alpha)
    by_weights = by_norms * tasks.norms
    moved = tf.maximum(weights - lr * by_weights, floor)
    new = moved * (tasks.size / tf.reduce_sum(moved))
    return Outcome(
        weights,
        {"weights": new, "init_losses": initial},
        {"grad_w": by_weights, "target": targets, "gradnorm_loss": loss},
    )


METHOD = Method(
    name="gradnorm",
    paper=PAPER,
    summary="loss weights trained until gradient norms suit the training rates",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "alpha": ALPHA,
        "lr": number(0.025, "rate of the weights' gradient descent", 0.0),
        "floor": number(1e-3, "least weight before rescaling", 0.0, 1.0, above=True),
    },
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: {"weights": np.ones(count), "init_losses": np.zeros(count)},
    positive_losses=True,
)
