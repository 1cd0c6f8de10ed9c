"""The test split: what the last weights of a run that has ended make of it."""

from __future__ import annotations

from pathlib import Path

import tensorflow.compat.v1 as tf

from price_subgraph.evaluation import measure
from price_subgraph.model import build_model
from price_subgraph.training import session_config
from reproduce.config import ExperimentConfig
from reproduce.dataset import Dataset
from reproduce.experiment import ExperimentError, Run, checkpoint_of
from reproduce.rows import read_rows


def score_test(run: Run, out: Path, config: ExperimentConfig, dataset: Dataset) -> dict[str, float]:
    """The measures of every task on the test split, as `measure` names them; nan where a run blew up.

    Raises ExperimentError if the last checkpoint is gone or damaged.
    """
    last = read_rows(run.folder(out) / "rows.csv")[-1]
    checkpoint = str(checkpoint_of(run.folder(out), last.step))
    with tf.Graph().as_default():
        model = build_model(dataset.model(config))
        saver = tf.train.Saver(model.variables)
        with tf.Session(config=session_config()) as session:
            try:
                saver.restore(session, checkpoint)
            except (tf.errors.OpError, ValueError) as error:
                reason = str(error).splitlines()[0]
                again = f"remove {run.folder(out)} to make the run anew"
                raise ExperimentError(f"{checkpoint}: cannot be restored ({reason}); {again}") from error
            return measure(session, model, dataset.test, 4 * config.batch_size)
