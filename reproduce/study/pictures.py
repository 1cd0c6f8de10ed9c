"""The study's pictures: from evidence alone, one column wide, each with its finding as the title."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from reproduce.files import write_atomically
from reproduce.inference import Interval, share
from reproduce.study import findings
from reproduce.study.breaking import BROKEN, Map, Switching
from reproduce.study.claims import Compared
from reproduce.study.design import BASELINE
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.trade_off import FrontPoint, Limits
from reproduce.study.turns import Period

_WIDTH = 5.5  # inches: a column
_BLUE, _RED, _GREEN, _GREY = "#0072B2", "#D55E00", "#009E73", "0.35"
_STYLE: Any = {"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}


def draw_claims(found: Sequence[Compared], path: Path) -> None:
    """Delta-m of every arm that trains both tasks, a panel a group."""
    panels_of = [
        [arm for arm in group.arms.values() if not math.isnan(arm.delta.estimate)] for group in found
    ]
    heights = [max(1, len(arms)) for arms in panels_of]
    size = (_WIDTH, 0.9 * len(found) + 0.2 * sum(heights))
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=size, dpi=150, layout="constrained")
        panels = figure.subplots(len(found), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, group, arms in zip(panels, found, panels_of, strict=True):
            ordered = sorted(arms, key=lambda arm: -arm.delta.estimate)
            for line, arm in enumerate(ordered):
                _bar(panel, arm.delta, line, _RED if arm.arm == BASELINE else _BLUE)
            panel.set_yticks(range(len(ordered)), [arm.arm for arm in ordered])
            panel.set_ylim(-0.6, len(ordered) - 0.4)
            panel.axvline(0, color=_GREY, dashes=(4, 3), linewidth=1)
            panel.set_title(_title(findings.of_claims(group), 56), loc="left", fontsize=8)
        figure.supxlabel(
            "Delta-m: excess NLL on test over each task alone, mean of both (%), with its 95 % interval;\n"
            "dashed: as good as alone; red: constant weights, tuned like the others; scales differ",
            fontsize=8,
        )
        _save(figure, path)


def draw_map(found: Map, path: Path) -> None:
    """Two heat maps a way to meet: the decoder's NLL relative to its reference, and who converged."""
    axes = found.axes
    lines = [(meeting.name, clip) for meeting in axes.meetings for clip in axes.clips]
    height = 1.6 + len(lines) * (0.6 + 0.38 * len(axes.price_rates))
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), dpi=150, layout="constrained")
        panels = figure.subplots(len(lines), 2, squeeze=False, sharey=True)
        for line, (meeting, clip) in zip(panels, lines, strict=True):
            places = [
                [found.places[meeting, clip, rate, scale] for scale in axes.scales]
                for rate in axes.price_rates
            ]
            losses = [[place.nll for place in row] for row in places]
            shares = [[share(place.converged, place.seeds) for place in row] for row in places]
            told = f"{meeting}, price {findings.CLIPS[clip]}"
            _heat(line[0], losses, "YlOrRd", 1.0, BROKEN, f"{told}: NLL / mark")
            _heat(line[1], shares, "viridis", 0.0, 1.0, "share converged")
            line[0].set_yticks(range(len(axes.price_rates)), [f"x{rate:g}" for rate in axes.price_rates])
            line[0].set_ylabel("price's rate")
            for panel in line:
                panel.set_xticks(range(len(axes.scales)), [f"loss x{scale:g}" for scale in axes.scales])
        figure.suptitle(_title(findings.of_map(found)), fontsize=8)
        figure.supxlabel(
            "mark: the NLL of the decoder alone in half the steps; in brackets the lowest and the highest "
            f"seed\n(colours end at {BROKEN:g}); converged: decoder and price, with the exact 95 % "
            "interval",
            fontsize=7,
        )
        _save(figure, path)


