"""What the tasks' gradients look like where they meet: norms, ratios and cosines, on one batch of dev.

Every task's loss is taken as it is trained, with its weight, but the sequence's by the whole softmax: it is
measured, not trained, and must not move the random state of a sampled one. "state" is all that the encoder
hands to the decoder and the heads (of an LSTM both c and h); what the decoder sends back by the attention
does not pass there, and is part of "encoder", the gradient on all of the encoder's parameters.

Shape legend: K tasks, T target length of a bucket, B batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing import gram
from price_subgraph.data import BucketArrays
from price_subgraph.model import SEQUENCE, Bucket, Model


class Diagnostics:
    """The graph that measures gradients, in the bucket with the most examples, and the batch it is run on."""

    def __init__(self, model: Model, data: Sequence[BucketArrays], batch_size: int) -> None:
        """Adds to the default graph: a backward pass a task, without variables or random operations."""
        index = int(np.argmax([len(arrays) for arrays in data]))
        bucket = model.buckets[index]
        self._variables = model.variables
        self._in_encoder = [v.ref() in {e.ref() for e in model.encoder_variables} for v in model.variables]
        self._feed = bucket.feed(data[index].batch(slice(batch_size)))
        with tf.name_scope(f"{bucket.scope}diagnostics/"):
            self._values = _measures(bucket, model.encoder_variables)

    def gradients(self, session: tf.Session) -> dict[str, float]:
        """`state_norm_TASK` and `encoder_norm_TASK`; for heads also `..._ratio_HEAD` and `..._cosine_HEAD`.

        A ratio is the head's norm over the sequence's; the cosine is theirs, 0 where either gradient is.
        """
        found = session.run(self._values, self._feed)
        return {name: float(value) for name, value in found.items()}

    def weights(self, session: tf.Session) -> list[np.ndarray]:
        """All trained variables, to be given to `update` one step later."""
        return list(session.run(self._variables))

    def update(self, session: tf.Session, before: Sequence[np.ndarray] | None) -> dict[str, float]:
        """`update_norm`, how far one step of the optimizer has moved the weights, and the encoder's share."""
        if before is None:
            return {"update_norm": math.nan, "encoder_update_norm": math.nan}
        squares = [
            float(np.sum(np.square(new.astype(np.float64) - old)))
            for new, old in zip(self.weights(session), before, strict=True)
        ]
        encoder = sum(square for square, inside in zip(squares, self._in_encoder, strict=True) if inside)
        return {"update_norm": math.sqrt(sum(squares)), "encoder_update_norm": math.sqrt(encoder)}


def _measures(bucket: Bucket, encoder: Sequence[tf.Variable]) -> Mapping[str, tf.Tensor]:
    tokens = tf.maximum(tf.reduce_sum(bucket.target_weights, axis=0), 1e-12)
    sequence = tf.reduce_mean(tf.reduce_sum(bucket.target_nll, axis=0) / tokens)
    losses = {**bucket.task_losses, SEQUENCE: sequence}
    passes = [tf.gradients(loss, [*bucket.state_parts, *encoder]) for loss in losses.values()]
    cut = len(bucket.state_parts)
    places: dict[str, list[Any]] = {
        "state": [of_task[:cut] for of_task in passes],
        "encoder": [of_task[cut:] for of_task in passes],
    }
    measures = {}
    for place, gradients in places.items():
        norms, cosines = gram.measure(gram.collect(gradients), len(losses))
        for index, name in enumerate(losses):
            measures[f"{place}_norm_{name}"] = norms[index]
            if name != SEQUENCE:
                measures[f"{place}_ratio_{name}"] = norms[index] / norms[0]
                measures[f"{place}_cosine_{name}"] = cosines[0, index]
    return measures
