"""NASCell.

Shapes: B batch, I input width, H units, P projection (H without one).
"""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.gru import input_width
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple, size_of

_PARTS = 8


class NASCell(RNNCell):
    """The cell found by neural architecture search (Zoph & Le 2016, arXiv:1611.01578, fig. 8).

    Args:
      num_units: H.
      num_proj: P, None for no projection.
      use_bias: whether the recurrent part has a bias.
      reuse: True if the variables must exist already.
      **kwargs: of RNNCell.

    Variables `recurrent_kernel` [P, 8H], `kernel` [I, 8H], `bias` [8H] (zeros), `projection_weights` [H, P].
    State LSTMStateTuple(c [B, H], h [B, P]). Source: TF 1.15 `tf.contrib.rnn.NASCell`.
    """

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse, **kwargs)
        self._num_units = size_of(num_units)
        self._num_proj = None if num_proj is None else size_of(num_proj)
        self._use_bias = use_bias

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, P)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """P."""
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        columns = _PARTS * self._num_units
        self._recurrent_kernel = self.add_variable("recurrent_kernel", [self.output_size, columns])
        self._kernel = self.add_variable("kernel", [input_width(self, inputs_shape), columns])
        if self._use_bias:
            self._bias = self.add_variable("bias", [columns], initializer=tf.zeros_initializer())
        if self._num_proj is not None:
            self._projection = self.add_variable("projection_weights", [self._num_units, self._num_proj])
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and (c, h) to (h [B, P], new state)."""
        c, h = state
        recurrent = tf.matmul(h, self._recurrent_kernel)
        if self._use_bias:
            recurrent = tf.nn.bias_add(recurrent, self._bias)
        m = tf.split(recurrent, _PARTS, axis=1)
        x = tf.split(tf.matmul(inputs, self._kernel), _PARTS, axis=1)

        # The found tree, leaves first. Part 3 multiplies where the others add.
        leaf = [
            tf.sigmoid(x[0] + m[0]),
            tf.nn.relu(x[1] + m[1]),
            tf.sigmoid(x[2] + m[2]),
            tf.nn.relu(x[3] * m[3]),
            tf.tanh(x[4] + m[4]),
            tf.sigmoid(x[5] + m[5]),
            tf.tanh(x[6] + m[6]),
            tf.sigmoid(x[7] + m[7]),
        ]
        node_0 = tf.tanh(tf.tanh(leaf[0] * leaf[1]) + c)
        node_1 = tf.tanh(leaf[2] + leaf[3])
        node_2 = tf.tanh(leaf[4] * leaf[5])
        node_3 = tf.sigmoid(leaf[6] + leaf[7])
        new_c = node_0 * node_1
        new_h = tf.tanh(new_c * tf.tanh(node_2 + node_3))
        if self._num_proj is not None:
            new_h = tf.matmul(new_h, self._projection)
        return new_h, LSTMStateTuple(new_c, new_h)
