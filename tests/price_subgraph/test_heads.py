import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell import LSTMStateTuple
from price_subgraph.heads import final_state, price_head


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_head_is_the_2016_formula(activation):
    """B=4 examples, state of 6, P=5 hidden, K=3 ranges, against NumPy in float64."""
    random = np.random.RandomState(1)
    state, labels = random.randn(4, 6).astype(np.float32), np.array([0, 2, 1, 2], np.int32)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(2)
        head = price_head(tf.constant(state), tf.constant(labels), 3, 5, activation)
        variables = {variable.op.name: variable for variable in tf.trainable_variables()}
        assert {name: tuple(v.shape.as_list()) for name, v in variables.items()} == {
            "prices/W_price_first_layer": (6, 5),
            "prices/b_price_first_layer": (5,),
            "prices/W_price": (5, 3),
            "prices/b_price": (3,),
        }
        session.run(tf.global_variables_initializer())
        for bias in ("prices/b_price_first_layer", "prices/b_price"):
            assert not np.any(session.run(variables[bias]))
            session.run(variables[bias].assign(random.randn(*variables[bias].shape.as_list())))
        got = session.run(head)
        w = {name.split("/")[1]: session.run(v).astype(np.float64) for name, v in variables.items()}
    hidden = state @ w["W_price_first_layer"] + w["b_price_first_layer"]
    hidden = 1 / (1 + np.exp(-hidden)) if activation == "sigmoid" else np.maximum(hidden, 0)
    logits = hidden @ w["W_price"] + w["b_price"]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    nll = -np.log(probabilities[np.arange(4), labels])
    for mine, theirs in zip(got, (logits, probabilities, nll, nll.mean()), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


def test_weights_start_normal_with_stddev_035():
    """10,000 draws: the standard error of a stddev is 0.35 / sqrt(20,000) = 0.0025."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(3)
        price_head(tf.zeros([1, 100]), tf.zeros([1], tf.int32), 2, 100)
        session.run(tf.global_variables_initializer())
        weights = session.run(tf.trainable_variables()[0])
    assert abs(weights.std() - 0.35) < 4 * 0.0025
    assert abs(weights.mean()) < 4 * 0.0035
    assert np.abs(weights).max() > 2 * 0.35  # not truncated at two deviations
    assert abs(np.mean((weights / weights.std()) ** 4) - 3) < 0.3


def run(state, **arguments):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(final_state(state(), **arguments)).tolist()


def test_final_state_joins_layers_in_order():
    def lstm(c, h):
        return LSTMStateTuple(tf.constant([[c]]), tf.constant([[h]]))

    assert run(lambda: tf.constant([[1.0, 2.0]])) == [[1, 2]]
    assert run(lambda: (tf.constant([[1.0]]), tf.constant([[2.0]]))) == [[1, 2]]
    assert run(lambda: lstm(1.0, 2.0)) == [[2]]
    assert run(lambda: (lstm(1.0, 2.0), lstm(3.0, 4.0))) == [[2, 4]]
    assert run(lambda: (lstm(1.0, 2.0), lstm(3.0, 4.0)), lstm_part="c") == [[1, 3]]


def test_mistakes_are_named():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="lstm_part: expected 'c' or 'h', got 'ch'"):
            final_state(tf.zeros([1, 1]), "ch")
        state, labels = tf.zeros([1, 2]), tf.zeros([1], tf.int32)
        with pytest.raises(ValueError, match=r"activation: expected one of .*, got 'tanh'"):
            price_head(state, labels, 2, 2, "tanh")
        with pytest.raises(ValueError, match="at least 2 price_ranges and 1 hidden unit, got 1 and 2"):
            price_head(state, labels, 1, 2)
