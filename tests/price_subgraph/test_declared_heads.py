"""Heads of every kind, against NumPy in float64; gaps; and what holds of any number of heads on one state."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny import FURTHER_HEADS, tiny_data

from price_subgraph.data import MISSING
from price_subgraph.heads import (
    HEADS_SCOPE,
    PRICE,
    RESERVED,
    Head,
    build_head,
    label_placeholder,
    price_declaration,
)
from price_subgraph.kinds import KINDS, is_present
from price_subgraph.model import ModelConfig
from price_subgraph.training import Metrics

STATE = np.random.RandomState(1).randn(4, 6).astype(np.float32)
NAN = float("nan")
DECLARED = {
    "classes": (Head("a", "classes", units=3, hidden_size=5), [0, 2, 1, 2]),
    "price": (price_declaration(3, 5), [0, 2, 1, 2]),
    "gaussian": (Head("b", "value", hidden_size=5, center=2.0, deviation=0.5), [1.0, 2.5, 9.0, 2.0]),
    "huber": (
        Head("c", "value", hidden_size=5, center=2.0, deviation=0.5, loss="huber", activation="relu"),
        [1.0, 2.5, 9.0, 2.0],
    ),
    "labels": (Head("d", "labels", units=2, hidden_size=5, weight=0.25), [[0, 1], [1, 1], [0, 0], [1, 0]]),
}


def evaluate(head, labels):
    """(tensors, gradient at the state) in one session from one seed."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(2)
        state = tf.constant(STATE)
        built = build_head(head, state, label_placeholder(head))
        gradient = tf.gradients(built.weighted_loss, state)[0]
        session.run(tf.global_variables_initializer())
        for variable in tf.trainable_variables():
            if variable.shape.rank == 1:
                session.run(variable.assign(np.linspace(-1, 1, variable.shape[0])))
        return session.run((built, gradient), {built.labels: labels})


def oracle(head, logits, labels):
    """The loss of each example, or each label, by the textbook."""
    logits, labels = logits.astype(np.float64), np.array(labels)
    if head.kind == "classes":
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels]
    if head.kind == "labels":
        p = 1 / (1 + np.exp(-logits))
        return -np.where(labels == 1, np.log(p), np.log(1 - p)).mean(axis=1)
    errors = np.abs(logits[:, 0] - (labels - head.center) / head.deviation)
    if head.loss == "gaussian":
        return errors**2 / 2
    return np.where(errors <= 1, errors**2 / 2, errors - 0.5)


@pytest.mark.parametrize("name", DECLARED)
def test_losses_are_the_textbooks(name):
    """float32 against float64: 1e-5."""
    head, labels = DECLARED[name]
    built, _ = evaluate(head, labels)
    expected = oracle(head, built.logits, labels)
    np.testing.assert_allclose(built.nll, expected, rtol=1e-5, atol=1e-5)
    assert built.loss == pytest.approx(expected.mean(), rel=1e-5)
    assert built.weighted_loss == pytest.approx(head.weight * expected.mean(), rel=1e-5)
    if name == "huber":  # both sides of the bend were there
        assert expected.min() < 0.5 < expected.max()


@pytest.mark.parametrize("name", [name for name in DECLARED if name != "price"])
def test_what_has_no_label_is_as_if_it_were_not_there(name):
    """The mean is over the labelled, and neither loss nor gradient of the others moves."""
    head, labels = DECLARED[name]
    gap = NAN if head.kind == "value" else [MISSING] * 2 if head.kind == "labels" else MISSING
    whole, _ = evaluate(head, labels)
    built, gradient = evaluate(head, [labels[0], gap, labels[2], gap])
    assert built.nll.tolist() == [whole.nll[0], 0, whole.nll[2], 0]
    assert built.loss == pytest.approx((whole.nll[0] + whole.nll[2]) / 2, rel=1e-6)
    assert np.all(np.any(gradient[[0, 2]], axis=1))
    assert not np.any(gradient[[1, 3]])
    built, gradient = evaluate(head, [gap] * 4)
    assert (built.loss, built.weighted_loss) == (0, 0)
    assert not np.any(gradient)


