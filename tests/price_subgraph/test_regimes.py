from dataclasses import replace

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from price_subgraph.model import SEQUENCE
from price_subgraph.regimes import OPTIMIZERS, REGIMES, TrainingConfig
from price_subgraph.steps import ORDERS
from price_subgraph.training import session_config

DECODER, ENCODER, PRICE = "decoder", "encoder", "price"


def part_of(name):
    if name.startswith("prices/"):
        return PRICE
    return ENCODER if "/rnn/" in name else DECODER


def run_steps(model, regime, data, steps=1, first=0, config=None):
    """(weights before, weights after, values of the last step); the batch is always bucket 0's whole."""
    plan = REGIMES[regime].build(model, config or TrainingConfig())
    variables = {v.op.name: v for v in model.seq2seq_variables + model.price_variables}
    feed = model.buckets[0].feed(data[0].batch(slice(None)))
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        before = session.run(variables)
        for index in range(first, first + steps):
            step = plan(index, 0)
            values = {}
            for run in step.runs:
                norm = {} if values else {"gradient_norm": run.gradient_norm}
                values |= session.run([{**norm, **run.losses}, run.update], feed)[0]
        return before, session.run(variables), {**values, "global_step": session.run(model.global_step)}


def moved(before, after):
    return {part_of(name) for name in before if not np.array_equal(before[name], after[name])}


MOVES = {
    "joint": {DECODER, ENCODER, PRICE},
    "two_optimizers": {DECODER, ENCODER, PRICE},
    "seq2seq_only": {DECODER, ENCODER},
    "price_only": {ENCODER, PRICE},
}


@pytest.mark.parametrize("regime", MOVES)
def test_which_variables_a_step_moves(make_small, data, regime):
    before, after, _ = run_steps(make_small(), regime, data)
    assert moved(before, after) == MOVES[regime]


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, {ENCODER, PRICE}), (1, {DECODER, ENCODER}), (9, {DECODER, ENCODER}), (10, {ENCODER, PRICE})],
)
def test_alternating_trains_the_price_on_every_tenth_step(make_small, data, step, expected):
    before, after, _ = run_steps(make_small(), "alternating", data, first=step)
    assert moved(before, after) == expected


