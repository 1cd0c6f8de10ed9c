"""A stack of layers over all time steps, backwards; the gradients of weights from all steps at once.

Shapes: T time steps, B batch, I width of what the first layer is given, H output size, K heads, A attended
width, L attended positions.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.attention import Attended, attend_backward, states_gradient, transposed
from legacy_seq2seq.loop.forward import Made
from legacy_seq2seq.loop.layers import Layer, Tensors, weights_gradient
from legacy_seq2seq.loop.scan import Track, scan
from legacy_seq2seq.loop.weights import Weights, cut
from legacy_seq2seq.time_major import flat_time


def _rows(tracks: Sequence[Track]) -> Tensors:
    """All steps of all examples as rows: [T B, N], each."""
    return [flat_time(track.stacked) for track in tracks]


def backward(
    layers: Sequence[Layer],
    d_results: Sequence[Any],
    contexts: Tensors,
    states: list[Tensors],
    weights: Weights,
    made: Made,
) -> Tensors:
    """Gradients at what `run_stack` was given: `given`, `contexts`, `states` and `weights`, flat.

    Args:
      layers: their arithmetic.
      d_results: gradients at the outputs [T, B, H], the contexts [T, B, K A] if there are any, and the parts
        of the last states.
      contexts: as forwards.
      states: as forwards.
      weights: as forwards.
      made: what the forward steps made.
    """
    attends = len(contexts)
    parts = [len(layer.state_sizes) for layer in layers]
    sizes = [size for layer in layers for size in layer.state_sizes]
    read = [
        d_results[0],
        list(d_results[1 : 1 + attends]),
        made.weights + made.activity,
        made.states_before,
        made.states,
        made.saved,
    ]
    of_inputs = [[tf.transpose(w) for w, _ in affine] for affine in weights.inputs]
    of_layers = [[tf.transpose(w) for w in recurrent] for recurrent in weights.recurrent]
    of_contexts = [tf.transpose(w) for w in weights.contexts]
    of_attention = [transposed(attended) for attended in weights.attended]

    def step(t: Any, inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
        d_output, d_contexts, attention, old, new, saved = tf.nest.pack_sequence_as(read, inputs)
        d_parts, sums = carry[: len(sizes)], carry[len(sizes) :]
        emitted: Tensors = []
        for weights_of in of_attention:
            d_context = d_contexts[0] + sums[0]
            d_y, *sums = attend_backward(weights_of, d_context, *attention, *sums[1:])
            d_query = tf.matmul(d_y, weights_of.query_weights)
            by_part = tf.split(d_query, sizes, axis=1) if len(sizes) > 1 else [d_query]
            d_parts = [a + b for a, b in zip(d_parts, by_part, strict=True)]
            emitted += [d_context, d_y]
        d_new = cut(d_parts, parts)
        d_new[-1][-1] += d_output
        d_old: list[Tensors] = []
        for index in reversed(range(len(layers))):
            d_pre, d_state, emit = layers[index].backward(
                d_new[index],
                old[index],
                new[index],
                saved[index],
                weights.recurrent[index],
                of_layers[index],
            )
            emitted += [*d_pre, *emit]
            d_old.insert(0, d_state)
            through = [tf.matmul(d, w) for d, w in zip(d_pre, of_inputs[index], strict=False)]
            if index:
                d_new[index - 1][-1] = tf.add_n([d_new[index - 1][-1], *through])
        for w in of_contexts:
            d_joined = tf.add_n(through)
            emitted.append(d_joined)
            sums.insert(0, tf.matmul(d_joined, w))
        return [*tf.nest.flatten(d_old), *sums], emitted

    batch, dtype = states[0][0].shape[0], states[0][0].dtype
    widths = [int(attended.v.shape[0]) for attended in weights.attended for _ in range(2)]
    counts_emitted = [2 * attends]
    for layer in reversed(layers):
        widths += [*layer.pre_sizes, *layer.emitted_sizes]
        counts_emitted.append(len(layer.pre_sizes) + len(layer.emitted_sizes))
    widths += [int(w.shape[1]) for w in weights.contexts]
    zeros = [
        tf.zeros_like(x)
        for context, attended in zip(contexts, weights.attended, strict=True)
        for x in (context, attended.features, attended.v)
    ]
    found = scan(
        step,
        int(d_results[0].shape[0]),
        tf.nest.flatten(read),
        [*d_results[1 + attends :], *zeros],
        [tf.TensorSpec([batch, width], dtype) for width in widths],
        reverse=True,
    )
    attention, *of_gates = cut(found.outputs, counts_emitted)
    of_gates.reverse()
    d_joined = found.outputs[len(found.outputs) - attends :]
    d_given = [track.stacked for track in d_joined or of_gates[0][: len(layers[0].pre_sizes)]]
    d_weights = _weight_gradients(layers, weights, made, of_gates)
    d_attended = [
        Attended(
            states_gradient(made.weights[0].stacked, attention[0].stacked),
            d_features,
            d_v,
            # Of each part of the query alone: their weights are less to join than all steps.
            tf.concat(
                [weights_gradient(rows, d_y) for rows in _rows(tf.nest.flatten(made.states))],
                0,
            ),
        )
        for d_features, d_v in [found.last[len(sizes) + 1 :]][:attends]
        for d_y in _rows(attention[1:])
    ]
    d_of_contexts = [
        weights_gradient(rows, d)
        for rows, d in zip(_rows(made.contexts_before), _rows(d_joined), strict=True)
    ]
    d_states, d_contexts = found.last[: len(sizes)], found.last[len(sizes) : len(sizes) + attends]
    return [*d_given, *d_contexts, *d_states, *tf.nest.flatten([d_weights, d_of_contexts, d_attended])]


def _weight_gradients(
    layers: Sequence[Layer], weights: Weights, made: Made, of_gates: list[list[Track]]
) -> tuple[list[list[Tensors]], list[Tensors]]:
    """(of the inputs' affine maps, of the recurrences), per layer, from all steps at once."""
    below = [made.joined, *([parts[-1]] for parts in made.states[:-1])]
    inputs: list[list[Tensors]] = []
    recurrent: list[Tensors] = []
    for index, layer in enumerate(layers):
        d_pre, emitted = cut(_rows(of_gates[index]), [len(layer.pre_sizes), len(layer.emitted_sizes)])
        inputs.append(
            [[weights_gradient(rows, d), tf.reduce_sum(d, 0)] for rows in _rows(below[index]) for d in d_pre]
        )
        recurrent.append(
            layer.weight_gradients(
                _rows(made.states_before[index]),
                _rows(made.states[index]),
                _rows(made.saved[index]),
                d_pre,
                emitted,
            )
        )
    return inputs, recurrent
