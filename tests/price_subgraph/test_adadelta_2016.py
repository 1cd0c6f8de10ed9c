"""Beside numbers that TensorFlow 0.12.1 recorded, and beside 1.15's formula, which it is not."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from price_subgraph.adadelta_2016 import Adadelta2016Optimizer

GOLDEN = Path(__file__).parents[1] / "golden/adadelta_0.12"
SETTINGS = {"learning_rate": 0.5, "rho": 0.9, "epsilon": 1e-6}


def steps(case, make=Adadelta2016Optimizer, use_resource=True):
    """The variable and the accumulators, float32 [5, 3] each, after every step of a recorded case."""
    values, indices = case["values"], case["indices"]
    found = {"variable": [], "accum": [], "accum_update": []}
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable(case["initial"], use_resource=use_resource)
        value = tf.placeholder(tf.float32, values.shape[1:])
        index = tf.placeholder(tf.int32, indices.shape[1:])
        dense = values.shape[1:] == case["initial"].shape
        gradient = value if dense else tf.IndexedSlices(value, index, tf.constant([5, 3]))
        optimizer = make(**SETTINGS)
        update = optimizer.apply_gradients([(gradient, variable)])
        session.run(tf.global_variables_initializer())
        for step in range(len(values)):
            session.run(update, {value: values[step], index: indices[step]})
            found["variable"].append(session.run(variable))
            for slot in ("accum", "accum_update"):
                found[slot].append(session.run(optimizer.get_slot(variable, slot)))
    return {name: np.array(arrays) for name, arrays in found.items()}


@pytest.mark.parametrize("use_resource", [True, False])
@pytest.mark.parametrize("name", ["dense", "sparse"])
def test_recorded_steps(name, use_resource):
    """float32, four steps."""
    case = np.load(GOLDEN / f"{name}.npz")
    for key, value in steps(case, use_resource=use_resource).items():
        np.testing.assert_allclose(value, case[key], rtol=2e-6, atol=1e-7, err_msg=key)


def test_1_15_steps_less_far():
    """From fresh slots nearly the root of two: accum_update is (1 - rho) step^2 where it was 0."""
    case = np.load(GOLDEN / "dense.npz")
    moved = [
        np.abs(steps(case, make)["variable"][0] - case["initial"])
        for make in (Adadelta2016Optimizer, tf.train.AdadeltaOptimizer)
    ]
    np.testing.assert_allclose(moved[0] / moved[1], np.sqrt(2), rtol=0.01)


def test_repeated_rows_are_summed():
    """0.12.1 took a step for each of them, one after the other."""
    case = dict(np.load(GOLDEN / "sparse-repeated.npz"))
    ours = steps(case)
    summed = np.zeros([len(case["values"]), 5, 3], np.float32)
    for step, (values, indices) in enumerate(zip(case["values"], case["indices"], strict=True)):
        np.add.at(summed[step], indices, values)
    first = {"initial": case["initial"], "values": summed[:1], "indices": np.arange(5)[None]}
    touched = sorted(set(case["indices"][0]))
    expected = steps(first)["variable"][0][touched]
    np.testing.assert_allclose(ours["variable"][0][touched], expected, rtol=1e-6)
    assert not np.allclose(case["variable"][0][touched], expected, rtol=1e-3)


def test_a_rate_may_be_asked_for():
    case = np.load(GOLDEN / "dense.npz")
    asked = steps(case, lambda learning_rate, **more: Adadelta2016Optimizer(lambda: learning_rate, **more))
    np.testing.assert_array_equal(asked["variable"], steps(case)["variable"])
