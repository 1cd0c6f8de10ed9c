"""Does it matter what the price's loss is multiplied by? Two optimizers against one, under three optimizers.

An optimizer whose step does not depend on the gradient's scale undoes a factor on the loss that it has to
itself; one optimizer on the sum of two losses cannot. Every run is one of `python -m reproduce run` with a
`--price-weight`, in a folder of its own; rescaling.csv holds their last rows.
"""

from __future__ import annotations

import csv
import io
import json
import math
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

from reproduce.config import ExperimentConfig
from reproduce.dataset import load_dataset
from reproduce.experiment import ExperimentError, Run
from reproduce.files import write_atomically, write_json
from reproduce.plots import STYLES
from reproduce.provenance import provenance
from reproduce.rows import Row, RowsError, read_rows
from reproduce.statistics import spread
from reproduce.worker import start_worker, work_apart

OPTIMIZERS = ("adadelta", "adam", "sgd")
REGIMES = ("two_optimizers", "joint")
WEIGHTS = (0.01, 0.1, 1.0, 10.0, 100.0)
# Small enough for minutes on two cores; long enough for the price to be learned.
SETTINGS = ExperimentConfig(
    steps=500, eval_every=500, eval_examples=500, batch_size=16, size=32, num_samples=64, buckets=((8, 10),)
)

MEASURES = ("dev_price_nll", "dev_sequence_nll", "encoder_update_norm", "encoder_ratio_price")
_NUMBERS = ("weight", "seed", "step", *MEASURES)


class Point(NamedTuple):
    """Where one run ended, with one weight on the price's loss."""

    optimizer: str
    regime: str
    weight: float
    seed: int
    step: int
    dev_price_nll: float  # nats; nan if the run has blown up
    dev_sequence_nll: float  # nats a token
    encoder_update_norm: float  # of the last step
    encoder_ratio_price: float  # weighted price over sequence, at the encoder


def make_points(out: Path, seeds: Sequence[int], workers: int, command: Sequence[str]) -> list[Point]:
    """Makes the runs that are not there yet, below `out`/settings, and writes `out`/rescaling.csv.

    Raises ExperimentError, once all have been tried, if one failed, or was made with other settings or data.
    """
    dataset = load_dataset(SETTINGS)
    settings = [
        replace(SETTINGS, optimizer=optimizer, price_weight=weight)
        for optimizer in OPTIMIZERS
        for weight in WEIGHTS
    ]
    cells = [
        (out / "settings" / f"{config.optimizer}-{config.price_weight:g}", config, Run(regime, seed))
        for config in settings
        for seed in seeds
        for regime in REGIMES
    ]
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(None, os.getpid(), (dataset, tuple(command))),
    ) as pool:
        made = {pool.submit(work_apart, *cell): cell for cell in cells}
        try:
            for _ in tqdm(as_completed(made), total=len(cells), unit="run", disable=None):
                pass
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    failed = [
        f"{folder.name}/{run.name}: {error}"
        for job, (folder, _, run) in made.items()
        if (error := job.exception()) is not None
    ]
    if failed:
        raise ExperimentError(f"{len(failed)} of {len(cells)} runs failed:\n  " + "\n  ".join(failed))
    made_at = sorted({_commit(run.folder(folder)) for folder, _, run in cells})
    points = [
        point(config.optimizer, config.price_weight, read_rows(run.folder(folder) / "rows.csv")[-1])
        for folder, config, run in cells
    ]
    write_json(
        out / "metadata.json",
        {
            "command": list(command),
            "config": SETTINGS.as_json(),
            "data": dataset.fingerprint,
            "provenance": provenance(),
            "commits": made_at,  # of the runs: those that were there already are not made anew
        },
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Point._fields)
    writer.writerows(points)
    write_atomically(out / "rescaling.csv", text.getvalue())
    return points


