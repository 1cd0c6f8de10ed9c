"""Checkpoints of the tutorial's model, and beside each what a training needs besides its weights to go on."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.translate.errors import TranslateError

NAME = "translate.ckpt"
_STATE = ".state.json"
_OF_MODEL = ("embedding_attention_seq2seq/", "proj_")


@dataclass
class Progress:
    """Where the training loop stands between two of its reports."""

    losses: float = 0.0  # sum over the steps of this interval, nats
    seconds: float = 0.0
    steps: int = 0
    previous_losses: list[float] = field(default_factory=list)  # of all intervals


def latest(train_dir: str) -> str | None:
    """The path (a prefix) of the newest checkpoint that `train_dir`/checkpoint names, or None.

    Raises TranslateError if that file is damaged, or names a checkpoint which is not there.
    """
    path = Path(train_dir) / "checkpoint"
    try:
        state = tf.train.get_checkpoint_state(train_dir)
    except ValueError:  # it names none, or is no text
        state = None
    if state is None:
        if not path.exists():
            return None
        lying = unnamed(train_dir)
        raise TranslateError(
            f'{path}: expected a line model_checkpoint_path: "..." that names a checkpoint, got something '
            f"else. Beside it: {_names(lying)}; "
            + (f"{_to_go_on(lying)}, or move all away to begin anew" if lying else "delete it to begin anew")
        )
    if tf.train.checkpoint_exists(state.model_checkpoint_path):
        return str(state.model_checkpoint_path)
    raise TranslateError(
        f"{path}: names {state.model_checkpoint_path}, of which there are no "
        "files; copy them there, or change that file to name another checkpoint"
    )


def unnamed(train_dir: str) -> list[str]:
    """The tutorial's checkpoints (prefixes) that lie in `train_dir`, the one of the last step last.

    For a folder without a file `checkpoint`: somebody has copied the weights alone, or taken that file away.
    """
    by_step = {}
    for path in Path(train_dir).glob(f"{NAME}-*"):
        found = re.fullmatch(re.escape(NAME) + r"-(\d+)(?:\.index)?", path.name)  # of format V2, or of V1
        if found and path.is_file():
            by_step[int(found[1])] = str(path).removesuffix(".index")
    return [by_step[step] for step in sorted(by_step)]


def check_named(train_dir: str) -> None:
    """Raises TranslateError if checkpoints lie in `train_dir`, but no file `checkpoint` names one.

    A training that began anew there would write over them.
    """
    path = Path(train_dir) / "checkpoint"
    if not path.exists() and (lying := unnamed(train_dir)):
        raise TranslateError(
            f"{path}: no such file, but {_names(lying)} {'lies' if len(lying) == 1 else 'lie'} beside it; "
            f"{_to_go_on(lying)}, or move them away to begin anew"
        )


def _names(prefixes: Sequence[str]) -> str:
    return ", ".join(map(os.path.basename, prefixes)) or "no checkpoint"


def _to_go_on(prefixes: Sequence[str]) -> str:
    return f'to go on, write the line model_checkpoint_path: "{os.path.basename(prefixes[-1])}" into it'


def restore(session: tf.Session, saver: tf.train.Saver, prefix: str) -> list[str]:
    """Gives the session's variables their values in a checkpoint; returns the names of those without one.

    Only an optimizer's own variables may be without (another optimizer is then begun anew). Values of
    another precision are converted. Raises TranslateError if the checkpoint is of another model, damaged, or
    holds what is not finite.
    """
    try:
        reader = tf.train.load_checkpoint(prefix)
    except (tf.errors.OpError, ValueError) as error:
        raise TranslateError(f"{prefix}: expected a checkpoint, got {error}") from error
    shapes = reader.get_variable_to_shape_map()
    variables = session.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    trainable = {v.op.name for v in session.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    _check_shapes(prefix, shapes, variables, trainable)
    missing = [v.op.name for v in variables if v.op.name not in shapes]
    try:
        _read(session, saver, prefix, reader, variables)
    except tf.errors.OpError as error:
        raise TranslateError(
            f"{prefix}: expected a whole checkpoint, got {type(error).__name__}. {_another(prefix)}"
        ) from error
    spoilt = not_finite(session)
    if spoilt is not None:
        raise TranslateError(f"{prefix}: {spoilt} holds what is not finite. {_another(prefix)}")
    return missing


def _read(
    session: tf.Session, saver: tf.train.Saver, prefix: str, reader: Any, variables: Sequence[Any]
) -> None:
    dtypes = reader.get_variable_to_dtype_map()
    if all(dtypes.get(v.op.name) == v.dtype.base_dtype for v in variables):
        saver.restore(session, prefix)
        return
    feed = {
        v.initial_value: reader.get_tensor(v.op.name).astype(v.dtype.base_dtype.as_numpy_dtype)
        for v in variables
        if v.op.name in dtypes
    }
    session.run([v.initializer for v in variables], feed)


def not_finite(session: tf.Session) -> str | None:
    """The name of a variable of the session's graph that holds a NaN or an infinity, or None."""
    for variable in session.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES):
        if variable.dtype.base_dtype.is_floating and not np.isfinite(session.run(variable)).all():
            return str(variable.op.name)
    return None


