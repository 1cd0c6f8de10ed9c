"""GradNorm with weights K softmax(s): always positive, always of sum K.

The loss is `gradnorm`'s; s, 1 for all tasks at first, goes down it by Adam with rate `lr`, so that the size
of the gradients does not decide how fast the weights move.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.adam import ADAM_RATE, adam_state, adam_step
from price_subgraph.balancing.gradients.gradnorm import ALPHA, PAPER, distance, first_losses
from price_subgraph.balancing.method import Method, Outcome, Tasks


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], alpha: float, lr: float) -> Outcome:
    """The weights from before, and their step."""
    initial = first_losses(tasks, state)
    shares = tf.nn.softmax(state["s"])
    weights = tasks.size * shares
    targets, loss, by_norms = distance(tasks, initial, weights, alpha)
    by_weights = by_norms * tasks.norms
    by_s = weights * (by_weights - tf.reduce_sum(shares * by_weights))
    new = adam_step(state, "s", by_s, lr)
    return Outcome(
        weights, {**new, "init_losses": initial}, {"grad_s": by_s, "target": targets, "gradnorm_loss": loss}
    )


METHOD = Method(
    name="gradnorm_softmax",
    paper=PAPER,
    summary="GradNorm with weights that a softmax keeps positive",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"alpha": ALPHA, "lr": ADAM_RATE},
    holds=frozenset({"permutation"}),
    state=lambda count, **parameters: {**adam_state("s", np.ones(count)), "init_losses": np.zeros(count)},
    positive_losses=True,
)
