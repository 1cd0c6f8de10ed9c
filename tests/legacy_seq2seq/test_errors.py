"""Bad arguments: the exception's kind as in TF 1.15, a message that names the argument and what came."""

from typing import Any

import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq as ls
from legacy_seq2seq import rnn, rnn_cell

B, H = 2, 4


def floats(*shape: Any) -> Any:
    return tf.placeholder(tf.float32, list(shape) or [B, H])


def ids() -> Any:
    return tf.placeholder(tf.int32, [B])


def gru() -> Any:
    return rnn_cell.GRUCell(H)


class Names:
    """A state saver."""

    def state(self, name: str) -> Any:
        return floats()

    def save_state(self, name: str, value: Any) -> Any:
        return tf.no_op()


CASES: dict[str, tuple[Any, type[Exception], str]] = {
    "no inputs": (
        lambda: rnn.static_rnn(gru(), [], dtype=tf.float32),
        ValueError,
        "inputs must hold at least one",
    ),
    "inputs not a list": (
        lambda: rnn.static_rnn(gru(), floats(), dtype=tf.float32),
        TypeError,
        "inputs must be a list of tensors",
    ),
    "no dtype": (lambda: rnn.static_rnn(gru(), [floats()]), ValueError, "dtype must be given"),
    "unknown width": (
        lambda: rnn.static_rnn(gru(), [floats(B, None)], dtype=tf.float32),
        ValueError,
        "inputs must have known sizes but for the batch: dimension 1",
    ),
    "scalars": (
        lambda: rnn.static_rnn(gru(), [tf.zeros([])], dtype=tf.float32),
        ValueError,
        "inputs must have a batch dimension",
    ),
    "two batch sizes": (
        lambda: rnn.static_rnn(gru(), [floats(2, H), floats(3, H)], dtype=tf.float32),
        ValueError,
        "one batch size, got 2 and 3",
    ),
    "lengths not a vector": (
        lambda: rnn.static_rnn(gru(), [floats()], dtype=tf.float32, sequence_length=3),
        ValueError,
        r"sequence_length must be a vector \[batch\], got shape \(\)",
    ),
    "bidirectional, no inputs": (
        lambda: rnn.static_bidirectional_rnn(gru(), gru(), [], dtype=tf.float32),
        ValueError,
        "inputs must hold at least one",
    ),
    "bidirectional, no cell": (
        lambda: rnn.static_bidirectional_rnn(gru(), None, [floats()], dtype=tf.float32),
        TypeError,
        "cell_bw must be an RNNCell",
    ),
    "one name for two states": (
        lambda: rnn.static_state_saving_rnn(rnn_cell.BasicLSTMCell(H), [floats()], Names(), "h"),
        ValueError,
        "state_name must be one name, or .* got 'h'",
    ),
    "three names for two states": (
        lambda: rnn.static_state_saving_rnn(rnn_cell.BasicLSTMCell(H), [floats()], Names(), ("c", "h", "x")),
        ValueError,
        "state_name must be",
    ),
    "attention without inputs": (
        lambda: ls.attention_decoder([], floats(), floats(B, 3, H), gru()),
        ValueError,
        "decoder_inputs must hold at least one",
    ),
    "no heads": (
        lambda: ls.attention_decoder([floats()], floats(), floats(B, 3, H), gru(), num_heads=0),
        ValueError,
        "num_heads must be at least 1 .* got 0",
    ),
    "attention states of unknown size": (
        lambda: ls.attention_decoder([floats()], floats(), floats(B, 3, None), gru()),
        ValueError,
        "attention_states must have a known last dimension",
    ),
    "flat attention states": (
        lambda: ls.attention_decoder([floats()], floats(), floats(B, 3), gru()),
        ValueError,
        r"attention_states must be 3-D .* got shape \(2, 3\)",
    ),
    "attention inputs of unknown width": (
        lambda: ls.attention_decoder([floats(B, None)], floats(), floats(B, 3, H), gru()),
        ValueError,
        "decoder_inputs must have a known width, got .* at step 0",
    ),
    "projection weights": (
        lambda: ls.embedding_rnn_decoder(
            [ids()], floats(), gru(), 5, 3, output_projection=(floats(H, 6), floats(5))
        ),
        ValueError,
        r"output_projection's weights must have shape \[None, 5\], got \(4, 6\)",
    ),
    "projection biases": (
        lambda: ls.embedding_attention_decoder(
            [ids()], floats(), floats(B, 3, H), gru(), 5, 3, output_projection=(floats(H, 5), floats(6))
        ),
        ValueError,
        r"output_projection's biases must have shape \[5\], got \(6,\)",
    ),
    "projection not a pair": (
        lambda: ls.embedding_tied_rnn_seq2seq([ids()], [ids()], gru(), 5, 3, output_projection=floats(H, 5)),
        ValueError,
        "output_projection must be a pair",
    ),
    "losses of several lengths": (
        lambda: ls.sequence_loss([floats()] * 3, [ids()] * 2, [floats(B)] * 3),
        ValueError,
        "one length .*, got 3, 2 and 3",
    ),
    "short encoder inputs": (
        lambda: ls.model_with_buckets([ids()], [ids()] * 3, [ids()] * 3, [floats(B)] * 3, [(2, 3)], None),
        ValueError,
        "encoder_inputs must hold the last bucket's 2 steps, got 1",
    ),
    "short targets": (
        lambda: ls.model_with_buckets([ids()] * 2, [ids()] * 3, [ids()] * 2, [floats(B)] * 3, [(2, 3)], None),
        ValueError,
        "targets must hold the last bucket's 3 steps, got 2",
    ),
    "short weights": (
        lambda: ls.model_with_buckets([ids()] * 2, [ids()] * 3, [ids()] * 3, [floats(B)], [(2, 3)], None),
        ValueError,
        "weights must hold the last bucket's 3 steps, got 1",
    ),
    "layers not a list": (lambda: rnn_cell.MultiRNNCell(gru()), TypeError, "cells must be a list or tuple"),
    "no layers": (lambda: rnn_cell.MultiRNNCell([]), ValueError, "cells must hold at least one cell"),
    "a layer that is no cell": (
        lambda: rnn_cell.MultiRNNCell([gru(), H]),
        TypeError,
        r"cells\[1\] must be an RNN",
    ),
    "tuples in a concatenated state": (
        lambda: rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(H)], state_is_tuple=False),
        ValueError,
        "state_is_tuple=False needs cells whose states are single tensors",
    ),
    "a state that is no tuple": (
        lambda: rnn_cell.MultiRNNCell([gru(), gru()])(floats(), floats()),
        ValueError,
        r"state must be a tuple, one a layer \(2\)",
    ),
    "an LSTM's state that is no pair": (
        lambda: rnn_cell.BasicLSTMCell(H)(floats(), floats()),
        ValueError,
        r"state must be a pair \(c, h\)",
    ),
    "cell inputs of unknown width": (
        lambda: gru()(floats(B, None), floats()),
        ValueError,
        r"GRUCell: inputs must be \[batch, width\] with known width",
    ),
    "unknown keyword": (
        lambda: rnn_cell.GRUCell(H, units=3),
        TypeError,
        r"unknown keyword argument\(s\) \['units'\]",
    ),
    "unknown activation": (
        lambda: rnn_cell.GRUCell(H, activation="thanh"),
        ValueError,
        "one of .* got 'thanh'",
    ),
    "probability": (
        lambda: rnn_cell.DropoutWrapper(gru(), 1.5),
        ValueError,
        "input_keep_prob must be .* got 1.5",
    ),
    "probability tensor": (
        lambda: rnn_cell.DropoutWrapper(gru(), state_keep_prob=tf.constant(-0.5)),
        ValueError,
        "state_keep_prob must be a probability",
    ),
    "variational without dtype": (
        lambda: rnn_cell.DropoutWrapper(gru(), 1.0, 0.5, variational_recurrent=True),
        ValueError,
        "dtype must be given with variational_recurrent=True",
    ),
    "variational without size": (
        lambda: rnn_cell.DropoutWrapper(gru(), 0.5, variational_recurrent=True, dtype=tf.float32),
        ValueError,
        "input_size must be given",
    ),
    "visitor": (
        lambda: rnn_cell.DropoutWrapper(gru(), dropout_state_filter_visitor=True),
        TypeError,
        "dropout_state_filter_visitor must be a function, got True",
    ),
    "residual shapes": (
        lambda: rnn_cell.ResidualWrapper(gru())(floats(B, 3), floats()),
        ValueError,
        r"must have one shape, got \(2, 3\) and \(2, 4\)",
    ),
    "wrapped thing": (
        lambda: rnn_cell.ResidualWrapper(3),
        TypeError,
        "ResidualWrapper: cell must be an RNNCell",
    ),
    "no classes": (
        lambda: rnn_cell.EmbeddingWrapper(gru(), 0, 3),
        ValueError,
        "must be positive, got 0 and 3",
    ),
    "no outputs": (
        lambda: rnn_cell.OutputProjectionWrapper(gru(), 0),
        ValueError,
        "output_size must be positive",
    ),
    "no block size": (rnn_cell.GRUBlockCell, ValueError, "num_units must be an int, got None"),
    "no initial state": (
        lambda: gru().get_initial_state(batch_size=2),
        ValueError,
        "got batch_size=2, dtype=None",
    ),
    "linear of nothing": (
        lambda: rnn_cell.linear([], 3, True),
        ValueError,
        "args must be a tensor or a non-empty",
    ),
    "linear of vectors": (
        lambda: rnn_cell.linear([floats(), floats(B)], 3, True),
        ValueError,
        r"args\[1\] must be 2-D \[batch, width\], got shape \(2,\)",
    ),
    "linear of unknown width": (
        lambda: rnn_cell.linear(floats(B, None), 3, True),
        ValueError,
        r"the width of args\[0\] must be known",
    ),
    "scope too early": (lambda: gru().scope_name, ValueError, "no scope before its first call"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_error(case: tuple[Any, type[Exception], str]) -> None:
    call, kind, message = case
    with tf.Graph().as_default(), pytest.raises(kind, match=message):
        call()
