"""What hangs on the encoder's final state: the price head of 2016.

Shape legend: B batch, L layers, H units of a layer, P hidden units of the head, K price ranges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell import LSTMStateTuple

PRICE_SCOPE = "prices"

ACTIVATIONS: Mapping[str, Callable[[tf.Tensor], tf.Tensor]] = {"sigmoid": tf.sigmoid, "relu": tf.nn.relu}


class PriceHead(NamedTuple):
    """The tensors of a price head in one bucket."""

    logits: tf.Tensor  # float32 [B, K]
    probabilities: tf.Tensor  # float32 [B, K]
    nll: tf.Tensor  # float32 [B], negative log-likelihood of the labels, nats
    loss: tf.Tensor  # float32 [], mean of nll


def final_state(encoder_state: Any, lstm_part: str = "h") -> tf.Tensor:
    """The final states of all layers side by side, first layer first: float [B, L * H].

    `encoder_state` is a cell's state: a tensor or LSTMStateTuple, or a tuple with one of them a layer. Of
    an LSTM's two parts "h", its output, is taken, which is what decoder and attention read as well;
    `lstm_part="c"` takes the memory instead. Raises ValueError for another part.
    """
    if lstm_part not in ("c", "h"):
        raise ValueError(f"lstm_part: expected 'c' or 'h', got {lstm_part!r}")
    single = isinstance(encoder_state, LSTMStateTuple) or tf.is_tensor(encoder_state)
    layers = (encoder_state,) if single else tuple(encoder_state)
    parts = [getattr(layer, lstm_part) if isinstance(layer, LSTMStateTuple) else layer for layer in layers]
    return parts[0] if len(parts) == 1 else tf.concat(parts, axis=1)


def price_head(
    state: tf.Tensor, labels: tf.Tensor, price_ranges: int, hidden_size: int, activation: str = "sigmoid"
) -> PriceHead:
    """One hidden layer and a softmax over price ranges.

    Weights `prices/W_price_first_layer` [L * H, P] and `prices/W_price` [P, K] start normally distributed
    with stddev 0.35, the biases at zero. `state` is float [B, L * H], `labels` int32 [B]. Raises ValueError
    for an activation that is not in ACTIVATIONS, or fewer than two ranges. Source: the 2016 post.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation: expected one of {sorted(ACTIVATIONS)}, got {activation!r}")
    if price_ranges < 2 or hidden_size < 1:
        raise ValueError(
            f"expected at least 2 price_ranges and 1 hidden unit, got {price_ranges} and {hidden_size}"
        )
    with tf.variable_scope(PRICE_SCOPE):
        hidden = ACTIVATIONS[activation](_layer(state, hidden_size, "price_first_layer"))
        logits = _layer(hidden, price_ranges, "price")
        nll = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        return PriceHead(logits, tf.nn.softmax(logits), nll, tf.reduce_mean(nll, name="price_loss"))


def _layer(inputs: tf.Tensor, units: int, name: str) -> tf.Tensor:
    normal = tf.random_normal_initializer(stddev=0.35)
    weights = tf.get_variable(f"W_{name}", [inputs.shape[-1], units], inputs.dtype, normal)
    biases = tf.get_variable(f"b_{name}", [units], inputs.dtype, tf.zeros_initializer())
    return tf.matmul(inputs, weights) + biases
