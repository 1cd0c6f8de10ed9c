"""A cell with attention over all time steps: from the decoder's variables to what the loop runs.

Shapes: T time steps, B batch, I input width, G width of the first layer's gates' arguments, K heads,
A attended width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.plan import plan
from legacy_seq2seq.loop.stack import run_stack
from legacy_seq2seq.loop.weights import Weights, cut
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

    Returns (T outputs [B, O], last state).
    """
    width = int(inputs[0].shape[1])
    dtype = inputs[0].dtype
    join = Linear([inputs[0], *contexts], width, True)
    # What the contexts add to the inputs is all of the join that belongs into the loop.
    of_inputs, of_contexts = tf.split(join.weights, [width, int(join.weights.shape[0]) - width], axis=0)
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, dtype), dtype)
    with tf.variable_scope(tf.get_variable_scope(), reuse=reuse_attention):
        query_size = sum(size for r in taken.recurrent for size in r.layer.state_sizes)
        attended = attention.attended(tf.TensorSpec([None, query_size], dtype), of_contexts)
    with tf.variable_scope("AttnOutputProjection"):
        output = tf.TensorSpec([None, cell.output_size], dtype)
        project = Linear([output, *contexts], output_size, True)

    given = stack_time(inputs)
    given = steps_again(tf.nn.bias_add(tf.matmul(flat_time(given), of_inputs), join.biases), given)

    result = run_stack(
        [recurrent.layer for recurrent in taken.recurrent],
        [given],
        [tf.concat(list(contexts), 1)],
        cut(taken.split(initial_state), [len(r.layer.state_sizes) for r in taken.recurrent]),
        Weights(
            [r.inputs for r in taken.recurrent],
            [r.weights for r in taken.recurrent],
            [attended],
        ),
    )
    outputs = result.outputs
    for work in taken.after:
        outputs = work(outputs)
    projected = project([flat_time(outputs), *(flat_time(x) for x in result.contexts)])
    return unstack_time(steps_again(projected, outputs)), taken.join(tf.nest.flatten(result.states))
