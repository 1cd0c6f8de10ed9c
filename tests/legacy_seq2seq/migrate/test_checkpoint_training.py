"""Models that old releases trained go on from their converted checkpoints to the same losses."""

import types
from functools import cache
from pathlib import Path
from typing import Any

import golden_cases
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import trained_models

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell
from legacy_seq2seq.migrate.checkpoint import Options, convert_checkpoint

FOLDER = golden_cases.GOLDEN / "trained"
RECORDED = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
MODELS = {model.__name__: model for model in trained_models.MODELS}
TOLERANCE = 1e-5
# In this one a name scope stands before the slots of 0.x, and no name tells that it is one.
OPTIONS = {"tf0.12.1-wrappers_both_ways_with_rmsprop-V2": Options(slot_scopes={"train": ""})}

EARLY_ADADELTA = {f"{release}-gru_layers_with_adadelta-V2" for release in ("tf0.12.1", "tf1.0.1")}


def projection(size: int, vocabulary: int) -> tf.Tensor:
    return tf.transpose(tf.get_variable("proj_w", [vocabulary, size]))


API = types.SimpleNamespace(
    tf=tf,
    cells=rnn_cell,
    seq2seq=legacy_seq2seq,
    static_rnn=rnn.static_rnn,
    bidirectional_rnn=rnn.static_bidirectional_rnn,
    tuples=True,
    projection=projection,
)


@cache
def built(model: str) -> Any:
    with tf.Graph().as_default() as graph:
        return graph, trained_models.build(API, MODELS[model]), tf.train.Saver()


def early_adadelta(session: tf.Session, pairs: Any, rho: float = 0.95, epsilon: float = 1e-8) -> None:
    """One update as 0.12.1, 1.0.1 and 1.2.1 computed it: with the root of accum_update after its update."""
    named = {variable.op.name: variable for variable in tf.global_variables()}
    new = {}
    for gradient, variable in pairs:
        slots = [named[f"{variable.op.name}/{slot}"] for slot in ("Adadelta", "Adadelta_1")]
        value, grad, accum, accum_update = session.run([variable, gradient, *slots])
        accum = rho * accum + (1 - rho) * grad**2
        scaled = grad / np.sqrt(accum + epsilon)
        accum_update = rho * accum_update + (1 - rho) * (accum_update + epsilon) * scaled**2
        new |= {
            slots[0]: accum,
            slots[1]: accum_update,
            variable: value - np.sqrt(accum_update + epsilon) * scaled,
        }
    session.run([v.initializer for v in new], {v.initial_value: value for v, value in new.items()})


@pytest.mark.parametrize("name", RECORDED)
def test_training_goes_on(name: str, tmp_path: Path) -> None:
    _, model, _ = name.split("-")
    conversion = convert_checkpoint(FOLDER / name, tmp_path / "new", options=OPTIONS.get(name))
    assert not conversion.unmatched
    recorded = np.load(FOLDER / f"{name.rpartition('-')[0]}.npz")
    graph, (outputs, loss, pairs, update), saver = built(model)
    with graph.as_default(), tf.Session() as session:
        saver.restore(session, conversion.target)
        for index, output in enumerate(session.run(outputs)):
            np.testing.assert_allclose(output, recorded[f"outputs/{index}"], rtol=0, atol=TOLERANCE)
        losses = [session.run(loss)]
        for _ in range(len(recorded["losses"]) - 1):
            if name in EARLY_ADADELTA:
                early_adadelta(session, pairs)
            else:
                session.run(update)
            losses.append(session.run(loss))
        np.testing.assert_allclose(losses, recorded["losses"], rtol=0, atol=TOLERANCE)
        # Nothing superfluous either: the new checkpoint is what this program would save.
        own = tf.train.load_checkpoint(saver.save(session, str(tmp_path / "own")))
        shapes = {name: tuple(shape) for name, shape in own.get_variable_to_shape_map().items()}
        assert {row.new: row.shape for row in conversion.rows} == shapes


@pytest.mark.parametrize("name", [name for name in RECORDED if not name.startswith("tf1.15")])
def test_conversion_like_a_fresh_checkpoint(name: str) -> None:
    fresh = FOLDER / f"tf1.15.5-{name.split('-')[1]}-V2"
    conversion = convert_checkpoint(FOLDER / name, like=fresh, dry_run=True)
    options = OPTIONS.get(name)
    by_rules = convert_checkpoint(FOLDER / name, options=options, dry_run=True)
    assert [(row.old, row.new) for row in conversion.rows] == [(row.old, row.new) for row in by_rules.rows]
    assert not conversion.missing
    assert not conversion.extra


def test_every_model_is_recorded_by_every_release() -> None:
    releases = {name.split("-")[0] for name in RECORDED}
    assert releases == {"tf0.12.1", "tf1.0.1", "tf1.15.5"}
    assert {f"{release}-{model}-V2" for release in releases for model in MODELS} <= set(RECORDED)
