"""Cells, attention and losses against NumPy, in float64."""

from functools import partial
from typing import Any

import graph
import numpy as np
import oracles
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell

B, W, H, T = 4, 3, 6, 3

CELLS = [
    (lambda: rnn_cell.BasicRNNCell(H), oracles.basic_rnn),
    (lambda: rnn_cell.GRUCell(H), oracles.gru),
    (lambda: rnn_cell.BasicLSTMCell(H, forget_bias=0.3), partial(oracles.lstm, forget_bias=0.3)),
    (lambda: rnn_cell.LSTMCell(H), oracles.lstm),
    (
        lambda: rnn_cell.LSTMCell(H, use_peepholes=True, forget_bias=0.0),
        partial(oracles.lstm, forget_bias=0.0),
    ),
    (
        lambda: rnn_cell.LSTMCell(
            H,
            use_peepholes=True,
            num_proj=4,
            cell_clip=0.2,
            proj_clip=0.05,
            initializer=tf.zeros_initializer(),
        ),
        partial(oracles.lstm, cell_clip=0.2, proj_clip=0.05),
    ),
]


@pytest.mark.parametrize(("make", "oracle"), CELLS)
def test_cell(make: Any, oracle: Any) -> None:
    x = graph.floats([T, B, W], 1, "float64")
    with tf.Graph().as_default():
        cell = make()
        state = cell.zero_state(B, tf.float64)
        outputs = []
        for t in range(T):
            output, state = cell(tf.constant(x[t]), state)
            outputs.append(output)
        weights = graph.random_weights(2)
        got, got_state = graph.run([tf.stack(outputs), state], weights)
        sizes = cell.state_size
    expected_state: Any = (
        tuple(np.zeros([B, s]) for s in sizes) if isinstance(sizes, tuple) else np.zeros([B, sizes])
    )
    (scope,) = {name.split("/")[0] for name in weights}
    for t in range(T):
        expected, expected_state = oracle(oracles.under(weights, scope), x[t], expected_state)
        np.testing.assert_allclose(got[t], expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.hstack(got_state), np.hstack(expected_state), rtol=0, atol=1e-12)


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("initial", [False, True])
@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_attention_decoder(heads: int, initial: bool, kind: str) -> None:
    states, x = graph.floats([B, 5, 4], 3, "float64"), graph.floats([T, B, W], 4, "float64")
    first = graph.floats([2, B, H], 5, "float64")
    with tf.Graph().as_default():
        if kind == "gru":
            cell, state = rnn_cell.GRUCell(H), tf.constant(first[0])
        else:
            cell, state = rnn_cell.BasicLSTMCell(H), rnn_cell.LSTMStateTuple(*map(tf.constant, first))
        outputs, _ = legacy_seq2seq.attention_decoder(
            tf.unstack(tf.constant(x)),
            state,
            tf.constant(states),
            cell,
            output_size=7,
            num_heads=heads,
            dtype=tf.float64,
            initial_state_attention=initial,
        )
        weights = graph.random_weights(6, scale=2.0)
        got = graph.run(tf.stack(outputs), weights)

    w = oracles.under(weights, "attention_decoder")

    def cell_oracle(x: np.ndarray, state: Any) -> Any:
        if kind == "lstm":
            return oracles.lstm(oracles.under(w, "basic_lstm_cell"), x, state)
        output, _ = oracles.gru(oracles.under(w, "gru_cell"), x, state[0])
        return output, (output,)

    start = (first[0],) if kind == "gru" else (first[0], first[1])
    expected = oracles.attention_decoder(w, cell_oracle, list(x), start, states, heads, initial)
    # The softmax is float32 in every model.
    np.testing.assert_allclose(got, np.stack(expected), rtol=0, atol=1e-6)
    assert np.abs(got - np.stack(expected)).max() > 1e-10


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("by_batch", [False, True])
def test_losses(average: bool, by_batch: bool) -> None:
    logits, targets = 3 * graph.floats([T, B, 7], 7, "float64"), graph.symbols(T, B, 7, 8)
    weights = np.abs(graph.floats([T, B], 9, "float64"))
    weights[:, 2] = 0
    expected = oracles.sequence_loss_by_example(logits, targets, weights, average)
    with tf.Graph().as_default():
        steps = [tf.unstack(tf.constant(v)) for v in (logits, targets, weights)]
        by_example = legacy_seq2seq.sequence_loss_by_example(*steps, average_across_timesteps=average)
        total = legacy_seq2seq.sequence_loss(
            *steps, average_across_timesteps=average, average_across_batch=by_batch
        )
        got, got_total = graph.run([by_example, total])
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    assert got[2] == 0
    np.testing.assert_allclose(got_total, expected.sum() / (B if by_batch else 1), rtol=1e-12)


def test_custom_loss_is_called_by_keyword_once_a_step() -> None:
    calls = []

    def loss(*, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        calls.append((labels, logits))
        return tf.reduce_sum(logits, 1) * tf.cast(labels, tf.float32)

    logits, targets = graph.floats([T, B, 7]), graph.symbols(T, B, 7)
    weights = np.abs(graph.floats([T, B], 1))
    with tf.Graph().as_default():
        steps = [tf.unstack(tf.constant(v)) for v in (logits, targets, weights)]
        result = legacy_seq2seq.sequence_loss_by_example(
            *steps, average_across_timesteps=False, softmax_loss_function=loss
        )
        got = graph.run(result)
        assert calls == list(zip(steps[1], steps[0], strict=True))
    np.testing.assert_allclose(got, (logits.sum(2) * targets * weights).sum(0), rtol=1e-5)
