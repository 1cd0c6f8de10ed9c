"""What methods keep from step to step."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from linear import CONFIG
from two_tasks import start, two_tasks

from price_subgraph.balancing import METHODS, balance, make

pytestmark = pytest.mark.usefixtures("graph")


STATEFUL = [name for name in METHODS if METHODS[name].state(2, **METHODS[name].defaults)]


def changing(name, given):
    theta = tf.get_variable(f"theta_{name}", [3], tf.float64, tf.zeros_initializer())
    losses = tf.unstack(1.0 + tf.square(given[:, 0]) + tf.linalg.matvec(given, theta))
    parameters = {"period": 2} if name == "dwa" else {}
    parameters |= {"beta": 0.5} if name in ("db_mtl", "gradvac") else {}
    return balance(losses, [theta], name, **parameters)


def test_state_is_saved_and_restored_by_a_plain_saver(tmp_path):
    random = np.random.RandomState(5)
    given = tf.placeholder(tf.float64, [2, 3])
    gradients = {name: changing(name, given)[0] for name in STATEFUL}
    assert len(STATEFUL) > 8
    draws = random.randn(7, 2, 3)
    saver = tf.train.Saver()

    def steps(session, part):
        return [session.run(gradients, {given: draw}) for draw in part]

    with start() as session:
        steps(session, draws[:5])
        path = saver.save(session, str(tmp_path / "model"))
        went_on = steps(session, draws[5:])
    with start() as session:
        fresh = steps(session, draws[5:])
    with tf.Session(config=CONFIG) as session:
        saver.restore(session, path)
        restored = steps(session, draws[5:])
    for name in STATEFUL:
        assert any(not np.array_equal(a[name], b[name]) for a, b in zip(went_on, fresh, strict=True)), name
        for a, b in zip(went_on, restored, strict=True):
            np.testing.assert_array_equal(a[name], b[name], err_msg=name)
    assert not {v for v in tf.trainable_variables() if "balancing" in v.name}


def test_a_run_is_one_step_however_many_gradients_it_evaluates():
    losses, shared, own = two_tasks()
    balancer = make("norm_balance", 2, decay=0.5)
    gradients = balancer.gradients(losses, shared, task_variables=own)
    with start() as session:
        session.run([gradients.weights, gradients.norms, gradients.cosines, gradients.losses])
        assert session.run(balancer.state["steps"]) == 0.0
        session.run(gradients.tensors())
        assert session.run(balancer.state["steps"]) == 0.5
        session.run(gradients[-1])
        assert session.run(balancer.state["steps"]) == 0.75


def test_buckets_share_one_state_but_for_what_is_theirs():
    losses, shared, _ = two_tasks()
    balancer = make("famo", 2)
    before = {v.op.name for v in tf.global_variables()}
    buckets = [balancer.gradients([scale * loss for loss in losses], shared) for scale in (1.0, 100.0)]
    made = [v for v in tf.global_variables() if v.op.name not in before]
    assert ["losses_before" in v.op.name for v in made] == [True, True]
    with start() as session:
        for bucket in buckets:
            session.run(bucket.tensors())
        # The second bucket's losses are 100 times the first's; nothing has fallen or risen yet.
        assert not np.any(session.run(balancer.state["w"]))
        weights = np.array(session.run(shared[0]))
        session.run(shared[0].assign(weights * [[1.0, 0.5, -1.0, 0.2]]))
        session.run(buckets[0].tensors())
        moved = session.run(balancer.state["w"])
        assert np.any(moved)
        session.run(buckets[1].tensors())
        assert np.any(session.run(balancer.state["w"]) != moved)


def test_dwa_compares_epochs():
    level = tf.placeholder(tf.float64, [2])
    theta = tf.get_variable("theta", [2], tf.float64, tf.zeros_initializer())
    balanced = balance(tf.unstack(level + theta), [theta], "dwa", period=2, temperature=1.0)
    seen = []
    with start() as session:
        for losses in ([4.0, 4.0], [6.0, 4.0], [2.0, 4.0], [3.0, 4.0], [9.0, 9.0]):
            seen.append(session.run([balanced.weights, balanced[0]], {level: losses})[0])
    np.testing.assert_allclose(seen[:4], np.ones([4, 2]))
    rates = np.exp([0.5, 1.0])
    np.testing.assert_allclose(seen[4], 2 * rates / np.sum(rates))


def test_db_mtl_smooths_gradients_of_logarithms():
    given = tf.placeholder(tf.float64, [2, 3])
    theta = tf.get_variable("theta", [3], tf.float64, tf.zeros_initializer())
    losses = tf.unstack(tf.constant([2.0, 0.5], tf.float64) + tf.linalg.matvec(given, theta))
    (got,) = balance(losses, [theta], "db_mtl", beta=0.9, sigma=0.5)
    draws, average = np.random.RandomState(6).randn(4, 2, 3), np.zeros([2, 3])
    with start() as session:
        for step, draw in enumerate(draws, 1):
            share = 0.9 / step**0.5
            average = share * average + (1 - share) * draw / [[2.0], [0.5]]
            lengths = np.linalg.norm(average, axis=1, keepdims=True)
            want = np.max(lengths) * np.sum(average / lengths, axis=0)
            np.testing.assert_allclose(session.run(got, {given: draw}), want)
