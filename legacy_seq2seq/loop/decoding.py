"""Layers and attention together over all time steps: what couples them is the contexts' way back in.

Shapes: T time steps, B batch, G_l width of the gates' arguments of layer l, H_l its output size, K heads,
A attended width, L attended positions, Q the width of all parts of the state.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.attention import Attended, attend, attend_backward, states_gradient
from legacy_seq2seq.loop.layers import Layer, Tensors, weights_gradient
from legacy_seq2seq.loop.recurrence import rows_of, shifted, specs, without_gradients
from legacy_seq2seq.loop.scan import scan
from legacy_seq2seq.time_major import flat_time


class Weights(NamedTuple):
    """Of a decoder's step. From the inputs' part on the way goes through these alone."""

    contexts: Any  # [K A, G_0]: contexts to the first layer's gates
    between: list[Any]  # [H_(l-1), G_l] for l > 0
    biases: list[Any]  # [G_l] for l > 0
    recurrent: list[list[Any]]  # per layer, as the layer wants them
    attended: Attended


def _split(tensors: Sequence[Any], counts: Sequence[int]) -> list[list[Any]]:
    found, begin = [], 0
    for count in counts:
        found.append(list(tensors[begin : begin + count]))
        begin += count
    return found


def run_decoder(
    layers: list[Layer], pre: tf.Tensor, contexts: tf.Tensor, states: list[Tensors], weights: Weights
) -> tuple[tf.Tensor, tf.Tensor, list[list[tf.Tensor]]]:
    """All steps of the layers and the attention.

    Args:
      layers: their arithmetic, from below.
      pre: the inputs' part of the first layer's gates' arguments, [T, B, G_0].
      contexts: what the first step sees, [B, K A].
      states: per layer the parts of the state to start from.
      weights: of the step.

    Returns (outputs of the last layer [T, B, H], contexts after each step [T, B, K A], last states).
    """
    loop = _Decoder(layers)
    structure = [pre, contexts, states, weights]

    @tf.custom_gradient
    def run(*flat: Any) -> Any:
        pre, contexts, states, weights = tf.nest.pack_sequence_as(structure, flat)
        last, kept = loop.forward(pre, contexts, states, weights)

        def gradient(*d_results: Any) -> Any:
            found = loop.backward(d_results, pre, contexts, states, weights, kept)
            return [without_gradients(d) for d in found]

        return [kept.new[-1][-1], kept.contexts, *tf.nest.flatten(last)], gradient

    outputs, all_contexts, *last = run(*tf.nest.flatten(structure))
    return outputs, all_contexts, _split(last, loop.parts)


class _Kept(NamedTuple):
    """What the steps made, [T, B, ...]."""

    contexts: Any  # [T, B, K A]
    weights: Any  # [T, B, K, L]
    y: Any  # [T, B, K A]
    new: list[list[Any]]  # per layer the parts of its new states
    saved: list[list[Any]]  # per layer


class _Decoder:
    """The forward and the backward loop."""

    def __init__(self, layers: list[Layer]) -> None:
        self._layers = layers
        self.parts = [len(layer.state_sizes) for layer in layers]
        self._saved = [len(layer.saved_sizes) for layer in layers]
        self._emitted = [len(layer.emitted_sizes) for layer in layers]
        self._sizes = [size for layer in layers for size in layer.state_sizes]

    def forward(
        self, pre: Any, contexts: Any, states: list[Tensors], weights: Weights
    ) -> tuple[list[Tensors], _Kept]:
        """(last states, what the steps made)."""

        def step(inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
            x = inputs[0] + tf.matmul(carry[0], weights.contexts)
            new: Tensors = []
            saved: Tensors = []
            for index, (layer, old) in enumerate(
                zip(self._layers, _split(carry[1:], self.parts), strict=True)
            ):
                if index:
                    x = tf.nn.bias_add(
                        tf.matmul(new[-1], weights.between[index - 1]), weights.biases[index - 1]
                    )
                made, keep = layer.forward(x, old, weights.recurrent[index])
                new += made
                saved += keep
            query = tf.concat(new, 1) if len(new) > 1 else new[0]
            contexts, attention, y = attend(weights.attended, query)
            return [contexts, *new], [contexts, attention, y, *new, *saved]

        size, heads = weights.attended.v.shape.as_list()
        length = weights.attended.states.shape[1]
        saved_sizes = [size for layer in self._layers for size in layer.saved_sizes]
        outputs = [
            *specs([size], pre),
            tf.TensorSpec([pre.shape[1], heads, length], pre.dtype),
            *specs([size, *self._sizes, *saved_sizes], pre),
        ]
        last, kept = scan(step, [pre], [contexts, *tf.nest.flatten(states)], outputs)
        new, saved = kept[3 : 3 + sum(self.parts)], kept[3 + sum(self.parts) :]
        made = _Kept(kept[0], kept[1], kept[2], _split(new, self.parts), _split(saved, self._saved))
        return _split(last[1:], self.parts), made

    def backward(
        self, d_results: Any, pre: Any, contexts: Any, states: list[Tensors], weights: Weights, kept: _Kept
    ) -> list[Any]:
        """Gradients of all that `run_decoder` was given, flat, in its order."""
        d_outputs, d_contexts, *d_last = d_results
        old = [
            [shifted(first, following) for first, following in zip(*parts, strict=True)]
            for parts in zip(states, kept.new, strict=True)
        ]
        structure = [d_outputs, d_contexts, kept.weights, kept.y, old, kept.new, kept.saved]

        def step(inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
            d_output, d_context, attention, y, old, new, saved = tf.nest.pack_sequence_as(structure, inputs)
            from_later, d_features, d_v, *d_parts = carry
            d_context = d_context + from_later
            d_y, d_features, d_v = attend_backward(weights.attended, d_context, attention, y, d_features, d_v)
            d_query = tf.matmul(d_y, weights.attended.query_weights, transpose_b=True)
            by_part = tf.split(d_query, self._sizes, axis=1) if len(d_parts) > 1 else [d_query]
            d_new = _split([a + b for a, b in zip(d_parts, by_part, strict=True)], self.parts)
            d_new[-1][-1] += d_output
            d_pre, d_old, emitted = self._layers_backward(d_new, old, new, saved, weights)
            from_later = tf.matmul(d_pre[0], weights.contexts, transpose_b=True)
            carry = [from_later, d_features, d_v, *tf.nest.flatten(d_old)]
            return carry, [d_context, d_y, *d_pre, *tf.nest.flatten(emitted)]

        attended = weights.attended
        zeros = [tf.zeros_like(x) for x in (contexts, attended.features, attended.v)]
        size = int(attended.v.shape[0])
        emitted_sizes = [size for layer in self._layers for size in layer.emitted_sizes]
        pre_sizes = [layer.pre_size for layer in self._layers]
        last, made = scan(
            step,
            tf.nest.flatten(structure),
            [*zeros, *d_last],
            specs([size, size, *pre_sizes, *emitted_sizes], pre),
            reverse=True,
        )
        d_first_contexts, d_features, d_v, *d_states = last
        d_contexts, d_y, *rest = made
        d_pre, emitted = rest[: len(pre_sizes)], _split(rest[len(pre_sizes) :], self._emitted)
        queries = flat_time(tf.concat(tf.nest.flatten(kept.new), 2))
        d_attended = Attended(
            states_gradient(kept.weights, d_contexts),
            d_features,
            d_v,
            weights_gradient(queries, flat_time(d_y)),
        )
        d_weights = self._weight_gradients(contexts, old, kept, d_pre, emitted, d_attended)
        return [d_pre[0], d_first_contexts, *d_states, *tf.nest.flatten(d_weights)]

    def _layers_backward(
        self,
        d_new: list[Tensors],
        old: list[Tensors],
        new: list[Tensors],
        saved: list[Tensors],
        weights: Weights,
    ) -> tuple[Tensors, list[Tensors], list[Tensors]]:
        """One step of all layers, from above: (d_pre, gradients at the old states, emitted), per layer."""
        d_pre: Tensors = []
        d_old: list[Tensors] = []
        emitted: list[Tensors] = []
        for index in reversed(range(len(self._layers))):
            d_gates, d_state, emit = self._layers[index].backward(
                d_new[index], old[index], new[index], saved[index], weights.recurrent[index]
            )
            if index:
                d_new[index - 1][-1] += tf.matmul(d_gates, weights.between[index - 1], transpose_b=True)
            d_pre.insert(0, d_gates)
            d_old.insert(0, d_state)
            emitted.insert(0, emit)
        return d_pre, d_old, emitted

    def _weight_gradients(
        self,
        contexts: Any,
        old: list[Tensors],
        kept: _Kept,
        d_pre: Tensors,
        emitted: list[Tensors],
        d_attended: Attended,
    ) -> Weights:
        """From all steps at once."""
        rows = rows_of(d_pre)
        below = rows_of([parts[-1] for parts in kept.new[:-1]])
        recurrent = [
            layer.weight_gradients(
                rows_of(old[index]),
                rows_of(kept.new[index]),
                rows_of(kept.saved[index]),
                rows[index],
                rows_of(emitted[index]),
            )
            for index, layer in enumerate(self._layers)
        ]
        return Weights(
            weights_gradient(flat_time(shifted(contexts, kept.contexts)), rows[0]),
            [weights_gradient(x, d) for x, d in zip(below, rows[1:], strict=True)],
            [tf.reduce_sum(d, 0) for d in rows[1:]],
            recurrent,
            d_attended,
        )
