"""The rows of an experiment: one an evaluation, in CSV, the only thing that pictures and reports read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from price_subgraph.regimes import REGIMES
from price_subgraph.training import Metrics
from reproduce.files import write_atomically

_INTEGERS = ("seed", "step", "decoder_updates", "price_updates", "examples")
_TEXTS = ("corpus", "regime", "method")


class RowsError(ValueError):
    """A rows file that cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Row:
    """One evaluation of one run. NLLs are in nats; nan stands for what was not measured or is not known."""

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

    def metrics(self) -> Metrics:
        """The part that the step loop yields, and goes on from."""
        return Metrics(**{name: getattr(self, name) for name in Metrics._fields})


COLUMNS = tuple(field.name for field in fields(Row))


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes all rows, floats to their last digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_format(value) for value in asdict(row).values()])
    write_atomically(path, text.getvalue())


def read_rows(path: Path) -> list[Row]:
    """Raises RowsError for a missing file, a missing column, or a value of another kind."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RowsError(f"expected the rows of a run, but they cannot be read: {error}") from error
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise RowsError(f"{path}:1: expected the columns {', '.join(missing)}, got {reader.fieldnames}")
    rows = []
    for line in reader:
        values: dict[str, Any] = {}
        for name in COLUMNS:
            try:
                values[name] = _parse(name, line[name])
            except (TypeError, ValueError) as error:
                where = f"{path}:{reader.line_num}: {name}"
                raise RowsError(f"{where}: expected a number, got {line[name]!r}") from error
        rows.append(Row(**values))
    return rows


def by_run(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[Row]]:
    """The rows of each (regime, method, seed): in the order of REGIMES, unknown ones last."""
    runs: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        runs.setdefault((row.regime, row.method, row.seed), []).append(row)
    order = list(REGIMES)
    return dict(
        sorted(runs.items(), key=lambda run: order.index(run[0][0]) if run[0][0] in order else len(order))
    )


def column(rows: Sequence[Row], name: str) -> list[float]:
    """One column of some rows."""
    return [getattr(row, name) for row in rows]


def _format(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _parse(name: str, text: str) -> str | int | float:
    if name in _TEXTS:
        return text
    return int(text) if name in _INTEGERS else float(text)
