"""A stack of layers over all time steps, forwards.

Shapes: T time steps, B batch, I width of what the first layer is given, H output size, K heads, A attended
width, L attended positions.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.attention import attend
from legacy_seq2seq.loop.layers import Layer, Tensors
from legacy_seq2seq.loop.scan import Track, scan
from legacy_seq2seq.loop.weights import Weights, cut


class Feed(Protocol):
    """What a step is given if that depends on the step before."""

    def step(self, t: Any, output: Any, contexts: list[Any]) -> tuple[Tensors, Any]:
        """From the last layer's output and the contexts before step `t` to (given, symbols [B])."""

    def given(self, symbols: tf.Tensor) -> Tensors:
        """What all steps were given, as a function of the variables, from the symbols [T, B]."""


class Made(NamedTuple):
    """What the steps made. A list has one track with attention and none without, or one a layer's part."""

    last: Tensors  # parts of all layers' last states
    contexts_before: list[Track]  # [T, B, K A]
    contexts: list[Track]  # [T, B, K A], after each step
    states_before: list[list[Track]]  # per layer
    states: list[list[Track]]
    saved: list[list[Track]]
    joined: list[Track]  # the first layer's input with the contexts' part in it, [T, B, I]
    weights: list[Track]  # [T, B, L, K]
    activity: list[Track]  # [T, B, L, K A]
    fed: list[Track]  # symbols [T, B], with a feed


def forward(
    layers: Sequence[Layer],
    steps: int,
    given: Tensors | Feed,
    contexts: Sequence[tf.Tensor],
    states: list[Tensors],
    weights: Weights,
) -> Made:
    """See `run_stack`."""
    attends = len(weights.attended)
    parts = [len(layer.state_sizes) for layer in layers]

    def step(t: Any, inputs: Tensors, carry: Tensors) -> tuple[Tensors, Tensors]:
        contexts, old = carry[:attends], cut(carry[attends:], parts)
        fed: Tensors = []
        below = inputs
        if not isinstance(given, list):
            below, *fed = given.step(t, old[-1][-1], contexts)
        for context, w in zip(contexts, weights.contexts, strict=True):
            below = [below[0] + tf.matmul(context, w)]
        joined = below[:attends]
        new: list[Tensors] = []
        saved: Tensors = []
        for layer, affine, recurrent, state in zip(
            layers, weights.inputs, weights.recurrent, old, strict=True
        ):
            pre = [tf.nn.bias_add(tf.matmul(below[0], w), b) for w, b in affine]
            made, keep = layer.forward(pre or below, state, recurrent)
            new.append(made)
            saved += keep
            below = made[-1:]
        flat = tf.nest.flatten(new)
        attention: Tensors = []
        for attended in weights.attended:
            context, *attention = attend(attended, tf.concat(flat, 1) if len(flat) > 1 else flat[0])
            contexts = [context]
        return [*contexts, *flat], [*saved, *joined, *attention, *fed]

    counts = [len(layer.saved_sizes) for layer in layers]
    batch, dtype = states[0][0].shape[0], states[0][0].dtype
    specs = [tf.TensorSpec([batch, size], dtype) for layer in layers for size in layer.saved_sizes]
    for attended, w in zip(weights.attended, weights.contexts, strict=True):
        size, heads = attended.v.shape.as_list()
        length = attended.states.shape[1]
        specs += [
            tf.TensorSpec([batch, w.shape[1]], dtype),
            tf.TensorSpec([batch, length, heads], dtype),
            tf.TensorSpec([batch, length, size], dtype),
        ]
    if not isinstance(given, list):
        specs.append(tf.TensorSpec([batch], tf.int64))
    found = scan(
        step,
        steps,
        given if isinstance(given, list) else [],
        [*contexts, *tf.nest.flatten(states)],
        specs,
        remember=True,
    )
    saved = sum(counts)
    joined, attention, activity = cut(found.outputs[saved:], [attends] * 3)
    return Made(
        found.last[attends:],
        found.before[:attends],
        found.after[:attends],
        cut(found.before[attends:], parts),
        cut(found.after[attends:], parts),
        cut(found.outputs[:saved], counts),
        joined,
        attention,
        activity,
        found.outputs[saved + 3 * attends :],
    )
