"""Small convex problems over nonnegative numbers, solved exactly by trying every active set.

For n <= LIMIT unknowns the optimality conditions are solved for each of the 2^n supports in one batch, and
the support that violates them least is taken. With n unknowns that costs 2^n decompositions of [n, n]: some
microseconds for the two to five tasks that are usual, a tenth of a second for twelve.

Shape legend: n unknowns, M = 2^n supports, Q right-hand sides.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

LIMIT = 12


class Supports(NamedTuple):
    """Every subset of the unknowns, with the (pseudo-)inverse of the matrix on it."""

    masks: tf.Tensor  # [M, n], 1 in the subset
    inverses: tf.Tensor  # [M, n, n], zero outside the subset
    matrix: tf.Tensor  # [n, n]
    precision: float


def supports(matrix: tf.Tensor, count: int, precision: float, what: str) -> Supports:
    """Prepares `matrix`, float64 [n, n], symmetric and positive semidefinite with a diagonal around 1.

    Directions with an eigenvalue below n * `precision` count as absent. Raises ValueError, naming `what`,
    for more than LIMIT unknowns.
    """
    if count > LIMIT:
        raise ValueError(f"{what}: solved exactly for up to {LIMIT} tasks, got {count}")
    masks = tf.constant(np.array(list(itertools.product((0.0, 1.0), repeat=count))), tf.float64)
    pairs = masks[:, :, None] * masks[:, None, :]
    inverses = pseudo_inverse(matrix * pairs, count * precision)
    return Supports(masks, inverses, matrix, precision)


def pseudo_inverse(matrix: tf.Tensor, threshold: float) -> tf.Tensor:
    """The pseudo-inverse of symmetric [..., n, n]; eigenvalues up to `threshold` count as zero."""
    values, vectors = tf.linalg.eigh(matrix)
    kept = values > threshold
    inverse = tf.where_v2(kept, 1.0 / tf.where_v2(kept, values, tf.ones_like(values)), tf.zeros_like(values))
    return tf.matmul(vectors * inverse[..., None, :], vectors, transpose_b=True)


def minimize(prepared: Supports, linear: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """argmin of x A x / 2 - b x over x >= 0, for every row b of `linear` [Q, n].

    Returns x [Q, n] and how far it violates the conditions of optimality, relative, [Q]: of the order of the
    precision where there is a minimum, of order 1 where the objective falls for ever.
    """
    x = tf.einsum("mij,qj->mqi", prepared.inverses, linear)
    slack = tf.einsum("ij,mqj->mqi", prepared.matrix, x) - linear
    inside = prepared.masks[:, None, :]
    violation = tf.reduce_max(tf.maximum(-x, tf.maximum(-slack, tf.abs(slack) * inside)), axis=2)
    size = tf.reduce_max(tf.abs(linear), axis=1) + tf.reduce_max(tf.abs(x), axis=2)
    violation = tf.math.divide_no_nan(violation, size)
    best = tf.argmin(violation, axis=0)
    rows = tf.stack([best, tf.range(tf.shape(best, out_type=tf.int64)[0])], axis=1)
    return tf.maximum(tf.gather_nd(x, rows), 0.0), tf.gather_nd(violation, rows)
