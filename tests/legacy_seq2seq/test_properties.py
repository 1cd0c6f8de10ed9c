"""What must not change: padding, weight 0, the order of the batch."""

from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

B, L, T, V, E, H = 4, 5, 4, 7, 3, 5


def embedding_outputs(model: str, encoder: np.ndarray, decoder: np.ndarray) -> np.ndarray:
    with tf.Graph().as_default():
        arguments: tuple[Any, ...] = (V, E) if model == "embedding_tied_rnn_seq2seq" else (V, V, E)
        outputs, _ = getattr(legacy_seq2seq, model)(
            tf.unstack(tf.constant(encoder)),
            tf.unstack(tf.constant(decoder)),
            rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.BasicLSTMCell(H)]),
            *arguments,
        )
        return graph.run(tf.stack(outputs))


MODELS = ["embedding_rnn_seq2seq", "embedding_tied_rnn_seq2seq", "embedding_attention_seq2seq"]


@pytest.mark.parametrize("model", MODELS)
def test_what_is_fed_later_does_not_change_earlier_outputs(model: str) -> None:
    encoder, decoder = graph.symbols(L, B, V, 1), graph.symbols(T, B, V, 2)
    before = embedding_outputs(model, encoder, decoder)
    padded = decoder.copy()
    padded[2:] = (padded[2:] + 1) % V
    after = embedding_outputs(model, encoder, padded)
    np.testing.assert_allclose(after[:2], before[:2], rtol=0, atol=1e-6)
    assert np.abs(after[2:] - before[2:]).max() > 1e-3
    longer = embedding_outputs(model, encoder, np.concatenate([decoder, decoder[:1]]))
    np.testing.assert_allclose(longer[:T], before, rtol=0, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_examples_do_not_see_each_other(model: str) -> None:
    encoder, decoder = graph.symbols(L, B, V, 1), graph.symbols(T, B, V, 2)
    order = [2, 0, 3, 1]
    before = embedding_outputs(model, encoder, decoder)
    after = embedding_outputs(model, encoder[:, order], decoder[:, order])
    np.testing.assert_allclose(after, before[:, order], rtol=0, atol=1e-6)
    assert np.abs(after - before).max() > 1e-3
    alone = embedding_outputs(model, encoder[:, :1], decoder[:, :1])
    np.testing.assert_allclose(alone, before[:, :1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_padding_after_an_examples_end(cell: str) -> None:
    lengths = np.array([2, 0, 5, 4])
    x = graph.floats([L, B, 3], 1)

    def results(x: np.ndarray) -> Any:
        with tf.Graph().as_default():
            inputs = tf.constant(x)
            made = rnn_cell.GRUCell(H) if cell == "gru" else rnn_cell.BasicLSTMCell(H)
            outputs, state = rnn.static_rnn(
                made, tf.unstack(inputs), dtype=tf.float32, sequence_length=lengths
            )
            (gradient,) = tf.gradients(tf.reduce_sum(tf.stack(outputs)), inputs)
            return graph.run([tf.stack(outputs), state, gradient])

    outputs, state, gradient = results(x)
    padding = np.arange(L)[:, None] >= lengths
    assert np.all(outputs[padding] == 0)
    assert np.all(outputs[~padding] != 0)
    assert np.all(gradient[padding] == 0)
    assert np.all(np.abs(gradient[~padding]).sum(-1) > 0)
    changed = np.where(padding[:, :, None], 9.0, x).astype("float32")
    again, state_again, _ = results(changed)
    np.testing.assert_array_equal(again, outputs)
    np.testing.assert_array_equal(np.hstack(state_again), np.hstack(state))
    last = state if cell == "gru" else state.h
    for example, length in enumerate(lengths):
        expected = outputs[length - 1, example] if length else np.zeros(H)
        np.testing.assert_array_equal(last[example], expected)


def loss_and_gradient(logits: np.ndarray, targets: np.ndarray, weights: np.ndarray, **kwargs: Any) -> Any:
    with tf.Graph().as_default():
        scores = tf.constant(logits)
        steps = [tf.unstack(scores), tf.unstack(tf.constant(targets)), tf.unstack(tf.constant(weights))]
        loss = legacy_seq2seq.sequence_loss(*steps, **kwargs)
        return graph.run([loss, tf.gradients(loss, scores)[0]])


@pytest.mark.parametrize("average", [True, False])
def test_weight_zero_removes_a_step(average: bool) -> None:
    logits, targets = graph.floats([T, B, V], 1), graph.symbols(T, B, V, 2)
    weights = np.ones([T, B], "float32")
    weights[2] = 0
    kept = [0, 1, 3]
    loss, gradient = loss_and_gradient(logits, targets, weights, average_across_timesteps=average)
    without, rest = loss_and_gradient(
        logits[kept], targets[kept], weights[kept], average_across_timesteps=average
    )
    np.testing.assert_allclose(loss, without, rtol=1e-6)
    np.testing.assert_allclose(gradient[kept], rest, rtol=0, atol=1e-7)
    assert np.all(gradient[2] == 0)
    everything, _ = loss_and_gradient(
        logits, targets, np.ones_like(weights), average_across_timesteps=average
    )
    assert abs(everything - loss) > 1e-3


def test_all_buckets_share_the_variables_of_the_first() -> None:
    """A short pair, padded into the larger bucket, costs what it costs in its own, without attention."""
    cell = rnn_cell.BasicLSTMCell(H)
    encoder, decoder, targets = (graph.symbols(4, B, V, seed) for seed in (1, 2, 3))
    weights = np.ones([4, B], "float32")
    weights[2:] = 0
    with tf.Graph().as_default():
        steps = [tf.unstack(tf.constant(v)) for v in (encoder, decoder, targets, weights)]
        (short, long), losses = legacy_seq2seq.model_with_buckets(
            *steps,
            [(3, 2), (3, 4)],
            lambda x, y: legacy_seq2seq.embedding_rnn_seq2seq(x, y, cell, V, V, E),
        )
        count = len(tf.global_variables())
        values = graph.run([tf.stack(short), tf.stack(long[:2]), *losses])
    np.testing.assert_allclose(values[0], values[1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(values[2], values[3], rtol=1e-6)
    assert len(short) == 2
    assert len(long) == 4
    # encoder embedding and cell, decoder embedding, cell and projection
    assert count == 1 + 2 + 1 + 2 + 2
