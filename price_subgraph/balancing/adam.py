"""Adam for a method's own weights, inside the graph.

Kingma and Ba 2015, with decays 0.9 and 0.999; a weight decay is added to the gradient. Steps hardly depend
on the gradient's scale, which a loss of 1e12 would otherwise put straight into the weights: the quotient's
epsilon is 1e-8 as usual, where gradients of logarithms and of losses are of the order of 1 or larger.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import number

ADAM_RATE = number(0.025, "rate of Adam on the method's own weights", 0.0)


def adam_state(name: str, initial: np.ndarray) -> dict[str, np.ndarray]:
    """The variables of a weight vector and its optimizer."""
    zeros = np.zeros_like(initial)
    return {name: initial, f"{name}_mean": zeros, f"{name}_square": zeros, f"{name}_steps": np.zeros(())}


def adam_step(
    state: Mapping[str, tf.Tensor], name: str, gradient: tf.Tensor, lr: float, weight_decay: float = 0.0
) -> dict[str, tf.Tensor]:
    """New values of the variables of `adam_state`."""
    gradient = gradient + weight_decay * state[name]
    steps = state[f"{name}_steps"] + 1.0
    mean = 0.9 * state[f"{name}_mean"] + 0.1 * gradient
    square = 0.999 * state[f"{name}_square"] + 0.001 * tf.square(gradient)
    tall = tf.sqrt(square / (1.0 - 0.999**steps)) + 1e-8
    moved = state[name] - lr * (mean / (1.0 - 0.9**steps)) / tall
    return {name: moved, f"{name}_mean": mean, f"{name}_square": square, f"{name}_steps": steps}
