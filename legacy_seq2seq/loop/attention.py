"""The arithmetic of additive attention, one step forwards and one backwards; all K heads at once.

The projected states of the heads lie side by side, and `v` is a block-diagonal matrix, so that one product
serves all heads.

Shapes: T time steps, B batch, L attended positions, A width of an attended state, K heads, Q query width.
"""

from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf


class Attended(NamedTuple):
    """What is attended to and how: the same at every step."""

    states: Any  # [B, L, A]
    features: Any  # [B, L, K A]: projected states, the query's biases included
    v: Any  # [K A, K], block-diagonal
    query_weights: Any  # [Q, K A]


class Transposed(NamedTuple):
    """What the backward step multiplies by, matrices transposed beforehand: products are faster."""

    states: Any  # [B, L, A], as they are
    v: Any  # [K, K A]
    query_weights: Any  # [K A, Q]


def transposed(attended: Attended) -> Transposed:
    """For `attend_backward`."""
    return Transposed(attended.states, tf.transpose(attended.v), tf.transpose(attended.query_weights))


def _products(x: Any, y: Any, adj_x: bool = False, adj_y: bool = False) -> Any:
    """`x @ y` for every example, which are many and small."""
    if x.dtype == tf.float32:
        # TensorFlow hands the other operations to oneDNN, and those to another thread: that takes longer
        # than the products.
        return tf.raw_ops.BatchMatMulV3(x=x, y=y, Tout=x.dtype, adj_x=adj_x, adj_y=adj_y)
    return tf.matmul(x, y, transpose_a=adj_x, transpose_b=adj_y)


def _softmax(scores: Any) -> Any:
    """Over L, [B, L, K]; in float32 whatever the model's dtype, as in 1.15."""
    if scores.dtype != tf.float32:
        return tf.cast(tf.nn.softmax(tf.cast(scores, tf.float32), 1), scores.dtype)
    # By hand for the same reason, and without transposing.
    exponentials = tf.exp(scores - tf.reduce_max(scores, 1, keepdims=True))
    return exponentials / tf.reduce_sum(exponentials, 1, keepdims=True)


def attend(attended: Attended, query: Any) -> tuple[Any, Any, Any]:
    """The query [B, Q] to (contexts [B, K A], weights [B, L, K], activity [B, L, K A])."""
    size, heads = attended.v.shape.as_list()
    y = tf.matmul(query, attended.query_weights)
    activity = tf.tanh(attended.features + tf.expand_dims(y, 1))
    scores = tf.matmul(tf.reshape(activity, [-1, size]), attended.v)
    scores = tf.reshape(scores, [-1, tf.shape(attended.states)[1], heads])
    weights = _softmax(scores)
    contexts = tf.reshape(_products(weights, attended.states, adj_x=True), [-1, size])
    return contexts, weights, activity


def attend_backward(
    weights_of: Transposed, d_contexts: Any, weights: Any, activity: Any, d_features: Any, d_v: Any
) -> tuple[Any, Any, Any]:
    """One step backwards.

    Args:
      weights_of: what was attended to, transposed.
      d_contexts: gradient at the step's contexts [B, K A].
      weights: [B, L, K].
      activity: [B, L, K A].
      d_features: [B, L, K A], the sum over the later steps.
      d_v: [K A, K], the sum over the later steps.

    Returns (gradient at y, the projected query [B, K A], d_features, d_v), the sums with this step's part.
    The states' gradient is made outside of the loop, from all weights and contexts.
    """
    heads, size = weights_of.v.shape.as_list()
    per_head = tf.reshape(d_contexts, [-1, heads, size // heads])
    d_weights = tf.cast(_products(weights_of.states, per_head, adj_y=True), tf.float32)
    precise = tf.cast(weights, tf.float32)
    inner = tf.reduce_sum(d_weights * precise, 1, keepdims=True)
    d_scores = tf.reshape(tf.cast(precise * (d_weights - inner), weights.dtype), [-1, heads])  # [B L, K]
    d_activity = tf.matmul(d_scores, weights_of.v)
    d_argument = tf.raw_ops.TanhGrad(y=activity, dy=tf.reshape(d_activity, tf.shape(activity)))
    d_v += tf.matmul(tf.reshape(activity, [-1, size]), d_scores, transpose_a=True)
    return tf.reduce_sum(d_argument, 1), d_features + d_argument, d_v


def states_gradient(weights: Any, d_contexts: Any) -> Any:
    """From all steps' weights [T, B, L, K] and d_contexts [T, B, K A] to [B, L, A]."""
    length, heads = tf.shape(weights)[2], weights.shape.as_list()[3]
    size = int(d_contexts.shape[2]) // heads
    steps = int(weights.shape[0])
    columns = tf.reshape(tf.transpose(weights, [1, 2, 0, 3]), [-1, length, steps * heads])
    d_rows = tf.reshape(tf.transpose(d_contexts, [1, 0, 2]), [-1, steps * heads, size])
    return tf.matmul(columns, d_rows)
