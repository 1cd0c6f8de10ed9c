"""What other implementations of these methods are known to get wrong."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from linear import CONFIG, Bench

from price_subgraph.balancing import METHODS, balance, make

norm = np.linalg.norm
A = np.array([[3.0, -1.0, 2.0, 0.5], [-2.0, 5.0, -1.0, 3.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e-20, 1e-12, 1e12])
def test_no_epsilon_swallows_a_small_task(dtype, scale):
    """Methods that divide by the norm give a task of any scale its whole share; float32 squares would not."""
    names = ("norm_balance", "rotograd_scale", "pcd", "config", "nash_mtl", "fairgrad", "db_mtl")
    bench = Bench(2, dtype, size=4, methods={name: (name, {}) for name in names})
    base = bench.run(A)
    for name, combined in bench.run(A * [[1.0], [scale]]).items():
        value = combined.astype(np.float64)
        np.testing.assert_allclose(
            value / norm(value), base[name] / norm(base[name]), atol=1e-5, err_msg=name
        )


def test_nash_never_keeps_old_weights():
    """Opposite gradients have no bargaining solution: the step is not made with weights of another step."""
    bench = Bench(2, size=4, methods={"nash": ("nash_mtl", {"max_norm": 0.0})})
    first = bench.run(A, fetch=lambda b: b.weights)["nash"]
    opposite = np.stack([A[0], -5.0 * A[0]])
    combined, weights = bench.run(opposite, reset=False, fetch=lambda b: (b[0], b.weights))["nash"]
    assert np.all(np.isfinite(weights))
    assert not np.any(np.isclose(weights, first))
    assert norm(combined) < 1e-6 * norm(weights[:, None] * opposite)
    again = bench.run(A, reset=False, fetch=lambda b: b.weights)["nash"]
    np.testing.assert_array_equal(again, first)


def test_gradnorm_weights_stay_positive_and_sum_to_the_tasks():
    """The paper's linear step with gradients of 1e6 would put a weight at minus 25000."""
    bench = Bench(2, size=4, methods={"g": ("gradnorm", {}), "s": ("gradnorm_softmax", {})})
    for scale in (1e6, 1.0, 1e6, 1e-6):
        bench.run(A * [[scale], [1.0]], reset=False)
        used = bench.run(A * [[scale], [1.0]], reset=False, fetch=lambda b: b.weights)
        for weights in (*used.values(), bench.state("g")["weights"]):
            assert np.all(weights > 0)
            assert np.sum(weights) == pytest.approx(2.0)


def test_mgda_applies_its_weights_to_the_gradients_that_it_solved_for():
    methods = {how: ("mgda", {"normalization": "l2", "apply_to": how}) for how in ("normalized", "raw")} | {
        "default": ("mgda", {"normalization": "l2"})
    }
    bench = Bench(2, size=4, methods=methods)
    values = bench.run(A * [[100.0], [1.0]])
    units = A / norm(A, axis=1, keepdims=True)
    np.testing.assert_allclose(values["normalized"], np.mean(units, axis=0), rtol=1e-12)
    np.testing.assert_allclose(values["raw"], 0.5 * (100.0 * A[0] + A[1]), rtol=1e-12)
    np.testing.assert_array_equal(values["default"], values["normalized"])


def test_a_step_that_is_not_finite_gives_nan_and_leaves_the_state():
    names = ("norm_balance", "gradvac", "pcd", "gradnorm", "gradnorm_softmax", "uw", "dwa", "famo", "imtl_l")
    bench = Bench(2, size=4, methods={name: (name, {}) for name in names})
    bench.run(A)
    before = {name: bench.state(name) for name in names}
    for gradients, levels in ((A * [[np.nan], [1.0]], [np.nan, 1.0]), (A * [[np.inf], [1.0]], [np.inf, 1.0])):
        values = bench.run(gradients, levels, reset=False)
        for name in names:
            assert not np.all(np.isfinite(values[name])), name
            for key, value in bench.state(name).items():
                np.testing.assert_array_equal(value, before[name][key], err_msg=f"{name} {key}")
    assert any(np.any(value) for state in before.values() for value in state.values())


