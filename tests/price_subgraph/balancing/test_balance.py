"""`balance` and `make` on ordinary TF1 graphs: every method, missing gradients, errors."""

import gc
import weakref

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from linear import PINNED
from two_tasks import start, two_tasks

from price_subgraph.balancing import METHODS, Gradients, balance, make, scale_gradient

pytestmark = pytest.mark.usefixtures("graph")


@pytest.mark.parametrize("method", METHODS)
def test_every_entry_is_documented(method):
    entry = METHODS[method]
    assert entry.name == method
    assert entry.summary
    assert entry.passes
    assert entry.paper.authors
    assert entry.paper.title
    assert 2010 < entry.paper.year < 2030
    assert set(entry.levels) in ({"loss"}, {"representation"}, {"parameters", "representation"})
    assert entry.accept({}, 3).keys() == entry.defaults.keys()


def test_training_with_every_method_goes_down_and_counts_each_step_once():
    """Each method trains a copy of the same two tasks; none touches global_step but apply_gradients."""
    steps, losses, counters = [], {}, {}
    for name in METHODS:
        with tf.variable_scope(name):
            tasks, shared, own = two_tasks()
            at_state = METHODS[name].levels == ("representation",)
            inside = tasks[0].graph.get_tensor_by_name(f"{name}/Tanh:0") if at_state else None
            gradients = balance(tasks, shared, name, inside, task_variables=own)
            counters[name] = tf.get_variable("step", [], tf.int64, tf.zeros_initializer(), trainable=False)
            optimizer = tf.train.AdamOptimizer(0.01)
            steps.append(optimizer.apply_gradients(zip(gradients, shared + own, strict=True), counters[name]))
            losses[name] = tf.stack(tasks)
    with start() as session:
        before = session.run(losses)
        for _ in range(60):
            session.run(steps)
        after, counted = session.run([losses, counters])
    for name in METHODS:
        assert counted[name] == 60
        assert np.sum(after[name]) < 0.9 * np.sum(before[name]), name


def test_sum_is_the_gradient_of_the_sum():
    losses, shared, own = two_tasks()
    got = balance(losses, shared, task_variables=own)
    want = tf.gradients(tf.add_n(losses), shared + own)
    with start() as session:
        for a, b in zip(*session.run([list(got), want]), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)
    assert isinstance(got, Gradients)
    assert got.norms is None


def test_own_variables_get_the_plain_gradients_with_methods_on_gradients():
    losses, shared, own = two_tasks()
    for method, factors in (("cut_scale", (1.0, 1.0)), ("static_weights", (5.0, 7.0))):
        got = balance(losses, shared, method, task_variables=[[own[0]], [own[1]]], weights=[5.0, 7.0])
        want = [f * tf.gradients(y, v)[0] for f, y, v in zip(factors, losses, own, strict=True)]
        with start() as session:
            for a, b in zip(*session.run([got[len(shared) :], want]), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5)


@pytest.fixture(scope="module")
def missing():
    """For every method: gradients where tasks miss variables, and the same with zeros in their place."""
    random = np.random.RandomState(4)
    reach = {"a": (0,), "none": (), "b": (0, 1, 2), "c": (1,), "d": (0,), "e": (1, 2)}
    values = {(k, name): random.randn(3) for name, tasks in reach.items() for k in tasks}
    results = []
    with tf.Graph().as_default():
        split = {name: tf.get_variable(name, [3], tf.float64, tf.zeros_initializer()) for name in reach}
        whole = tf.get_variable("whole", [18], tf.float64, tf.zeros_initializer())
        losses, joined = [], []
        for k in range(3):
            parts = [name for name in reach if (k, name) in values]
            losses.append(
                1.0 + k + tf.add_n([tf.reduce_sum(values[k, name] * split[name]) for name in parts])
            )
            row = np.concatenate([values.get((k, name), np.zeros(3)) for name in reach])
            joined.append(1.0 + k + tf.reduce_sum(row * whole))
        names = [name for name in METHODS if "parameters" in METHODS[name].levels] + ["sum", "famo"]
        pinned = {**PINNED, "graddrop": {}, "rlw": {"seed": 3}}
        for name in names:
            apart = balance(losses, list(split.values()), name, **pinned.get(name, {}))
            together = balance(joined, [whole], name, **pinned.get(name, {}))
            assert [gradient is None for gradient in apart] == [name == "none" for name in reach]
            results.append((name, [apart[0], tf.zeros([3], tf.float64), *apart[2:]], together[0]))
        with start() as session:
            return session.run([(tf.constant(name), apart, whole) for name, apart, whole in results])


