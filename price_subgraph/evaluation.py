"""What a model makes of labelled examples: the measures of every task, each example counted once.

Shape legend: B batch, T target length of a bucket.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.data import BucketArrays, batches_in_order
from price_subgraph.heads import Head
from price_subgraph.kinds import KINDS, is_present
from price_subgraph.model import SEQUENCE, Model


class Scores(NamedTuple):
    """What a model makes of some examples."""

    sequence_nll: float
    price_nll: float
    price_accuracy: float


def evaluate(session: tf.Session, model: Model, data: Sequence[BucketArrays], batch_size: int) -> Scores:
    """The scores of sequence and price on every example once. Raises ValueError if there is none."""
    found = measure(session, model, data, batch_size)
    return Scores(*(found[name] for name in Scores._fields))


def measure_names(head: Head) -> tuple[str, str]:
    """What the mean loss of a head's examples is called, and what their mean score."""
    kind = KINDS[head.kind]
    return f"{head.name}_{kind.loss_name}", f"{head.name}_{kind.score_name}"


def measure(
    session: tf.Session, model: Model, data: Sequence[BucketArrays], batch_size: int
) -> dict[str, float]:
    """Every task's measures, by name: `sequence_nll` and, for each head, those of `measure_names`.

    NLLs are in nats: of the sequence a target token (EOS counted, padding not), of a head an example that has
    a label; nan if none has. Raises ValueError if there is no example.
    """
    nll = tokens = 0.0
    examples = 0
    sums = {head.name: np.zeros(3) for head in model.config.heads}  # loss, score, labelled examples
    for index, batch in batches_in_order(data, batch_size):
        bucket = model.buckets[index]
        target_nll, of_heads = session.run(
            [bucket.target_nll, {name: (head.nll, head.predictions) for name, head in bucket.heads.items()}],
            bucket.feed(batch),
        )
        nll += float(np.sum(target_nll, dtype=np.float64))
        tokens += float(np.sum(batch.target_weights))
        examples += len(batch.target_weights[0])
        for head in model.config.heads:
            losses, predictions = of_heads[head.name]
            labels = batch.labels[head.name]
            there = is_present(labels)
            scores = KINDS[head.kind].score(predictions[there], labels[there])
            sums[head.name] += [np.sum(losses[there], dtype=np.float64), np.sum(scores), np.sum(there)]
    if not examples:
        raise ValueError("evaluate: expected at least one example, got none")
    found = {f"{SEQUENCE}_nll": nll / tokens}
    for head in model.config.heads:
        loss, score, count = sums[head.name].tolist()
        for name, total in zip(measure_names(head), (loss, score), strict=True):
            found[name] = total / count if count else math.nan
    return found