@pytest.mark.parametrize("level", ["loss", "parameters", "representation"])
def test_a_batch_without_a_label_is_no_end(level):
    """A masked head's loss is then 0, and its gradient is; the step after is an ordinary one."""
    names = [name for name, method in METHODS.items() if level in method.levels]
    with tf.Graph().as_default(), tf.Session(config=CONFIG) as session:
        weights = tf.get_variable("w", [3, 4], initializer=tf.random_normal_initializer(seed=1))
        state = tf.tanh(tf.matmul(tf.constant(np.random.RandomState(0).randn(5, 3), tf.float32), weights))
        there = tf.placeholder(tf.float32, [5])
        labelled = tf.maximum(tf.reduce_sum(there), 1.0)
        masked = tf.reduce_sum(tf.reduce_sum(tf.square(state - 1.0), axis=1) * there) / labelled
        losses = [tf.reduce_mean(tf.square(state + 2.0)), masked]
        found = {
            name: balance(losses, [weights], name, state if level == "representation" else None)[0]
            for name in names
        }
        session.run(tf.global_variables_initializer())
        for labels in (np.ones(5), np.zeros(5), np.ones(5)):
            for name, gradient in session.run(found, {there: labels}).items():
                assert np.all(np.isfinite(gradient)), (name, labels)


def test_gradvac_stays_finite_when_gradients_agree_for_long():
    """The usual cosine goes to 1, where the paper's rule divides by zero."""
    bench = Bench(2, size=4, methods={"v": ("gradvac", {"beta": 0.9})})
    for _ in range(40):
        bench.run(np.stack([A[0], 2.0 * A[0]]), reset=False)
    combined = bench.run(A, reset=False)["v"]
    assert np.all(np.isfinite(combined))
    assert norm(combined) < 1e5 * norm(A)


def test_pcgrad_draws_its_orders_anew():
    bench = Bench(
        3,
        size=4,
        methods={"p": ("pcgrad", {}), "v": ("gradvac", {}), "fixed": ("pcgrad", {"order": "index"})},
    )
    gradients = np.array([[1.0, 0.2, 0.0, 0.0], [-1.0, 1.0, 0.3, 0.0], [0.1, -2.0, 1.0, 0.0]])
    seen = [bench.run(gradients) for _ in range(12)]
    assert len({tuple(values["p"]) for values in seen}) > 1
    assert len({tuple(values["v"]) for values in seen}) > 1
    assert len({tuple(values["fixed"]) for values in seen}) == 1


def test_rlw_draws_weights_of_sum_1():
    bench = Bench(2, size=4, methods={"r": ("rlw", {})})
    drawn = [bench.run(A, fetch=lambda b: b.weights)["r"] for _ in range(4)]
    assert len({tuple(weights) for weights in drawn}) == 4
    for weights in drawn:
        assert np.all(weights > 0)
        assert np.sum(weights) == pytest.approx(1.0)


def test_graddrop_keeps_one_sign_at_each_entry():
    bench = Bench(2, size=4, methods={"d": ("graddrop", {})})
    for _ in range(8):
        combined = bench.run(A)["d"]
        positive, negative = np.sum(np.maximum(A, 0), axis=0), np.sum(np.minimum(A, 0), axis=0)
        assert np.all(np.isclose(combined, positive) | np.isclose(combined, negative))


@pytest.mark.parametrize(
    ("method", "optimum"),
    [("uw", lambda s, losses: np.exp(s) - losses), ("imtl_l", lambda s, losses: np.exp(s) * losses - 1)],
)
def test_learned_weights_find_their_optimum(method, optimum):
    bench = Bench(2, size=4, methods={"m": (method, {"lr": 0.05})})
    losses = np.array([5.0, 0.5])
    for _ in range(400):
        bench.run(A, losses, reset=False)
    np.testing.assert_allclose(optimum(bench.state("m")["s"], losses), 0.0, atol=1e-2)


def test_gradnorm_evens_the_norms_out():
    """Losses that fall at one rate, gradients 10 to 1: the weighted norms become equal."""
    for name, rate in (("gradnorm", 1e-3), ("gradnorm_softmax", 0.02)):
        bench = Bench(2, size=4, methods={"m": (name, {"lr": rate, "alpha": 0.0})})
        gradients = A / norm(A, axis=1, keepdims=True) * [[10.0], [1.0]]
        for _ in range(600):
            weights = bench.run(gradients, reset=False, fetch=lambda b: (b.weights, b[0]))["m"][0]
        np.testing.assert_allclose(weights * [10.0, 1.0], np.mean(weights * [10.0, 1.0]), rtol=0.1)


def test_eager_calls_are_explained():
    with pytest.raises(RuntimeError, match="expected a graph"):
        make("sum", 2)
