"""A cell over all time steps, without attention.

Shapes: T time steps, B batch, I input width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.plan import plan
from legacy_seq2seq.loop.stack import run_stack
from legacy_seq2seq.loop.weights import Weights, cut
from legacy_seq2seq.time_major import stack_time, unstack_time


def run_cell(cell: Any, inputs: Sequence[Any], initial_state: Any) -> tuple[list[tf.Tensor], Any]:
    """T inputs [B, I] to (T outputs [B, O], last state)."""
    dtype = tf.nest.flatten(initial_state)[0].dtype
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, inputs[0].dtype), dtype)
    given = stack_time(inputs)
    for work in taken.before:
        given = work(given)
    # The first layer's inputs are all known: their product is made at once, outside of the loop.
    first, *others = taken.recurrent
    result = run_stack(
        [recurrent.layer for recurrent in taken.recurrent],
        first.pre(given),
        [],
        cut(taken.split(initial_state), [len(r.layer.state_sizes) for r in taken.recurrent]),
        Weights(
            [[], *(r.inputs for r in others)],
            [r.weights for r in taken.recurrent],
            [],
        ),
    )
    outputs = result.outputs
    for work in taken.after:
        outputs = work(outputs)
    return unstack_time(outputs), taken.join(tf.nest.flatten(result.states))
