"""What hangs on the encoder's final state: the price head of 2016, and any further heads.

Every head is one hidden layer and one output layer, like the price's. Shape legend: B batch, L layers,
H units of a layer, P hidden units of a head, U units of its last layer (K classes, M labels, or 1).
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell import LSTMStateTuple
from price_subgraph.kinds import KINDS, VALUE_LOSSES

PRICE = "price"
PRICE_SCOPE = "prices"
HEADS_SCOPE = "heads"
RESERVED = ("sequence", "decoder")
"""Names that no head may have: columns of the rows are named for them."""

ACTIVATIONS: Mapping[str, Callable[[tf.Tensor], tf.Tensor]] = {"sigmoid": tf.sigmoid, "relu": tf.nn.relu}


@dataclass(frozen=True)
class Head:
    """The declaration of a head.

    `units` is the number of classes or of labels (1 for a value). A value is learned as
    (value - center) / deviation, with squared ("gaussian") or Huber loss of that; tell it, say, mean and
    standard deviation of the training values. `masked` leaves examples without a label out of the loss; a
    head that is not masked is a little cheaper, and must be fed labels without gaps. `scope` and `layers`
    name its variables: W_ and b_ of two layers, by default below heads/NAME.
    """

    name: str
    kind: str
    units: int = 1
    hidden_size: int = 32
    activation: str = "sigmoid"
    weight: float = 1.0
    loss: str = "gaussian"
    center: float = 0.0
    deviation: float = 1.0
    masked: bool = True
    scope: str = ""
    layers: tuple[str, str] = ("first_layer", "output")

    def __post_init__(self) -> None:
        """Raises ValueError, naming the head and the field, for a value that no head can have."""
        named = isinstance(self.name, str) and re.fullmatch(r"[a-z][a-z0-9_]*", self.name)
        if not named or self.name in RESERVED:
            raise ValueError(
                f"head: expected a name of a-z, 0-9 and _, other than {' and '.join(RESERVED)}, "
                f"got {self.name!r}"
            )
        if not self.scope:
            object.__setattr__(self, "scope", f"{HEADS_SCOPE}/{self.name}")
        for field, table in (("kind", KINDS), ("activation", ACTIVATIONS), ("loss", VALUE_LOSSES)):
            if getattr(self, field) not in tuple(table):  # a list can be no key, but is refused as well
                self._refuse(field, f"one of {sorted(table)}")
        least, most = KINDS[self.kind].units
        if not _is(numbers.Integral, self.units) or not least <= self.units <= most:
            self._refuse("units", f"exactly {least}" if most == least else f"a whole number from {least} up")
        if not _is(numbers.Integral, self.hidden_size) or self.hidden_size < 1:
            self._refuse("hidden_size", "a whole number from 1 up")
        if not _is(numbers.Real, self.weight) or not 0 <= self.weight < math.inf:
            self._refuse("weight", "a number of 0 or more")
        if not _is(numbers.Real, self.center) or not -math.inf < self.center < math.inf:
            self._refuse("center", "a number")
        if not _is(numbers.Real, self.deviation) or not 0 < self.deviation < math.inf:
            self._refuse("deviation", "a positive number")

    def _refuse(self, field: str, expected: str) -> None:
        raise ValueError(f"head {self.name}: {field}: expected {expected}, got {getattr(self, field)!r}")


def _is(kind: type, value: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


class HeadTensors(NamedTuple):
    """The tensors of a head in one bucket."""

    labels: tf.Tensor  # what it is told: int32 [B] classes, float32 [B] values, int32 [B, M] labels
    logits: tf.Tensor  # float32 [B, U]
    predictions: tf.Tensor  # probabilities, float32 [B, U]; or values in their own unit, float32 [B]
    nll: tf.Tensor  # float32 [B], the loss of each example, for classes and labels in nats; 0 if unlabelled
    loss: tf.Tensor  # float32 [], mean of nll over the labelled examples; 0 if there are none
    weighted_loss: tf.Tensor  # float32 [], weight * loss


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


def price_declaration(
    price_ranges: int,
    hidden_size: int,
    activation: str = "sigmoid",
    weight: float = 1.0,
    masked: bool = False,
) -> Head:
    """The head of 2016, by default without mask and weight, which it had not."""
    return Head(
        PRICE,
        "classes",
        units=price_ranges,
        hidden_size=hidden_size,
        activation=activation,
        weight=weight,
        masked=masked,
        scope=PRICE_SCOPE,
        layers=("price_first_layer", "price"),
    )


def price_head(
    state: tf.Tensor, labels: tf.Tensor, price_ranges: int, hidden_size: int, activation: str = "sigmoid"
) -> PriceHead:
    """One hidden layer and a softmax over price ranges.

    Weights `prices/W_price_first_layer` [L * H, P] and `prices/W_price` [P, K] start normally distributed
    with stddev 0.35, the biases at zero. `state` is float [B, L * H], `labels` int32 [B]. Raises ValueError
    for an activation that is not in ACTIVATIONS, or fewer than two ranges. Source: the 2016 post.
    """
    if price_ranges < 2 or hidden_size < 1:
        raise ValueError(
            f"expected at least 2 price_ranges and 1 hidden unit, got {price_ranges} and {hidden_size}"
        )
    head = build_head(price_declaration(price_ranges, hidden_size, activation), state, labels)
    return PriceHead(head.logits, head.predictions, head.nll, head.loss)


def label_placeholder(head: Head, name: str | None = None) -> tf.Tensor:
    """Where a head's labels are fed: int32 [B] classes, float32 [B] values, int32 [B, M] labels."""
    kind = KINDS[head.kind]
    shape = [None, head.units] if kind.per_unit else [None]
    return tf.placeholder(kind.dtype, shape, name or head.name)


