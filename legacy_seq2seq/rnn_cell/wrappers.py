"""Wrappers without variables or scopes of their own: DropoutWrapper, ResidualWrapper, DeviceWrapper.

Shapes: B batch, I input width, S state size, O output size.
"""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import require_graph
from legacy_seq2seq.rnn_cell.base import RNNCell, assert_like_rnn_cell, initial_state_of
from legacy_seq2seq.rnn_cell.dropout import Dropout, check_keep_prob, drops, keep_memory_of_lstm


class _TransparentWrapper(RNNCell):
    """A cell around another that leaves the variables' scopes as they are."""

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert_like_rnn_cell(f"{type(self).__name__}: cell", cell)
        self._cell = cell

    @property
    def cell(self) -> Any:
        """The cell inside."""
        return self._cell

    @property
    def wrapped_cell(self) -> Any:
        """The cell inside."""
        return self._cell

    @property
    def state_size(self) -> Any:
        """The inner cell's."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """The inner cell's."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The inner cell's."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return initial_state_of(self._cell, batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:
        """One step; `scope` goes to the inner cell."""
        require_graph(f"the cell {type(self).__name__}")
        return self._step(inputs, state, *args, **kwargs, **({} if scope is None else {"scope": scope}))

    def _step(self, inputs: Any, state: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class DropoutWrapper(_TransparentWrapper):
    """Dropout on inputs, state and outputs of `cell`.

    Args:
      cell: the cell to call.
      input_keep_prob: probability, a float or scalar tensor, of keeping an entry of the inputs; 1.0: all.
      output_keep_prob: the same for the outputs.
      state_keep_prob: the same for the state handed to the next step (not for an LSTM's c).
      variational_recurrent: one mask for all steps of a run, and for all examples of the batch, instead of
        a new one at every step (Gal & Ghahramani 2016, arXiv:1512.05287).
      input_size: I (or a nest of sizes); needed for a variational mask on the inputs.
      dtype: of the inputs, states and outputs; needed for variational masks.
      seed: for reproducible masks.
      dropout_state_filter_visitor: called with each part of the new state, outermost first: True to drop
        in it, False to leave it, or a nest of these; by default an LSTMStateTuple's c is left.
      **kwargs: of RNNCell.

    Raises TypeError for something that is not a cell or a visitor that cannot be called, ValueError for a
    probability outside [0, 1] or missing `dtype` or `input_size`.
    Source: TF 1.15 `tf.nn.rnn_cell.DropoutWrapper`.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError(
                f"dropout_state_filter_visitor must be a function, got {dropout_state_filter_visitor!r}."
            )
        self._visitor = dropout_state_filter_visitor or keep_memory_of_lstm
        self._input_keep_prob = check_keep_prob("input_keep_prob", input_keep_prob)
        self._output_keep_prob = check_keep_prob("output_keep_prob", output_keep_prob)
        self._state_keep_prob = check_keep_prob("state_keep_prob", state_keep_prob)
        self._seed = seed
        sizes: dict[str, Any] | None = None
        if variational_recurrent:
            if dtype is None:
                raise ValueError("dtype must be given with variational_recurrent=True, got None.")
            if input_size is None and drops(self._input_keep_prob):
                raise ValueError(
                    "input_size must be given with variational_recurrent=True and an input_keep_prob that is "
                    "not 1.0, got None."
                )
            sizes = {"input": input_size, "state": cell.state_size, "output": cell.output_size}
        self._dropout = Dropout(seed, sizes, self._dtype)

    def _step(self, inputs: Any, state: Any, *args: Any, **kwargs: Any) -> Any:
        if drops(self._input_keep_prob):
            inputs = self._dropout(inputs, "input", self._input_keep_prob)
        output, new_state = self._cell(inputs, state, *args, **kwargs)
        if drops(self._state_keep_prob):
            new_state = self._dropout(new_state, "state", self._state_keep_prob, self._visitor)
        if drops(self._output_keep_prob):
            output = self._dropout(output, "output", self._output_keep_prob)
        return output, new_state


class ResidualWrapper(_TransparentWrapper):
    """Adds the inputs of `cell` to its outputs.

    Args:
      cell: the cell to call.
      residual_fn: `residual_fn(inputs, outputs)` gives the outputs instead; by default their sum, for which
        their structures and shapes must agree.
      **kwargs: of RNNCell.

    Raises TypeError for something that is not a cell; at a step ValueError if shapes do not agree.
    Source: TF 1.15 `tf.nn.rnn_cell.ResidualWrapper`.
    """

    def __init__(
        self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _step(self, inputs: Any, state: Any, *args: Any, **kwargs: Any) -> Any:
        outputs, new_state = self._cell(inputs, state, *args, **kwargs)
        return (self._residual_fn or _sum)(inputs, outputs), new_state


def _sum(inputs: Any, outputs: Any) -> Any:
    def add(given: Any, made: Any) -> Any:
        if not given.shape.is_compatible_with(made.shape):
            raise ValueError(
                "ResidualWrapper: inputs and outputs of the cell must have one shape, got "
                f"{given.shape} and {made.shape}."
            )
        return given + made

    return tf.nest.map_structure(add, inputs, outputs)


class DeviceWrapper(_TransparentWrapper):
    """Calls `cell` on a device.

    Args:
      cell: the cell to call.
      device: a device, as `tf.device` takes it.
      **kwargs: of RNNCell.

    Raises TypeError for something that is not a cell. Source: TF 1.15 `tf.nn.rnn_cell.DeviceWrapper`.
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The inner cell's, on the device."""
        with tf.device(self._device):
            return super().zero_state(batch_size, dtype)

    def _step(self, inputs: Any, state: Any, *args: Any, **kwargs: Any) -> Any:
        with tf.device(self._device):
            return self._cell(inputs, state, *args, **kwargs)
