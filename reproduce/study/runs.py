"""Makes the study's runs: side by side, resumable, each kept in its part's rows as soon as it has ended."""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from reproduce.dataset import Dataset, load_dataset
from reproduce.experiment import ExperimentError
from reproduce.files import write_json
from reproduce.provenance import provenance
from reproduce.rows import Row, read_rows
from reproduce.study.cells import Cell, Records
from reproduce.study.design import Design
from reproduce.study.parts import PARTS
from reproduce.study.records import Point, Record, append, files, read, repair
from reproduce.worker import start_worker, work_cell

_SAY_SECONDS = 30


class Shard(NamedTuple):
    """Which share of the runs this machine makes: `number` (from 1) `of` so many."""

    number: int = 1
    of: int = 1

    def takes(self, cell: Cell) -> bool:
        """Whether a run is this machine's, by its key alone."""
        return int(hashlib.sha256(cell.key.encode()).hexdigest(), 16) % self.of == self.number - 1

    def file(self, folder: Path, part: str) -> Path:
        """Where this machine keeps a part's rows."""
        return folder / (f"{part}.csv" if self.of == 1 else f"{part}-{self.number}of{self.of}.csv")


def records_of(folder: Path) -> dict[str, list[Record]]:
    """The records of every part, by part."""
    return {part: read(folder, part) for part in PARTS}


def imagined(design: Design, parts: Iterable[str]) -> dict[str, list[Cell]]:
    """All runs of some parts, by part: as if every run had ended, and all alike."""
    records: dict[str, list[Record]] = {part: [] for part in PARTS}
    cells: dict[str, list[Cell]] = {part: [] for part in PARTS}
    while True:
        found = {part: entry.cells(design, records) for part, entry in PARTS.items()}
        if found == cells:
            return {part: found[part] for part in parts}
        cells = found
        records = {part: [_imagined(cell) for cell in of_part] for part, of_part in cells.items()}


def _imagined(cell: Cell) -> Record:
    point = Point(**{**dict.fromkeys(Point._fields, 1), "step": cell.config.steps})
    return _record_of(cell, (point,), end="finished", data="", made=0, **dict.fromkeys(_NUMBERS, 1.0))


def check(design: Design, records: Records) -> None:
    """Raises ExperimentError if there are records of runs that the design has not."""
    for part, of_part in records.items():
        known = {cell.key for cell in PARTS[part].cells(design, records)}
        strange = [record.key for record in of_part if record.key not in known]
        if strange:
            raise ExperimentError(
                f"{part}: {len(strange)} of its runs are not of this design, such as {strange[0]}; "
                "choose another --out: rows of other numbers are not mixed"
            )


def make_part(
    design: Design, part: str, out: Path, shard: Shard, workers: int, command: Sequence[str]
) -> list[str]:
    """Makes the runs of a part that are not there, as far as choices are known; returns what it waits for.

    A run that fails does not stop the others. Raises ExperimentError, at the end, that names each of them.
    """
    for path in files(out, part):
        repair(path)
    made: int | None = None
    while True:
        records = records_of(out)
        check(design, records)
        cells = PARTS[part].cells(design, records)
        have = {record.key for record in records[part]}
        missing = [cell for cell in cells if cell.key not in have]
        ours = [cell for cell in missing if shard.takes(cell)]
        if not ours:
            break
        if made is None:  # once: its own rows are no change of what makes them
            made = _register(shard.file(out, part), command)
        _make(part, ours, len(cells) - len(missing), len(cells), out, shard, workers, made, command)
    if missing:
        return [f"{part}: {len(missing)} runs of other shards; gather their {part}-*of{shard.of}.csv here"]
    if not cells:
        return [f"{part}: the tuning of claims, from which its settings come"]
    return []


