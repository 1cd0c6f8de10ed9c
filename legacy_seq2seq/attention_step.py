"""One step of a decoder with attention at a time, for loops that are not `attention_decoder`'s: beam search.

Shapes: B batch, N rows that decode (B times the number per example), L attended positions, A width of an
attended state, K heads, I input width, O output size.
"""

from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq.attention import Attention
from legacy_seq2seq.graphs import require_graph
from legacy_seq2seq.loop.attention import attend
from legacy_seq2seq.rnn_cell.linear import Linear


class Stepped(NamedTuple):
    """What a step gives."""

    output: Any  # [N, O]
    contexts: Any  # [N, K A], for the next step
    state: Any  # the cell's, for the next step
    weights: Any  # [N, K, L], of the attention from which output and contexts come


class AttentionStep:
    """The arithmetic of `attention_decoder`'s steps, with its variables, in its variable scope.

    Args:
      attention_states: [B, L, A].
      cell: an RNNCell, which the first step builds.
      input_size: I.
      output_size: O.
      num_heads: K.
      dtype: of the variables.
      rows_per_example: N / B; rows of one example are neighbours.

    Raises RuntimeError eagerly.
    """

    def __init__(
        self,
        attention_states: Any,
        cell: Any,
        input_size: int,
        output_size: int,
        num_heads: int = 1,
        dtype: Any = tf.float32,
        rows_per_example: int = 1,
    ) -> None:
        """Make or find all variables but the cell's: see the class."""
        require_graph("AttentionStep")
        self._cell = cell
        attention = Attention(attention_states, num_heads, dtype)
        self._no_contexts = attention.no_contexts
        width = sum(tf.nest.flatten(cell.state_size))
        attended = attention.attended(tf.TensorSpec([None, width], dtype))
        if rows_per_example > 1:
            attended = attended._replace(
                states=tf.repeat(attended.states, rows_per_example, axis=0),
                features=tf.repeat(attended.features, rows_per_example, axis=0),
            )
        self._attended = attended
        contexts = tf.TensorSpec([None, num_heads * int(attention_states.shape[2])], dtype)
        self._join = Linear([tf.TensorSpec([None, input_size], dtype), contexts], input_size, True)
        with tf.variable_scope("AttnOutputProjection"):
            output = tf.TensorSpec([None, cell.output_size], dtype)
            self._project = Linear([output, contexts], output_size, True)

    def no_contexts(self, rows: Any) -> Any:
        """Zeros [rows, K A]: what the first step sees."""
        return tf.concat(self._no_contexts(rows), 1)

    def __call__(self, inputs: Any, contexts: Any, state: Any) -> Stepped:
        """Take a step on inputs [N, I], the contexts [N, K A] and the cell's state of the step before."""
        output, state = self._cell(self._join([inputs, contexts]), state)
        query = tf.concat(tf.nest.flatten(state), 1)
        contexts, weights, _ = attend(self._attended, query)
        return Stepped(self._project([output, contexts]), contexts, state, tf.transpose(weights, [0, 2, 1]))
