"""Pictures, drawn from rows alone."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from price_subgraph.regimes import REGIMES
from reproduce.files import write_atomically
from reproduce.rows import Row, by_run
from reproduce.statistics import curve

# Okabe and Ito's colours, which colour-blind readers can tell apart; dashes and widths do it in grey print.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": "#0072B2", "linestyle": "-"},
    {"color": "#D55E00", "linestyle": (0, (5, 1.5))},
    {"color": "#009E73", "linestyle": (0, (1, 1))},
    {"color": "#000000", "linestyle": (0, (6, 1.5, 1, 1.5))},
    {"color": "#CC79A7", "linestyle": (0, (3, 1, 1, 1, 1, 1))},
    {"color": "#E69F00", "linestyle": (0, (8, 2))},
)
STYLES = {regime: _STYLES[index % len(_STYLES)] for index, regime in enumerate(REGIMES)}

_X_AXES = (
    ("step", "training steps"),
    ("decoder_updates", "decoder updates"),
    ("wall_seconds", "seconds in training steps"),
)
_Y_AXES = (
    ("dev_sequence_nll", "sequence NLL\n(nats a token)", None),
    ("dev_price_nll", "price NLL\n(nats)", "limit_price_nll"),
    ("dev_price_accuracy", "price accuracy", "limit_price_accuracy"),
)


def draw_convergence(rows: Sequence[Row], path: Path) -> None:
    """Writes the convergence picture (PNG): three measures on dev against three axes, a colour a regime.

    Thin lines are seeds; the thick one is their median, the band reaches from the lowest to the highest.
    Raises ValueError if there are no rows.
    """
    if not rows:
        raise ValueError("draw_convergence: expected rows, got none")
    runs = by_run(rows)
    names = dict.fromkeys(run[0].name for run in runs.values())
    styles = _styles(names)
    seeds = len({row.seed for row in rows})
    with matplotlib.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(10, 8.2), dpi=150, layout="constrained")
        panels = figure.subplots(len(_Y_AXES), len(_X_AXES), sharex="col", sharey="row", squeeze=False)
        for line, (y, y_label, limit) in enumerate(_Y_AXES):
            for place, (x, x_label) in enumerate(_X_AXES):
                panel = panels[line][place]
                for name in names:
                    chosen = [run for run in runs.values() if run[0].name == name]
                    _draw_regime(panel, name, styles[name], chosen, x, y)
                if limit and not math.isnan(getattr(rows[0], limit)):
                    panel.axhline(getattr(rows[0], limit), color="0.35", dashes=(4, 3), linewidth=1)
                if y == "dev_price_accuracy":
                    panel.axhline(rows[0].majority_price_accuracy, color="0.6", dashes=(1, 2), linewidth=1)
                # A logarithmic axis cannot be made of nothing.
                if y == "dev_sequence_nll" and any(0 < row.dev_sequence_nll < math.inf for row in rows):
                    panel.set_yscale("log")
                    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
                    panel.yaxis.set_minor_formatter(NullFormatter())
                panel.grid(color="0.9", linewidth=0.6)
                if line == len(_Y_AXES) - 1:
                    panel.set_xlabel(x_label)
                if place == 0:
                    panel.set_ylabel(y_label)
        handles, labels = panels[0][0].get_legend_handles_labels()
        if not math.isnan(rows[0].limit_price_nll):
            handles.append(Line2D([], [], color="0.35", dashes=(4, 3), linewidth=1))
            labels.append("best possible")
        handles.append(Line2D([], [], color="0.6", dashes=(1, 2), linewidth=1))
        labels.append("majority class")
        figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
        figure.suptitle(
            f"{rows[0].corpus}: {seeds} seed{'s' if seeds > 1 else ''} a regime, on dev "
            "(median, and the range of the seeds)",
            fontsize=10,
        )
        png = io.BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
    write_atomically(path, png.getvalue())


def _styles(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Every regime's own style, and for what has none those that are left, again and again."""
    names = list(names)
    left = [style for style in _STYLES if style not in [STYLES.get(name) for name in names]] or list(_STYLES)
    others = [name for name in names if name not in STYLES]
    return STYLES | {name: left[index % len(left)] for index, name in enumerate(others)}


def _draw_regime(
    panel: Any, name: str, style: dict[str, Any], runs: Sequence[Sequence[Row]], x: str, y: str
) -> None:
    xs, ys = curve(runs, x, y)
    if not np.any(xs > 0):  # never moves along this axis
        return
    for seed_x, seed_y in zip(xs, ys, strict=True):
        panel.plot(seed_x, seed_y, linewidth=0.5, alpha=0.5, color=style["color"])
    middle = np.median(xs, axis=0)
    if len(ys) > 1:
        panel.fill_between(
            middle, ys.min(axis=0), ys.max(axis=0), color=style["color"], alpha=0.12, linewidth=0
        )
    panel.plot(middle, np.median(ys, axis=0), linewidth=1.8, label=name, **style)