def _another(prefix: str) -> str:
    """What to do without a checkpoint: names the newest other one in its folder that is whole and finite."""
    folder = os.path.dirname(prefix)
    state = tf.train.get_checkpoint_state(folder)
    others = [path for path in state.all_model_checkpoint_paths if path != prefix] if state else []
    good = next(filter(_is_good, reversed(others)), None)
    if good is None:
        return "There is no good one beside it"
    return f"Last good checkpoint: {good}; name it in {os.path.join(folder, 'checkpoint')} to go on from it"


def _is_good(prefix: str) -> bool:
    try:
        reader = tf.train.load_checkpoint(prefix)
        dtypes = reader.get_variable_to_dtype_map()
        return all(np.isfinite(reader.get_tensor(name)).all() for name in dtypes if dtypes[name].is_floating)
    except (tf.errors.OpError, ValueError):
        return False


def _check_shapes(
    prefix: str, shapes: dict[str, Sequence[int]], variables: Sequence[Any], trainable: set[str]
) -> None:
    for variable in variables:
        name, expected = variable.op.name, variable.shape.as_list()
        if name not in shapes:
            if name in trainable:
                raise TranslateError(
                    f"{prefix}: has no variable {name}. Flags that decide about the model (--num_layers, "
                    "--use_lstm, --num_heads, --num_samples) must be those of its training; if it was "
                    "written by TensorFlow before 1.2, whose names were others, convert it with "
                    "`python -m legacy_seq2seq.migrate`"
                )
        elif list(shapes[name]) != expected:
            raise TranslateError(
                f"{prefix}: {name} has shape {list(shapes[name])}, the flags ask for {expected}; --size, "
                "--num_layers, --from_vocab_size and --to_vocab_size must be those of its training"
            )
    known = {variable.op.name for variable in variables}
    # Neither an optimizer's slots nor what a user has added.
    more = [
        n for n in sorted(set(shapes) - known) if n.startswith(_OF_MODEL) and os.path.dirname(n) not in shapes
    ]
    if more:
        raise TranslateError(
            f"{prefix}: has {more[0]}, which this model has not; --use_lstm, --num_layers, --num_heads and "
            "--num_samples must be those of its training"
        )


def save(session: tf.Session, saver: tf.train.Saver, train_dir: str, step: int, progress: Progress) -> str:
    """Writes a checkpoint and, before it, the random state and the progress; returns the checkpoint's prefix.

    Raises TranslateError if it cannot be written.
    """
    prefix = os.path.join(train_dir, NAME)
    version, numbers, gauss = random.getstate()
    kind, keys, *rest = np.random.get_state(legacy=True)
    state = {
        "progress": asdict(progress),
        "random": [version, list(numbers), gauss],
        "numpy_random": [kind, np.asarray(keys).tolist(), *rest],
    }
    try:
        path = Path(f"{prefix}-{step}{_STATE}")
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(state), encoding="utf-8")
        os.replace(temporary, path)
        saved = str(saver.save(session, prefix, global_step=step))
        for old in Path(train_dir).glob(f"{NAME}-*{_STATE}"):
            if not tf.train.checkpoint_exists(str(old).removesuffix(_STATE)):
                old.unlink()
    except (OSError, tf.errors.OpError, ValueError) as error:
        raise TranslateError(f"--train_dir {train_dir}: the checkpoint of step {step}: {error}") from error
    return saved


def load_progress(prefix: str) -> Progress:
    """What `save` wrote beside a checkpoint, with Python's and NumPy's random state set to what they were.

    A checkpoint without it (written by the tutorial, say) gives a fresh Progress and changes no random state.
    """
    path = Path(prefix + _STATE)
    if not path.exists():
        return Progress()
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        version, numbers, gauss = state["random"]
        kind, keys, *rest = state["numpy_random"]
        progress = Progress(**state["progress"])
        random.setstate((version, tuple(numbers), gauss))
        np.random.set_state((kind, np.asarray(keys, np.uint32), *rest))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TranslateError(
            f"{path}: expected the state of a training, got {error!r}; delete it to go on without"
        ) from error
    return progress
