"""MultiRNNCell: layers of cells.

Shapes: B batch, I input width, S_l state size of layer l, O output size of the last layer.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import require_graph
from legacy_seq2seq.rnn_cell.base import RNNCell, assert_like_rnn_cell, initial_state_of
from legacy_seq2seq.rnn_cell.state import size_of


class MultiRNNCell(RNNCell):
    """Cells on top of each other: the output of one layer is the input of the next.

    Args:
      cells: list or tuple of cells. The same object more than once (`[cell] * n`) SHARES its weights
        between those layers, as in TF 1.2 to 1.15, with one warning: in TF 0.x and 1.0 every layer had
        its own. For layers of their own give `[GRUCell(size) for _ in range(n)]`.
      state_is_tuple: the state is a tuple of the layers' states if True, else their concatenation
        [B, sum S_l].

    Layer l's variables lie in the scope `cell_<l>`. Raises TypeError if `cells` is not a sequence of cells,
    ValueError if it is empty, or if a layer's state is a tuple while `state_is_tuple` is False.
    Source: TF 1.15 `tf.nn.rnn_cell.MultiRNNCell`.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        """Take the settings: see the class."""
        super().__init__()
        if not isinstance(cells, (list, tuple)):
            raise TypeError(f"MultiRNNCell: cells must be a list or tuple of cells, got {cells!r}.")
        if not cells:
            raise ValueError("MultiRNNCell: cells must hold at least one cell, got none.")
        for layer, cell in enumerate(cells):
            assert_like_rnn_cell(f"MultiRNNCell: cells[{layer}]", cell)
        if len({id(cell) for cell in cells}) < len(cells):
            warnings.warn(
                "MultiRNNCell: the same cell object stands for several layers, so that these layers share "
                "their weights, as in TF 1.2 to 1.15. In TF 0.x and 1.0 every layer had its own: for that, "
                "give a cell for each layer, [GRUCell(size) for _ in range(n)] and not [GRUCell(size)] * n.",
                stacklevel=2,
            )
        self._cells = cells
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(tf.nest.is_nested(cell.state_size) for cell in cells):
            raise ValueError(
                "MultiRNNCell: state_is_tuple=False needs cells whose states are single tensors, got state "
                f"sizes {[cell.state_size for cell in cells]}. Give the cells state_is_tuple=False too."
            )

    @property
    def state_size(self) -> Any:
        """Tuple of the layers' state sizes, or their sum."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(size_of(size) for size in sizes)

    @property
    def output_size(self) -> Any:
        """O."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The layers' zero states, each made by its cell."""
        require_graph("the cell MultiRNNCell")
        if not self._state_is_tuple:
            return super().zero_state(batch_size, dtype)
        with tf.name_scope("MultiRNNCellZeroState"):
            return tuple(initial_state_of(cell, batch_size, dtype) for cell in self._cells)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step through all layers: [B, I] and the states to (output [B, O], new states)."""
        if self._state_is_tuple:
            if not isinstance(state, (list, tuple)) or len(state) != len(self._cells):
                raise ValueError(
                    f"MultiRNNCell: state must be a tuple, one a layer ({len(self._cells)}), got {state!r}."
                )
            states = list(state)
        else:
            states = tf.split(state, [size_of(cell.state_size) for cell in self._cells], axis=1)
        new_states = []
        for layer, cell in enumerate(self._cells):
            with tf.variable_scope(f"cell_{layer}"):
                inputs, new_state = cell(inputs, states[layer])
            new_states.append(new_state)
        return inputs, tuple(new_states) if self._state_is_tuple else tf.concat(new_states, 1)