def draw_ingredients(worst: Switching, harmless: Switching, path: Path) -> None:
    """The worst place of the map and the harmless one, each with what switching one ingredient does."""
    both = (("worst", worst), ("harmless", harmless))
    heights = [1 + len(found.switched) for _, found in both]
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 1.3 + 0.33 * sum(heights)), dpi=150, layout="constrained")
        panels = figure.subplots(2, 1, sharex=True, height_ratios=heights)
        for panel, (name, found) in zip(panels, both, strict=True):
            named = {f"the {name} place": found.start}
            named |= {found.difference(of): switched.place for of, switched in found.switched.items()}
            for line, place in enumerate(reversed(named.values())):
                _bar(panel, place.nll, line, _RED if place.broken else _BLUE if place.sound else _GREY)
            panel.set_yticks(range(len(named)), list(reversed(named)))
            panel.set_ylim(-0.6, len(named) - 0.4)
            for at in (1, BROKEN):
                panel.axvline(at, color=_GREY, dashes=(4, 3), linewidth=1)
            panel.set_title(_title(found.name, 70), loc="left", fontsize=7)
        panels[-1].set_xscale("log")
        panels[-1].xaxis.set_major_formatter("{x:g}")
        panels[-1].xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panels[-1].xaxis.set_minor_formatter("")
        figure.supxlabel(
            "sequence NLL / mark: its optimizer's decoder alone in half the steps; 95 % interval;\n"
            f"dashed: 1 and {BROKEN:g}; red: above; grey: few prices are learned",
            fontsize=8,
        )
        figure.suptitle(_title(findings.of_ingredients(worst, harmless)), fontsize=8)
        _save(figure, path)


def draw_periods(found: Sequence[Period], path: Path) -> None:
    """What it takes to the target beside the decoder alone: in steps, and in decoder updates."""
    lengths = list(dict.fromkeys(period.period for period in found))
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 3.2), dpi=150, layout="constrained")
        steps, updates = figure.subplots(1, 2)
        for place, (kind, color) in enumerate(zip(PERIOD_KINDS, (_BLUE, _GREEN, _RED), strict=True)):
            for period in found:
                if period.kind == kind:
                    x = lengths.index(period.period) + 0.2 * (place - 1)
                    for panel, ratio in ((steps, period.steps), (updates, period.updates)):
                        _bar(panel, ratio, x, color, upright=True)
            steps.plot([], [], "o", color=color, markersize=4, label=PERIOD_KINDS[kind])
        for line, length in enumerate(lengths):
            null = length / (length - 1)
            steps.plot([line - 0.4, line + 0.4], [null, null], color=_GREY, dashes=(4, 3), linewidth=1)
        updates.axhline(1, color=_GREY, dashes=(4, 3), linewidth=1)
        for panel, name in ((steps, "steps"), (updates, "decoder updates")):
            panel.set_xticks(range(len(lengths)), [str(length) for length in lengths])
            panel.set_xlim(-0.6, len(lengths) - 0.4)
            panel.set_xlabel("price on every ...th step")
            panel.set_ylabel(f"{name} / alone")
        figure.legend(loc="outside lower center", frameon=False, fontsize=7)
        title = f"{findings.of_periods(found)}; bars: 95 %, dashed: what turns alone would cost"
        figure.suptitle(_title(title), fontsize=8)
        _save(figure, path)


