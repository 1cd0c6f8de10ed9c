"""TensorFlow 1's recurrent cells without Keras, with TF 1.15's variable names and shapes."""

from legacy_seq2seq.rnn_cell.base import RNNCell
from legacy_seq2seq.rnn_cell.gru import BasicRNNCell, GRUCell
from legacy_seq2seq.rnn_cell.linear import Linear, linear
from legacy_seq2seq.rnn_cell.lstm import BasicLSTMCell, LSTMCell
from legacy_seq2seq.rnn_cell.multi import MultiRNNCell
from legacy_seq2seq.rnn_cell.projections import (
    EmbeddingWrapper,
    InputProjectionWrapper,
    OutputProjectionWrapper,
)
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple

# Names under which contrib's private helpers were imported all over.
_linear = linear
_Linear = Linear

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "EmbeddingWrapper",
    "GRUCell",
    "InputProjectionWrapper",
    "LSTMCell",
    "LSTMStateTuple",
    "Linear",
    "MultiRNNCell",
    "OutputProjectionWrapper",
    "RNNCell",
    "linear",
]
