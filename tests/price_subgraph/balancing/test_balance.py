"""`balance` and `make` on ordinary TF1 graphs: gradients of every kind, state, buckets, errors."""

import gc
import re
import weakref
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from linear import CONFIG, PINNED

from price_subgraph.balancing import METHODS, Gradients, balance, make, scale_gradient


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        yield graph


def start(session=None):
    session = session or tf.Session(config=CONFIG)
    session.run(tf.global_variables_initializer())
    return session


def two_tasks():
    """Two regressions over one shared layer; (losses, shared variables, own variables)."""
    random = np.random.RandomState(0)
    inputs = tf.constant(random.randn(8, 3), tf.float32)
    shared = [
        tf.get_variable("w", [3, 4], initializer=tf.random_normal_initializer(seed=1)),
        tf.get_variable("b", [4], initializer=tf.zeros_initializer()),
    ]
    state = tf.tanh(tf.matmul(inputs, shared[0]) + shared[1])
    own = [tf.get_variable(f"v{k}", [4], initializer=tf.random_normal_initializer(seed=k)) for k in (2, 3)]
    targets = tf.constant(random.randn(2, 8), tf.float32)
    losses = [
        tf.reduce_mean(tf.square(tf.linalg.matvec(state, v) - target)) + 0.1
        for v, target in zip(own, tf.unstack(targets), strict=True)
    ]
    return losses, shared, own


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


PAGE = Path(__file__).parents[3] / "price_subgraph" / "BALANCING.md"


def test_the_pages_code_runs():
    """Balance, clip and apply; then weight decay added to what came, one row a variable."""
    (sequence_loss, price_loss), shared, own = two_tasks()
    names = {
        "tf": tf,
        "sequence_loss": sequence_loss,
        "price_loss": price_loss,
        "encoder_variables": shared,
        "decoder_variables": own[:1],
        "price_variables": own[1:],
        "final_state": tf.get_default_graph().get_tensor_by_name("Tanh:0"),
        "optimizer": tf.train.GradientDescentOptimizer(0.5),
        "global_step": tf.train.get_or_create_global_step(),
        "regularization_loss": 0.5 * tf.nn.l2_loss(shared[0]),
    }
    balancing, decay = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(balancing, names)
    plain = names["gradients"]
    exec(decay, names)
    with start() as session:
        weights, first, second = session.run([shared[0], list(plain), names["gradients"]])
        np.testing.assert_allclose(second[0], first[0] + 0.5 * weights, rtol=1e-6)
        for a, b in zip(first[1:], second[1:], strict=True):
            np.testing.assert_array_equal(a, b)
        session.run(names["train"])
        assert session.run(names["global_step"]) == 1


def test_the_page_lists_every_method():
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] == list(METHODS)
    for (name, summary, paper, level, parameters, holds), method in zip(rows, METHODS.values(), strict=True):
        assert summary == method.summary, name
        assert str(method.paper.year) in paper, name
        assert level == ", ".join(method.levels), name
        defaults = ", ".join(f"{key}={value}" for key, value in method.defaults.items())
        assert parameters == (defaults or "–"), name
        everywhere, _, two = holds.replace(" ", "_").partition("for_two_tasks_")
        claimed = [set(part.strip("–;_").split(",_")) - {""} for part in (everywhere, two)]
        assert claimed == [method.holds, method.two_tasks - method.holds], name
