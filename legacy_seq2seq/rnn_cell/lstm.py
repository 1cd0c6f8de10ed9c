"""BasicLSTMCell and LSTMCell.

Shapes: B batch, I input width, H units, P projection (H without one). The gates lie in the kernel in the
order i (input), j (candidate), f (forget), o (output).
"""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.activations import activation_of
from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.gru import input_width
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple, size_of


def _unpack(cell: RNNCell, state: Any, is_tuple: bool, sizes: list[int]) -> list[Any]:
    """`[c, h]` from a pair, or from the concatenated state [B, sum(sizes)]."""
    if not is_tuple:
        return tf.split(state, sizes, axis=1)
    pair = isinstance(state, (list, tuple))
    if not pair or len(state) != 2:
        kind = ValueError if pair else TypeError
        raise kind(f"{type(cell).__name__}: state must be a pair (c, h), got {state!r}.")
    return list(state)


class BasicLSTMCell(RNNCell):
    """LSTM without peepholes or projection (Zaremba et al. 2014, arXiv:1409.2329); output h [B, H].

    `i, j, f, o = [x, h] W + b`, `c' = c sigmoid(f + forget_bias) + sigmoid(i) act(j)`,
    `h' = act(c') sigmoid(o)`.

    Args:
      num_units: H.
      forget_bias: added at run time, not stored (set 0.0 for weights of CudnnLSTM).
      state_is_tuple: state LSTMStateTuple(c [B, H], h [B, H]) if True, else [B, 2H] = [c, h].
      activation: function or name, tanh if None.
      reuse: True if the variables must exist already.
      name: scope, `basic_lstm_cell` if None.
      dtype: of the variables, that of the first inputs if None.

    Variables `kernel` [I + H, 4H], `bias` [4H] (zeros). Source: TF 1.15 `tf.nn.rnn_cell.BasicLSTMCell`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = size_of(num_units)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation, tf.tanh)

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(H, H), or 2H."""
        return (
            LSTMStateTuple(self._num_units, self._num_units) if self._state_is_tuple else 2 * self._num_units
        )

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        units = self._num_units
        self._kernel = self.add_variable("kernel", [input_width(self, inputs_shape) + units, 4 * units])
        self._bias = self.add_variable("bias", [4 * units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and the state to (h [B, H], new state)."""
        units = self._num_units
        c, h = _unpack(self, state, self._state_is_tuple, [units, units])
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = tf.split(gates, 4, axis=1)
        new_c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * tf.sigmoid(o)
        new_state = LSTMStateTuple(new_c, new_h) if self._state_is_tuple else tf.concat([new_c, new_h], 1)
        return new_h, new_state


class LSTMCell(RNNCell):
    """LSTM with peepholes, projection and clipping (Sak et al. 2014, arXiv:1402.1128); output h [B, P].

    `i, j, f, o = [x, h] W + b`, `c' = sigmoid(f + forget_bias + w_f c) c + sigmoid(i + w_i c) act(j)`,
    clipped; `h' = sigmoid(o + w_o c') act(c')`, then projected and clipped. No `w` without peepholes.

    Args:
      num_units: H.
      use_peepholes: add the diagonal connections w_f, w_i, w_o [H] from the cell to the gates.
      cell_clip: clip c' to [-cell_clip, cell_clip] if not None.
      initializer: of kernel, peepholes and projection; the scope's, or Glorot uniform, if None.
      num_proj: P, None for no projection.
      proj_clip: clip the projected h' to [-proj_clip, proj_clip] if not None.
      num_unit_shards: cut the kernel into so many variables (long deprecated).
      num_proj_shards: cut the projection into so many variables (long deprecated).
      forget_bias: added at run time, not stored.
      state_is_tuple: state LSTMStateTuple(c [B, H], h [B, P]) if True, else [B, H + P] = [c, h].
      activation: function or name, tanh if None.
      reuse: True if the variables must exist already.
      name: scope, `lstm_cell` if None.
      dtype: of the variables, that of the first inputs if None.

    Variables `kernel` [I + P, 4H], `bias` [4H] (zeros), `w_f_diag`, `w_i_diag`, `w_o_diag` [H],
    `projection/kernel` [H, P]. Source: TF 1.15 `tf.nn.rnn_cell.LSTMCell`.
    """

    # In the order in which they are made.
    _diagonals = ("w_f_diag", "w_i_diag", "w_o_diag")

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = size_of(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = None if num_proj is None else size_of(num_proj)
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation, tf.tanh)

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(H, P), or H + P."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """P."""
        return self._num_proj or self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        units = self._num_units

        def weights(name: str, shape: list[int], shards: int | None = None) -> Any:
            partitioner = tf.fixed_size_partitioner(shards) if shards is not None else None
            return self.add_variable(name, shape, initializer=self._initializer, partitioner=partitioner)

        rows = input_width(self, inputs_shape) + self.output_size
        self._kernel = weights("kernel", [rows, 4 * units], self._num_unit_shards)
        self._bias = self.add_variable("bias", [4 * units], initializer=tf.zeros_initializer())
        if self._use_peepholes:
            diagonals = {name: weights(name, [units]) for name in self._diagonals}
            self._w_f_diag, self._w_i_diag = diagonals["w_f_diag"], diagonals["w_i_diag"]
            self._w_o_diag = diagonals["w_o_diag"]
        if self._num_proj:
            self._proj_kernel = weights("projection/kernel", [units, self._num_proj], self._num_proj_shards)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and the state to (h [B, P], new state)."""
        c, h = _unpack(self, state, self._state_is_tuple, [self._num_units, self.output_size])
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = tf.split(gates, 4, axis=1)
        f += self._forget_bias
        if self._use_peepholes:
            f += self._w_f_diag * c
            i += self._w_i_diag * c
        new_c = tf.sigmoid(f) * c + tf.sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            new_c = tf.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            o += self._w_o_diag * new_c
        new_h = tf.sigmoid(o) * self._activation(new_c)
        if self._num_proj:
            new_h = tf.matmul(new_h, self._proj_kernel)
            if self._proj_clip is not None:
                new_h = tf.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        new_state = LSTMStateTuple(new_c, new_h) if self._state_is_tuple else tf.concat([new_c, new_h], 1)
        return new_h, new_state
