"""From losses to updates: optimizers by name, clipping by the global norm, half precision.

Half precision computes in float16 or bfloat16 and stores weights, and so optimizer states, in float32.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

OPTIMIZERS: Mapping[str, Callable[[Any], tf.train.Optimizer]] = {
    "sgd": tf.train.GradientDescentOptimizer,
    "adadelta": lambda rate: tf.train.AdadeltaOptimizer(rate, rho=0.95, epsilon=1e-8),
}

# By how much the loss is multiplied before it is differentiated: small gradients vanish in float16, whose
# least number is 6e-8; bfloat16 has the range of float32.
LOSS_SCALES: Mapping[tf.DType, float] = {tf.float16: 128.0, tf.bfloat16: 1.0}


def storage_dtype(dtype: Any) -> tf.DType:
    """The dtype in which weights of a model of `dtype` are kept."""
    dtype = tf.as_dtype(dtype)
    return tf.float32 if dtype in LOSS_SCALES else dtype


def float32_storage(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
    """A `custom_getter` for `tf.variable_scope`: half-precision variables are casts of float32 ones."""
    wanted = tf.as_dtype(kwargs.get("dtype") or tf.float32)
    kwargs["dtype"] = storage_dtype(wanted)
    variable = getter(name, *args, **kwargs)
    return variable if kwargs["dtype"] == wanted else tf.cast(variable, wanted)


def clipped_updates(
    losses: Sequence[Any],
    optimizer: tf.train.Optimizer,
    max_gradient_norm: float,
    global_step: tf.Variable,
    loss_scale: float | None = None,
) -> tuple[list[tf.Tensor], list[Any]]:
    """For every loss (one a bucket) the gradients' global norm, float32, and the update by clipped gradients.

    Differentiates with respect to all trainable variables of the graph. With a `loss_scale`, a step whose
    gradients overflowed (its norm is not finite) changes no weights, but counts.
    """
    variables = tf.trainable_variables()
    norms, updates = [], []
    for loss in losses:
        gradients = tf.gradients(loss if loss_scale is None else loss * loss_scale, variables)
        if loss_scale is not None:
            gradients = [_map(g, lambda value: value / loss_scale) for g in gradients]
        clipped, norm = tf.clip_by_global_norm(gradients, max_gradient_norm)
        if loss_scale is not None:
            finite = tf.math.is_finite(norm)
            clipped = [_map(g, functools.partial(_zero_unless, finite)) for g in clipped]
        norms.append(norm)
        updates.append(
            optimizer.apply_gradients(zip(clipped, variables, strict=True), global_step=global_step)
        )
    return norms, updates


def _zero_unless(kept: Any, value: Any) -> Any:
    return tf.where_v2(kept, value, tf.zeros_like(value))


def _map(gradient: Any, function: Callable[[Any], Any]) -> Any:
    """`function` on the values of a gradient: a tensor, IndexedSlices, or None."""
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(function(gradient.values), gradient.indices, gradient.dense_shape)
    return None if gradient is None else function(gradient)
