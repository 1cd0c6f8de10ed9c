"""A cell over all time steps, without attention.

Shapes: T time steps, B batch, I input width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.plan import plan
from legacy_seq2seq.loop.recurrence import run_layer
from legacy_seq2seq.time_major import stack_time, unstack_time


def run_cell(cell: Any, inputs: Sequence[Any], initial_state: Any) -> tuple[list[tf.Tensor], Any]:
    """Layer after layer, each over all time: T inputs [B, I] to (T outputs [B, O], last state)."""
    dtype = tf.nest.flatten(initial_state)[0].dtype
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, inputs[0].dtype), dtype)
    stacked = stack_time(inputs)
    for work in taken.before:
        stacked = work(stacked)
    parts, last = taken.split(initial_state), []
    for recurrent in taken.recurrent:
        count = len(recurrent.layer.state_sizes)
        stacked, state = run_layer(recurrent.layer, recurrent.pre(stacked), parts[:count], recurrent.weights)
        parts = parts[count:]
        last += state
    for work in taken.after:
        stacked = work(stacked)
    return unstack_time(stacked), taken.join(last)
