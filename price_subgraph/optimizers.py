"""Which optimizers there are, and how to train with them.

A learning rate is what the optimizer is given; gradient norms are global norms over all that an update moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.adadelta_2016 import Adadelta2016Optimizer
from price_subgraph.heads import PRICE
from price_subgraph.model import SEQUENCE
from price_subgraph.steps import ORDERS, Updater


class OptimizerEntry(NamedTuple):
    """An optimizer and the learning rate that it gets where none is given."""

    make: Callable[[Any, str], tf.train.Optimizer]  # (rate: a number or a function that gives one, name)
    learning_rate: float


OPTIMIZERS: Mapping[str, OptimizerEntry] = {
    # TensorFlow's own default for Adadelta, 0.001, hardly moves; the paper (Zeiler 2012) has no rate, i.e. 1.
    "adadelta": OptimizerEntry(
        lambda rate, name: tf.train.AdadeltaOptimizer(rate, rho=0.95, epsilon=1e-8, name=name), 1.0
    ),
    "adadelta_2016": OptimizerEntry(
        lambda rate, name: Adadelta2016Optimizer(rate, rho=0.95, epsilon=1e-8, name=name), 1.0
    ),
    "adam": OptimizerEntry(lambda rate, name: tf.train.AdamOptimizer(rate, name=name), 0.001),
    "sgd": OptimizerEntry(lambda rate, name: tf.train.GradientDescentOptimizer(rate, name=name), 0.5),
}

# What an update by the price alone trains: "head" stops its gradient at the final state.
PRICE_TRAINS = ("everything", "head", "nothing")


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. A learning rate of None takes the optimizer's own from OPTIMIZERS.

    The last three are about the updates by the price, or another head, alone, beside the sequence's: of
    `two_optimizers` (all three) and `alternating` (the last two).
    """

    optimizer: str = "adadelta"
    learning_rate: float | None = None
    price_learning_rate: float | None = None
    price_period: int = 10
    max_gradient_norm: float = 5.0
    clip_price_gradients: bool = False
    order: str = "gated"  # how the updates of one step meet: of ORDERS
    shared_slots: bool = False  # one optimizer for all losses, each at its own rate: accumulators are shared
    price_trains: str = "everything"  # of PRICE_TRAINS

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that cannot be trained with."""
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer: expected one of {sorted(OPTIMIZERS)}, got {self.optimizer!r}")
        if self.order not in ORDERS:
            raise ValueError(f"order: expected one of {sorted(ORDERS)}, got {self.order!r}")
        if self.price_trains not in PRICE_TRAINS:
            raise ValueError(f"price_trains: expected one of {PRICE_TRAINS}, got {self.price_trains!r}")
        if self.price_period < 1:
            raise ValueError(f"price_period: expected at least 1, got {self.price_period}")
        if not 0 < self.max_gradient_norm < math.inf:
            raise ValueError(
                f"max_gradient_norm: expected a positive, finite number, got {self.max_gradient_norm}"
            )
        for name in ("learning_rate", "price_learning_rate"):
            rate = getattr(self, name)
            if rate is not None and not 0 < rate < math.inf:
                raise ValueError(f"{name}: expected a positive, finite number, got {rate}")

    def _rate(self, task: str) -> float:
        given = self.learning_rate if task == SEQUENCE else self.price_learning_rate
        return OPTIMIZERS[self.optimizer].learning_rate if given is None else given

    def sequence_optimizer(self) -> tf.train.Optimizer:
        """A new optimizer for the sequence loss, or for the sum of the losses."""
        return OPTIMIZERS[self.optimizer].make(self._rate(SEQUENCE), SEQUENCE)

    def price_optimizer(self, name: str = PRICE) -> tf.train.Optimizer:
        """A new optimizer for the price loss alone, or another head's, with slots of its own."""
        return OPTIMIZERS[self.optimizer].make(self._rate(name), name)

    def updaters(self, heads: Iterable[str]) -> dict[str, Updater]:
        """By task, the sequence first: an optimizer each, or one for all with its slots."""
        if not self.shared_slots:
            own = {name: Updater(self.price_optimizer(name)) for name in heads}
            return {SEQUENCE: Updater(self.sequence_optimizer()), **own}
        rates = [0.0]  # asked for at every `apply_gradients`
        optimizer = OPTIMIZERS[self.optimizer].make(lambda: rates[0], SEQUENCE)

        def updater(task: str) -> Updater:
            return Updater(optimizer, lambda: rates.__setitem__(0, self._rate(task)))

        return {task: updater(task) for task in (SEQUENCE, *heads)}
