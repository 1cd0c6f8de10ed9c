"""Small pieces that the graph tests share."""

from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf


def random_weights(seed: int, scale: float = 0.7) -> dict[str, np.ndarray]:
    """Values for all variables of the current graph, by name."""
    random = np.random.RandomState(seed)
    variables = sorted(tf.global_variables(), key=lambda v: v.op.name)
    return {
        v.op.name: random.uniform(-scale, scale, v.shape.as_list()).astype(v.dtype.base_dtype.name)
        for v in variables
    }


def assign(session: tf.Session, weights: dict[str, np.ndarray]) -> None:
    """Give the variables of the session's graph these values."""
    with session.graph.as_default():
        variables = tf.global_variables()
    session.run([v.initializer for v in variables], {v.initial_value: weights[v.op.name] for v in variables})


def run(tensors: Any, weights: dict[str, np.ndarray] | None = None, seed: int = 0) -> Any:
    """Values of `tensors` in the current graph, with given or random weights."""
    with tf.Session() as session:
        assign(session, random_weights(seed) if weights is None else weights)
        return session.run(tensors)


def names() -> list[str]:
    """The names of all variables of the current graph."""
    return [v.op.name for v in tf.global_variables()]


def floats(shape: list[int], seed: int = 0, dtype: str = "float32") -> np.ndarray:
    return np.random.RandomState(seed).uniform(-1, 1, shape).astype(dtype)


def symbols(steps: int, batch: int, size: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, size, [steps, batch]).astype("int32")