def test_a_label_of_a_set_may_be_missing_alone():
    head, labels = DECLARED["labels"]
    whole, _ = evaluate(head, labels)
    built, gradient = evaluate(head, [labels[0], [1, MISSING], labels[2], labels[3]])
    p = 1 / (1 + np.exp(-built.logits[1, 0]))
    assert built.nll[1] == pytest.approx(-np.log(p), rel=1e-5)
    np.testing.assert_array_equal(built.nll[[0, 2, 3]], whole.nll[[0, 2, 3]])
    assert np.all(np.isfinite(gradient))


def test_predictions_are_in_the_values_own_unit():
    head, labels = DECLARED["gaussian"]
    built, _ = evaluate(head, labels)
    np.testing.assert_allclose(built.predictions, 2.0 + 0.5 * built.logits[:, 0], rtol=1e-6)


def test_scores():
    """By hand."""
    classes = KINDS["classes"].score(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([1, 1]))
    assert classes.tolist() == [1, 0]
    assert KINDS["value"].score(np.array([1.5, 3.0]), np.array([2.0, 2.0])).tolist() == [0.5, 1.0]
    probabilities = np.array([[0.9, 0.1], [0.9, 0.9], [0.9, 0.9]])
    labels = np.array([[1, 0], [1, 0], [1, MISSING]])
    assert KINDS["labels"].score(probabilities, labels).tolist() == [1, 0, 1]


def test_presence():
    assert is_present(np.array([0, MISSING])).tolist() == [True, False]
    assert is_present(np.array([0.0, NAN], np.float32)).tolist() == [True, False]
    assert is_present(np.array([[0, MISSING], [MISSING, MISSING]])).tolist() == [True, False]


def test_heads_have_variables_of_their_own_and_the_price_keeps_its_weights(make_model):
    """Three heads beside the price and none, of one seed: what both have is the same to the last bit."""
    starts = []
    for further in ((), FURTHER_HEADS):
        model = make_model(further_heads=further)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            starts.append(session.run({v.op.name: v for v in model.variables}))
    for head in FURTHER_HEADS:
        assert {v.op.name: v.shape.as_list() for v in model.head_variables[head.name]} == {
            f"{HEADS_SCOPE}/{head.name}/W_first_layer": [6, 5],
            f"{HEADS_SCOPE}/{head.name}/b_first_layer": [5],
            f"{HEADS_SCOPE}/{head.name}/W_output": [5, head.units],
            f"{HEADS_SCOPE}/{head.name}/b_output": [head.units],
        }
    assert set(starts[0]) < set(starts[1])
    for name, value in starts[0].items():
        np.testing.assert_array_equal(value, starts[1][name], err_msg=name)
    w = starts[1][f"{HEADS_SCOPE}/kind_of/W_first_layer"]
    assert 0.2 < w.std() < 0.5


def test_every_head_reaches_the_encoder_and_never_the_decoder_nor_another_head(make_model):
    model = make_model(further_heads=FURTHER_HEADS, num_layers=2)
    encoder = {v.op.name for v in model.encoder_variables}
    assert encoder == {v.op.name for v in model.seq2seq_variables if "/rnn/" in v.op.name}
    for bucket in model.buckets:
        for name, head in bucket.heads.items():
            found = tf.gradients(head.weighted_loss, model.variables)
            reached = {v.op.name for v, g in zip(model.variables, found, strict=True) if g is not None}
            assert reached == encoder | {v.op.name for v in model.head_variables[name]}


