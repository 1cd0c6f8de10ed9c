"""One layer over all time steps.

Shapes: T time steps, B batch, G width of the gates' arguments, H output size of the layer.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.layers import Layer, Tensors
from legacy_seq2seq.loop.scan import scan
from legacy_seq2seq.time_major import flat_time


def specs(sizes: Sequence[int], like: tf.Tensor) -> list[tf.TensorSpec]:
    """[B, N] for every N of `sizes`, with B and dtype of `like` [T, B, ...]."""
    return [tf.TensorSpec([like.shape[1], size], like.dtype) for size in sizes]


def shifted(first: tf.Tensor, following: tf.Tensor) -> tf.Tensor:
    """What each step started from: [B, N] and what the steps made [T, B, N] to [T, B, N]."""
    return tf.concat([tf.expand_dims(first, 0), following[:-1]], 0)


def rows_of(tensors: Sequence[tf.Tensor]) -> Tensors:
    """[T, B, N] as [T B, N], each."""
    return [flat_time(tensor) for tensor in tensors]


@tf.custom_gradient
def without_gradients(tensor: Any) -> Any:
    """`tensor`, a first gradient, which says clearly that the loop engine has no second ones."""

    def refuse(*_: Any) -> Any:
        raise NotImplementedError(
            "legacy_seq2seq: the loop engine has no second derivatives. Build the model inside "
            '`with legacy_seq2seq.engine("unrolled"):` for them.'
        )

    return tf.identity(tensor), refuse


def run_layer(
    layer: Layer, pre: tf.Tensor, state: Tensors, weights: Tensors
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """All steps of `layer`.

    Args:
      layer: its arithmetic.
      pre: the inputs' part of the gates' arguments, [T, B, G].
      state: parts of the state to start from.
      weights: of the recurrence, as `layer` wants them.

    Returns (outputs [T, B, H], parts of the last state).
    """
    parts = len(state)

    @tf.custom_gradient
    def run(pre: Any, *rest: Any) -> Any:
        state, weights = list(rest[:parts]), list(rest[parts:])

        def forward(inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
            new, saved = layer.forward(inputs[0], carry, weights)
            return new, [*new, *saved]

        last, kept = scan(forward, [pre], state, specs([*layer.state_sizes, *layer.saved_sizes], pre))
        new, saved = kept[:parts], kept[parts:]

        def gradient(d_outputs: Any, *d_last: Any) -> Any:
            old = [shifted(first, following) for first, following in zip(state, new, strict=True)]

            def backward(inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
                d_output, *kept = inputs
                d_new = [*carry[:-1], carry[-1] + d_output]
                d_pre, d_old, emitted = layer.backward(
                    d_new, kept[:parts], kept[parts : 2 * parts], kept[2 * parts :], weights
                )
                return d_old, [d_pre, *emitted]

            d_first, made = scan(
                backward,
                [d_outputs, *old, *new, *saved],
                d_last,
                specs([layer.pre_size, *layer.emitted_sizes], pre),
                reverse=True,
            )
            d_weights = layer.weight_gradients(
                rows_of(old), rows_of(new), rows_of(saved), flat_time(made[0]), rows_of(made[1:])
            )
            return [without_gradients(d) for d in (made[0], *d_first, *d_weights)]

        return [new[-1], *last], gradient

    outputs, *last = run(pre, *state, *weights)
    return outputs, last