def _make(
    part: str,
    cells: Sequence[Cell],
    done: int,
    total: int,
    out: Path,
    shard: Shard,
    workers: int,
    made: int,
    command: Sequence[str],
) -> None:
    path = shard.file(out, part)
    datasets = _datasets(cells)
    bar = tqdm(total=total, initial=done, unit="run", desc=part, disable=not sys.stderr.isatty())
    print(f"{part}: {len(cells)} runs to make, {done} are there", file=sys.stderr, flush=True)
    pool = ProcessPoolExecutor(
        max_workers=max(1, min(workers, len(cells))),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(None, os.getpid(), (datasets, tuple(command))),
    )
    failures = []
    try:
        futures: dict[Future[Any], Cell] = {
            pool.submit(work_cell, _folder(out, part, cell), cell.config, cell.run, cell.tested): cell
            for cell in cells
        }
        unfinished, started, said_at = set(futures), time.monotonic(), -math.inf
        while unfinished:
            ended, unfinished = wait(unfinished, _SAY_SECONDS, FIRST_COMPLETED)
            for future in ended:
                cell, error = futures[future], future.exception()
                if error is not None:
                    failures.append(f"{cell.key}: {type(error).__name__}: {error}")
                    tqdm.write(f"{cell.key}: failed", file=sys.stderr)
                    continue
                folder = _folder(out, part, cell)
                test, dev_examples = future.result()
                append(path, _record(cell, folder, made, test, dev_examples))
                shutil.rmtree(folder)
                bar.update()
            now, count = time.monotonic(), len(cells) - len(unfinished)
            if bar.disable and count and now - said_at >= _SAY_SECONDS:
                said_at = now
                left = (now - started) / count * len(unfinished)
                print(
                    f"{part}: {done + count} of {total} runs, {told(left)} left", file=sys.stderr, flush=True
                )
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        bar.close()
    if failures:
        raise ExperimentError(f"{len(failures)} of {len(cells)} runs failed:\n  " + "\n  ".join(failures))


def told(seconds: float) -> str:
    """A time in hours and minutes."""
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _folder(out: Path, part: str, cell: Cell) -> Path:
    """Where a run is while it is under way."""
    return out / "runs" / f"{part}-{cell.key}"


def _datasets(cells: Iterable[Cell]) -> dict[str, Dataset]:
    """By corpus: all runs read it alike."""
    configs = {cell.config.corpus: cell.config for cell in cells}
    return {corpus: load_dataset(config) for corpus, config in configs.items()}


def _record(cell: Cell, folder: Path, made: int, test: Mapping[str, float], dev_examples: int) -> Record:
    ours = cell.run.folder(folder)
    metadata = json.loads((ours / "metadata.json").read_text(encoding="utf-8"))
    rows: list[Row] = read_rows(ours / "rows.csv")
    first = rows[0]
    numbers = dict.fromkeys(_NUMBERS, math.nan) | {f"test_{name}": value for name, value in test.items()}
    numbers |= {name: getattr(first, name) for name in _NUMBERS if hasattr(first, name)}
    numbers["dev_examples"] = float(dev_examples)
    points = tuple(Point(*(getattr(row, name) for name in Point._fields)) for row in rows)
    return _record_of(cell, points, end=metadata["status"], data=metadata["data"], made=made, **numbers)


def _record_of(cell: Cell, points: tuple[Point, ...], **more: Any) -> Record:
    return Record(
        key=cell.key,
        stage=cell.stage,
        group=cell.group,
        arm=cell.arm,
        settings=cell.told,
        regime=cell.run.regime,
        method=cell.run.label,
        seed=cell.run.seed,
        evaluations=len(points),
        points=points,
        **more,
    )


_NUMBERS = tuple(field.name for field in fields(Record) if field.type == "float")


def _register(path: Path, command: Sequence[str]) -> int:
    """The number of this command among those beside the rows; the same one again is the same number."""
    beside = path.with_suffix(".json")
    ours = {"command": list(command), "provenance": provenance()}
    known = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else []
    if ours not in known:
        known.append(ours)
        write_json(beside, known)
    return int(known.index(ours))
