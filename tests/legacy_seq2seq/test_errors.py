"""Bad arguments: the exception's kind as in TF 1.15.5, a message that names the argument and what came."""

import json
import types

import golden_cases
import mistakes
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

RECORDED = json.loads((golden_cases.GOLDEN / "more" / "mistakes.json").read_text(encoding="utf-8"))["kinds"]
API = types.SimpleNamespace(tf=tf, cells=rnn_cell, seq2seq=legacy_seq2seq, rnn=rnn, linear=rnn_cell.linear)

# Where the kind is not 1.15's.
OUR_KINDS = {
    "flat attention states": "ValueError",
    "a layer that is no cell": "TypeError",
}

MESSAGES = {
    "no inputs": "inputs must hold at least one",
    "inputs not a list": "inputs must be a list of tensors",
    "no dtype": "dtype must be given",
    "unknown width": "inputs must have known sizes but for the batch: dimension 1",
    "scalars": "inputs must have a batch dimension",
    "two batch sizes": "one batch size, got 2 and 3",
    "lengths not a vector": r"sequence_length must be a vector \[batch\], got shape \(\)",
    "bidirectional, no inputs": "inputs must hold at least one",
    "bidirectional, no cell": "cell_bw must be an RNNCell",
    "one name for two states": "state_name must be one name, or .* got 'h'",
    "three names for two states": "state_name must be",
    "attention without inputs": "decoder_inputs must hold at least one",
    "no heads": "num_heads must be at least 1 .* got 0",
    "attention states of unknown size": "attention_states must have a known last dimension",
    "flat attention states": r"attention_states must be 3-D .* got shape \(2, 3\)",
    "attention inputs of unknown width": "decoder_inputs must have a known width, got .* at step 0",
    "projection weights": r"output_projection's weights must have shape \[None, 5\], got \(4, 6\)",
    "projection biases": r"output_projection's biases must have shape \[5\], got \(6,\)",
    "projection not a pair": "output_projection must be a pair",
    "losses of several lengths": "one length .*, got 3, 2 and 3",
    "short encoder inputs": "encoder_inputs must hold the last bucket's 2 steps, got 1",
    "short targets": "targets must hold the last bucket's 3 steps, got 2",
    "short weights": "weights must hold the last bucket's 3 steps, got 1",
    "layers not a list": "cells must be a list or tuple",
    "no layers": "cells must hold at least one cell",
    "a layer that is no cell": r"cells\[1\] must be an RNN",
    "tuples in a concatenated state": "state_is_tuple=False needs cells whose states are single tensors",
    "a state that is no tuple": r"state must be a tuple, one a layer \(2\)",
    "an LSTM's state that is no pair": r"state must be a pair \(c, h\)",
    "cell inputs of unknown width": r"GRUCell: inputs must be \[batch, width\] with known width",
    "unknown keyword": r"unknown keyword argument\(s\) \['units'\]",
    "unknown activation": "one of .* got 'thanh'",
    "probability": "input_keep_prob must be .* got 1.5",
    "probability tensor": "state_keep_prob must be a probability",
    "variational without dtype": "dtype must be given with variational_recurrent=True",
    "variational without size": "input_size must be given",
    "visitor": "dropout_state_filter_visitor must be a function, got True",
    "residual shapes": r"must have one shape, got \(2, 3\) and \(2, 4\)",
    "wrapped thing": "ResidualWrapper: cell must be an RNNCell",
    "no classes": "must be positive, got 0 and 3",
    "no outputs": "output_size must be positive",
    "no block size": "num_units must be an int, got None",
    "no initial state": "got batch_size=2, dtype=None",
    "linear of nothing": "args must be a tensor or a non-empty",
    "linear of vectors": r"args\[1\] must be 2-D \[batch, width\], got shape \(2,\)",
    "linear of unknown width": r"the width of args\[0\] must be known",
    "scope too early": "no scope before its first call",
    "an LSTM's state of three": r"state must be a pair \(c, h\)",
    "losses of nothing": "must hold at least one time step, got none",
    "losses by example of nothing": "must hold at least one time step, got none",
    "no buckets": r"buckets must hold at least one \(encoder length, decoder length\), got none",
    "a bucket without targets": "must hold at least one time step, got none",
    "short decoder inputs": "one length .*, got 1, 2 and 2",
    "an encoder without inputs": "inputs must hold at least one",
    "attention fed by itself without inputs": "decoder_inputs must hold at least one",
    "lengths and states of two dtypes": r"dtype must be given .* got None and \['float32', 'float64'\]",
    "lengths and outputs of another dtype": "that of the cell's outputs, float32, got float64",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_error(name: str) -> None:
    with tf.Graph().as_default(), pytest.raises(Exception, match=MESSAGES[name]):
        mistakes.MISTAKES[name](API)
    assert mistakes.kind(mistakes.MISTAKES[name], API) == OUR_KINDS.get(name, RECORDED[name])


def test_every_mistake_is_recorded_and_has_its_message() -> None:
    assert set(MESSAGES) == set(RECORDED) == set(mistakes.MISTAKES)
    assert all(OUR_KINDS[name] != RECORDED[name] for name in OUR_KINDS)
