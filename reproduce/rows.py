"""The rows of an experiment: one an evaluation, in CSV, the only thing that pictures and reports read."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from price_subgraph.regimes import REGIMES
from price_subgraph.training import Metrics
from reproduce.files import write_atomically
from reproduce.methods import run_name

_INTEGERS = ("seed", "step", "decoder_updates", "price_updates", "examples")
_TEXTS = ("corpus", "regime", "method")


class RowsError(ValueError):
    """A rows file that cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Row:
    """One evaluation of one run. NLLs are in nats; nan stands for what was not measured or is not known.

    `more` holds the columns that not every run has, by name: those of further heads, and diagnostics.
    """

    corpus: str
    regime: str
    method: str
    seed: int
    step: int
    decoder_updates: int
    price_updates: int
    examples: int
    wall_seconds: float
    train_sequence_nll: float
    dev_sequence_nll: float
    dev_perplexity: float
    train_price_nll: float
    dev_price_nll: float
    dev_price_accuracy: float
    gradient_norm: float
    batch_sequence_loss: float
    batch_price_loss: float
    majority_price_accuracy: float
    limit_price_accuracy: float
    limit_price_nll: float
    ideal_price_accuracy: float
    ideal_price_nll: float
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What this row's regime and method are called together."""
        return run_name(self.regime, self.method)

    def value(self, name: str) -> float:
        """A column by its name; nan where this run has no such column."""
        value: float = getattr(self, name) if name in COLUMNS else self.more.get(name, math.nan)
        return value

    def metrics(self) -> Metrics:
        """The part that the step loop yields, and goes on from."""
        return Metrics(**{name: getattr(self, name) for name in Metrics._fields})


COLUMNS = tuple(column.name for column in fields(Row) if column.name != "more")


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes all rows, floats to their last digit; behind COLUMNS, whatever else any of them has."""
    rows = list(rows)
    more = tuple(dict.fromkeys(name for row in rows for name in row.more))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, *more))
    for row in rows:
        values = [getattr(row, name) for name in COLUMNS] + [row.value(name) for name in more]
        writer.writerow(map(_format, values))
    write_atomically(path, text.getvalue())


def read_rows(path: Path) -> list[Row]:
    """Raises RowsError for a missing file, a missing column, or a value of another kind."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RowsError(f"{path}: expected the rows of a run, got: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")  # which spreadsheets put before their tables
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RowsError(f"{path}:{line}: expected UTF-8, got the byte 0x{data[error.start]:02x}") from None
    try:
        return _parse_rows(path, csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise RowsError(f"{path}: expected comma-separated values: {error}") from error


def _parse_rows(path: Path, reader: csv.DictReader[str]) -> list[Row]:
    names = tuple(reader.fieldnames or ())
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise RowsError(f"{path}:1: expected the columns {', '.join(missing)}, got {reader.fieldnames}")
    twice = sorted(name for name in set(names) if names.count(name) > 1)
    if twice:
        raise RowsError(f"{path}:1: expected each column once, got {', '.join(twice)} again")
    rows = []
    for line in reader:
        if None in line:
            raise RowsError(
                f"{path}:{reader.line_num}: expected {len(names)} values, got {len(names) + len(line[None])}"
            )
        values: dict[str, Any] = {}
        for name in names:
            try:
                values[name] = _parse(name, line[name])
            except (TypeError, ValueError) as error:
                where = f"{path}:{reader.line_num}: {name}"
                raise RowsError(f"{where}: expected a number, got {line[name]!r}") from error
        rows.append(Row(**{name: values.pop(name) for name in COLUMNS}, more=values))
    return rows


def read_experiment(path: Path) -> list[Row]:
    """The rows of an experiment, fit to be compared.

    Raises RowsError as `read_rows`; where there is no row, or rows are of several corpora; where a run's
    steps do not grow; and where runs that are drawn together were evaluated at other steps.
    """
    rows = read_rows(path)
    if not rows:
        raise RowsError(f"{path}: expected at least one row, got none")
    corpora = list(dict.fromkeys(row.corpus for row in rows))
    if len(corpora) > 1:
        raise RowsError(f"{path}: expected the rows of one corpus, got {', '.join(corpora)}")
    longest: dict[str, list[Row]] = {}
    for run in by_run(rows).values():
        steps = column(run, "step")
        for before, after in itertools.pairwise(steps):
            if after <= before:
                raise RowsError(f"{path}: {_told(run)}: expected steps that grow, got {after} after {before}")
        if len(run) > len(longest.get(run[0].name, ())):
            longest[run[0].name] = run
    for run in by_run(rows).values():
        other = longest[run[0].name]
        # A run that blew up, or that is still under way, may end where it likes.
        if column(run[:-1], "step") != column(other[: len(run) - 1], "step"):
            raise RowsError(
                f"{path}: {_told(run)}: expected evaluations at {_few(column(other, 'step'))}, "
                f"as seed {other[0].seed} has them, got {_few(column(run, 'step'))}"
            )
    return rows


def _told(run: Sequence[Row]) -> str:
    return f"{run[0].name}, seed {run[0].seed}"


def _few(steps: Sequence[float]) -> str:
    return ", ".join([f"{step:g}" for step in steps[:8]] + ["..."] * (len(steps) > 8))


def by_run(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[Row]]:
    """The rows of each (regime, method, seed): in the order of REGIMES, unknown ones last; a regime's own
    method before others.
    """
    runs: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        runs.setdefault((row.regime, row.method, row.seed), []).append(row)
    order = list(REGIMES)

    def place(run: tuple[tuple[str, str, int], list[Row]]) -> tuple[int, bool]:
        regime, method, _ = run[0]
        known = regime in REGIMES
        return order.index(regime) if known else len(order), known and method != REGIMES[regime].method

    return dict(sorted(runs.items(), key=place))


def column(rows: Sequence[Row], name: str) -> list[float]:
    """One column of some rows."""
    return [row.value(name) for row in rows]


def _format(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _parse(name: str, text: str) -> str | int | float:
    if name in _TEXTS:
        return text
    return int(text) if name in _INTEGERS else float(text)
