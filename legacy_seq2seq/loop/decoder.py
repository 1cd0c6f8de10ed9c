"""A cell with attention over all time steps: from the decoder's variables to what the loop runs.

Shapes: T time steps, B batch, I input width, G width of the first layer's gates' arguments, K heads,
A attended width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.feeding import LoopFeed
from legacy_seq2seq.loop.layers import Tensors
from legacy_seq2seq.loop.plan import plan
from legacy_seq2seq.loop.stack import run_stack
from legacy_seq2seq.loop.weights import Weights
from legacy_seq2seq.rnn_cell.linear import Linear
from legacy_seq2seq.time_major import flat_time, stack_time, steps_again, unstack_time


def run_attention_decoder(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any,
    attention: Any,
    contexts: Sequence[Any],
    output_size: int,
    reuse_attention: Any,
    greedy: Any = None,
) -> tuple[list[tf.Tensor], Any]:
    """All steps of `attention_decoder`, in its variable scope.

    Args:
      cell: an RNNCell.
      inputs: T tensors [B, I].
      initial_state: the cell's state to start from.
      attention: the decoder's attention.
      contexts: what the first step sees, K tensors [B, A].
      output_size: O.
      reuse_attention: True if the attention's variables are there already, else None.
      greedy: a GreedyFeeding, if it feeds the steps after the first.

    Returns (T outputs [B, O], last state).
    """
    width = int(inputs[0].shape[1])
    dtype = inputs[0].dtype
    batch = tf.dimension_value(inputs[0].shape[0])
    join = Linear([inputs[0], *contexts], width, True)
    # What the contexts add to the inputs is all of the join that belongs into the loop.
    of_inputs, of_contexts = tf.split(join.weights, [width, int(join.weights.shape[0]) - width], axis=0)
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, dtype), dtype)
    with tf.variable_scope(tf.get_variable_scope(), reuse=reuse_attention):
        query_size = sum(size for r in taken.recurrent for size in r.layer.state_sizes)
        attended = attention.attended(tf.TensorSpec([None, query_size], dtype))
    if batch is None:
        batch = tf.dimension_value(attended.states.shape[0])
    with tf.variable_scope("AttnOutputProjection"):
        output = tf.TensorSpec([None, cell.output_size], dtype)
        project = Linear([output, *contexts], output_size, True)

    def enter(stacked: tf.Tensor) -> Tensors:
        rows = tf.nn.bias_add(tf.matmul(flat_time(stacked), of_inputs), join.biases)
        return [steps_again(rows, stacked)]

    def finish(outputs: tf.Tensor, contexts: Sequence[tf.Tensor]) -> tf.Tensor:
        for work in taken.after:
            outputs = work(outputs)
        return steps_again(project([flat_time(outputs), *(flat_time(x) for x in contexts)]), outputs)

    def finish_step(output: tf.Tensor, contexts: Sequence[tf.Tensor]) -> tf.Tensor:
        single = finish(tf.expand_dims(output, 0), [tf.expand_dims(x, 0) for x in contexts])
        return tf.squeeze(single, [0])

    result = run_stack(
        [recurrent.layer for recurrent in taken.recurrent],
        len(inputs),
        LoopFeed(greedy, inputs[0], enter, finish_step) if greedy else enter(stack_time(inputs)),
        [tf.concat(list(contexts), 1)],
        taken.by_layer(initial_state, batch),
        Weights(
            [r.inputs for r in taken.recurrent],
            [r.weights for r in taken.recurrent],
            [of_contexts],
            [attended],
        ),
    )
    outputs = unstack_time(finish(result.outputs, result.contexts))
    return outputs, taken.join(tf.nest.flatten(result.states))
