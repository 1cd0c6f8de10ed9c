"""What one training step does: every regime of the 2016 thread, as one table.

All regimes share one seam (see `steps`): a task's loss -> gradients -> clipping -> one optimizer's update.
They build their updates on a finished model, so that for one seed they start from the same weights. The
tasks are the sequence and every head of the model; "heads" below are the price and all that stand beside it.

Further losses that were put into a bucket's scope of LOSSES or REGULARIZATION_LOSSES before the regime is
built are no task's. `joint` goes down them as well, with their plain gradient: it goes down all that
`losses.total_loss` sums. The other regimes go down the losses of their tasks alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.balancing import METHODS, Representation, make
from price_subgraph.balancing.gram import add
from price_subgraph.losses import further_losses
from price_subgraph.model import SEQUENCE, Model
from price_subgraph.optimizers import OPTIMIZERS, TrainingConfig
from price_subgraph.steps import (
    ORDERS,
    ClippedGradients,
    Plan,
    Step,
    Updater,
    clip,
    clipped_gradients,
    losses_of,
    steps_of,
)

__all__ = ["OPTIMIZERS", "REGIMES", "Balancing", "Plan", "Regime", "Step", "TrainingConfig"]


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
        accepted = entry.accept(self.parameters, tasks)
        if self.at_representation:
            entry.check_representation(accepted, tasks)

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


def _sequence_gradients(model: Model, config: TrainingConfig, updater: Updater) -> list[ClippedGradients]:
    """One optimizer over all buckets: the decoder's task on the seq2seq variables, clipped."""
    variables = model.seq2seq_variables
    return [
        clipped_gradients(bucket, bucket.sequence_loss, variables, updater, config.max_gradient_norm)
        for bucket in model.buckets
    ]


def _head_gradients(
    model: Model, config: TrainingConfig, updaters: Mapping[str, Updater]
) -> dict[str, list[ClippedGradients]]:
    """One optimizer a head over all buckets: on all variables that it reaches, as `minimize` does it."""
    clip_norm = config.max_gradient_norm if config.clip_price_gradients else None
    found = {}
    for name, own in model.head_variables.items():
        every = {"everything": model.seq2seq_variables + own, "head": own, "nothing": ()}
        trained = every[config.price_trains]
        found[name] = [
            clipped_gradients(bucket, bucket.heads[name].weighted_loss, trained, updaters[name], clip_norm)
            for bucket in model.buckets
        ]
    return found


def _every_task(model: Model, config: TrainingConfig) -> dict[str, list[ClippedGradients]]:
    """Gradients of each bucket by task, the sequence first."""
    updaters = config.updaters(model.head_variables)
    sequence = _sequence_gradients(model, config, updaters[SEQUENCE])
    return {SEQUENCE: sequence, **_head_gradients(model, config, updaters)}


def _joint(model: Model, config: TrainingConfig, balancing: Balancing = _SUM) -> Plan:
    """What is in a bucket's total loss and no task's is trained, too, whatever the method: unbalanced."""
    optimizer = config.sequence_optimizer()
    tasks = (SEQUENCE, *model.head_variables)
    balancing.check(len(tasks))
    balancer = make(balancing.method, len(tasks), **balancing.parameters)
    encoder = {variable.ref() for variable in model.encoder_variables}
    own = [variable for variable in model.variables if variable.ref() not in encoder]
    variables = [*model.encoder_variables, *own]
    steps = []
    for bucket in model.buckets:
        meet = Representation(bucket.state_parts, [bucket.attention_states])
        with tf.name_scope(f"{bucket.scope}{optimizer.get_name()}_gradients"):
            losses = list(bucket.task_losses.values())
            found = balancer.gradients(
                losses,
                model.encoder_variables,
                meet if balancing.at_representation else None,
                task_variables=own,
            )
            total = list(found)
            if further := further_losses(bucket.scope, losses):
                plain = tf.gradients(further, variables, name="further_losses")
                total = [add(pair) for pair in zip(found, plain, strict=True)]
            gradient_of = dict(zip([variable.ref() for variable in variables], total, strict=True))
            pairs = [(gradient_of[variable.ref()], variable) for variable in model.variables]
            gradients = clip(Updater(optimizer), pairs, config.max_gradient_norm)
            apart = [] if found.weights is None else tf.unstack(found.weights)
            weights = dict(zip(tasks, apart, strict=bool(apart)))
        update = gradients.apply(model.global_step)
        steps.append(Step(update, gradients.norm, losses_of(bucket, tasks), weights))
    return lambda step, bucket: steps[bucket]


def _two_optimizers(model: Model, config: TrainingConfig) -> Plan:
    found = _every_task(model, config)
    meet = ORDERS[config.order].meet
    steps = [
        meet(model, bucket, {task: of_buckets[index] for task, of_buckets in found.items()})
        for index, bucket in enumerate(model.buckets)
    ]
    return lambda step, bucket: steps[bucket]


def _alternating(model: Model, config: TrainingConfig) -> Plan:
    if config.price_period <= len(model.head_variables):
        raise ValueError(
            f"price_period: expected at least {len(model.head_variables) + 1}, a step for each head and one "
            f"for the decoder, got {config.price_period}"
        )
    sequence, *heads = [steps_of(model, found, task) for task, found in _every_task(model, config).items()]
    turns = dict(enumerate(heads))
    return lambda step, bucket: turns.get(step % config.price_period, sequence)[bucket]


def _seq2seq_only(model: Model, config: TrainingConfig) -> Plan:
    gradients = _sequence_gradients(model, config, Updater(config.sequence_optimizer()))
    steps = steps_of(model, gradients, SEQUENCE)
    return lambda step, bucket: steps[bucket]


def _price_only(model: Model, config: TrainingConfig) -> Plan:
    updater = Updater(config.price_optimizer())
    clip_norm = config.max_gradient_norm if config.clip_price_gradients else None
    gradients = []
    for bucket in model.buckets:
        losses = [head.weighted_loss for head in bucket.heads.values()]
        loss = losses[0] if len(losses) == 1 else tf.add_n(losses)
        gradients.append(clipped_gradients(bucket, loss, model.variables, updater, clip_norm))
    steps = steps_of(model, gradients, *model.head_variables)
    return lambda step, bucket: steps[bucket]


REGIMES: Mapping[str, Regime] = {
    "joint": Regime("one optimizer on the sum of both losses, clipped", "sum", _joint, balances=True),
    # With further heads: one more optimizer a head.
    "two_optimizers": Regime(
        "two optimizers in one step: sequence clipped, price unclipped over all variables",
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
