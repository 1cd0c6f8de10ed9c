"""What one training step does: every regime of the 2016 thread, as one table.

All regimes share one seam: a task's loss -> gradients -> clipping by global norm -> one optimizer's update.
They build their updates on a finished model, so that for one seed they start from the same weights. The
tasks are the sequence and every head of the model; "heads" below are the price and all that stand beside it.

Shape legend: all losses and norms are scalars, float32 []; gradients have their variables' shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.balancing import METHODS, Representation, make
from price_subgraph.heads import PRICE
from price_subgraph.model import SEQUENCE, Bucket, Model


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


class Step(NamedTuple):
    """What one `session.run` of one training step executes, and what it counts as."""

    update: tf.Operation
    gradient_norm: tf.Tensor  # float32 [], before clipping, of the decoder's update where there is one
    losses: Mapping[str, tf.Tensor]  # float32 [] each, by task: the losses that this step goes down
    weights: Mapping[str, tf.Tensor] = {}  # float64 [] each, by task: what a balancing method gave it

    @property
    def decoder_updates(self) -> int:
        """1 if the step trains the decoder."""
        return self.updates(SEQUENCE)

    @property
    def price_updates(self) -> int:
        """1 if the step trains the price."""
        return self.updates(PRICE)

    def updates(self, task: str) -> int:
        """1 if the step trains this task."""
        return int(task in self.losses)


Plan = Callable[[int, int], Step]  # (step, bucket) -> Step


class Balancing(NamedTuple):
    """How the tasks' gradients are combined: a method of METHODS, and where.

    `level` is "parameters" (the encoder's), or "representation" (its final state; what the decoder sends
    back by the attention passes unchanged); None takes the first that the method has.
    """

    method: str = "sum"
    level: str | None = None
    parameters: Mapping[str, Any] = {}

    def check(self, tasks: int) -> None:
        """Raises ValueError for what METHODS has not, or what a method does not take for so many tasks."""
        if self.method not in METHODS:
            raise ValueError(f"method: expected one of {sorted(METHODS)}, got {self.method!r}")
        entry = METHODS[self.method]
        if self.level not in (None, *entry.levels):
            raise ValueError(f"{self.method}: level: expected one of {entry.levels}, got {self.level!r}")
        entry.accept(self.parameters, tasks)

    @property
    def at_representation(self) -> bool:
        """Whether gradients meet at the encoder's final state."""
        return (self.level or METHODS[self.method].levels[0]) == "representation"


_SUM = Balancing()


class Regime(NamedTuple):
    """One way to train: a sentence for readers, the balancing of the tasks, and the plan of its steps."""

    description: str
    method: str
    build: Callable[..., Plan]  # (Model, TrainingConfig), and a Balancing where `balances`
    balances: bool = False


class _Gradients(NamedTuple):
    """Clipped gradients of one bucket, and what will apply them."""

    optimizer: tf.train.Optimizer
    pairs: list[tuple[Any, tf.Variable]]  # each gradient a tensor or IndexedSlices
    norm: tf.Tensor  # float32 [], before clipping

    def operations(self) -> list[tf.Operation]:
        return [gradient.op for gradient, _ in self.pairs]

    def apply(self, global_step: tf.Variable | None = None) -> tf.Operation:
        """The update by the optimizer; advances `global_step` where one is given."""
        return self.optimizer.apply_gradients(self.pairs, global_step=global_step)


def _clipped(
    optimizer: tf.train.Optimizer, pairs: Sequence[tuple[Any, tf.Variable]], clip_norm: float | None
) -> _Gradients:
    reached = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
    gradients = [gradient for gradient, _ in reached]
    # As in the tutorial: rows that an embedding's gradient repeats are not summed for the norm.
    norm = tf.global_norm(gradients)
    if clip_norm is not None:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
    return _Gradients(optimizer, [(g, v) for g, (_, v) in zip(gradients, reached, strict=True)], norm)


def _gradients(
    bucket: Bucket,
    loss: tf.Tensor,
    variables: Sequence[tf.Variable],
    optimizer: tf.train.Optimizer,
    clip_norm: float | None,
) -> _Gradients:
    with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_gradients"):
        return _clipped(optimizer, optimizer.compute_gradients(loss, list(variables)), clip_norm)


def _sequence_gradients(model: Model, config: TrainingConfig) -> list[_Gradients]:
    """One optimizer over all buckets: the decoder's task on the seq2seq variables, clipped."""
    optimizer = config.sequence_optimizer()
    variables = model.seq2seq_variables
    return [
        _gradients(bucket, bucket.sequence_loss, variables, optimizer, config.max_gradient_norm)
        for bucket in model.buckets
    ]


def _head_gradients(model: Model, config: TrainingConfig) -> dict[str, list[_Gradients]]:
    """One optimizer a head over all buckets: on all variables that it reaches, as `minimize` does it."""
    clip_norm = config.max_gradient_norm if config.clip_price_gradients else None
    found = {}
    for name, own in model.head_variables.items():
        optimizer = config.price_optimizer(name)
        variables = model.seq2seq_variables + own
        found[name] = [
            _gradients(bucket, bucket.heads[name].weighted_loss, variables, optimizer, clip_norm)
            for bucket in model.buckets
        ]
    return found


