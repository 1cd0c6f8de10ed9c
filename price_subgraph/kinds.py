"""The kinds of heads: what a label looks like, the loss on it, and how its predictions are scored.

Shape legend: B batch, K classes, M labels of a set, U units of a head's last layer (K, 1 or M).

A missing label is MISSING (-1) where labels are whole numbers and nan where they are values. Losses of
examples are what the head's `loss` is the mean of; all are 0 or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.data import MISSING

if TYPE_CHECKING:
    from price_subgraph.heads import Head


class Kind(NamedTuple):
    """One kind of head: one line for readers, its label, its graph, and its score."""

    description: str
    dtype: tf.DType  # of the labels
    per_unit: bool  # labels are [B, U] if so, else [B]
    units: tuple[int, float]  # the least and the most that its last layer may have
    loss_name: str  # of the column with the mean loss of examples
    score_name: str  # of the column with the mean score
    present: Callable[[tf.Tensor], tf.Tensor]  # labels -> bool, of the labels' shape
    build: Callable[[Head, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
    """(head, logits float [B, U], labels without gaps) -> losses, of the labels' shape; predictions."""
    score: Callable[[np.ndarray, np.ndarray], np.ndarray]
    """(predictions, labels, which may have gaps) -> float64 [B]; of no meaning where all is missing."""


def _build_classes(head: Head, logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    nll = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return nll, tf.nn.softmax(logits)


def _score_classes(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return (np.argmax(predictions, axis=1) == labels).astype(np.float64)


def _build_value(head: Head, logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    scaled = tf.squeeze(logits, axis=1)
    errors = scaled - (labels - head.center) / head.deviation
    return VALUE_LOSSES[head.loss](errors), head.center + head.deviation * scaled


def _score_value(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.abs(predictions.astype(np.float64) - labels)


def _build_labels(head: Head, logits: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    nll = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(labels, logits.dtype), logits=logits)
    return nll, tf.sigmoid(logits)


def _score_labels(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    right = (predictions > 0.5) == (labels > 0)
    return np.all(right | (labels == MISSING), axis=1).astype(np.float64)


def _huber(errors: tf.Tensor) -> tf.Tensor:
    """Huber 1964: squared up to one deviation, straight beyond."""
    size = tf.abs(errors)
    inside = tf.minimum(size, 1.0)
    return inside * (size - 0.5 * inside)


# From errors in deviations to losses. Gaussian: the NLL less its constant, the deviation being fixed.
VALUE_LOSSES: Mapping[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "gaussian": lambda errors: 0.5 * tf.square(errors),
    "huber": _huber,
}

KINDS: Mapping[str, Kind] = {
    "classes": Kind(
        "one of K classes, by softmax; scored by accuracy",
        tf.int32, False, (2, math.inf), "nll", "accuracy",
        lambda labels: tf.greater_equal(labels, 0), _build_classes, _score_classes,
    ),
    "value": Kind(
        "a number, on a scale of center and deviation; scored by mean absolute error in its own unit",
        tf.float32, False, (1, 1), "loss", "error",
        lambda labels: tf.logical_not(tf.is_nan(labels)), _build_value, _score_value,
    ),
    "labels": Kind(
        "each of M labels or not, by sigmoids, loss a label; scored by the share that is wholly right",
        tf.int32, True, (1, math.inf), "nll", "exact",
        lambda labels: tf.greater_equal(labels, 0), _build_labels, _score_labels,
    ),
}  # fmt: skip


def is_present(labels: np.ndarray) -> np.ndarray:
    """Which examples have a label, or at least one of a set: bool [B], for labels of any kind."""
    there = ~np.isnan(labels) if labels.dtype.kind == "f" else labels != MISSING
    return there if there.ndim == 1 else there.any(axis=1)