def test_missing_gradients_count_as_zeros_in_their_own_place(missing):
    for name, apart, whole in missing:
        if name not in (b"graddrop", b"rlw"):  # which draw
            np.testing.assert_allclose(np.concatenate(apart), whole, atol=1e-12, err_msg=str(name))
        assert not np.any(whole[3:6])


def test_scale_gradient_is_identity_forward():
    x = tf.constant([1.0, -3.0, 1e-30])
    y = scale_gradient(x, 0.1)
    (gradient,) = tf.gradients(y, x, grad_ys=[2.0 * tf.ones(3)])
    with start() as session:
        same, scaled = session.run([y, gradient])
    np.testing.assert_array_equal(same, np.array([1.0, -3.0, 1e-30], np.float32))
    np.testing.assert_allclose(scaled, 0.2)


def test_scale_gradient_keeps_no_graph_alive():
    with tf.Graph().as_default() as built:
        x = tf.constant(1.0)
        tf.gradients(scale_gradient(x, tf.constant(0.1)), x)
        alive = weakref.ref(built)
    del built, x
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"method": "pcgrab"}, "method: expected one of"),
        ({"method": "pcgrad", "c": 1}, "pcgrad: no parameter 'c'; it has"),
        ({"method": "cagrad", "c": -1}, "cagrad: c: expected a number from 0 .* got -1"),
        ({"method": "cagrad", "rescale": 3}, r"rescale: expected one of \[0, 1, 2\]"),
        ({"method": "stch", "mu": 0.0}, "mu: expected a number above 0"),
        ({"method": "dwa", "period": 1.5}, "period: expected a whole number from 1 up"),
        ({"method": "static_weights", "weights": [1.0, 2.0, 3.0]}, r"weights: expected .* \(2 tasks\)"),
        ({"method": "upgrad", "pref": "median"}, "pref: expected .* or 'mean'"),
        ({"method": "pcd", "primary": 2}, r"primary: expected the number of a task, .* \(2 tasks\), got 2"),
        ({"method": "uw", "lr": np.inf}, "uw: lr: expected a number from 0 .* got inf"),
        ({"method": "cagrad", "c": 10**400}, "cagrad: c: expected a number from 0 .* got 1000"),
        ({"method": "static_weights", "weights": np.inf}, "weights: expected a number, .* got inf"),
        ({"method": "static_weights", "weights": [1, 10**400]}, "weights: expected a number, .* got "),
        ({"method": "pcgrad", "seed": np.inf}, "seed: expected a whole number from 0 up.* got inf"),
        ({"method": "pcgrad", "seed": 2**63}, "seed: expected a whole number from 0 up, of 64 bits"),
        ({"method": "dwa", "period": 10**400}, "period: expected a whole number from 1 up"),
        ({"method": "fairgrad", "alpha": True}, "alpha: expected a number above 0"),
        ({"method": "graddrop", "uniform": 0.5}, r"uniform: expected a tensor or array \[N\].* got 0.5"),
        ({"shared": []}, "shared_variables: expected at least one"),
        ({"losses": "vector"}, r"losses\[0\]: expected a scalar of floats, got float32"),
        ({"losses": "integers"}, r"losses\[0\]: expected a scalar of floats, got int32"),
    ],
)
def test_errors(arguments, said):
    losses, shared, _ = two_tasks()
    kinds = {"vector": [tf.ones([2])], "integers": [tf.constant(3)]}
    losses = kinds.get(arguments.pop("losses", None), losses)
    with pytest.raises(ValueError, match=said):
        balance(losses, arguments.pop("shared", shared), **arguments)


def test_the_number_of_losses_is_the_balancers():
    losses, shared, _ = two_tasks()
    with pytest.raises(ValueError, match="losses: expected 3, got 2"):
        make("sum", 3).gradients(losses, shared)