def read_points(path: Path) -> list[Point]:
    """The points of a rescaling.csv. Raises RowsError for a file that is none."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        points = [
            Point(**{k: float(v) if k in _NUMBERS else v for k, v in line.items()})  # type: ignore[arg-type]
            for line in lines
        ]
    except (OSError, TypeError, ValueError) as error:
        raise RowsError(f"{path}: expected what `python -m reproduce rescaling` writes: {error}") from error
    if not points:
        raise RowsError(f"{path}: expected at least one line, got none")
    return points


def write_page(points: Sequence[Point], out: Path) -> None:
    """RESCALING.md and rescaling.png, from the points alone."""
    draw(points, out / "rescaling.png")
    write_atomically(out / "RESCALING.md", page(points))


def page(points: Sequence[Point]) -> str:
    """What the factor on the price's loss does, in Markdown: medians, and lowest and highest seed."""
    seeds = sorted({int(point.seed) for point in points})
    lines = [
        "# The price's loss multiplied by 0.01 to 100",
        "",
        "![price NLL and sequence NLL against the factor](rescaling.png)",
        "",
        f"Where runs of {max(int(p.step) for p in points)} steps ended, on dev; median of {len(seeds)} seeds "
        "and, in brackets, the lowest and the highest. `spread` is the largest median over the factors less "
        "the smallest: what rescaling can do there. The update is the encoder's, in the last step.",
    ]
    lines += ["", *in_short(points)]
    for measure in MEASURES[:3]:
        titles = ["optimizer", "regime", *(f"x {weight:g}" for weight in WEIGHTS), "spread"]
        lines += ["", f"## {_TITLES[measure]}", "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
        for optimizer in OPTIMIZERS:
            for regime in REGIMES:
                found = [values(points, optimizer, regime, weight, measure) for weight in WEIGHTS]
                medians = [spread(of).median for of in found]
                whole = not any(map(math.isnan, medians))
                cells = [optimizer, f"`{regime}`", *map(_cell, found)]
                cells.append(f"{max(medians) - min(medians):.3f}" if whole else "")
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def in_short(points: Sequence[Point]) -> list[str]:
    """The lines of a table of medians at three factors, which BALANCING.md shows, too."""
    chosen = tuple(dict.fromkeys((WEIGHTS[0], WEIGHTS[len(WEIGHTS) // 2], WEIGHTS[-1])))
    titles = [
        f"{task} NLL at {', '.join(f'{weight:g}' for weight in chosen)}" for task in ("price", "sequence")
    ]
    lines = [f"| optimizer | regime | {' | '.join(titles)} |", "|---|---|---|---|"]
    for optimizer in OPTIMIZERS:
        for regime in REGIMES:
            cells = [
                ", ".join(
                    f"{spread(values(points, optimizer, regime, weight, measure)).median:.3f}"
                    for weight in chosen
                )
                for measure in MEASURES[:2]
            ]
            lines.append(f"| {optimizer} | `{regime}` | {' | '.join(cells)} |")
    return lines


def values(points: Sequence[Point], optimizer: str, regime: str, weight: float, measure: str) -> list[float]:
    """One measure of the seeds of one cell. Raises RowsError if there is none."""
    found = [
        float(getattr(point, measure))
        for point in points
        if (point.optimizer, point.regime, point.weight) == (optimizer, regime, weight)
    ]
    if not found:
        raise RowsError(f"rescaling: no run of {optimizer}, {regime} with the factor {weight:g}")
    return found


def draw(points: Sequence[Point], path: Path) -> None:
    """Both tasks' losses against the factor, a column an optimizer."""
    with matplotlib.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(9, 5.2), dpi=150, layout="constrained")
        panels = figure.subplots(2, len(OPTIMIZERS), sharex=True, sharey="row", squeeze=False)
        for line, measure in enumerate(MEASURES[:2]):
            for place, optimizer in enumerate(OPTIMIZERS):
                panel = panels[line][place]
                for regime in REGIMES:
                    ends = np.array([spread(values(points, optimizer, regime, w, measure)) for w in WEIGHTS])
                    style: dict[str, Any] = STYLES[regime]
                    panel.fill_between(WEIGHTS, ends[:, 1], ends[:, 2], color=style["color"], alpha=0.15)
                    panel.plot(WEIGHTS, ends[:, 0], marker="o", markersize=3, label=regime, **style)
                    for weight, median in zip(WEIGHTS, ends[:, 0], strict=True):
                        if median > _TOPS[measure]:
                            panel.annotate(
                                f"{median:.0f} ↑",
                                (weight, _TOPS[measure]),
                                xytext=(-2, -2),
                                textcoords="offset points",
                                ha="right",
                                va="top",
                                color=style["color"],
                            )
                panel.set_xscale("log")
                panel.grid(color="0.9", linewidth=0.6)
                if line == 0:
                    panel.set_title(optimizer, fontsize=9)
                else:
                    panel.set_xlabel("factor on the price's loss")
                if place == 0:
                    panel.set_ylabel(_TITLES[measure])
            # Behind the last curve of the row, whose axis is shared.
            panels[line][0].set_ylim(top=min(panels[line][0].get_ylim()[1], _TOPS[measure]))
        handles, labels = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
        seeds = len({point.seed for point in points})
        figure.suptitle(
            "An adaptive optimizer of its own undoes a factor on the price's loss; one on the sum does not\n"
            f"({seeds} seeds, on dev: median and range)",
            fontsize=10,
        )
        png = io.BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
    write_atomically(path, png.getvalue())


_TITLES = {
    "dev_price_nll": "price NLL (nats)",
    "dev_sequence_nll": "sequence NLL (nats a token)",
    "encoder_update_norm": "norm of the encoder's update",
}


# Where a panel ends: far above it is a model that has blown up.
_TOPS = {"dev_price_nll": 1.9, "dev_sequence_nll": 6.0}


def _commit(folder: Path) -> str:
    source = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))["provenance"]
    return f"{source['commit']}{' (files changed)' if source['dirty'] else ''}"


def point(optimizer: str, weight: float, row: Row) -> Point:
    """Where a run ended: its last row."""
    return Point(optimizer, row.regime, weight, row.seed, row.step, *(row.value(name) for name in MEASURES))


def _cell(found: Sequence[float]) -> str:
    median, low, high = (f"{value:.3f}" for value in spread(found))
    if math.isnan(spread(found).median):
        return "blown up"
    return median if low == high else f"{median} [{low}, {high}]"
