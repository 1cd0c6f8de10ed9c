"""The joint regime with balancing methods, and all regimes with several heads."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny import FURTHER_HEADS, comparable, loop_over, tiny_data

from price_subgraph.regimes import REGIMES, Balancing, TrainingConfig
from price_subgraph.training import session_config, train

TASKS = ["sequence", "price", *(head.name for head in FURTHER_HEADS)]


def one_step(model, regime, data, first=0, config=None, balancing=()):
    """(weights before, weights after, values) of one step on bucket 0."""
    plan = REGIMES[regime].build(model, config or TrainingConfig(), *balancing)
    variables = {v.op.name: v for v in model.variables}
    feed = model.buckets[0].feed(data[0].batch(slice(None)))
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        before = session.run(variables)
        step = plan(first, 0)
        values = session.run([dict(step.weights), step.update], feed)[0]
        assert session.run(model.global_step) == 1
        return before, session.run(variables), values


def moved(before, after):
    """The parts of the model that a step has moved, a head by its name."""
    parts = set()
    for name in before:
        if not np.array_equal(before[name], after[name]):
            head = name.split("/")[1] if name.startswith("heads/") else "price"
            encoder = "encoder" if "/rnn/" in name else "decoder"
            parts.add(head if name.startswith(("heads/", "prices/")) else encoder)
    return parts


@pytest.mark.parametrize(
    ("regime", "step", "expected"),
    [
        ("joint", 0, {*TASKS[1:], "encoder", "decoder"}),
        ("two_optimizers", 0, {*TASKS[1:], "encoder", "decoder"}),
        ("seq2seq_only", 0, {"encoder", "decoder"}),
        ("price_only", 0, {*TASKS[1:], "encoder"}),
        ("alternating", 11, {"kind_of", "encoder"}),
    ],
)
def test_which_parts_a_step_moves_with_several_heads(make_small, regime, step, expected):
    model = make_small(further_heads=FURTHER_HEADS)
    before, after, _ = one_step(model, regime, tiny_data(further=True), first=step)
    assert moved(before, after) == expected


def test_every_head_has_an_optimizer_of_its_own(make_small):
    REGIMES["two_optimizers"].build(make_small(further_heads=FURTHER_HEADS), TrainingConfig())
    slots = {v.op.name.rsplit("/", 1)[1] for v in tf.global_variables() if "/rnn/" in v.op.name}
    assert {f"{task}_1" for task in TASKS} <= slots


def test_alternating_gives_each_head_a_turn_a_period(make_model):
    model = make_model(further_heads=FURTHER_HEADS)
    plan = REGIMES["alternating"].build(model, TrainingConfig(price_period=6))
    trained = [task for step in range(12) for task in plan(step, 1).losses]
    assert trained == [*TASKS[1:], "sequence", "sequence"] * 2
    with pytest.raises(ValueError, match=r"price_period: expected at least 5, .* decoder, got 4"):
        REGIMES["alternating"].build(model, TrainingConfig(price_period=4))


METHODS = {
    "sum": Balancing(),
    "static_weights": Balancing("static_weights", None, {"weights": (1.0, 0.25)}),
    "pcgrad": Balancing("pcgrad"),
    "pcgrad at the state": Balancing("pcgrad", "representation"),
    "graddrop at the state": Balancing("graddrop", "representation"),
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_moves_everything_and_tells_its_weights(make_small, data, name):
    """With an LSTM of two layers and sampled softmax; own parts of tasks move as under the sum."""
    model = make_small(cell="lstm", num_layers=2, num_samples=4)
    sgd = TrainingConfig(optimizer="sgd", learning_rate=0.5, max_gradient_norm=1e6)
    before, after, weights = one_step(model, "joint", data, config=sgd, balancing=(METHODS[name],))
    assert moved(before, after) == {"price", "encoder", "decoder"}
    assert all(np.all(np.isfinite(value)) for value in after.values())
    if METHODS[name].method != "graddrop":  # decides entry by entry
        assert list(weights) == ["sequence", "price"]
        assert all(np.isfinite(list(weights.values())))
    if name == "static_weights":
        assert weights == {"sequence": 1.0, "price": 0.25}


def test_at_the_state_weights_of_one_are_the_sum(make_small, data):
    """Nothing is lost on the way: neither what passes by the attention, nor a layer, nor the memory."""
    changes = {"num_layers": 2, "cell": "lstm"}
    sgd = TrainingConfig(optimizer="sgd", learning_rate=0.5, max_gradient_norm=1e6)
    _, plain, _ = one_step(make_small(**changes), "joint", data, config=sgd)
    how = Balancing("cut_scale", "representation", {"weights": (1.0, 1.0)})
    _, cut, _ = one_step(make_small(**changes), "joint", data, config=sgd, balancing=(how,))
    for name in plain:
        np.testing.assert_allclose(plain[name], cut[name], rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("name", ["gradvac", "graddrop"])
def test_a_resumed_run_with_a_method_gives_the_same_rows(make_model, name, tmp_path):
    """Four tasks: GradVac keeps averages and draws orders, GradDrop draws for every entry of a gradient."""
    data, how = tiny_data(further=True), Balancing(name)
    first = make_model(further_heads=FURTHER_HEADS, num_samples=4)
    plan = REGIMES["joint"].build(first, TrainingConfig(), how)
    saver = tf.train.Saver()
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        whole = []
        for row in train(session, first, plan, loop_over(data)):
            whole.append(row)
            if row.step == 3:
                saver.save(session, str(tmp_path / "model"))
    model = make_model(further_heads=FURTHER_HEADS, num_samples=4)
    plan = REGIMES["joint"].build(model, TrainingConfig(), how)
    saver = tf.train.Saver()
    with tf.Session(config=session_config()) as session:
        saver.restore(session, str(tmp_path / "model"))
        rest = list(train(session, model, plan, loop_over(data), resume_from=whole[1]))
    assert comparable(rest) == comparable(whole[2:])
    assert [row.more["kind_of_updates"] for row in whole] == [0, 3, 6, 7]
    assert {f"dev_{m}" for m in ("kind_of_nll", "size_of_error", "words_of_exact")} <= set(whole[-1].more)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (Balancing("magic"), "method: expected one of .*, got 'magic'"),
        (Balancing("uw", "parameters"), "uw: level: expected one of .*'loss'.*, got 'parameters'"),
        (Balancing("cagrad", None, {"d": 1}), "cagrad: no parameter 'd'"),
        (Balancing("pcd", None, {"primary": 5}), r"pcd: primary: expected the number of a task, .* got 5"),
        (Balancing("db_mtl", "representation", {"beta": 0.9}), "db_mtl: smoothing needs the parameters"),
    ],
)
def test_mistakes_are_named(make_small, how, message):
    """Without a model as well, before anything is built."""
    with pytest.raises(ValueError, match=message):
        how.check(2)
    with pytest.raises(ValueError, match=message):
        REGIMES["joint"].build(make_small(), TrainingConfig(), how)


def test_smoothing_is_refused_only_where_it_is_asked_for():
    Balancing("db_mtl", "representation").check(2)
    Balancing("db_mtl", "parameters", {"beta": 0.9}).check(2)
    Balancing("pcd", None, {"primary": 5}).check(6)