def draw_fronts(found: Mapping[str, Sequence[FrontPoint]], limits: Mapping[str, Limits], path: Path) -> None:
    """Both tasks' NLLs on test, a panel a group; constant weights are joined, limits are dashed."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 0.9 + 3.7 * len(found)), dpi=150, layout="constrained")
        panels = figure.subplots(len(found), 1, squeeze=False)[:, 0]
        for panel, (group, points) in zip(panels, found.items(), strict=True):
            _front(panel, points, limits[group])
            panel.set_ylabel("price NLL (nats), test split")
            panel.set_title(_title(findings.of_front(group, points)), loc="left", fontsize=8)
        panels[-1].set_xlabel(
            "sequence NLL (nats a token), test split, 95 % interval;\ngrey: constant weights of the price"
        )
        methods = dict(zip(*reversed(panels[0].get_legend_handles_labels()), strict=True))
        figure.legend(
            methods.values(), methods, loc="outside lower center", ncols=3, frameon=False, fontsize=7
        )
        _save(figure, path)


def _front(panel: Any, points: Sequence[FrontPoint], limits: Limits) -> None:
    weights = [point for point in points if not math.isnan(point.weight)]
    methods = [point for point in points if math.isnan(point.weight)]
    line = [[point.sequence.estimate for point in weights], [point.price.estimate for point in weights]]
    panel.plot(*line, color=_GREY, linewidth=1)
    for index, point in enumerate(weights):
        _cross(panel, point, _GREY, "o")
        place = (point.sequence.estimate, point.price.estimate)
        beside = ((4, 4), (-16, 5), (4, -9))[index % 3]  # so that neighbours do not lie on each other
        panel.annotate(f"{point.weight:g}", place, beside, textcoords="offset points", fontsize=6)
    colours = (*matplotlib.colormaps["tab10"].colors, "black", "#c49c94")  # type: ignore[attr-defined]
    for index, point in enumerate(methods):
        colour, marker = colours[index % len(colours)], "osv^Dp*Xhd<>"[index % 12]
        _cross(panel, point, colour, marker)
        panel.plot([], [], marker, color=colour, markersize=4, label=point.name)
    if not math.isnan(limits.price):
        panel.axhline(limits.price, color=_GREY, dashes=(4, 3), linewidth=1)
        panel.annotate("best possible price NLL (dev)", (0.99, limits.price), fontsize=6,
                       xycoords=("axes fraction", "data"), ha="right", va="bottom")  # fmt: skip
    if not math.isnan(limits.sequence):
        panel.axvline(limits.sequence, color=_GREY, dashes=(4, 3), linewidth=1)
        panel.annotate("best possible sequence NLL", (limits.sequence, 0.99), (2, 0), rotation=90, fontsize=6,
                       xycoords=("data", "axes fraction"), textcoords="offset points", va="top")  # fmt: skip


def _bar(panel: Any, found: Interval, at: float, color: str, upright: bool = False) -> None:
    """A point and its interval; an arrow where that has no upper end, "never" where there is no point."""
    if not math.isfinite(found.estimate):
        place = (at, 0.98) if upright else (0.5, at)
        transform = panel.get_xaxis_transform() if upright else panel.get_yaxis_transform()
        told = "never" if found.estimate > 0 else "–"
        panel.text(*place, told, color=color, transform=transform, ha="center",
                   va="top" if upright else "center", rotation=90 if upright else 0, fontsize=7)  # fmt: skip
        return
    point = (at, found.estimate) if upright else (found.estimate, at)
    panel.plot(*point, "o", color=color, markersize=4)
    if math.isnan(found.low):
        return
    bounded = math.isfinite(found.high)
    ends = [found.low, found.high if bounded else found.estimate]
    panel.plot(*(([at, at], ends) if upright else (ends, [at, at])), color=color, linewidth=1.2)
    if not bounded:
        beyond = (0, 18) if upright else (18, 0)
        panel.annotate("", point, beyond, textcoords="offset points",
                       arrowprops={"arrowstyle": "<-", "color": color})  # fmt: skip


def _cross(panel: Any, point: FrontPoint, color: Any, marker: str) -> None:
    x, y = point.sequence, point.price
    panel.plot(x.estimate, y.estimate, marker, color=color, markersize=4)
    panel.plot([x.low, x.high], [y.estimate] * 2, color=color, linewidth=0.8)
    panel.plot([x.estimate] * 2, [y.low, y.high], color=color, linewidth=0.8)


def _heat(
    panel: Any, found: Sequence[Sequence[Interval]], colours: str, low: float, high: float, title: str
) -> None:
    values = np.array([[place.estimate for place in row] for row in found])
    shown = np.where(np.isfinite(values), values, high if low == 1.0 else low)
    panel.imshow(shown, cmap=colours, vmin=low, vmax=high, aspect="auto", alpha=0.6)
    for line, row in enumerate(found):
        for place, cell in enumerate(row):
            told = (
                findings.interval(cell, 2).replace(" [", "\n[")
                if math.isfinite(cell.estimate)
                else "blown up"
            )
            panel.text(place, line, told, ha="center", va="center", fontsize=6)
    panel.set_title(title, fontsize=7)


def _title(text: str, width: int = 78) -> str:
    kept = text.replace("n = ", "n\u00a0=\u00a0")  # which textwrap would part
    return "\n".join(textwrap.wrap(kept, width))


def _save(figure: Figure, path: Path) -> None:
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    write_atomically(path, png.getvalue())
