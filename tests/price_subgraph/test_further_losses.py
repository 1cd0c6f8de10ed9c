"""Losses in a bucket's scope that are no task's: `joint` goes down the whole of `get_total_loss`."""

import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from price_subgraph.losses import total_loss
from price_subgraph.regimes import REGIMES, Balancing, TrainingConfig
from price_subgraph.training import session_config

SGD = TrainingConfig(optimizer="sgd", learning_rate=0.5, max_gradient_norm=1e6)


def add_own_loss(model):
    """On the encoder's final state."""
    for bucket in model.buckets:
        with tf.name_scope(bucket.scope):
            tf.losses.add_loss(3.0 * tf.reduce_mean(tf.square(bucket.final_state)))


def add_regularization(model):
    """On all weights, embeddings included; of bucket 1 more, which is no concern of bucket 0."""
    for factor, bucket in zip((0.25, 7.0), model.buckets, strict=True):
        with tf.name_scope(bucket.scope):
            loss = factor * tf.add_n([tf.nn.l2_loss(variable) for variable in model.variables])
            tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, loss)


def repeat_a_task(model):
    """A loss that is collected twice counts twice."""
    for bucket in model.buckets:
        tf.losses.add_loss(bucket.price.loss)


FURTHER = {
    "none": [],
    "own": [add_own_loss],
    "regularization": [add_regularization],
    "both": [add_own_loss, add_regularization],
    "a task again": [repeat_a_task],
}


def step_and_gradients(model, data, further=(), balancing=(), losses=lambda bucket: {}):
    """What a step of joint on bucket 0 subtracts, by variable; and the gradients of named losses."""
    for add in further:
        add(model)
    bucket = model.buckets[0]
    plan = REGIMES["joint"].build(model, SGD, *balancing)
    weights = {variable.op.name: variable for variable in model.variables}
    gradients = {
        name: dict(
            zip(weights, tf.gradients(loss, model.variables, unconnected_gradients="zero"), strict=True)
        )
        for name, loss in losses(bucket).items()
    }
    dense = tf.nest.map_structure(tf.convert_to_tensor, gradients)
    feed = bucket.feed(data[0].batch(slice(None)))
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        found = session.run(dense, feed)
        before = session.run(weights)
        session.run(plan(0, 0).update, feed)
        after = session.run(weights)
    return {name: before[name] - after[name] for name in before}, found


def assert_same(step, gradient):
    for name in step:
        np.testing.assert_allclose(step[name], 0.5 * gradient[name], rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("further", FURTHER)
def test_a_step_of_joint_is_the_gradient_of_the_buckets_total(make_model, data, further):
    def totals(bucket):
        whole = tf.losses.get_total_loss(scope=re.escape(bucket.scope))
        return {"total": whole, "by name": total_loss(bucket.scope)}

    step, found = step_and_gradients(make_model(), data, FURTHER[further], losses=totals)
    assert_same(step, found["total"])
    assert_same(step, found["by name"])


@pytest.mark.parametrize(
    "balancing",
    [
        Balancing("static_weights", None, {"weights": (1.0, 0.25)}),
        Balancing("pcgrad"),
        Balancing("pcgrad", "representation"),
    ],
    ids=str,
)
def test_a_method_adds_what_is_no_tasks_unbalanced(make_model, data, balancing):
    alone, _ = step_and_gradients(make_model(), data, balancing=(balancing,))
    step, found = step_and_gradients(
        make_model(),
        data,
        FURTHER["both"],
        (balancing,),
        lambda bucket: {
            "rest": total_loss(bucket.scope) - tf.add_n(list(bucket.task_losses.values())),
        },
    )
    assert any(np.any(gradient) for gradient in found["rest"].values())
    assert_same({name: step[name] - alone[name] for name in step}, found["rest"])


def test_without_such_losses_the_graph_is_as_it_was(make_model):
    """A further loss adds operations, its absence none: the random seeds of a graph hang on their number."""
    sizes = []
    for further in ([], [add_regularization]):
        model = make_model()
        for add in further:
            add(model)
        before = len(tf.get_default_graph().get_operations())
        REGIMES["joint"].build(model, SGD)
        names = [op.name for op in tf.get_default_graph().get_operations()[before:]]
        sizes.append(sum("further_losses" in name for name in names))
    assert sizes[0] == 0 < sizes[1]
