"""Losses over all time steps at once against step by step."""

from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq

T, B, V = 4, 3, 6


def steps() -> tuple[list[tf.Tensor], list[tf.Tensor], list[tf.Tensor]]:
    return (
        tf.unstack(tf.constant(graph.floats([T, B, V], 1))),
        tf.unstack(tf.constant(graph.symbols(T, B, V, 2))),
        tf.unstack(tf.constant(np.abs(graph.floats([T, B], 3)))),
    )


@pytest.mark.parametrize("average", [True, False])
def test_all_steps_at_once_changes_nothing(average: bool) -> None:
    found = []
    for engine in ("auto", "unrolled"):
        with tf.Graph().as_default() as built, legacy_seq2seq.engine(engine):
            logits, targets, weights = steps()
            loss = legacy_seq2seq.sequence_loss_by_example(
                logits, targets, weights, average_across_timesteps=average
            )
            losses = [op for op in built.get_operations() if op.type.startswith("SparseSoftmaxCross")]
            assert len(losses) == (1 if engine == "auto" else T)
            found.append(graph.run([loss, tf.gradients(loss, logits)]))
    for got, expected in zip(*map(tf.nest.flatten, found), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


def test_a_loss_function_is_called_once_a_step_unless_it_is_marked() -> None:
    shapes: list[Any] = []

    def squared(labels: Any, logits: Any) -> Any:
        shapes.append(logits.shape.as_list())
        return tf.reduce_sum(tf.square(logits - tf.one_hot(labels, V)), 1)

    with tf.Graph().as_default():
        arguments = steps()
        faithful = legacy_seq2seq.sequence_loss(*arguments, softmax_loss_function=squared)
        assert shapes == [[B, V]] * T
        shapes.clear()
        marked = legacy_seq2seq.all_steps_at_once(squared)
        at_once = legacy_seq2seq.sequence_loss(*arguments, softmax_loss_function=marked)
        assert shapes == [[T * B, V]]
        one, other = graph.run([faithful, at_once])
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_steps_that_differ_in_shape_are_taken_one_by_one() -> None:
    with tf.Graph().as_default():
        logits, targets, weights = steps()
        logits[1] = logits[1][:, :5]
        targets[1] = tf.minimum(targets[1], 4)
        assert graph.run(legacy_seq2seq.sequence_loss(logits, targets, weights)) > 0
