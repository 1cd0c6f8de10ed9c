"""LayerNormBasicLSTMCell.

Shapes: B batch, I input width, H units. Gates in the order i, j (candidate), f, o.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.activations import activation_of
from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.dropout import check_keep_prob, drops
from legacy_seq2seq.rnn_cell.gru import input_width
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple, size_of

_NORMED = ("input", "transform", "forget", "output", "state")


class LayerNormBasicLSTMCell(RNNCell):
    """LSTM with layer normalization of gates and cell (Ba et al. 2016, arXiv:1607.06450), recurrent dropout.

    With N the normalization over the H entries, gain and shift learned: `i, j, f, o = N(each of [x, h] W)`,
    `c' = N(c sigmoid(f + forget_bias) + sigmoid(i) dropout(act(j)))`, `h' = act(c') sigmoid(o)`
    (dropout: Semeniuta et al. 2016, arXiv:1603.05118).

    Args:
      num_units: H.
      forget_bias: added at run time, not stored.
      input_size: ignored, as in 1.15.
      activation: function or name, tanh if None.
      layer_norm: False: no normalization, and a bias instead.
      norm_gain: initial gain.
      norm_shift: initial shift.
      dropout_keep_prob: probability, a float or scalar tensor, of keeping an entry of the candidate.
      dropout_prob_seed: for reproducible masks.
      reuse: True if the variables must exist already.

    Variables `kernel` [I + H, 4H], and `{input,transform,forget,output,state}/{gamma,beta}` [H], or `bias`
    [4H] without normalization. State LSTMStateTuple(c [B, H], h [B, H]). Raises ValueError for a probability
    outside [0, 1]. Source: TF 1.15 `tf.contrib.rnn.LayerNormBasicLSTMCell`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Any = tf.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: Any = None,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse)
        del input_size
        self._num_units = size_of(num_units)
        self._forget_bias = forget_bias
        self._activation = activation_of(activation, tf.tanh)
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift
        self._keep_prob = check_keep_prob("dropout_keep_prob", dropout_keep_prob)
        self._seed = dropout_prob_seed

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, H)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Make the variables for inputs [B, I]."""
        units = self._num_units
        self._kernel = self.add_variable("kernel", [input_width(self, inputs_shape) + units, 4 * units])
        if self._layer_norm:
            gain, shift = tf.constant_initializer(self._norm_gain), tf.constant_initializer(self._norm_shift)
            self._norms = {
                part: (
                    self.add_variable(f"{part}/gamma", [units], initializer=gain),
                    self.add_variable(f"{part}/beta", [units], initializer=shift),
                )
                for part in _NORMED
            }
        else:
            self._bias = self.add_variable("bias", [4 * units])
        self.built = True

    def _norm(self, value: Any, part: str) -> Any:
        if not self._layer_norm:
            return value
        gamma, beta = self._norms[part]
        mean, variance = tf.nn.moments(value, [1], keepdims=True)
        epsilon = 1e-3 if value.dtype == tf.float16 else 1e-12
        return tf.nn.batch_normalization(value, mean, variance, beta, gamma, epsilon)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and (c, h) to (h [B, H], new state)."""
        c, h = state
        gates = tf.matmul(tf.concat([inputs, h], 1), self._kernel)
        if not self._layer_norm:
            gates = tf.nn.bias_add(gates, self._bias)
        i, j, f, o = (
            self._norm(gate, part) for gate, part in zip(tf.split(gates, 4, axis=1), _NORMED, strict=False)
        )
        candidate = self._activation(j)
        if drops(self._keep_prob):
            candidate = tf.nn.dropout(candidate, rate=1.0 - self._keep_prob, seed=self._seed)
        new_c = self._norm(c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * candidate, "state")
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)
