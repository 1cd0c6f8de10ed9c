"""TensorFlow 1's recurrent cells without Keras, with TF 1.15's variable names and shapes."""

from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.block import GRUBlockCell, GRUBlockCellV2, LSTMBlockCell
from legacy_seq2seq.rnn_cell.gru import BasicRNNCell, GRUCell
from legacy_seq2seq.rnn_cell.layer_norm import LayerNormBasicLSTMCell
from legacy_seq2seq.rnn_cell.linear import Linear, linear
from legacy_seq2seq.rnn_cell.lstm import BasicLSTMCell, LSTMCell
from legacy_seq2seq.rnn_cell.multi import MultiRNNCell
from legacy_seq2seq.rnn_cell.nas import NASCell
from legacy_seq2seq.rnn_cell.projections import (
    EmbeddingWrapper,
    InputProjectionWrapper,
    OutputProjectionWrapper,
)
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple
from legacy_seq2seq.rnn_cell.wrappers import DeviceWrapper, DropoutWrapper, ResidualWrapper

# The names under which contrib's private helpers were imported all over.
_linear = linear
_Linear = Linear

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "EmbeddingWrapper",
    "GRUBlockCell",
    "GRUBlockCellV2",
    "GRUCell",
    "InputProjectionWrapper",
    "LSTMBlockCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerNormBasicLSTMCell",
    "Linear",
    "MultiRNNCell",
    "NASCell",
    "OutputProjectionWrapper",
    "RNNCell",
    "ResidualWrapper",
    "linear",
]
