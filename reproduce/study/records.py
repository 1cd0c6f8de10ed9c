"""What the study keeps of its runs: a CSV a part, a line an evaluation, and who made them beside it.

The file is appended to, a whole run at a time, so that it can be committed while a part is under way and
taken up on another machine: a run whose lines are there is not made again. Machines that share a part
(`--shard`) write a file each; a part is all of its files together.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from reproduce.files import write_atomically
from reproduce.rows import RowsError

_TEXTS = ("key", "stage", "group", "arm", "settings", "regime", "method", "end", "data")
_WHOLE = ("seed", "made", "evaluations", "step", "decoder_updates", "price_updates")


class Point(NamedTuple):
    """One evaluation of a run. NLLs in nats; nan stands for what was not measured or is not known."""

    step: int
    decoder_updates: int
    price_updates: int
    wall_seconds: float
    train_sequence_nll: float
    dev_sequence_nll: float
    train_price_nll: float
    dev_price_nll: float
    dev_price_accuracy: float
    gradient_norm: float

    def value(self, name: str) -> float:
        """A column by its name."""
        return float(getattr(self, name))


@dataclass(frozen=True)
class Record:
    """One run that has ended: `end` is "finished" or "diverged".

    `made` counts the commands in the file beside the rows; `data` is the fingerprint of what was read.
    """

    key: str
    stage: str
    group: str
    arm: str
    settings: str
    regime: str
    method: str
    seed: int
    end: str
    data: str
    made: int
    evaluations: int  # as many lines; a run with fewer was cut off
    dev_examples: float
    majority_price_accuracy: float
    limit_price_accuracy: float
    limit_price_nll: float
    test_sequence_nll: float  # nan but for the final runs of a tuned arm
    test_price_nll: float
    test_price_accuracy: float
    points: tuple[Point, ...]

    @property
    def last(self) -> Point:
        """Where it ended."""
        return self.points[-1]


_OF_RUN = tuple(name for name in Record.__dataclass_fields__ if name != "points")
COLUMNS = (*_OF_RUN, *Point._fields)


def lines_of(record: Record) -> str:
    """The record as lines of CSV; numbers to six digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for point in record.points:
        writer.writerow(map(_written, (*(getattr(record, name) for name in _OF_RUN), *point)))
    return text.getvalue()


def append(path: Path, record: Record) -> None:
    """Adds a run to a file, which is made if it is not there; the lines are on the disk on return."""
    if not path.exists():
        write_atomically(path, ",".join(COLUMNS) + "\n")
    with path.open("ab") as file:
        file.write(lines_of(record).encode())
        file.flush()
        os.fsync(file.fileno())


def repair(path: Path) -> None:
    """Takes away what a killed `append` has left of a run, if anything."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    mended = ",".join(COLUMNS) + "\n" + "".join(map(lines_of, _records(path, text)))
    if mended != text:
        write_atomically(path, mended)


def read(folder: Path, part: str) -> list[Record]:
    """The runs of all files of a part, each once, in the order of their keys; none if there is no file.

    Raises RowsError, naming file and line, for what `append` has not written.
    """
    found: dict[str, Record] = {}
    for path in files(folder, part):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RowsError(f"{path}: expected the rows of the study, but cannot be read: {error}") from error
        for record in _records(path, text):
            found.setdefault(record.key, record)
    return [found[key] for key in sorted(found)]


def files(folder: Path, part: str) -> list[Path]:
    """The CSV files of a part: that of the whole, and those of shards."""
    return [*folder.glob(f"{part}.csv"), *sorted(folder.glob(f"{part}-*of*.csv"))]


def _records(path: Path, text: str) -> Iterable[Record]:
    """The whole runs of a file; what a killed `append` has left at its end is passed over."""
    reader = csv.reader(io.StringIO(text[: text.rfind("\n") + 1]))
    if tuple(next(reader, ())) != COLUMNS:
        raise RowsError(f"{path}:1: expected the columns {','.join(COLUMNS)}")
    runs: dict[str, tuple[dict[str, Any], list[Point]]] = {}
    for line in reader:
        try:
            values = {n: _read(n, v) for n, v in zip(COLUMNS, line, strict=True)}
        except ValueError as error:
            raise RowsError(f"{path}:{reader.line_num}: {error}") from error
        of_run = {name: values[name] for name in _OF_RUN}
        points = runs.setdefault(values["key"], (of_run, []))[1]
        points.append(Point(*(values[name] for name in Point._fields)))
    for of_run, points in runs.values():
        if len(points) == of_run["evaluations"]:
            yield Record(**of_run, points=tuple(points))


def _written(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _read(name: str, text: str) -> Any:
    if name in _TEXTS:
        return text
    try:
        return int(text) if name in _WHOLE else float(text)
    except ValueError:
        raise ValueError(f"{name}: expected a number, got {text!r}") from None
