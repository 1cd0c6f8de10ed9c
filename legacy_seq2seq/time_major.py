"""Between the API's lists of per-time-step tensors and one tensor over all time steps.

A list that is made here comes from one Unpack operation. Whoever takes such a list gets the tensor before
it back, so that functions which hand lists to each other never stack, and nothing is copied. A list that a
user has unstacked from floats is stacked again: gradients are then found at its elements, too.

Shapes: T time steps; ... whatever a step has, the batch B first.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

# How the Unpack operations made here are told from users' own, also in a graph that was imported.
_NAME = "unstack_time"


def _source(steps: Sequence[Any]) -> tuple[Any, list[int]] | None:
    """The tensor of which all the steps are slices by one Unpack along axis 0, and which slices."""
    first = getattr(steps[0], "op", None)
    if first is None or first.type != "Unpack" or first.get_attr("axis") != 0:
        return None
    if not all(getattr(step, "op", None) is first for step in steps):
        return None
    if steps[0].dtype.is_floating and not first.name.rsplit("/", 1)[-1].startswith(_NAME):
        return None
    return first.inputs[0], [step.value_index for step in steps]


def stack_time(steps: Sequence[Any]) -> tf.Tensor:
    """One tensor [T, ...] from T tensors [...].

    All, or neighbouring, outputs of one `unstack_time` (of any Unpack if they are no floats), forwards or
    backwards, come without stacking.
    """
    found = _source(steps) if steps else None
    if found is not None:
        whole, slices = found
        count = len(slices)
        for order in (1, -1):
            ordered = slices[::order]
            begin = ordered[0]
            if ordered == list(range(begin, begin + count)):
                part = whole if count == len(steps[0].op.outputs) else whole[begin : begin + count]
                return part if order == 1 else tf.reverse(part, [0])
    return tf.stack(list(steps))


def unstack_time(stacked: tf.Tensor) -> list[tf.Tensor]:
    """T tensors [...] from one [T, ...]; T must be known."""
    return tf.unstack(stacked, name=_NAME)


def flat_time(stacked: tf.Tensor) -> tf.Tensor:
    """[T, B, N] as [T B, N]: all steps of all examples as rows of one matrix."""
    return tf.reshape(stacked, [-1, stacked.shape[-1]])


def steps_again(rows: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """[T B, N] as [T, B, N], with T and B of `like` [T, B, ...]."""
    steps, batch = tf.dimension_value(like.shape[0]), tf.dimension_value(like.shape[1])
    width = tf.dimension_value(rows.shape[1])
    return tf.reshape(rows, [steps, -1 if batch is None else batch, width])


def alike(steps: Sequence[Any], rank: int) -> bool:
    """Whether the steps are tensors of one dtype, `rank` and static shape, so that they can be stacked."""
    if not all(tf.is_tensor(step) and step.shape.rank == rank for step in steps):
        return False
    first = steps[0]
    return all(step.dtype == first.dtype and step.shape[1:] == first.shape[1:] for step in steps)


def lookup_steps(embedding: Any, symbols: Sequence[Any]) -> list[tf.Tensor]:
    """The embedded symbols of T steps by one lookup; the sparse gradient has the rows of T lookups."""
    return unstack_time(tf.nn.embedding_lookup(embedding, stack_time(symbols)))
