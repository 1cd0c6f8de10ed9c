"""What one training step does: every regime of the 2016 thread, as one table.

All regimes share one seam: a task's loss -> gradients -> clipping by global norm -> one optimizer's update.
They build their updates on a finished model, so that for one seed they start from the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.model import Bucket, Model


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

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that cannot be trained with."""
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer: expected one of {sorted(OPTIMIZERS)}, got {self.optimizer!r}")
        if self.price_period < 1:
            raise ValueError(f"price_period: expected at least 1, got {self.price_period}")
        if not self.max_gradient_norm > 0:
            raise ValueError(f"max_gradient_norm: expected a positive number, got {self.max_gradient_norm}")
        for name in ("learning_rate", "price_learning_rate"):
            rate = getattr(self, name)
            if rate is not None and not rate > 0:
                raise ValueError(f"{name}: expected a positive number, got {rate}")

    def sequence_optimizer(self) -> tf.train.Optimizer:
        """A new optimizer for the sequence loss, or for the sum of the losses."""
        entry = OPTIMIZERS[self.optimizer]
        return entry.make(
            entry.learning_rate if self.learning_rate is None else self.learning_rate, "sequence"
        )

    def price_optimizer(self) -> tf.train.Optimizer:
        """A new optimizer for the price loss alone, with slots of its own."""
        entry = OPTIMIZERS[self.optimizer]
        rate = entry.learning_rate if self.price_learning_rate is None else self.price_learning_rate
        return entry.make(rate, "price")


class Step(NamedTuple):
    """What one `session.run` of one training step executes, and what it counts as."""

    update: tf.Operation
    gradient_norm: tf.Tensor  # float32 [], before clipping, of the decoder's update where there is one
    losses: Mapping[str, tf.Tensor]  # float32 [] each: the losses that this step goes down
    decoder_updates: int
    price_updates: int


Plan = Callable[[int, int], Step]  # (step, bucket) -> Step


class Regime(NamedTuple):
    """One way to train: a sentence for readers, the balancing of the tasks, and the plan of its steps."""

    description: str
    method: str
    build: Callable[[Model, TrainingConfig], Plan]


class _Update(NamedTuple):
    operation: tf.Operation
    gradient_norm: tf.Tensor


def _updates(
    model: Model,
    loss: Callable[[Bucket], tf.Tensor],
    variables: Sequence[tf.Variable],
    optimizer: tf.train.Optimizer,
    clip_norm: float | None,
    *,
    count: bool = True,
) -> list[_Update]:
    """One update a bucket, all by one optimizer; `count` says whether it advances the global step."""
    updates = []
    for bucket in model.buckets:
        with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_update"):
            pairs = optimizer.compute_gradients(loss(bucket), list(variables))
            reached = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
            gradients = [gradient for gradient, _ in reached]
            # As in the tutorial: rows that an embedding's gradient repeats are not summed for the norm.
            norm = tf.global_norm(gradients)
            if clip_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
            operation = optimizer.apply_gradients(
                [(g, variable) for g, (_, variable) in zip(gradients, reached, strict=True)],
                global_step=model.global_step if count else None,
            )
        updates.append(_Update(operation, norm))
    return updates


def _sequence_updates(model: Model, config: TrainingConfig) -> list[_Update]:
    return _updates(
        model,
        lambda bucket: bucket.sequence_loss,
        model.seq2seq_variables,
        config.sequence_optimizer(),
        config.max_gradient_norm,
    )


def _price_updates(model: Model, config: TrainingConfig, *, count: bool = True) -> list[_Update]:
    return _updates(
        model,
        lambda bucket: bucket.price.loss,
        model.seq2seq_variables + model.price_variables,
        config.price_optimizer(),
        config.max_gradient_norm if config.clip_price_gradients else None,
        count=count,
    )


def _sequence_step(update: _Update, bucket: Bucket) -> Step:
    return Step(update.operation, update.gradient_norm, {"sequence": bucket.sequence_loss}, 1, 0)


def _price_step(update: _Update, bucket: Bucket) -> Step:
    return Step(update.operation, update.gradient_norm, {"price": bucket.price.loss}, 0, 1)


def _both_losses(bucket: Bucket) -> dict[str, tf.Tensor]:
    return {"sequence": bucket.sequence_loss, "price": bucket.price.loss}


def _joint(model: Model, config: TrainingConfig) -> Plan:
    updates = _updates(
        model,
        lambda bucket: bucket.total_loss,
        model.seq2seq_variables + model.price_variables,
        config.sequence_optimizer(),
        config.max_gradient_norm,
    )
    steps = [
        Step(update.operation, update.gradient_norm, _both_losses(bucket), 1, 1)
        for update, bucket in zip(updates, model.buckets, strict=True)
    ]
    return lambda step, bucket: steps[bucket]


def _two_optimizers(model: Model, config: TrainingConfig) -> Plan:
    sequence = _sequence_updates(model, config)
    price = _price_updates(model, config, count=False)
    steps = [
        Step(tf.group(s.operation, p.operation), s.gradient_norm, _both_losses(bucket), 1, 1)
        for s, p, bucket in zip(sequence, price, model.buckets, strict=True)
    ]
    return lambda step, bucket: steps[bucket]


def _alternating(model: Model, config: TrainingConfig) -> Plan:
    sequence = [
        _sequence_step(*pair) for pair in zip(_sequence_updates(model, config), model.buckets, strict=True)
    ]
    price = [_price_step(*pair) for pair in zip(_price_updates(model, config), model.buckets, strict=True)]
    return lambda step, bucket: (price if step % config.price_period == 0 else sequence)[bucket]


def _seq2seq_only(model: Model, config: TrainingConfig) -> Plan:
    steps = [
        _sequence_step(*pair) for pair in zip(_sequence_updates(model, config), model.buckets, strict=True)
    ]
    return lambda step, bucket: steps[bucket]


def _price_only(model: Model, config: TrainingConfig) -> Plan:
    steps = [_price_step(*pair) for pair in zip(_price_updates(model, config), model.buckets, strict=True)]
    return lambda step, bucket: steps[bucket]


REGIMES: Mapping[str, Regime] = {
    "joint": Regime("one optimizer on the sum of both losses, clipped", "sum", _joint),
    "two_optimizers": Regime(
        "two optimizers in one session.run, unordered: sequence clipped, price over all variables",
        "none",
        _two_optimizers,
    ),
    "alternating": Regime(
        "two optimizers in turn: price on every period-th step, sequence on the others", "none", _alternating
    ),
    "seq2seq_only": Regime("the decoder alone: single-task baseline", "none", _seq2seq_only),
    "price_only": Regime("the price alone: single-task baseline", "none", _price_only),
}