def test_the_period_of_alternating_is_a_parameter(make_model):
    plan = REGIMES["alternating"].build(make_model(), TrainingConfig(price_period=3))
    assert [plan(step, 1).updates(PRICE) for step in range(7)] == [1, 0, 0, 1, 0, 0, 1]
    assert [plan(step, 1).updates(SEQUENCE) for step in range(7)] == [0, 1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_regime_goes_down_its_losses_and_counts_each_step_once(make_small, data, regime, optimizer):
    """Contract of the table. With sampled softmax; measured by the whole one, which has no noise."""
    model = make_small(num_samples=4)
    plan = REGIMES[regime].build(model, TrainingConfig(optimizer=optimizer, price_period=2))
    bucket = model.buckets[0]
    feed = bucket.feed(data[0].batch(slice(None)))
    whole = {"sequence": tf.reduce_sum(bucket.target_nll), "price": bucket.price.loss}
    trained = set()
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        before = session.run(whole, feed)
        for index in range(80):
            step = plan(index, 0)
            trained.update(step.losses)
            losses, norm, _ = session.run([dict(step.losses), step.gradient_norm, step.update], feed)
            assert session.run(model.global_step) == index + 1
            assert norm > 0
            assert all(loss > 0 for loss in losses.values())
        after = session.run(whole, feed)
    assert trained
    for loss in trained:
        assert after[loss] < 0.99 * before[loss], loss


def test_all_regimes_start_from_the_same_weights(make_small, data):
    changes = {"cell": "lstm", "num_layers": 2, "num_samples": 4}
    starts = [run_steps(make_small(**changes), regime, data)[0] for regime in REGIMES]
    other = run_steps(make_small(seed=2, **changes), "joint", data)[0]
    for start in starts[1:]:
        for name, value in starts[0].items():
            np.testing.assert_array_equal(value, start[name], err_msg=name)
    assert any(not np.array_equal(starts[0][name], other[name]) for name in other)


def gradients_of(model, loss, data):
    """Dense gradients of a scalar of bucket 0 in float64, by variable name; zero where none reaches."""
    variables = model.seq2seq_variables + model.price_variables
    gradients = tf.gradients(loss, variables, unconnected_gradients="zero")
    dense = {v.op.name: tf.convert_to_tensor(g) for v, g in zip(variables, gradients, strict=True)}
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        values = session.run(dense, model.buckets[0].feed(data[0].batch(slice(None))))
    return {name: value.astype(np.float64) for name, value in values.items()}


def test_a_joint_step_is_sgd_on_the_clipped_gradient_of_the_sum(make_small, data):
    """The norm is the tutorial's, over repeated rows unsummed; so the clip factor is taken from it."""
    model = make_small()
    bucket = model.buckets[0]
    parts = [gradients_of(model, loss, data) for loss in (bucket.sequence_loss, bucket.price.loss)]
    config = TrainingConfig(optimizer="sgd", learning_rate=0.25, max_gradient_norm=0.125)
    before, after, values = run_steps(model, "joint", data, config=config)
    assert values["gradient_norm"] > 0.125
    for name in before:
        step = 0.25 * 0.125 / values["gradient_norm"] * (parts[0][name] + parts[1][name])
        np.testing.assert_allclose(before[name] - after[name], step, rtol=1e-4, atol=5e-7, err_msg=name)


@pytest.mark.parametrize("clip_price", [False, True])
def test_two_optimizers_add_two_separate_sgd_steps(make_small, data, clip_price):
    """With SGD both updates are linear in gradients at the old weights, so their order does not matter."""
    model = make_small()
    bucket = model.buckets[0]
    config = TrainingConfig(
        optimizer="sgd",
        learning_rate=0.25,
        price_learning_rate=0.5,
        max_gradient_norm=0.0625,
        clip_price_gradients=clip_price,
    )
    sequence = gradients_of(model, bucket.sequence_loss, data)
    price = gradients_of(model, bucket.price.loss, data)
    _, _, alone = run_steps(make_small(), "price_only", data, config=config)
    assert alone["gradient_norm"] > 0.0625
    price_factor = 0.0625 / alone["gradient_norm"] if clip_price else 1.0
    before, after, values = run_steps(make_small(), "two_optimizers", data, config=config)
    assert values["gradient_norm"] > 0.0625
    for name in before:
        step = 0.25 * 0.0625 / values["gradient_norm"] * sequence[name] + 0.5 * price_factor * price[name]
        np.testing.assert_allclose(before[name] - after[name], step, rtol=1e-4, atol=5e-7, err_msg=name)


def test_the_pinned_order_is_one_outcome_of_the_race(make_small, data):
    """Both take their gradients at the old weights: what is left of the race is the order of two sums."""
    _, pinned, _ = run_steps(make_small(), "two_optimizers", data, 5)
    _, raced, _ = run_steps(make_small(), "two_optimizers", data, 5, config=TrainingConfig(order="raced"))
    for name in pinned:
        np.testing.assert_allclose(pinned[name], raced[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_two_optimizers_are_gated_in_the_graph(make_small):
    """No apply operation of the price can run before the last one of the sequence, none of that before a
    gradient of the price; raced, nothing orders them."""
    for order in ("gated", "raced"):
        plan = REGIMES["two_optimizers"].build(make_small(), TrainingConfig(order=order))
        first, second = (op for op in plan(0, 0).update.control_inputs)
        assert (first in ancestors(second)) == (order == "gated")
        gradients = "bucket_0/price_gradients/"
        assert any(op.name.startswith(gradients) for op in ancestors(first)) == (order == "gated")


def test_in_sequence_the_price_sees_what_the_sequence_has_applied(make_small, data):
    """Two steps of SGD, as those of seq2seq_only and then price_only, bit for bit."""
    config = TrainingConfig(optimizer="sgd", learning_rate=0.25, price_learning_rate=0.5)
    model = make_small()
    plans = [REGIMES[name].build(model, config) for name in ("seq2seq_only", "price_only")]
    feed = model.buckets[0].feed(data[0].batch(slice(None)))
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        for plan in plans:
            step = plan(0, 0)
            expected_losses = session.run([step.losses, step.update], feed)[0]
        expected = session.run({v.op.name: v for v in model.variables})
    config = replace(config, order="sequential")
    _, after, values = run_steps(make_small(), "two_optimizers", data, config=config)
    assert all(np.array_equal(after[name], expected[name]) for name in expected)
    assert values["price"] == expected_losses["price"]
    assert values["global_step"] == 1
    _, gated, _ = run_steps(make_small(), "two_optimizers", data, config=replace(config, order="gated"))
    assert not all(np.array_equal(after[name], gated[name]) for name in expected)


def test_shared_slots_are_those_of_one_optimizer(make_small, data):
    """One step of each loss, sequence first, from fresh slots: by Zeiler's formula in float64."""
    rates = (50.0, 25.0)  # so that steps are large beside float32's rounding of the weights
    model = make_small()
    name = next(v.op.name for v in model.encoder_variables if v.op.name.endswith("gates/bias"))
    losses = (model.buckets[0].sequence_loss, model.buckets[0].price.loss)
    gradients = [gradients_of(model, loss, data)[name] for loss in losses]
    accum, accum_update, expected, epsilon = 0.0, 0.0, 0.0, 1e-8
    for gradient, rate in zip(gradients, rates, strict=True):
        accum = 0.95 * accum + 0.05 * gradient**2
        step = np.sqrt(accum_update + epsilon) / np.sqrt(accum + epsilon) * gradient
        accum_update = 0.95 * accum_update + 0.05 * step**2
        expected = expected + rate * step
    config = TrainingConfig(
        learning_rate=rates[0], price_learning_rate=rates[1], max_gradient_norm=1e9, shared_slots=True
    )
    before, after, _ = run_steps(make_small(), "two_optimizers", data, config=config)
    slots = [v.op.name for v in tf.global_variables() if v.op.name.startswith(f"{name}/")]
    assert slots == [f"{name}/{SEQUENCE}", f"{name}/{SEQUENCE}_1"]
    np.testing.assert_allclose(before[name] - after[name], expected, rtol=1e-3, atol=1e-6)
    _, apart, _ = run_steps(make_small(), "two_optimizers", data, config=replace(config, shared_slots=False))
    assert not np.allclose(before[name] - apart[name], expected, rtol=1e-2)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_shares_its_slots_at_two_rates(make_small, data, optimizer):
    """A price rate of nearly nothing leaves the head where it was, and the sequence's moves the decoder."""
    config = TrainingConfig(optimizer=optimizer, price_learning_rate=1e-12, shared_slots=True)
    before, after, _ = run_steps(make_small(), "two_optimizers", data, config=config)
    for name in before:
        change = np.max(np.abs(after[name] - before[name]))
        assert change < 1e-9 if part_of(name) == PRICE else change > 1e-6, name


@pytest.mark.parametrize(
    ("trains", "parts"), [("everything", {ENCODER, PRICE}), ("head", {PRICE}), ("nothing", set())]
)
@pytest.mark.parametrize("order", ORDERS)
def test_what_price_updates_move(make_small, data, trains, parts, order):
    config = TrainingConfig(price_trains=trains, order=order)
    before, after, values = run_steps(make_small(), "alternating", data, config=config)
    assert moved(before, after) == parts
    assert values["global_step"] == 1
    step = REGIMES["alternating"].build(make_small(), config)(0, 0)
    assert (step.updates(SEQUENCE), step.updates("price")) == (0, int(trains != "nothing"))
    before, after, values = run_steps(make_small(), "two_optimizers", data, config=config)
    assert moved(before, after) == {DECODER, ENCODER} | parts
    assert values["global_step"] == 1
    step = REGIMES["two_optimizers"].build(make_small(), config)(0, 0)
    assert (step.updates(SEQUENCE), step.updates("price")) == (1, int(trains != "nothing"))


def test_with_the_gradient_stopped_the_encoder_is_that_of_the_decoder_alone(make_small, data):
    config = TrainingConfig(price_trains="head")
    _, stopped, _ = run_steps(make_small(), "two_optimizers", data, 5, config=config)
    _, alone, _ = run_steps(make_small(), "seq2seq_only", data, 5)
    for name in alone:
        if part_of(name) != PRICE:
            np.testing.assert_array_equal(stopped[name], alone[name], err_msg=name)


def ancestors(operation):
    seen, waiting = set(), [operation]
    while waiting:
        current = waiting.pop()
        for before in [*current.control_inputs, *(tensor.op for tensor in current.inputs)]:
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return seen


def test_no_clipping_below_the_norm(make_small, data):
    free, clipped = (
        run_steps(make_small(), "joint", data, config=TrainingConfig(optimizer="sgd", max_gradient_norm=norm))
        for norm in (1e9, 1e3)
    )
    for name in free[1]:
        np.testing.assert_allclose(free[1][name], clipped[1][name], rtol=1e-6, err_msg=name)


def test_an_optimizers_slots_serve_all_buckets(make_model):
    model = make_model()
    REGIMES["two_optimizers"].build(model, TrainingConfig())
    names = [v.op.name for v in tf.global_variables() if "prices/W_price/" in v.op.name]
    assert sorted(names) == ["prices/W_price/price", "prices/W_price/price_1"]
    encoder = [
        v for v in tf.global_variables() if "gru_cell/gates/bias/" in v.op.name and "/rnn/" in v.op.name
    ]
    assert len(encoder) == 4  # two accumulators of Adadelta for each of the two optimizers


def test_learning_rate_1_is_adadeltas_default_here(make_small, data):
    by_default = run_steps(make_small(), "joint", data)[1]
    by_name = run_steps(make_small(), "joint", data, config=TrainingConfig(learning_rate=1.0))[1]
    tf_default = run_steps(make_small(), "joint", data, config=TrainingConfig(learning_rate=0.001))[1]
    assert all(np.array_equal(by_default[name], by_name[name]) for name in by_default)
    assert not any(np.array_equal(by_default[name], tf_default[name]) for name in by_default)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optimizer", "lion"),
        ("order", "random"),
        ("price_trains", "decoder"),
        ("price_period", 0),
        ("max_gradient_norm", 0.0),
        ("max_gradient_norm", float("inf")),
        ("learning_rate", -1.0),
        ("learning_rate", float("inf")),
        ("price_learning_rate", float("nan")),
    ],
)
def test_mistakes_are_named(field, value):
    with pytest.raises(ValueError, match=f"^{field}: expected .*, got "):
        TrainingConfig(**{field: value})