def test_all_losses_are_collected_under_their_bucket_with_their_weights(make_model):
    model = make_model(further_heads=FURTHER_HEADS, price_weight=3.0)
    assert len(tf.get_collection(tf.GraphKeys.LOSSES)) == (2 + len(FURTHER_HEADS)) * len(model.buckets)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for bucket, arrays in zip(model.buckets, tiny_data(further=True), strict=True):
            feed = bucket.feed(arrays.batch(slice(None)))
            total, sequence, parts = session.run(
                [bucket.total_loss, bucket.sequence_loss, {n: h.loss for n, h in bucket.heads.items()}], feed
            )
            weights = {head.name: head.weight for head in model.config.heads}
            assert weights["price"] == 3
            expected = sequence + sum(weights[name] * loss for name, loss in parts.items())
            assert total == pytest.approx(expected, rel=1e-6)
            assert min(parts.values()) > 0.01


def test_the_2016_head_may_be_masked_too(make_model, data):
    model = make_model(price_masked=True)
    bucket = model.buckets[0]
    batch = data[0].batch(slice(None))
    gaps = batch.labels["price"].copy()
    gaps[3:] = MISSING
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        nll = session.run(bucket.price.nll, bucket.feed(batch))
        loss = session.run(bucket.price.loss, bucket.feed(batch._replace(labels={"price": gaps})))
    assert loss == pytest.approx(nll[:3].mean(), rel=1e-6)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "Price ranges", "head: expected a name of a-z"),
        ("name", "sequence", "head: expected a name of a-z"),
        ("name", "decoder", "head: expected a name of .* other than sequence and decoder, got 'decoder'"),
        ("name", 3, "head: expected a name of a-z"),
        ("kind", "image", r"head a: kind: expected one of \['classes', 'labels', 'value'\], got 'image'"),
        ("units", 1, "head a: units: expected a whole number from 2 up, got 1"),
        ("units", 2.5, "head a: units: expected a whole number from 2 up, got 2.5"),
        ("units", "3", "head a: units: expected a whole number from 2 up, got '3'"),
        ("hidden_size", 0, "head a: hidden_size: expected a whole number from 1 up, got 0"),
        ("hidden_size", 2.0, "head a: hidden_size: expected a whole number from 1 up, got 2.0"),
        ("hidden_size", True, "head a: hidden_size: expected a whole number from 1 up, got True"),
        ("kind", ["value"], r"head a: kind: expected one of .* got \['value'\]"),
        ("activation", "tanh", "head a: activation: expected one of"),
        ("loss", "hinge", "head a: loss: expected one of"),
        ("weight", -1.0, "head a: weight: expected a number of 0 or more, got -1.0"),
        ("weight", NAN, "head a: weight: "),
        ("weight", "2", "head a: weight: expected a number of 0 or more, got '2'"),
        ("weight", True, "head a: weight: expected a number of 0 or more, got True"),
        ("center", NAN, "head a: center: expected a number, got nan"),
        ("center", None, "head a: center: expected a number, got None"),
        ("deviation", 0.0, "head a: deviation: expected a positive number, got 0.0"),
        ("deviation", "1", "head a: deviation: expected a positive number, got '1'"),
    ],
)
def test_mistakes_are_named(field, value, message):
    with pytest.raises(ValueError, match=message):
        Head(**{"name": "a", "kind": "classes", "units": 2, field: value})


def test_a_value_is_one_unit():
    with pytest.raises(ValueError, match="head a: units: expected exactly 1, got 2"):
        Head("a", "value", units=2)


def test_numbers_of_numpy_are_numbers():
    Head("a", "classes", units=np.int64(3), hidden_size=np.int32(2), weight=np.float32(0.5))


def test_names_that_rows_have_for_other_things_are_reserved():
    counted = {name.removesuffix("_updates") for name in Metrics._fields if name.endswith("_updates")}
    assert counted - {PRICE} <= set(RESERVED)


def test_further_heads_are_declarations():
    with pytest.raises(ValueError, match=r"further_heads: expected declarations \(Head\), got 'section'"):
        ModelConfig(9, 9, ((8, 9),), 2, further_heads=("section",))


def test_two_heads_of_one_name_are_refused():
    with pytest.raises(ValueError, match="further_heads: expected names and scopes of their own"):
        ModelConfig(9, 9, ((8, 9),), 2, further_heads=(Head("a", "value"), Head("a", "value")))
