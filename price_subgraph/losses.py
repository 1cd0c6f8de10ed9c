"""The LOSSES collection, read bucket by bucket.

Without a scope `tf.losses.get_total_loss` sums the losses of all buckets, and its scope is a regular
expression matched at the start of a name, so that "bucket_1" also takes "bucket_10". Both are avoided by
giving it the whole name scope of one bucket, final slash included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import tensorflow.compat.v1 as tf


def add_losses(scope: str, *losses: tf.Tensor) -> None:
    """Puts scalar losses that were made inside a bucket's name scope into `tf.GraphKeys.LOSSES`.

    `scope` is what `with tf.name_scope(...) as scope` gives: absolute, with the slash at its end. Raises
    ValueError for a scope without the slash, or a loss from outside it: no total would ever count that one.
    """
    _check_scope(scope)
    for loss in losses:
        if not loss.op.name.startswith(scope):
            raise ValueError(
                f"losses: expected tensors inside the name scope {scope!r}, got {loss.op.name!r}"
            )
        tf.losses.add_loss(loss)


def total_loss(scope: str) -> tf.Tensor:
    """The sum, float32 [], of the losses and regularization losses collected in one bucket's name scope.

    Raises ValueError if the scope lacks its final slash, or if no loss was collected in it.
    """
    _check_scope(scope)
    if not tf.losses.get_losses(scope=re.escape(scope)):
        raise ValueError(f"total_loss: no loss was collected in the name scope {scope!r}")
    return tf.losses.get_total_loss(scope=re.escape(scope))


def further_losses(scope: str, known: Iterable[tf.Tensor]) -> list[tf.Tensor]:
    """What `total_loss` sums beside the known losses, each float32 []; what was collected twice counts twice.

    Raises ValueError if the scope lacks its final slash.
    """
    _check_scope(scope)
    pattern = re.escape(scope)
    found = [*tf.losses.get_losses(scope=pattern), *tf.losses.get_regularization_losses(scope=pattern)]
    for loss in known:
        place = next((index for index, other in enumerate(found) if other is loss), None)
        if place is not None:
            del found[place]
    return found


def _check_scope(scope: str) -> None:
    if not scope.endswith("/"):
        raise ValueError(f"scope: expected a name scope with its final slash, got {scope!r}")
