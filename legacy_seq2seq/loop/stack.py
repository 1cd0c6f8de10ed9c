"""Layers above each other, with attention or without, over all time steps.

Shapes: T time steps, B batch, I width of a decoder's inputs, G width of gates' arguments, H output size of
the last layer, K heads, A attended width.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq.custom_gradient import custom_gradient
from legacy_seq2seq.loop.backward import backward
from legacy_seq2seq.loop.forward import Feed, forward
from legacy_seq2seq.loop.layers import Layer, Tensors
from legacy_seq2seq.loop.weights import Weights, cut

_HOW = 'Build the model inside `with legacy_seq2seq.engine("unrolled"):` for them.'


class Result(NamedTuple):
    """What a stack of layers gives."""

    outputs: tf.Tensor  # of the last layer, [T, B, H]
    contexts: list[tf.Tensor]  # after each step, [T, B, K A]; none without attention
    states: list[Tensors]  # the last ones: per layer its parts


@custom_gradient
def _without_gradients(tensor: Any) -> Any:
    """`tensor`, a first gradient, which says clearly that the loop engine has no second ones."""

    def refuse(*_: Any) -> Any:
        raise NotImplementedError(f"legacy_seq2seq: the loop engine has no second derivatives. {_HOW}")

    return tf.identity(tensor), refuse


def run_stack(
    layers: Sequence[Layer],
    steps: int,
    given: Tensors | Feed,
    contexts: Sequence[tf.Tensor],
    states: list[Tensors],
    weights: Weights,
) -> Result:
    """All steps of the layers and the attention.

    Args:
      layers: their arithmetic, from below.
      steps: T.
      given: to every step: what the contexts join, one tensor [T, B, I], or without attention the first
        layer's `pre`, each [T, B, G]; or a feed, if that depends on the step before.
      contexts: what the first step sees, one tensor [B, K A], or nothing without attention.
      states: per layer the parts of the state to start from.
      weights: of the step.
    """
    made = forward(layers, steps, given, contexts, states, weights)
    if not isinstance(given, list):
        given = given.given(made.fed[0].stacked)
    outputs = [made.states[-1][-1].stacked, *(track.stacked for track in made.contexts)]
    structure = [given, list(contexts), states, weights]

    @partial(custom_gradient, advice=f"The loop engine's gradients are not exported. {_HOW}")
    def attach(*flat: Any) -> Any:
        """The results, as functions of `flat`: what they were made of."""

        def gradient(*d_results: Any) -> Any:
            if type(d_results[0].graph) is tf.Graph and d_results[0].graph is not outputs[0].graph:
                raise NotImplementedError(
                    f"legacy_seq2seq: the loop engine has no gradients in a graph that was imported. {_HOW}"
                )
            _, contexts, states, weights = tf.nest.pack_sequence_as(structure, flat)
            found = backward(layers, d_results, contexts, states, weights, made)
            return [_without_gradients(d) for d in found]

        return [tf.stop_gradient(x) for x in (*outputs, *made.last)], gradient

    rows, *rest = attach(*tf.nest.flatten(structure))
    count = len(contexts)
    return Result(rows, rest[:count], cut(rest[count:], [len(layer.state_sizes) for layer in layers]))