def _losses(bucket: Bucket, *tasks: str) -> dict[str, tf.Tensor]:
    """The losses of tasks, without their weights; all of them if none is named."""
    every = {SEQUENCE: bucket.sequence_loss, **{name: head.loss for name, head in bucket.heads.items()}}
    return {name: loss for name, loss in every.items() if not tasks or name in tasks}


def _steps(model: Model, gradients: Sequence[_Gradients], *tasks: str) -> list[Step]:
    return [
        Step(found.apply(model.global_step), found.norm, _losses(bucket, *tasks))
        for found, bucket in zip(gradients, model.buckets, strict=True)
    ]


def _joint(model: Model, config: TrainingConfig, balancing: Balancing = _SUM) -> Plan:
    optimizer = config.sequence_optimizer()
    tasks = (SEQUENCE, *model.head_variables)
    balancing.check(len(tasks))
    balancer = make(balancing.method, len(tasks), **balancing.parameters)
    encoder = {variable.ref() for variable in model.encoder_variables}
    own = [variable for variable in model.variables if variable.ref() not in encoder]
    steps = []
    for bucket in model.buckets:
        meet = Representation(bucket.state_parts, [bucket.attention_states])
        with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_gradients"):
            found = balancer.gradients(
                list(bucket.task_losses.values()),
                model.encoder_variables,
                meet if balancing.at_representation else None,
                task_variables=own,
            )
            gradient_of = dict(zip([v.ref() for v in (*model.encoder_variables, *own)], found, strict=True))
            pairs = [(gradient_of[variable.ref()], variable) for variable in model.variables]
            gradients = _clipped(optimizer, pairs, config.max_gradient_norm)
            apart = [] if found.weights is None else tf.unstack(found.weights)
            weights = dict(zip(tasks, apart, strict=bool(apart)))
        update = gradients.apply(model.global_step)
        steps.append(Step(update, gradients.norm, _losses(bucket), weights))
    return lambda step, bucket: steps[bucket]


def _two_optimizers(model: Model, config: TrainingConfig) -> Plan:
    sequences, heads = _sequence_gradients(model, config), _head_gradients(model, config)
    steps = []
    for sequence, bucket, *others in zip(sequences, model.buckets, *heads.values(), strict=True):
        # Of the outcomes that the race allows one is pinned, or a seed would not give one result: all
        # gradients are taken at the old weights, then the sequence is applied, then head after head.
        waiting = [operation for task in (sequence, *others) for operation in task.operations()]
        with tf.control_dependencies([] if config.race else waiting):
            updates = [sequence.apply(model.global_step)]
        for head in others:
            with tf.control_dependencies([] if config.race else updates[-1:]):
                updates.append(head.apply())
        steps.append(Step(tf.group(*updates), sequence.norm, _losses(bucket)))
    return lambda step, bucket: steps[bucket]


def _alternating(model: Model, config: TrainingConfig) -> Plan:
    if config.price_period < len(model.head_variables):
        raise ValueError(
            f"price_period: expected at least {len(model.head_variables)}, a step for each head, "
            f"got {config.price_period}"
        )
    sequence = _steps(model, _sequence_gradients(model, config), SEQUENCE)
    heads = [_steps(model, found, name) for name, found in _head_gradients(model, config).items()]
    turns = dict(enumerate(heads))
    return lambda step, bucket: turns.get(step % config.price_period, sequence)[bucket]


def _seq2seq_only(model: Model, config: TrainingConfig) -> Plan:
    steps = _steps(model, _sequence_gradients(model, config), SEQUENCE)
    return lambda step, bucket: steps[bucket]


def _price_only(model: Model, config: TrainingConfig) -> Plan:
    optimizer = config.price_optimizer()
    clip_norm = config.max_gradient_norm if config.clip_price_gradients else None
    gradients = []
    for bucket in model.buckets:
        losses = [head.weighted_loss for head in bucket.heads.values()]
        loss = losses[0] if len(losses) == 1 else tf.add_n(losses)
        gradients.append(_gradients(bucket, loss, model.variables, optimizer, clip_norm))
    steps = _steps(model, gradients, *model.head_variables)
    return lambda step, bucket: steps[bucket]


REGIMES: Mapping[str, Regime] = {
    "joint": Regime("one optimizer on the sum of both losses, clipped", "sum", _joint, balances=True),
    # With further heads: one more optimizer a head.
    "two_optimizers": Regime(
        "two optimizers in one session.run: sequence clipped, price unclipped over all variables",
        "none",
        _two_optimizers,
    ),
    # With further heads: each on every period-th step, the second head a step behind the price, and so on,
    # so that the price's turns stay where they are without them.
    "alternating": Regime(
        "two optimizers in turn: price on every period-th step, sequence on the others", "none", _alternating
    ),
    "seq2seq_only": Regime("the decoder alone: single-task baseline", "none", _seq2seq_only),
    # With further heads: one optimizer on the sum of their losses.
    "price_only": Regime("the price alone: single-task baseline", "none", _price_only),
}
