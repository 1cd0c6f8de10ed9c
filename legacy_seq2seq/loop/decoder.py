"""A cell with attention over all time steps: from the decoder's variables to what the loop runs.

Shapes: T time steps, B batch, I input width, G width of the first layer's gates' arguments, K heads,
A attended width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.decoding import Weights, run_decoder
from legacy_seq2seq.loop.plan import plan
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
    taken = plan(cell, tf.TensorSpec(inputs[0].shape, dtype), dtype)
    with tf.variable_scope(tf.get_variable_scope(), reuse=reuse_attention):
        query_size = sum(size for r in taken.recurrent for size in r.layer.state_sizes)
        attended = attention.attended(tf.TensorSpec([None, query_size], dtype))
    with tf.variable_scope("AttnOutputProjection"):
        output = tf.TensorSpec([None, cell.output_size], dtype)
        project = Linear([output, *contexts], output_size, True)

    # The cell sees its input x = [input, contexts] W + b through the first layer's gates alone: the two
    # affine maps are one, and only the contexts' part of it belongs into the loop.
    first, *others = taken.recurrent
    joined = tf.matmul(join.weights, first.input_weights)
    of_inputs, of_contexts = tf.split(joined, [width, int(joined.shape[0]) - width], axis=0)
    biases = first.biases + tf.squeeze(tf.matmul(tf.expand_dims(join.biases, 0), first.input_weights), 0)
    stacked = stack_time(inputs)
    pre = steps_again(tf.nn.bias_add(tf.matmul(flat_time(stacked), of_inputs), biases), stacked)

    parts, states = taken.split(initial_state), []
    for recurrent in taken.recurrent:
        count = len(recurrent.layer.state_sizes)
        states.append(parts[:count])
        parts = parts[count:]
    outputs, contexts_of_steps, last = run_decoder(
        [recurrent.layer for recurrent in taken.recurrent],
        pre,
        tf.concat(list(contexts), 1),
        states,
        Weights(
            of_contexts,
            [recurrent.input_weights for recurrent in others],
            [recurrent.biases for recurrent in others],
            [recurrent.weights for recurrent in taken.recurrent],
            attended,
        ),
    )
    for work in taken.after:
        outputs = work(outputs)
    projected = project([flat_time(outputs), flat_time(contexts_of_steps)])
    return unstack_time(steps_again(projected, outputs)), taken.join([p for state in last for p in state])
