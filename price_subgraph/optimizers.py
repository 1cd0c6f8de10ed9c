"""Which optimizers there are, and how to train with them.

A learning rate is what the optimizer is given; gradient norms are global norms over all that an update moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.heads import PRICE
from price_subgraph.model import SEQUENCE


class OptimizerEntry(NamedTuple):
    """An optimizer and the learning rate that it gets where none is given."""

    make: Callable[[float, str], tf.train.Optimizer]
    learning_rate: float


OPTIMIZERS: Mapping[str, OptimizerEntry] = {
    # TensorFlow's own default for Adadelta, 0.001, hardly moves; the paper (Zeiler 2012) has no rate, i.e. 1.
    "adadelta": OptimizerEntry(
        lambda rate, name: tf.train.AdadeltaOptimizer(rate, rho=0.95, epsilon=1e-8, name=name), 1.0
    ),
    "adam": OptimizerEntry(lambda rate, name: tf.train.AdamOptimizer(rate, name=name), 0.001),
    "sgd": OptimizerEntry(lambda rate, name: tf.train.GradientDescentOptimizer(rate, name=name), 0.5),
}


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. A learning rate of None takes the optimizer's own from OPTIMIZERS."""

    optimizer: str = "adadelta"
    learning_rate: float | None = None
    price_learning_rate: float | None = None
    price_period: int = 10
    max_gradient_norm: float = 5.0
    clip_price_gradients: bool = False
    race: bool = False  # two_optimizers: leave open what one session.run does first

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that cannot be trained with."""
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer: expected one of {sorted(OPTIMIZERS)}, got {self.optimizer!r}")
        if self.price_period < 1:
            raise ValueError(f"price_period: expected at least 1, got {self.price_period}")
        if not 0 < self.max_gradient_norm < math.inf:
            raise ValueError(f"max_gradient_norm: expected a positive number, got {self.max_gradient_norm}")
        for name in ("learning_rate", "price_learning_rate"):
            rate = getattr(self, name)
            if rate is not None and not 0 < rate < math.inf:
                raise ValueError(f"{name}: expected a positive number, got {rate}")

    def sequence_optimizer(self) -> tf.train.Optimizer:
        """A new optimizer for the sequence loss, or for the sum of the losses."""
        entry = OPTIMIZERS[self.optimizer]
        return entry.make(entry.learning_rate if self.learning_rate is None else self.learning_rate, SEQUENCE)

    def price_optimizer(self, name: str = PRICE) -> tf.train.Optimizer:
        """A new optimizer for the price loss alone, or another head's, with slots of its own."""
        entry = OPTIMIZERS[self.optimizer]
        rate = entry.learning_rate if self.price_learning_rate is None else self.price_learning_rate
        return entry.make(rate, name)
