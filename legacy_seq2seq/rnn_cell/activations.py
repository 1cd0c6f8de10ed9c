"""Activations by name, as TF 1.15's cells accepted them."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

Activation = Callable[[Any], Any]


def unchanged(x: Any) -> Any:
    """No activation."""
    return x


_BY_NAME: dict[str, Activation] = {
    "elu": tf.nn.elu,
    "exponential": tf.exp,
    "hard_sigmoid": lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
    "linear": unchanged,
    "relu": tf.nn.relu,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "softmax": tf.nn.softmax,
    "softplus": tf.nn.softplus,
    "softsign": tf.nn.softsign,
    "tanh": tf.tanh,
}


def activation_of(activation: Any, default: Activation) -> Activation:
    """A function from a function, a name or None (the default). Raises ValueError for unknown names."""
    if activation is None:
        return default
    if callable(activation):
        return activation
    if activation not in _BY_NAME:
        raise ValueError(f"activation must be a function or one of {sorted(_BY_NAME)}, got {activation!r}.")
    return _BY_NAME[activation]
