"""Sparse gradients, of embeddings, through every method."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from two_tasks import start

from price_subgraph.balancing import METHODS, balance

pytestmark = pytest.mark.usefixtures("graph")


ROWS = 40_000


def embedded(table, ids, coefficients):
    return 1.0 + tf.reduce_sum(coefficients * tf.nn.embedding_lookup(table, ids))


def densely(graph, first):
    """Operations from number `first` on that put out something of the table's size."""
    return [
        operation.name
        for operation in graph.get_operations()[first:]
        for output in operation.outputs
        if output.shape.rank is not None and ROWS in output.shape.as_list()
    ]


@pytest.mark.parametrize("method", [name for name in METHODS if METHODS[name].levels != ("representation",)])
def test_sparse_gradients_stay_sparse(graph, method):
    """Repeated rows, rows of one task only; no tensor of the table's size is made."""
    random = np.random.RandomState(2)
    table = tf.get_variable("table", [ROWS, 4], tf.float64, tf.zeros_initializer())
    ids = [[5, 7, 5, 39_999], [7, 7, 11]]
    coefficients = [random.randn(len(rows), 4) for rows in ids]
    losses = [embedded(table, rows, c) for rows, c in zip(ids, coefficients, strict=True)]
    before = len(graph.get_operations())
    parameters = {"graddrop": {"leak": 1.0}, "rlw": {"seed": 3}}.get(method, {})
    (got,) = balance(losses, [table], method, **parameters)
    assert isinstance(got, tf.IndexedSlices)
    assert densely(graph, before) == []
    with start() as session:
        values, indices = session.run([got.values, got.indices])
        small = np.zeros([2, ROWS, 4])
        for k in range(2):
            np.add.at(small[k], ids[k], coefficients[k])
        dense = np.zeros([ROWS, 4])
        np.add.at(dense, indices, values)
        used = small[:, [5, 7, 11, 39_999]].reshape(2, -1)
        theta = tf.get_variable("theta", [16], tf.float64, tf.zeros_initializer())
        flat = [1.0 + tf.reduce_sum(row * theta) for row in used]
        (want,) = balance(flat, [theta], method, **parameters)
        start(session)
        np.testing.assert_allclose(dense[[5, 7, 11, 39_999]].ravel(), session.run(want), atol=1e-12)
        assert set(np.flatnonzero(np.any(dense, axis=1))) <= {5, 7, 11, 39_999}
        if "loss" not in METHODS[method].levels:
            assert sorted(indices) == [5, 7, 11, 39_999]  # each once: a norm over them is the gradient's


def test_at_the_state_a_table_stays_sparse_too(graph):
    """Two lookups of one table, by every method, and by two calls of each."""
    table = tf.get_variable("table", [ROWS, 4], initializer=tf.random_normal_initializer(seed=1))
    state = tf.tanh(embedding_mean(table, [[5, 7], [9, 39_999]]) + embedding_mean(table, [[5, 8], [0, 1]]))
    own = [tf.get_variable(f"own_{k}", [4], initializer=tf.ones_initializer()) for k in range(3)]
    losses = [tf.reduce_mean(tf.square(tf.linalg.matvec(state, v) - k)) for k, v in enumerate(own)]
    names = [name for name in METHODS if "representation" in METHODS[name].levels]
    first = len(graph.get_operations())
    found = {
        (name, call): balance(losses, [table], name, state, task_variables=own)[0]
        for name in names
        for call in range(2)
    }
    assert all(isinstance(gradient, tf.IndexedSlices) for gradient in found.values())
    assert densely(graph, first) == []
    with start() as session:
        values = session.run({name: of.values for name, of in found.items()})
    for name, value in values.items():
        assert np.all(np.isfinite(value)), name
        if name[0] not in ("pcgrad", "gradvac", "graddrop"):  # which draw
            np.testing.assert_array_equal(value, values[name[0], 0], err_msg=str(name))


def embedding_mean(table, ids):
    return tf.reduce_mean(tf.nn.embedding_lookup(table, ids), axis=1)


def test_a_table_that_is_also_used_densely():
    """A tied embedding: one task's gradient is sparse, the other's dense."""
    random = np.random.RandomState(3)
    table = tf.get_variable("table", [6, 2], tf.float64, tf.zeros_initializer())
    rows, everything = random.randn(2, 2), random.randn(6, 2)
    losses = [embedded(table, [1, 4], rows), 1.0 + tf.reduce_sum(everything * table)]
    (got,) = balance(losses, [table], "cut_scale", weights=[2.0, 3.0])
    want = 3.0 * everything
    want[[1, 4]] += 2.0 * rows
    with start() as session:
        np.testing.assert_allclose(session.run(got), want)
