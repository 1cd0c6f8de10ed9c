"""Two tasks over one shared layer, and a session in which every variable has its first value."""

import numpy as np
import tensorflow.compat.v1 as tf
from linear import CONFIG


def start(session=None):
    session = session or tf.Session(config=CONFIG)
    session.run(tf.global_variables_initializer())
    return session


def two_tasks():
    """Two regressions over one shared layer; (losses, shared variables, own variables)."""
    random = np.random.RandomState(0)
    inputs = tf.constant(random.randn(8, 3), tf.float32)
    shared = [
        tf.get_variable("w", [3, 4], initializer=tf.random_normal_initializer(seed=1)),
        tf.get_variable("b", [4], initializer=tf.zeros_initializer()),
    ]
    state = tf.tanh(tf.matmul(inputs, shared[0]) + shared[1])
    own = [tf.get_variable(f"v{k}", [4], initializer=tf.random_normal_initializer(seed=k)) for k in (2, 3)]
    targets = tf.constant(random.randn(2, 8), tf.float32)
    losses = [
        tf.reduce_mean(tf.square(tf.linalg.matvec(state, v) - target)) + 0.1
        for v, target in zip(own, tf.unstack(targets), strict=True)
    ]
    return losses, shared, own
