"""What one training step does: every regime of the 2016 thread, as one table.

All regimes share one seam: a task's loss -> gradients -> clipping by global norm -> one optimizer's update.
They build their updates on a finished model, so that for one seed they start from the same weights.

Shape legend: all losses and norms are scalars, float32 []; gradients have their variables' shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class _Gradients(NamedTuple):
    """The clipped gradients of one loss in one bucket, and what will apply them."""

    optimizer: tf.train.Optimizer
    pairs: list[tuple[Any, tf.Variable]]  # each gradient a tensor or IndexedSlices
    norm: tf.Tensor  # float32 [], before clipping

    def operations(self) -> list[tf.Operation]:
        return [gradient.op for gradient, _ in self.pairs]

    def apply(self, global_step: tf.Variable | None = None) -> tf.Operation:
        """The update by the optimizer; advances `global_step` where one is given."""
        return self.optimizer.apply_gradients(self.pairs, global_step=global_step)


def _gradients(
    bucket: Bucket,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    optimizer: tf.train.Optimizer,
    clip_norm: float | None,
) -> _Gradients:
    with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_gradients"):
        pairs = optimizer.compute_gradients(loss, list(variables))
        reached = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
        gradients = [gradient for gradient, _ in reached]
        # As in the tutorial: rows that an embedding's gradient repeats are not summed for the norm.
        norm = tf.global_norm(gradients)
        if clip_norm is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
        clipped = [(g, variable) for g, (_, variable) in zip(gradients, reached, strict=True)]
        return _Gradients(optimizer, clipped, norm)


def _sequence_gradients(model: Model, config: TrainingConfig) -> list[_Gradients]:
    """One optimizer over all buckets: the decoder's task on the seq2seq variables, clipped."""
    optimizer = config.sequence_optimizer()
    variables = model.seq2seq_variables
    return [
        _gradients(bucket, bucket.sequence_loss, variables, optimizer, config.max_gradient_norm)
        for bucket in model.buckets
    ]


def _price_gradients(model: Model, config: TrainingConfig) -> list[_Gradients]:
    """One optimizer over all buckets: the price on all variables that it reaches, as `minimize` does it."""
    optimizer = config.price_optimizer()
    variables = model.seq2seq_variables + model.price_variables
    clip_norm = config.max_gradient_norm if config.clip_price_gradients else None
    return [
        _gradients(bucket, bucket.price.loss, variables, optimizer, clip_norm) for bucket in model.buckets
    ]


def _sequence_steps(model: Model, config: TrainingConfig) -> list[Step]:
    return [
        Step(gradients.apply(model.global_step), gradients.norm, {"sequence": bucket.sequence_loss}, 1, 0)
        for gradients, bucket in zip(_sequence_gradients(model, config), model.buckets, strict=True)
    ]


def _price_steps(model: Model, config: TrainingConfig) -> list[Step]:
    return [
        Step(gradients.apply(model.global_step), gradients.norm, {"price": bucket.price.loss}, 0, 1)
        for gradients, bucket in zip(_price_gradients(model, config), model.buckets, strict=True)
    ]


def _both_losses(bucket: Bucket) -> dict[str, tf.Tensor]:
    return {"sequence": bucket.sequence_loss, "price": bucket.price.loss}


def _joint(model: Model, config: TrainingConfig) -> Plan:
    optimizer = config.sequence_optimizer()
    variables = model.seq2seq_variables + model.price_variables
    steps = []
    for bucket in model.buckets:
        gradients = _gradients(bucket, bucket.total_loss, variables, optimizer, config.max_gradient_norm)
        steps.append(Step(gradients.apply(model.global_step), gradients.norm, _both_losses(bucket), 1, 1))
    return lambda step, bucket: steps[bucket]


def _two_optimizers(model: Model, config: TrainingConfig) -> Plan:
    steps = []
    for sequence, price, bucket in zip(
        _sequence_gradients(model, config), _price_gradients(model, config), model.buckets, strict=True
    ):
        # Of the outcomes that the race allows one is pinned, or a seed would not give one result: both
        # gradients are taken at the old weights, then the sequence is applied, then the price.
        with tf.control_dependencies([] if config.race else sequence.operations() + price.operations()):
            first = sequence.apply(model.global_step)
        with tf.control_dependencies([] if config.race else [first]):
            second = price.apply()
        steps.append(Step(tf.group(first, second), sequence.norm, _both_losses(bucket), 1, 1))
    return lambda step, bucket: steps[bucket]


def _alternating(model: Model, config: TrainingConfig) -> Plan:
    sequence, price = _sequence_steps(model, config), _price_steps(model, config)
    return lambda step, bucket: (price if step % config.price_period == 0 else sequence)[bucket]


def _seq2seq_only(model: Model, config: TrainingConfig) -> Plan:
    steps = _sequence_steps(model, config)
    return lambda step, bucket: steps[bucket]


def _price_only(model: Model, config: TrainingConfig) -> Plan:
    steps = _price_steps(model, config)
    return lambda step, bucket: steps[bucket]


REGIMES: Mapping[str, Regime] = {
    "joint": Regime("one optimizer on the sum of both losses, clipped", "sum", _joint),
    "two_optimizers": Regime(
        "two optimizers in one session.run: sequence clipped, price unclipped over all variables",
        "none",
        _two_optimizers,
    ),
    "alternating": Regime(
        "two optimizers in turn: price on every period-th step, sequence on the others", "none", _alternating
    ),
    "seq2seq_only": Regime("the decoder alone: single-task baseline", "none", _seq2seq_only),
    "price_only": Regime("the price alone: single-task baseline", "none", _price_only),
}
