"""Gradients of one's own: what they are, for whom, and that graphs with them can be freed."""

import gc
import weakref
from typing import Any

import graph
import numpy as np
import pytest
import tensorflow
import tensorflow.compat.v1 as tf
from small_models import B, seq2seq, steps_of

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell
from legacy_seq2seq.custom_gradient import custom_gradient


def model_loss() -> tf.Tensor:
    cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(4), rnn_cell.BasicLSTMCell(4)])
    outputs, _ = seq2seq(cell)
    return legacy_seq2seq.sequence_loss(outputs, steps_of(5, 4), [tf.ones([B])] * 5)


@pytest.mark.parametrize("engine", ["loop", "unrolled"])
def test_a_graph_that_nobody_holds_is_freed(engine: str) -> None:
    with tf.Graph().as_default() as built, legacy_seq2seq.engine(engine):
        tf.gradients(model_loss(), tf.trainable_variables())
        alive = weakref.ref(built)
    del built
    gc.collect()
    assert alive() is None


def test_a_tape_finds_what_gradients_finds() -> None:
    with tf.Graph().as_default(), legacy_seq2seq.engine("loop"):
        with tf.variable_scope("model") as scope:
            model_loss()
        variables = tf.trainable_variables()
        with tf.variable_scope(scope, reuse=True), tf.GradientTape() as tape:
            loss = model_loss()
        both = [tape.gradient(loss, variables), tf.gradients(loss, variables)]
        got, expected = graph.run([[tf.convert_to_tensor(g) for g in found] for found in both])
        for a, b in zip(got, expected, strict=True):
            np.testing.assert_array_equal(a, b)
        assert all(np.any(a) for a in got)


def steps_from(cell: Any, state: Any) -> Any:
    return rnn.static_rnn(cell, tf.unstack(tf.constant(graph.floats([3, 2, 4]))), initial_state=state)[1]


def in_loop(build: Any) -> Any:
    """Twice over."""
    return lambda cell, state: tf.while_loop(
        lambda i, _: i < 2, lambda i, state: (i + 1, build(cell, state)), [0, state]
    )[1]


def in_branch(build: Any) -> Any:
    return lambda cell, state: tf.cond(
        tf.reduce_sum(state) < 1e9, lambda: build(cell, state), lambda: state - 1
    )


def in_function(build: Any) -> Any:
    return lambda cell, state: tensorflow.function(lambda state: build(cell, state))(state)


@pytest.mark.parametrize(
    "build",
    [
        in_loop(in_loop(steps_from)),
        in_loop(in_branch(steps_from)),
        in_branch(in_loop(steps_from)),
        in_loop(in_function(steps_from)),
        in_function(in_loop(steps_from)),
    ],
    ids=["loop loop", "loop branch", "branch loop", "loop function", "function loop"],
)
def test_in_graphs_of_functions_within_each_other(build: Any) -> None:
    """Whose graphs nobody here holds."""
    found = []
    for engine in ("loop", "unrolled"):
        with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
            cell, state = rnn_cell.GRUCell(5), tf.zeros([2, 5])
            steps_from(cell, state)  # variables cannot be made inside
            last = build(cell, state)
            gc.collect()
            slopes = tf.gradients(tf.reduce_sum(tf.sin(last)), tf.trainable_variables())
            found.append(graph.run([last, *slopes]))
    for got, expected in zip(*found, strict=True):
        assert np.any(expected)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


@custom_gradient
def doubled(a: Any, b: Any) -> Any:
    return [a + b, a * b], lambda d_sum, d_product: [2 * d_sum + b * d_product, None]


def test_several_results_and_no_gradient_for_one_argument() -> None:
    with tf.Graph().as_default():
        a, b = tf.constant(3.0), tf.constant(5.0)
        total, product = doubled(a, b)
        d_a, d_b = tf.gradients(10 * total + product, [a, b])
        assert d_b is None
        assert graph.run([total, product, d_a]) == [8, 15, 25]


def test_calls_in_one_graph_keep_their_own_gradients() -> None:
    def times(factor: float) -> Any:
        return custom_gradient(lambda x: (tf.identity(x), lambda d: factor * d))

    with tf.Graph().as_default():
        x = tf.constant(1.0)
        threes, fives = times(3.0)(x), times(5.0)(x)
        assert graph.run([tf.gradients(threes, x)[0], tf.gradients(fives, x)[0]]) == [3, 5]


def exported() -> tuple[tf.Graph, Any]:
    with tf.Graph().as_default() as built:
        tripled = custom_gradient(lambda x: (tf.identity(x), lambda d: 3 * d))
        tf.identity(tripled(tf.constant(3.0, name="a")), "result")
        meta_graph = tf.train.export_meta_graph()
    assert not meta_graph.collection_def
    return built, meta_graph.graph_def


@pytest.mark.parametrize("gone", [False, True])
def test_in_an_imported_graph_they_go_with_the_graph_they_were_made_in(gone: bool) -> None:
    built, definition = exported()
    alive = weakref.ref(built)
    if gone:
        del built
        gc.collect()
    assert (alive() is None) == gone
    with tf.Graph().as_default():
        a, result = tf.import_graph_def(definition, return_elements=["a:0", "result:0"], name="")
        if gone:
            with pytest.raises(NotImplementedError, match=r"gone with the graph .*anew\.$"):
                tf.gradients(result, a)
        else:
            assert graph.run(tf.gradients(result, a)) == [3]


def test_clearing_collections_is_told() -> None:
    with tf.Graph().as_default() as built:
        a = tf.constant(3.0)
        total, _ = doubled(a, a)
        for key in list(built.collections):
            built.clear_collection(key)
        with pytest.raises(NotImplementedError, match="gone with the graph"):
            tf.gradients(total, a)


def test_eagerly_it_is_tensorflows_own() -> None:
    a, b = tf.constant(3.0), tf.constant(5.0)
    with tf.GradientTape() as tape:
        tape.watch(a)
        total, product = doubled(a, b)
        loss = 10 * total + product
    assert (float(total), float(product), float(tape.gradient(loss, a))) == (8, 15, 25)
