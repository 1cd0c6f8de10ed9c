"""Gradients against finite differences, in float64."""

from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell

B, W, H, T = 3, 4, 4, 3

CELLS = {
    "basic_rnn": lambda: rnn_cell.BasicRNNCell(H),
    "gru": lambda: rnn_cell.GRUCell(H),
    "gru_block": lambda: rnn_cell.GRUBlockCell(H),
    "basic_lstm": lambda: rnn_cell.BasicLSTMCell(H),
    "basic_lstm_concatenated": lambda: rnn_cell.BasicLSTMCell(H, state_is_tuple=False),
    "lstm": lambda: rnn_cell.LSTMCell(H, use_peepholes=True, num_proj=3, cell_clip=5.0, proj_clip=5.0),
    "lstm_block": lambda: rnn_cell.LSTMBlockCell(H, use_peephole=True),
    "nas": lambda: rnn_cell.NASCell(H, num_proj=3, use_bias=True),
    "layer_norm": lambda: rnn_cell.LayerNormBasicLSTMCell(H),
    "multi": lambda: rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.BasicLSTMCell(3)]),
    "residual": lambda: rnn_cell.ResidualWrapper(rnn_cell.GRUCell(H)),
    "projections": lambda: rnn_cell.OutputProjectionWrapper(
        rnn_cell.InputProjectionWrapper(rnn_cell.GRUCell(H), 3, activation="tanh"), 5
    ),
}


def check(scalar: tf.Tensor, step: float, tolerance: float) -> None:
    """The gradient along one random direction in every variable of the current graph."""
    variables = tf.global_variables()
    gradients = [tf.convert_to_tensor(g) for g in tf.gradients(scalar, variables)]
    weights = graph.random_weights(11)
    with tf.Session() as session:
        graph.assign(session, weights)
        exact = dict(zip([v.op.name for v in variables], session.run(gradients), strict=True))
        for name, value in weights.items():
            direction = np.random.RandomState(12).uniform(-1, 1, value.shape)
            ends = []
            for sign in (1, -1):
                graph.assign(session, weights | {name: value + sign * step * direction})
                ends.append(session.run(scalar))
            difference = (ends[0] - ends[1]) / (2 * step)
            along = np.sum(exact[name] * direction)
            assert abs(along) > 100 * tolerance * 1e-3, f"{name}: nothing to compare"
            np.testing.assert_allclose(along, difference, rtol=tolerance, atol=tolerance, err_msg=name)


def weighted_sum(tensors: Any) -> tf.Tensor:
    """A scalar in which every entry counts differently."""
    flat = tf.concat([tf.reshape(tensor, [-1]) for tensor in tf.nest.flatten(tensors)], 0)
    return tf.reduce_sum(flat * tf.cos(tf.cast(tf.range(tf.size(flat)), flat.dtype) + 1))


@pytest.mark.parametrize("make", CELLS.values(), ids=CELLS.keys())
def test_cell(make: Any) -> None:
    with tf.Graph().as_default():
        cell = make()
        inputs = tf.unstack(tf.constant(graph.floats([T, B, W], 1, "float64")))
        outputs, state = legacy_seq2seq.rnn.static_rnn(cell, inputs, dtype=tf.float64)
        check(weighted_sum([outputs, state]), step=1e-5, tolerance=1e-7)


def test_attention_seq2seq_to_its_loss() -> None:
    with tf.Graph().as_default():
        encoder, decoder = (tf.unstack(tf.constant(graph.symbols(T, B, 6, seed))) for seed in (1, 2))
        outputs, _ = legacy_seq2seq.embedding_attention_seq2seq(
            encoder, decoder, rnn_cell.GRUCell(H), 6, 6, 3, num_heads=2, dtype=tf.float64
        )
        weights = tf.unstack(tf.constant(np.abs(graph.floats([T, B], 3, "float64"))))
        # The softmax is float32: the step must stand clear of its rounding.
        check(legacy_seq2seq.sequence_loss(outputs, decoder, weights), step=1e-3, tolerance=2e-4)
