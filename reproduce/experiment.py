"""One regime and seed -> rows and metadata in a folder of its own; goes on where it was after any end.

The order at an evaluation is: row, event, then checkpoint. So a checkpoint's row and event are always there,
and those behind the last checkpoint, whose weights are lost, are cut off and made again, to the same numbers.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from price_subgraph.model import Model, build_model
from price_subgraph.regimes import REGIMES, Plan
from price_subgraph.steps import ORDERS
from price_subgraph.training import Loop, Metrics, session_config, train
from reproduce.config import ExperimentConfig
from reproduce.dataset import Dataset
from reproduce.files import locked, write_json
from reproduce.methods import folder_name, parse_label
from reproduce.provenance import provenance
from reproduce.rows import Row, read_rows, write_rows

_CHECKPOINT = "model.ckpt"
_METADATA = {"status", "config", "data", "provenance", "interruptions"}  # what is read again
_PATHS = ("source", "target", "labels", "dev_source", "dev_target", "dev_labels", "cache")
_DEFAULTS = {k: v for k, v in ExperimentConfig().as_json().items() if k not in _PATHS}
_GONE = {"race": False}  # settings that there are no more; with these values they changed nothing
_LOCK_SECONDS = 20  # an orphaned worker notices within a second or two that its command is gone


class ExperimentError(RuntimeError):
    """A folder that a run cannot be made in, or a run that failed; the message names it."""


class Run(NamedTuple):
    """Which run of an experiment."""

    regime: str
    seed: int
    method: str = ""
    """The label of a method, of regimes that combine gradients; empty: the regime's own."""

    @property
    def label(self) -> str:
        """The method as rows have it."""
        return self.method or REGIMES[self.regime].method

    @property
    def name(self) -> str:
        """What its folder is called."""
        return folder_name(self.regime, self.label, self.seed)

    def folder(self, out: Path) -> Path:
        """Where its rows, metadata, checkpoints and event files are."""
        return out / "runs" / self.name


def identity(config: ExperimentConfig, dataset: Dataset) -> dict[str, Any]:
    """What two runs must share for their rows to be of one experiment."""
    ours = config.as_json()
    for path in _PATHS:
        ours.pop(path)  # the fingerprint says what was in them
    return {"config": ours, "data": dataset.fingerprint}


def check_folder(out: Path, config: ExperimentConfig, dataset: Dataset) -> set[str | None]:
    """The commits by which the runs below `out` were made.

    Raises ExperimentError if any of them was made with other settings or data: its rows would be mixed in.
    """
    ours = [out / name for name in ("rows.csv", "REPORT.md") if (out / name).exists()]
    if ours and not (out / "runs").is_dir():
        raise ExperimentError(
            f"{ours[0]}: would be overwritten, and no runs are beside it; choose another --out"
        )
    commits = set()
    for path in sorted((out / "runs").glob("*/metadata.json")):
        metadata = _read_metadata(path.parent)
        if metadata is not None:
            _check_identity(path.parent, metadata, identity(config, dataset))
            commits.add(metadata["provenance"]["commit"])
    return commits


def notes_of(out: Path) -> list[str]:
    """What the metadata of the runs below `out` say of the corpus, each note once; none without metadata.

    Raises ExperimentError for metadata that cannot be read.
    """
    metadata = [_read_metadata(path.parent) for path in sorted((out / "runs").glob("*/metadata.json"))]
    return list(dict.fromkeys(note for found in metadata if found for note in found.get("notes", ())))


def has_ended(run: Run, out: Path) -> bool:
    """Whether a run is finished, or has diverged, and its rows are there."""
    folder = run.folder(out)
    metadata = _read_metadata(folder)
    return metadata is not None and metadata["status"] != "running" and (folder / "rows.csv").exists()


def steps_done(run: Run, out: Path) -> int:
    """How many steps of a run that has not ended need not be made again."""
    rows = _resumable_rows(run.folder(out))
    return rows[-1].step if rows else 0


def run_experiment(
    run: Run,
    out: Path,
    config: ExperimentConfig,
    dataset: Dataset,
    command: Sequence[str],
    on_step: Callable[[int], None] = lambda step: None,
) -> None:
    """Trains one run, or the rest of it; does nothing if it has ended before.

    Raises ExperimentError if the folder holds this run with other settings or data, OSError if it is in use.
    """
    folder = run.folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock", _LOCK_SECONDS):
        previous = _read_metadata(folder)
        if previous is not None:
            _check_identity(folder, previous, identity(config, dataset))
        if has_ended(run, out):
            return
        metadata = {
            "status": "running",
            "regime": run.regime,
            "method": run.label,
            "seed": run.seed,
            **identity(config, dataset),
            "command": list(command),
            "provenance": provenance(),
            "limits": asdict(dataset.limits),
            "vocabulary": {"source": dataset.source_vocab_size, "target": dataset.target_vocab_size},
            "notes": list(dataset.notes),
            "interruptions": 0 if previous is None else previous["interruptions"] + 1,
        }
        write_json(folder / "metadata.json", metadata)
        with tf.Graph().as_default():
            tf.set_random_seed(run.seed)
            started = time.perf_counter()
            model = build_model(dataset.model(config))
            regime = REGIMES[run.regime]
            how = (parse_label(run.label),) if regime.balances else ()
            plan = regime.build(model, config.training(), *how)
            metadata["build_seconds"] = round(time.perf_counter() - started, 3)
            metadata["graph_nodes"] = len(tf.get_default_graph().get_operations())
            last = _train(run, folder, config, dataset, model, plan, on_step)
        metadata["status"] = "finished" if last.finite and last.step == config.steps else "diverged"
        metadata["steps"] = last.step
        write_json(folder / "metadata.json", metadata)


