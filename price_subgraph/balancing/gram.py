"""Gradients of several tasks side by side, their norms and cosines, and the way back.

Shape legend: K tasks; K' of them reach a group of variables; N entries of the group, for sparse gradients
those of the rows that any task touches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

Gradient = Any  # a tensor, tf.IndexedSlices or None


class Part(NamedTuple):
    """One variable's (or representation's) gradients, a flat tensor a task that reaches it."""

    place: int
    tasks: tuple[int, ...]
    flat: list[tf.Tensor]  # K' times [n]
    rebuild: Callable[[tf.Tensor], Gradient]  # [n] -> in the variable's shape


class Group(NamedTuple):
    """The parts that the same tasks reach, next to each other."""

    parts: list[Part]
    tasks: tuple[int, ...]
    values: tf.Tensor  # [K', N]


def collect(gradients: Sequence[Sequence[Gradient]]) -> list[Group]:
    """Groups the gradients [task][variable]; a missing one (None) takes no space.

    Sparse gradients are summed over repeated rows and stay sparse, on the rows that any task touches; only
    where another task's gradient is dense (a tied embedding) they become dense.
    """
    groups: dict[Any, list[Part]] = {}
    for index, of_tasks in enumerate(zip(*gradients, strict=True)):
        tasks = tuple(task for task, gradient in enumerate(of_tasks) if gradient is not None)
        if tasks:
            part = _part(index, tasks, [of_tasks[task] for task in tasks])
            groups.setdefault((tasks, part.flat[0].dtype), []).append(part)
    return [
        Group(
            parts,
            tasks,
            tf.stack([tf.concat([part.flat[row] for part in parts], axis=0) for row in range(len(tasks))]),
        )
        for (tasks, _), parts in groups.items()
    ]


def _part(index: int, tasks: tuple[int, ...], gradients: list[Gradient]) -> Part:
    if all(isinstance(gradient, tf.IndexedSlices) for gradient in gradients):
        counts = [tf.size(gradient.indices) for gradient in gradients]
        rows, position = tf.unique(tf.concat([gradient.indices for gradient in gradients], axis=0))
        number = tf.size(rows)
        summed = [
            tf.math.unsorted_segment_sum(gradient.values, where, number)
            for gradient, where in zip(gradients, tf.split(position, tf.stack(counts)), strict=True)
        ]
        shape = tf.shape(summed[0])
        static = summed[0].shape
        dense_shape = gradients[0].dense_shape

        def sparse(flat: tf.Tensor) -> tf.IndexedSlices:
            values = tf.reshape(flat, shape)
            values.set_shape(static)
            return tf.IndexedSlices(values, rows, dense_shape)

        return Part(index, tasks, [tf.reshape(values, [-1]) for values in summed], sparse)
    tensors = [tf.convert_to_tensor(gradient) for gradient in gradients]

    def dense(flat: tf.Tensor) -> tf.Tensor:
        result = tf.reshape(flat, tf.shape(tensors[0]))
        result.set_shape(tensors[0].shape)
        return result

    return Part(index, tasks, [tf.reshape(tensor, [-1]) for tensor in tensors], dense)


def measure(groups: Sequence[Group], count: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Norms [K] and cosines [K, K], float64, with the conventions of `Tasks`.

    Every gradient is divided by its largest entry before it is squared: float32 would lose 1e-30 and 1e30.
    """
    largest = tf.zeros([count], tf.float64)
    for group in groups:
        sizes = tf.reduce_max(tf.abs(group.values), axis=1)
        largest = tf.maximum(largest, _spread(tf.cast(sizes, tf.float64), group.tasks, count))
    products = tf.zeros([count, count], tf.float64)
    for group in groups:
        scale = tf.gather(largest, group.tasks)
        scaled = tf.math.divide_no_nan(group.values, tf.cast(scale, group.values.dtype)[:, None])
        if scaled.dtype.size < 4:
            scaled = tf.cast(scaled, tf.float32)
        product = tf.cast(tf.matmul(scaled, scaled, transpose_b=True), tf.float64)
        by_rows = _spread(product, group.tasks, count)
        products += tf.transpose(_spread(tf.transpose(by_rows), group.tasks, count))
    lengths = tf.sqrt(tf.linalg.diag_part(products))
    cosines = tf.math.divide_no_nan(products, lengths[:, None] * lengths[None, :])
    cosines = tf.linalg.set_diag(tf.clip_by_value(cosines, -1.0, 1.0), tf.ones([count], tf.float64))
    # Comparisons drop a NaN; the sum does not.
    poison = 0.0 * tf.add_n([tf.reduce_sum(products), tf.reduce_sum(largest)])
    return largest * lengths + poison, cosines + poison


def _spread(rows: tf.Tensor, tasks: tuple[int, ...], count: int) -> tf.Tensor:
    """`rows` [K', ...] put at their tasks' places in zeros [K, ...]."""
    if len(tasks) == count:
        return rows
    return tf.scatter_nd([[task] for task in tasks], rows, [count, *rows.shape[1:].as_list()])


def weigh(group: Group, weights: tf.Tensor) -> tf.Tensor:
    """[N]: the gradients of a group summed with their tasks' weights [K]."""
    own = tf.cast(tf.gather(weights, group.tasks), group.values.dtype)
    # A weight may be infinite in the dtype where its gradient is all zeros.
    return tf.reduce_sum(own[:, None] * group.values, axis=0)


def take_apart(groups: Sequence[Group], combined: Sequence[tf.Tensor], number: int) -> list[Gradient]:
    """The combined gradients [N] of the groups, one a variable (of `number`); None where no task reaches."""
    result: list[Gradient] = [None] * number
    for group, flat in zip(groups, combined, strict=True):
        pieces = tf.split(flat, tf.stack([tf.size(part.flat[0]) for part in group.parts]))
        for part, piece in zip(group.parts, pieces, strict=True):
            result[part.place] = part.rebuild(piece)
    return result


def add(gradients: Sequence[Gradient]) -> Gradient:
    """The sum of gradients of one variable, None where all are; sparse ones stay sparse."""
    present = [gradient for gradient in gradients if gradient is not None]
    if len(present) < 2:
        return present[0] if present else None
    if all(isinstance(gradient, tf.IndexedSlices) for gradient in present):
        return tf.IndexedSlices(
            tf.concat([gradient.values for gradient in present], axis=0),
            tf.concat([gradient.indices for gradient in present], axis=0),
            present[0].dense_shape,
        )
    return tf.add_n([tf.convert_to_tensor(gradient) for gradient in present])
