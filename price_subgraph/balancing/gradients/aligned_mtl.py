"""Aligned-MTL: give the principal components of the gradients one common length.

Senushkin et al. 2023, algorithm 1:  with G = J J^T = V diag(lambda) V^T, the update is J^T B pref,
B = sqrt(s) V diag(lambda)^(-1/2) V^T over the nonzero eigenvalues, s the smallest of them (`scale_mode`
"min", the paper's), their lower median ("median") or their mean ("rmse").

An eigenvalue counts as zero below K * 2.2e-16 of the largest, as in the authors' code; so where norms
differ by more than about 1e7, tasks of the smaller ones are left out. For two tasks the smaller eigenvalue
is taken from the determinant, which has no such limit: only parallel gradients lose a component.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, choice, preference


def _median(values: tf.Tensor) -> tf.Tensor:
    return tf.sort(values)[(tf.size(values) - 1) // 2]


SCALES = {"min": tf.reduce_min, "median": _median, "rmse": tf.reduce_mean}


def _inverse_root_of_two(tasks: Tasks, lengths: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """(G^(-1/2) [2, 2], nonzero eigenvalues) in closed form: G^(1/2) = (G + d I) / t."""
    gram = lengths[:, None] * lengths[None, :] * tasks.cosines
    away = tf.maximum(1.0 - tasks.cosines[0, 1], 0.0) * (1.0 + tasks.cosines[0, 1])
    trace = tf.linalg.trace(gram)
    root_of_determinant = lengths[0] * lengths[1] * tf.sqrt(away)
    independent = tf.logical_and(away > 4.0 * tasks.precision, root_of_determinant > 0.0)
    d = tf.where_v2(independent, root_of_determinant, 1.0)
    t = tf.sqrt(trace + 2.0 * d)
    adjugate = tf.linalg.trace(gram) * tf.eye(2, dtype=tf.float64) - gram
    inverse_root = (adjugate + d * tf.eye(2, dtype=tf.float64)) / (d * t)
    larger = 0.5 * (trace + tf.sqrt(tf.maximum(tf.square(trace) - 4.0 * tf.square(d), 0.0)))
    both = tf.stack([larger, tf.math.divide_no_nan(tf.square(d), larger)])
    # One component is left: G^(-1/2) is G / lambda^(3/2).
    alone = tf.math.divide_no_nan(gram, trace**1.5)
    return tf.cond(independent, lambda: (inverse_root, both), lambda: (alone, trace[None]))


def _inverse_root(tasks: Tasks, lengths: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """(G^(-1/2) [K, K], nonzero eigenvalues)."""
    values, vectors = tf.linalg.eigh(lengths[:, None] * lengths[None, :] * tasks.cosines)
    kept = values > tasks.size * max(tasks.precision**2, 2.3e-16) * tf.reduce_max(values)
    inverse = tf.where_v2(kept, 1.0 / tf.sqrt(tf.where_v2(kept, values, tf.ones_like(values))), 0.0 * values)
    return tf.matmul(vectors * inverse[None, :], vectors, transpose_b=True), tf.boolean_mask(values, kept)


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], scale_mode: str, pref: np.ndarray) -> Outcome:
    """B pref, computed in units of the longest gradient, which B does not depend on."""
    lengths = tf.math.divide_no_nan(tasks.norms, tf.reduce_max(tasks.norms))
    two = tasks.size == 2
    inverse_root, values = (_inverse_root_of_two if two else _inverse_root)(tasks, lengths)
    scale = tf.cond(tf.size(values) > 0, lambda: SCALES[scale_mode](values), lambda: tf.zeros([], tf.float64))
    return Outcome(tf.sqrt(scale) * tf.linalg.matvec(inverse_root, tf.constant(pref)))


METHOD = Method(
    name="aligned_mtl",
    paper=Paper(
        "D. Senushkin, N. Patakin, A. Kuznetsov, A. Konushin",
        "Independent Component Alignment for Multi-Task Learning",
        2023,
        "CVPR 2023, arXiv:2305.19000",
    ),
    summary="the gradients' principal components brought to one length",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "scale_mode": choice("min", "which length the components get", *SCALES),
        "pref": preference("mean", "weights of the tasks"),
    },
    holds=frozenset({"permutation"}),
)
