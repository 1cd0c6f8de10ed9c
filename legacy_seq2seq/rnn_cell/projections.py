"""Wrappers with variables of their own: embedding, input projection, output projection.

Shapes: B batch, I input width, V classes, E embedding size, O output size.
"""

import math
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.activations import activation_of, unchanged
from legacy_seq2seq.rnn_cell.base import RNNCell, assert_like_rnn_cell, initial_state_of
from legacy_seq2seq.rnn_cell.linear import linear
from legacy_seq2seq.rnn_cell.state import size_of


class _ScopedWrapper(RNNCell):
    """A cell around another, whose variables lie in the wrapper's scope."""

    def __init__(self, cell: Any, reuse: Any) -> None:
        """Take the settings: see the class."""
        super().__init__(_reuse=reuse)
        assert_like_rnn_cell(f"{type(self).__name__}: cell", cell)
        self._cell = cell

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


class EmbeddingWrapper(_ScopedWrapper):
    """Looks its integer inputs [B] (or [B, 1]) up in an embedding and calls `cell` with the rows [B, E].

    Args:
      cell: the cell to call.
      embedding_classes: V, how many symbols there are.
      embedding_size: E.
      initializer: of the embedding; the scope's, or uniform in +-sqrt(3) (variance 1), if None.
      reuse: True if the variables must exist already.

    Variable `embedding` [V, E] of the state's dtype; its gradient is sparse. Raises TypeError for something
    that is not a cell, ValueError for sizes below 1. Source: TF 1.15 `tf.contrib.rnn.EmbeddingWrapper`.
    """

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: Any = None,
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "EmbeddingWrapper: embedding_classes and embedding_size must be positive, got "
                f"{embedding_classes} and {embedding_size}."
            )
        self._embedding_classes = embedding_classes
        self._embedding_size = embedding_size
        self._initializer = initializer

    def table(self, dtype: Any) -> Any:
        """The embedding, made or found in the current scope."""
        initializer = self._initializer or tf.get_variable_scope().initializer
        if initializer is None:
            initializer = tf.random_uniform_initializer(-math.sqrt(3), math.sqrt(3))
        # As in 1.15: a GPU's memory is not spent on a table from which a few rows are read.
        with tf.device("/cpu:0"):
            return tf.get_variable(
                "embedding",
                [self._embedding_classes, self._embedding_size],
                initializer=initializer,
                dtype=dtype,
            )

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: symbols [B] and the state to the inner cell's (output, new state)."""
        embedding = self.table(tf.nest.flatten(state)[0].dtype)
        with tf.device("/cpu:0"):
            embedded = tf.nn.embedding_lookup(embedding, tf.reshape(inputs, [-1]))
        return self._cell(embedded, state)


class InputProjectionWrapper(_ScopedWrapper):
    """Maps its inputs [B, I] affinely to [B, num_proj] before it calls `cell`.

    Args:
      cell: the cell to call.
      num_proj: width of the projected inputs.
      activation: function or name applied to them; none if None.
      input_size: ignored, as in 1.15.
      reuse: True if the variables must exist already.

    Variables `kernel` [I, num_proj], `bias` [num_proj]. Raises TypeError for something that is not a cell.
    Source: TF 1.15 `tf.contrib.rnn.InputProjectionWrapper`.
    """

    def __init__(
        self, cell: Any, num_proj: int, activation: Any = None, input_size: Any = None, reuse: Any = None
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, reuse)
        del input_size
        self._num_proj = size_of(num_proj)
        self._activation = activation_of(activation, unchanged)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and the state to the inner cell's (output, new state)."""
        return self._cell(self._activation(linear(inputs, self._num_proj, True)), state)


class OutputProjectionWrapper(_ScopedWrapper):
    """Maps the outputs of `cell` affinely to [B, O]; the state stays the inner cell's.

    Args:
      cell: the cell to call.
      output_size: O.
      activation: function or name applied to the outputs; none if None.
      reuse: True if the variables must exist already.

    Variables `kernel` [inner output size, O], `bias` [O]. Raises TypeError for something that is not a cell,
    ValueError for O below 1. Source: TF 1.15 `tf.contrib.rnn.OutputProjectionWrapper`.
    """

    def __init__(self, cell: Any, output_size: int, activation: Any = None, reuse: Any = None) -> None:
        """Take the settings: see the class."""
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"OutputProjectionWrapper: output_size must be positive, got {output_size}.")
        self._output_size = output_size
        self._activation = activation_of(activation, unchanged)

    @property
    def output_size(self) -> int:
        """O."""
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and the state to (output [B, O], new state)."""
        output, new_state = self._cell(inputs, state)
        return self._activation(linear(output, self._output_size, True)), new_state
