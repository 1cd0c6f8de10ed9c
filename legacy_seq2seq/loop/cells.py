"""A cell over all time steps, without attention.

Shapes: T time steps, B batch, I input width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.feeding import LoopFeed
from legacy_seq2seq.loop.layers import Tensors
from legacy_seq2seq.loop.plan import plan
from legacy_seq2seq.loop.stack import run_stack
from legacy_seq2seq.loop.weights import Weights
from legacy_seq2seq.time_major import stack_time, unstack_time


def run_cell(
    cell: Any, inputs: Sequence[Any], initial_state: Any, greedy: Any = None
) -> tuple[list[tf.Tensor], Any]:
    """T inputs [B, I] to (T outputs [B, O], last state).

    With `greedy`, a GreedyFeeding, the first input is fed, and then what follows from each step's output.
    """
    dtype = tf.nest.flatten(initial_state)[0].dtype
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, inputs[0].dtype), dtype)
    # The first layer's inputs are all known: their product is made at once, outside of the loop.
    first, *others = taken.recurrent

    def enter(stacked: tf.Tensor) -> Tensors:
        for work in taken.before:
            stacked = work(stacked)
        return first.pre(stacked)

    def finish(outputs: tf.Tensor) -> tf.Tensor:
        for work in taken.after:
            outputs = work(outputs)
        return outputs

    def finish_step(output: tf.Tensor, _: Sequence[tf.Tensor]) -> tf.Tensor:
        return tf.squeeze(finish(tf.expand_dims(output, 0)), [0])

    result = run_stack(
        [recurrent.layer for recurrent in taken.recurrent],
        len(inputs),
        LoopFeed(greedy, inputs[0], enter, finish_step) if greedy else enter(stack_time(inputs)),
        [],
        taken.by_layer(initial_state, inputs[0].shape[0]),
        Weights(
            [[], *(r.inputs for r in others)],
            [r.weights for r in taken.recurrent],
            [],
            [],
        ),
    )
    return unstack_time(finish(result.outputs)), taken.join(tf.nest.flatten(result.states))
