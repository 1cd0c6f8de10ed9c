import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny import BUCKETS, tiny_config

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from price_subgraph.model import build_model

NAMES = Path(__file__).parents[1] / "golden" / "tutorial_names.json"
PRICE_NAMES = {
    "prices/W_price_first_layer",
    "prices/b_price_first_layer",
    "prices/W_price",
    "prices/b_price",
}
MODELS = {
    "gru1-ns0": {},
    "gru2-ns0": {"num_layers": 2},
    "gru2-ns4": {"num_layers": 2, "num_samples": 4},
    "lstm1-ns4": {"cell": "lstm", "num_samples": 4},
    "lstm2-ns0": {"cell": "lstm", "num_layers": 2},
}


@pytest.mark.parametrize("name", MODELS)
def test_variables_are_named_as_in_the_tutorial_of_tf_1_15(make_model, name):
    """Names and shapes recorded from TF 1.15.5, sizes 12, 12 and 6; both buckets share them."""
    model = make_model(**{"source_vocab_size": 12, "target_vocab_size": 12, **MODELS[name]})
    recorded = json.loads(NAMES.read_text())[name]
    assert {v.op.name: v.shape.as_list() for v in model.seq2seq_variables} == recorded
    assert {v.op.name for v in model.price_variables} == PRICE_NAMES
    assert len(tf.global_variables()) == len(recorded) + 5  # the head's, and the global step


def test_a_model_in_a_scope_beside_other_variables():
    with tf.Graph().as_default():
        tf.get_variable("mine", [])
        with tf.variable_scope("outer"):
            model = build_model(tiny_config())
        assert {v.op.name for v in model.price_variables} == {f"outer/{name}" for name in PRICE_NAMES}
        names = [v.op.name for v in model.seq2seq_variables]
        assert all(name.startswith("outer/embedding_attention_seq2seq/") for name in names)
        assert len(names) == 20


@pytest.mark.parametrize(("cell", "layers"), [("gru", 1), ("gru", 2), ("lstm", 1), ("lstm", 3)])
def test_final_state_is_all_layers_side_by_side(make_model, cell, layers):
    model = make_model(cell=cell, num_layers=layers)
    assert [bucket.final_state.shape.as_list() for bucket in model.buckets] == [[None, 6 * layers]] * 2


@pytest.mark.parametrize("changes", [{}, {"cell": "lstm", "num_layers": 2}, {"num_samples": 4}])
def test_the_price_reaches_the_encoder_and_never_the_decoder(make_model, changes):
    model = make_model(**changes)
    for bucket in model.buckets:
        reached = {
            variable.op.name
            for variable, gradient in zip(
                model.seq2seq_variables, tf.gradients(bucket.price.loss, model.seq2seq_variables), strict=True
            )
            if gradient is not None
        }
        encoder = {v.op.name for v in model.seq2seq_variables if "/rnn/" in v.op.name}
        assert reached == encoder
        assert 0 < len(encoder) < len(model.seq2seq_variables)
        assert all(g is None for g in tf.gradients(bucket.sequence_loss, model.price_variables))


def test_a_buckets_total_is_the_sum_of_its_two_losses(make_model, data):
    model = make_model()
    assert len(tf.get_collection(tf.GraphKeys.LOSSES)) == 2 * len(BUCKETS)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for bucket, arrays in zip(model.buckets, data, strict=True):
            feed = bucket.feed(arrays.batch(slice(None)))
            total, *parts = session.run([bucket.total_loss, bucket.sequence_loss, bucket.price.loss], feed)
            assert total == pytest.approx(sum(parts), rel=1e-6)
            assert min(parts) > 0.1


def test_of_twelve_buckets_no_total_contains_anothers(make_model):
    """`bucket_1` is a prefix of `bucket_10` and `bucket_11`. Of every loss one at a time is told, as 1."""
    model = make_model(buckets=tuple((2 + index, 2 + index) for index in range(12)))
    losses = [loss for bucket in model.buckets for loss in (bucket.sequence_loss, bucket.price.loss)]
    totals = [bucket.total_loss for bucket in model.buckets]
    with tf.Session() as session:
        for index, bucket in enumerate(model.buckets):
            told = {loss: float(loss in (bucket.sequence_loss, bucket.price.loss)) for loss in losses}
            assert session.run(totals, told) == [2.0 * (other == index) for other in range(12)]


def test_target_nll_is_the_sequence_loss_taken_apart(make_model, data):
    """The tutorial's loss: mean over an example's tokens, then over examples (float32: 1e-5)."""
    model = make_model()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for bucket, arrays in zip(model.buckets, data, strict=True):
            batch = arrays.batch(slice(None))
            nll, loss, logits = session.run(
                [bucket.target_nll, bucket.sequence_loss, bucket.logits], bucket.feed(batch)
            )
            per_example = nll.sum(axis=0) / batch.target_weights.sum(axis=0)
            assert loss == pytest.approx(per_example.mean(), rel=1e-5)
            targets = np.vstack([batch.decoder_inputs[1:], np.zeros_like(batch.decoder_inputs[:1])])
            log_p = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
            chosen = np.take_along_axis(log_p, targets[..., None], axis=2)[..., 0]
            np.testing.assert_allclose(nll, -chosen * batch.target_weights, rtol=1e-4, atol=1e-5)


def test_target_nll_is_finite_where_the_exponentials_of_the_logits_are_not(make_model, data):
    """Equal logits of 1,000 are the uniform distribution over the vocabulary."""
    model = make_model(num_samples=3)
    weights, biases = (v for v in model.seq2seq_variables if v.op.name in ("proj_w", "proj_b"))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        weights.load(np.zeros(weights.shape), session)
        biases.load(np.full(biases.shape, 1000.0), session)
        batch = data[0].batch(slice(None))
        nll = session.run(model.buckets[0].target_nll, model.buckets[0].feed(batch))
    np.testing.assert_allclose(nll, np.log(int(biases.shape[0])) * batch.target_weights, rtol=1e-5)


def test_composed_model_is_embedding_attention_seq2seq(make_model, data):
    """The halves give what the whole function gives on the same variables (float32: 1e-6)."""
    model = make_model(num_layers=2)
    bucket = model.buckets[0]
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        whole, _ = legacy_seq2seq.embedding_attention_seq2seq(
            tf.unstack(bucket.encoder_inputs),
            tf.unstack(bucket.decoder_inputs),
            rnn_cell.MultiRNNCell([rnn_cell.GRUCell(6) for _ in range(2)]),
            11,
            9,
            6,
        )
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        ours, theirs = session.run([bucket.logits, tf.stack(whole)], bucket.feed(data[0].batch(slice(None))))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("num_samples", "sampled"), [(0, False), (4, True), (8, True), (9, False)])
def test_sampled_softmax_only_below_the_vocabulary(make_model, num_samples, sampled):
    make_model(num_samples=num_samples)
    types = {operation.type for operation in tf.get_default_graph().get_operations()}
    assert ("LogUniformCandidateSampler" in types) is sampled


def test_mistakes_are_named():
    for changes, message in [
        ({"cell": "rnn"}, "cell: expected one of .*, got 'rnn'"),
        ({"size": 0}, "size: expected at least 1, got 0"),
        ({"buckets": ()}, "buckets: expected"),
        ({"buckets": ((3, 1),)}, "buckets: expected"),
    ]:
        with pytest.raises(ValueError, match=message):
            tiny_config(**changes)
    with pytest.raises(RuntimeError, match="expected a graph; call it inside"):
        build_model(tiny_config())
