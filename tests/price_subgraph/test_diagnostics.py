"""Diagnostics against gradients taken one at a time, and what they leave alone."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny import FURTHER_HEADS, tiny_data

from price_subgraph.diagnostics import Diagnostics
from price_subgraph.regimes import REGIMES, TrainingConfig
from price_subgraph.training import Loop, session_config, train


def flat(gradients):
    return np.concatenate([np.ravel(gradient) for gradient in gradients])


@pytest.mark.parametrize("changes", [{}, {"cell": "lstm", "num_layers": 2}, {"num_samples": 4}])
def test_norms_ratios_and_cosines_are_those_of_the_dense_gradients(make_model, changes):
    """In float32, from the gradients on the state's parts and on every encoder variable: 1e-4."""
    data = tiny_data(further=True)
    model = make_model(further_heads=FURTHER_HEADS, price_weight=2.0, **changes)
    bucket = model.buckets[0]
    whole = tf.reduce_mean(
        tf.reduce_sum(bucket.target_nll, axis=0) / tf.reduce_sum(bucket.target_weights, axis=0)
    )
    losses = {**bucket.task_losses, "sequence": whole}
    places = {"state": list(bucket.state_parts), "encoder": list(model.encoder_variables)}
    gradients = {
        (place, name): [tf.convert_to_tensor(g) for g in tf.gradients(loss, xs, unconnected_gradients="zero")]
        for place, xs in places.items()
        for name, loss in losses.items()
    }
    diagnostics = Diagnostics(model, data, 6)
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        found = diagnostics.gradients(session)
        values = session.run(gradients, bucket.feed(data[0].batch(slice(6))))
    values = {key: flat(value).astype(np.float64) for key, value in values.items()}
    expected = {}
    for (place, name), value in values.items():
        norm, sequence = np.linalg.norm(value), values[place, "sequence"]
        expected[f"{place}_norm_{name}"] = norm
        if name != "sequence":
            expected[f"{place}_ratio_{name}"] = norm / np.linalg.norm(sequence)
            expected[f"{place}_cosine_{name}"] = value @ sequence / norm / np.linalg.norm(sequence)
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-4, abs=1e-5), name
    assert min(abs(found[f"state_cosine_{head}"]) for head in ("price", "kind_of")) > 1e-3


def test_the_norm_of_the_update_is_how_far_the_last_step_went(make_model, data):
    """SGD of one step an evaluation: the clipped gradient's norm times the rate, over all variables."""
    config = TrainingConfig(optimizer="sgd", learning_rate=0.5, max_gradient_norm=1e6)
    model = make_model()
    plan = REGIMES["joint"].build(model, config)
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        rows = list(train(session, model, plan, Loop(data, data, data, 4, 5, 3, 1)))
    assert np.isnan(rows[0].more["update_norm"])
    for row in rows[1:]:
        # Repeated rows of an embedding are not summed for the norm of the gradient.
        assert row.more["update_norm"] == pytest.approx(0.5 * row.gradient_norm, rel=0.2)
        assert 0 < row.more["encoder_update_norm"] < row.more["update_norm"]


def test_they_train_nothing_and_draw_nothing(make_model, data):
    """No variable is made or moved, and the batches of a sampled softmax stay what they were."""
    model = make_model(num_samples=4)
    plan = REGIMES["joint"].build(model, TrainingConfig())
    before = tf.global_variables()
    diagnostics = Diagnostics(model, data, 4)
    assert [v.op.name for v in tf.global_variables()] == [v.op.name for v in before]
    feed = model.buckets[0].feed(data[0].batch(slice(None)))
    losses = []
    for often in (0, 3):
        with tf.Session(config=session_config()) as session:
            session.run(tf.global_variables_initializer())
            start = session.run(before)
            for _ in range(often):
                diagnostics.gradients(session)
                diagnostics.update(session, diagnostics.weights(session))
            for old, new in zip(start, session.run(before), strict=True):
                np.testing.assert_array_equal(old, new)
            step = plan(0, 0)
            losses.append([session.run([step.update, dict(step.losses)], feed)[1] for _ in range(3)])
    assert losses[0] == losses[1]
