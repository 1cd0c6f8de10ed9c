"""What the price costs: a step of `joint` beside a step of `seq2seq_only`, with an experiment's own settings.

Shapes: B batch.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.data import Batch, BucketArrays
from price_subgraph.model import build_model
from price_subgraph.regimes import REGIMES
from price_subgraph.training import session_config
from reproduce.config import ExperimentConfig
from reproduce.dataset import Dataset, load_dataset

BASE, WITH_PRICE = "seq2seq_only", "joint"


class _Trained:
    """One regime at work in a graph and a session of its own."""

    def __init__(self, regime: str, config: ExperimentConfig, dataset: Dataset) -> None:
        with tf.Graph().as_default():
            tf.set_random_seed(0)
            sizes = dataset.source_vocab_size, dataset.target_vocab_size, dataset.price_ranges
            self._model = build_model(config.model(*sizes))
            plan = REGIMES[regime].build(self._model, config.training())
            self._steps = [plan(1, bucket) for bucket in range(len(self._model.buckets))]
            self._session = tf.Session(config=session_config())
            self._session.run(tf.global_variables_initializer())

    def step(self, bucket: int, batch: Batch) -> float:
        """Seconds of one training step, which reads what training reads."""
        step = self._steps[bucket]
        feed = self._model.buckets[bucket].feed(batch)
        started = time.perf_counter()
        self._session.run([dict(step.losses), step.gradient_norm, step.update], feed)
        return time.perf_counter() - started

    def close(self) -> None:
        self._session.close()


def measure_regimes(config: ExperimentConfig, rounds: int) -> dict[str, Any]:
    """Interleaved steps of both regimes: {"buckets", "batch", "seconds": {regime: one list a bucket}}.

    Each regime takes the same batches. Two steps a bucket come before, and are not counted. Raises as
    `load_dataset` does.
    """
    dataset = load_dataset(config)
    trained = {name: _Trained(name, config, dataset) for name in (BASE, WITH_PRICE)}
    seconds: dict[str, list[list[float]]] = {name: [[] for _ in config.buckets] for name in trained}
    random = np.random.RandomState(0)
    try:
        for turn in range(rounds + 2):
            for bucket, arrays in enumerate(dataset.train):
                batch = _draw(arrays, config.batch_size, random)
                # Whoever comes second finds warmer caches: they change places at every turn.
                for name in list(trained)[:: 1 if turn % 2 else -1]:
                    spent = trained[name].step(bucket, batch)
                    if turn >= 2:
                        seconds[name][bucket].append(spent)
    finally:
        for regime in trained.values():
            regime.close()
    return {"buckets": config.buckets, "batch": config.batch_size, "seconds": seconds}


def _draw(arrays: BucketArrays, size: int, random: np.random.RandomState) -> Batch:
    return arrays.batch(random.randint(len(arrays), size=size))
