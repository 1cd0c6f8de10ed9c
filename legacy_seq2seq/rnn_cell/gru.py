"""BasicRNNCell and GRUCell.

Shapes: B batch, I input width, H units.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.activations import activation_of
from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.state import size_of


def input_width(cell: RNNCell, inputs_shape: Any) -> int:
    """I from the shape [B, I]. Raises ValueError if it is not 2-D or I is unknown."""
    shape = tf.TensorShape(inputs_shape)
    width = tf.dimension_value(shape[-1]) if shape.rank == 2 else None
    if width is None:
        raise ValueError(
            f"{type(cell).__name__}: inputs must be [batch, width] with known width, got {shape}."
        )
    return int(width)


class BasicRNNCell(RNNCell):
    """`h' = act([x, h] W + b)`; output = state = h [B, H].

    Args:
      num_units: H.
      activation: function or name, tanh if None.
      reuse: True if the variables must exist already.
      name: scope, `basic_rnn_cell` if None.
      dtype: of the variables, that of the first inputs if None.

    Variables `kernel` [I + H, H], `bias` [H] (zeros). Source: TF 1.15 `tf.nn.rnn_cell.BasicRNNCell`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = size_of(num_units)
        self._activation = activation_of(activation, tf.tanh)

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        width = input_width(self, inputs_shape)
        self._kernel = self.add_variable("kernel", [width + self._num_units, self._num_units])
        self._bias = self.add_variable("bias", [self._num_units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: ([B, I], [B, H]) to ([B, H], [B, H])."""
        output = self._activation(
            tf.nn.bias_add(tf.matmul(tf.concat([inputs, state], 1), self._kernel), self._bias)
        )
        return output, output


class GRUCell(RNNCell):
    """Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078); output = state = h [B, H].

    `r, u = sigmoid([x, h] W_g + b_g)`, `c = act([x, r h] W_c + b_c)`, `h' = u h + (1 - u) c`.

    Args:
      num_units: H.
      activation: function or name, tanh if None.
      reuse: True if the variables must exist already.
      kernel_initializer: of both kernels; the scope's, or Glorot uniform, if None.
      bias_initializer: of both biases; ones for the gates and zeros for the candidate if None.
      name: scope, `gru_cell` if None.
      dtype: of the variables, that of the first inputs if None.

    Variables `gates/kernel` [I + H, 2H], `gates/bias` [2H], `candidate/kernel` [I + H, H],
    `candidate/bias` [H]. Source: TF 1.15 `tf.nn.rnn_cell.GRUCell`.
    """

    _variable_names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = size_of(num_units)
        self._activation = activation_of(activation, tf.tanh)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        units = self._num_units
        rows = input_width(self, inputs_shape) + units
        # Ones keep both gates half open at first: the state neither vanishes nor freezes.
        gate_bias = tf.ones_initializer() if self._bias_initializer is None else self._bias_initializer
        bias = tf.zeros_initializer() if self._bias_initializer is None else self._bias_initializer
        kernel = self._kernel_initializer
        names = self._variable_names
        self._gate_kernel = self.add_variable(names[0], [rows, 2 * units], initializer=kernel)
        self._gate_bias = self.add_variable(names[1], [2 * units], initializer=gate_bias)
        self._candidate_kernel = self.add_variable(names[2], [rows, units], initializer=kernel)
        self._candidate_bias = self.add_variable(names[3], [units], initializer=bias)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: ([B, I], [B, H]) to ([B, H], [B, H])."""
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, state], 1), self._gate_kernel), self._gate_bias)
        reset, update = tf.split(tf.sigmoid(gates), 2, axis=1)
        candidate = self._activation(
            tf.nn.bias_add(
                tf.matmul(tf.concat([inputs, reset * state], 1), self._candidate_kernel), self._candidate_bias
            )
        )
        new_state = update * state + (1 - update) * candidate
        return new_state, new_state
