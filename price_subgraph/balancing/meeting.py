"""Where the tasks' gradients meet: at the shared variables, or at a representation before them.

Shape legend: a representation has any shape, mostly [B, S] (B batch, S state); gradients have the shape of
what they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.gram import Gradient, add


class Representation(NamedTuple):
    """The tensors at which tasks meet, and further ways to the encoder that are passed unchanged."""

    tensors: Any  # a tensor, or any nesting of them, such as a cell's state
    through: Sequence[tf.Tensor] = ()


class Meeting(NamedTuple):
    """What there is to be combined, and what to do with the result."""

    gradients: list[list[Gradient]]  # [task][place]
    places: int
    spread: Callable[[list[Gradient]], list[Gradient]]  # combined, by place -> by variable, own ones included


def at_parameters(
    losses: Sequence[tf.Tensor],
    seeds: Sequence[tf.Tensor],
    shared: Sequence[tf.Variable],
    own: Sequence[tf.Variable],
) -> Meeting:
    """One backward pass a task, to all variables at once. `seeds` are the losses' own gradients."""
    passes = [tf.gradients([y], [*shared, *own], grad_ys=[g]) for y, g in zip(losses, seeds, strict=True)]
    number = len(shared)
    apart = [add(of_tasks) for of_tasks in zip(*(row[number:] for row in passes), strict=True)]
    return Meeting([row[:number] for row in passes], number, lambda combined: combined + apart)


def at_representation(
    losses: Sequence[tf.Tensor],
    seeds: Sequence[tf.Tensor],
    shared: Sequence[tf.Variable],
    own: Sequence[tf.Variable],
    representation: Any,
) -> Meeting:
    """A pass from each task to the representation, and one from there to the shared variables.

    Raises ValueError where no task, or not a task that trains the shared variables, reaches it.
    """
    meet, through = _tensors(representation)
    cut = [*meet, *through]
    # Gradients stop at operations, not tensors: what else the same operation puts out is passed on as well.
    known = {tensor.ref() for tensor in cut}
    for tensor in list(cut):
        for sibling in tensor.op.outputs:
            if sibling.dtype.is_floating and sibling.ref() not in known:
                known.add(sibling.ref())
                through.append(sibling)
    cut = [*meet, *through]
    passes = [
        tf.gradients([y], [*cut, *shared, *own], grad_ys=[g], stop_gradients=cut)
        for y, g in zip(losses, seeds, strict=True)
    ]
    first, second, third = len(meet), len(cut), len(cut) + len(shared)
    _require_reached([(row[:first], row[first:third]) for row in passes])
    sums = [add(of_tasks) for of_tasks in zip(*(row[first:] for row in passes), strict=True)]
    passed, around, apart = (
        sums[: second - first],
        sums[second - first : third - first],
        sums[third - first :],
    )

    def spread(combined: list[Gradient]) -> list[Gradient]:
        pairs = [(y, g) for y, g in zip(cut, combined + passed, strict=True) if g is not None]
        back = tf.gradients([y for y, _ in pairs], list(shared), grad_ys=[g for _, g in pairs])
        return [add(ways) for ways in zip(back, around, strict=True)] + apart

    return Meeting([row[:first] for row in passes], first, spread)


def _tensors(representation: Any) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    # A cell's state may be a tuple of two as well: an LSTMStateTuple, or the states of two layers.
    plain = type(representation) is tuple and len(representation) == 2 and isinstance(representation[1], list)
    pair = plain or isinstance(representation, Representation)
    meet, through = map(tf.nest.flatten, representation if pair else (representation, []))
    for tensor in [*meet, *through]:
        if not tf.is_tensor(tensor) or isinstance(tensor, tf.Variable) or not tensor.dtype.is_floating:
            raise ValueError(f"representation: expected tensors of floats, got {tensor!r}")
    if not meet:
        raise ValueError("representation: expected at least one tensor, got none")
    return meet, through


def _require_reached(passes: Sequence[tuple[list[Gradient], list[Gradient]]]) -> None:
    reached = [any(g is not None for g in at) for at, _ in passes]
    if not any(reached):
        raise ValueError(
            "representation: no loss reaches it. Give the tensors that the tasks' parts were built on, not "
            "copies, concatenations or slices made afterwards."
        )
    for task, (_, elsewhere) in enumerate(passes):
        if not reached[task] and any(gradient is not None for gradient in elsewhere):
            raise ValueError(
                f"representation: losses[{task}] reaches the shared variables but not the representation, so "
                "there it would not be balanced. Give the tensors that all tasks are built on (with several "
                "layers the list of their states, not a concatenation that only one task reads)."
            )