def build_head(head: Head, state: tf.Tensor, labels: tf.Tensor) -> HeadTensors:
    """A declared head on `state`, float [B, L * H], told `labels` as in `label_placeholder`.

    Both weights start normally distributed with stddev 0.35, both biases at zero, as the price's do.
    """
    kind = KINDS[head.kind]
    first, last = head.layers
    with tf.variable_scope(head.scope):
        hidden = ACTIVATIONS[head.activation](_layer(state, head.hidden_size, first))
        logits = _layer(hidden, head.units, last)
        name = f"{head.name}_loss"
        if head.masked:
            there = kind.present(labels)
            # A loss that is masked only afterwards would still send 0 * nan back.
            losses, predictions = kind.build(head, logits, tf.where(there, labels, tf.zeros_like(labels)))
            nll, labelled = _mean_of_present(losses, tf.cast(there, losses.dtype))
            count = tf.reduce_sum(labelled)
            loss = tf.divide(tf.reduce_sum(nll), tf.maximum(count, 1.0), name=name)
        else:
            losses, predictions = kind.build(head, logits, labels)
            nll = tf.reduce_mean(losses, axis=1) if kind.per_unit else losses
            loss = tf.reduce_mean(nll, name=name)
        # Without a weight there is no product either: the price of 2016 keeps its graph, node by node.
        weighted = loss if head.weight == 1 else tf.multiply(loss, head.weight, name=f"weighted_{name}")
    return HeadTensors(labels, logits, predictions, nll, loss, weighted)


def _mean_of_present(losses: tf.Tensor, there: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Losses and whether there is one, both [B] or [B, M] -> the same of examples, both [B]."""
    if losses.shape.rank == 1:
        return losses * there, there
    count = tf.reduce_sum(there, axis=1)
    return tf.reduce_sum(losses * there, axis=1) / tf.maximum(count, 1.0), tf.minimum(count, 1.0)


def _layer(inputs: tf.Tensor, units: int, name: str) -> tf.Tensor:
    normal = tf.random_normal_initializer(stddev=0.35)
    weights = tf.get_variable(f"W_{name}", [inputs.shape[-1], units], inputs.dtype, normal)
    biases = tf.get_variable(f"b_{name}", [units], inputs.dtype, tf.zeros_initializer())
    return tf.matmul(inputs, weights) + biases
