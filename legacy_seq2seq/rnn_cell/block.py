"""GRUBlockCell, GRUBlockCellV2, LSTMBlockCell: the fused cells' names with the plain cells' maths.

TensorFlow 1 computed these in one fused operation each, which TensorFlow 2 cannot differentiate in the same
way everywhere; the numbers agree but for rounding.

Shapes: B batch, I input width, H units.
"""

from typing import Any

from legacy_seq2seq.rnn_cell.gru import GRUCell
from legacy_seq2seq.rnn_cell.lstm import LSTMCell


class GRUBlockCellV2(GRUCell):
    """GRUCell under the fused cell's name; variables as of `GRUCell`.

    Args:
      num_units: H.
      cell_size: old name of `num_units`.
      reuse: True if the variables must exist already.
      name: scope, `gru_cell` if None.

    Raises ValueError if neither size is given. Source: TF 1.15 `tf.contrib.rnn.GRUBlockCellV2`.
    """

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: Any = None,
        name: str | None = "gru_cell",
    ) -> None:
        """Take the settings: see the class."""
        units = num_units if cell_size is None else cell_size
        if units is None:
            raise ValueError(f"{type(self).__name__}: num_units must be an int, got None.")
        super().__init__(units, reuse=reuse, name=name)


class GRUBlockCell(GRUBlockCellV2):
    """GRUCell under the fused cell's name; variables `w_ru`, `b_ru`, `w_c`, `b_c`.

    They hold what GRUCell calls `gates/kernel`, `gates/bias`, `candidate/kernel`, `candidate/bias`. Arguments
    and errors as of `GRUBlockCellV2`. Source: TF 1.15 `tf.contrib.rnn.GRUBlockCell`.
    """

    _variable_names = ("w_ru", "b_ru", "w_c", "b_c")


class LSTMBlockCell(LSTMCell):
    """LSTMCell under the fused cell's name; variables and state as of `LSTMCell`.

    Args:
      num_units: H.
      forget_bias: added at run time, not stored.
      cell_clip: clip c' to [-cell_clip, cell_clip] if not None.
      use_peephole: add the diagonal connections from the cell to the gates.
      dtype: of the variables, that of the first inputs if None.
      reuse: True if the variables must exist already.
      name: scope, `lstm_cell` if None.

    Source: TF 1.15 `tf.contrib.rnn.LSTMBlockCell`.
    """

    _diagonals = ("w_i_diag", "w_f_diag", "w_o_diag")

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: Any = None,
        name: str | None = "lstm_cell",
    ) -> None:
        """Take the settings: see the class."""
        super().__init__(
            num_units,
            use_peepholes=use_peephole,
            cell_clip=cell_clip,
            forget_bias=forget_bias,
            reuse=reuse,
            name=name,
            dtype=dtype,
        )