def _train(
    run: Run,
    folder: Path,
    config: ExperimentConfig,
    dataset: Dataset,
    model: Model,
    plan: Plan,
    on_step: Callable[[int], None],
) -> Metrics:
    saver = tf.train.Saver(max_to_keep=2, save_relative_paths=True)
    rows = _resumable_rows(folder)
    resume_from = rows[-1].metrics() if rows else None
    loop = Loop(
        dataset.train,
        dataset.train_sample,
        dataset.dev,
        config.batch_size,
        run.seed,
        config.steps,
        config.eval_every,
    )
    sessions = session_config(pinned=ORDERS[config.order].pinned)
    with tf.Session(config=sessions) as session, _events(folder, resume_from) as events:
        if resume_from is None:
            session.run(tf.global_variables_initializer())
        else:
            checkpoint = str(checkpoint_of(folder, resume_from.step))
            try:
                saver.restore(session, checkpoint)
            except (tf.errors.OpError, ValueError) as error:
                reason = str(error).splitlines()[0]
                raise ExperimentError(
                    f"{checkpoint}: cannot be restored ({reason}); remove {folder} to make the run anew"
                ) from error
            saver.recover_last_checkpoints([checkpoint])  # to be deleted in its turn
        last = resume_from
        for last in train(session, model, plan, loop, resume_from, on_step):
            rows.append(_row(run, config, dataset, last))
            write_rows(folder / "rows.csv", rows)
            _add_event(events, last)
            saver.save(session, str(folder / _CHECKPOINT), last.step, write_meta_graph=False)
    assert last is not None
    return last


def _row(run: Run, config: ExperimentConfig, dataset: Dataset, metrics: Metrics) -> Row:
    numbers: dict[str, Any] = metrics._replace(wall_seconds=round(metrics.wall_seconds, 4))._asdict()
    limits = asdict(dataset.limits)
    numbers["more"] = {**metrics.more, **limits.pop("further")}
    for name, value in limits.items():
        numbers[name] = math.nan if value is None else value
    return Row(config.corpus, run.regime, run.label, run.seed, **numbers)


def _resumable_rows(folder: Path) -> list[Row]:
    """The rows up to the last whole checkpoint; none if there is none, and the run starts again."""
    if not (folder / "rows.csv").exists():
        return []
    rows = read_rows(folder / "rows.csv")
    while rows and not _is_whole(checkpoint_of(folder, rows[-1].step)):
        rows.pop()
    return rows


def checkpoint_of(folder: Path, step: int) -> Path:
    """What the files of a run's checkpoint begin with."""
    return folder / f"{_CHECKPOINT}-{step}"


def _is_whole(checkpoint: Path) -> bool:
    parts = [checkpoint.with_name(checkpoint.name + end) for end in (".index", ".data-00000-of-00001")]
    return all(part.exists() for part in parts)


@contextlib.contextmanager
def _events(folder: Path, resume_from: Metrics | None) -> Iterator[Any]:
    """A TensorBoard writer; a resumed run tells readers to forget what came after its checkpoint."""
    writer = tf.summary.FileWriter(str(folder))
    try:
        if resume_from is not None:
            start = tf.SessionLog(status=tf.SessionLog.START)
            writer.add_session_log(start, resume_from.step + 1)
        yield writer
    finally:
        writer.close()


def _add_event(writer: Any, metrics: Metrics) -> None:
    numbers = metrics._asdict()
    numbers |= numbers.pop("more")
    values = [
        tf.Summary.Value(tag=name, simple_value=value)
        for name, value in numbers.items()
        if name != "step" and not math.isnan(value)
    ]
    writer.add_summary(tf.Summary(value=values), metrics.step)
    writer.flush()


def _read_metadata(folder: Path) -> dict[str, Any] | None:
    path = folder / "metadata.json"
    try:
        metadata: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not (isinstance(metadata, dict) and set(metadata) >= _METADATA):
            raise ValueError(f"expected an object with {', '.join(sorted(_METADATA))}")
        if not (isinstance(metadata["provenance"], dict) and "commit" in metadata["provenance"]):
            raise ValueError(f"provenance: expected an object with commit, got {metadata['provenance']!r}")
        if not isinstance(metadata.get("notes", []), list):
            raise ValueError(f"notes: expected a list, got {metadata['notes']!r}")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ExperimentError(
            f"{path}: cannot be read: {error}; remove the folder to make the run anew"
        ) from error
    return metadata


def _check_identity(folder: Path, metadata: dict[str, Any], expected: dict[str, Any]) -> None:
    found: dict[str, Any] = {key: metadata.get(key) for key in expected}
    # A setting that came later was then what its default is now.
    theirs = found["config"] = {**_DEFAULTS, **(found["config"] or {})}
    for name, value in _GONE.items():
        if theirs.get(name) == value:
            del theirs[name]
    if found == json.loads(json.dumps(expected)):
        return
    changed = [
        f"{name} was {theirs.get(name)!r}, is {value!r}"
        for name, value in expected["config"].items()
        if theirs.get(name) != value
    ]
    changed += [f"{name} was {theirs[name]!r}" for name in theirs if name not in expected["config"]]
    if found["data"] != expected["data"]:
        changed.append(f"the data were {found['data']}, are {expected['data']}")
    raise ExperimentError(
        f"{folder}: made with other settings ({'; '.join(changed)}); "
        "choose another --out, or remove the folder to make its runs anew"
    )
