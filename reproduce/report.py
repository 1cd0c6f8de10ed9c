"""REPORT.md, written from rows alone; what is known of the corpus beside them is repeated in it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from price_subgraph.balancing import METHODS
from price_subgraph.kinds import KINDS
from price_subgraph.regimes import REGIMES
from reproduce.files import write_atomically
from reproduce.rows import Row, by_run, column
from reproduce.statistics import Spread, paired_differences, reached, spread

PICTURE = "convergence.png"
BASELINE = "seq2seq_only"
# A decoder has arrived where its dev NLL is as low as the baseline's median at this share of its steps.
ARRIVED = 0.5


def write_report(rows: Sequence[Row], path: Path, notes: Sequence[str] = ()) -> None:
    """Writes the report beside its picture; `notes` are sentences on the corpus, which rows do not hold.

    Raises ValueError if there are no rows.
    """
    if not rows:
        raise ValueError("write_report: expected rows, got none")
    parts = [_head(rows), _final_table(rows), _arrival_table(rows), _price_limit(rows), _further_heads(rows)]
    parts.append("\n".join(["## The corpus", "", *(f"- {note}" for note in notes)]) if notes else "")
    write_atomically(path, "\n\n".join(part for part in parts if part) + "\n")


def _regimes(rows: Sequence[Row]) -> dict[str, list[list[Row]]]:
    found: dict[str, list[list[Row]]] = {}
    for run in by_run(rows).values():
        found.setdefault(run[0].name, []).append(run)
    return found


def _head(rows: Sequence[Row]) -> str:
    seeds = sorted({row.seed for row in rows})
    lines = [
        f"# Convergence on the corpus `{rows[0].corpus}`",
        f"![sequence NLL, price NLL and accuracy against steps, decoder updates and seconds]({PICTURE})",
        f"{len(by_run(rows))} runs, seeds {', '.join(map(str, seeds))}. For one seed all regimes start from "
        "the same weights and see the same batches. Numbers are on dev: the median and, in brackets, the "
        "lowest and the highest seed. Sequence NLL is in nats per target token (EOS counted, padding not). "
        "Seconds were spent in training steps by one thread; other work on the machine stretches them.",
    ]
    return "\n\n".join(lines)


def _final_table(rows: Sequence[Row]) -> str:
    lines = [
        "## Where the runs ended",
        "",
        "| regime | what a step does | steps | decoder updates | price updates | sequence NLL | perplexity "
        f"| less `{BASELINE}`, by seed | price NLL | price accuracy | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for regime, runs in _regimes(rows).items():
        last = [run[-1] for run in runs]
        differences = paired_differences(rows, regime, BASELINE, "dev_sequence_nll")
        cells = [
            f"`{regime}`",
            _description(last[0]) + _diverged(runs),
            *(_cell(spread(column(last, x)), 0) for x in ("step", "decoder_updates", "price_updates")),
            _cell(spread(column(last, "dev_sequence_nll")), 3),
            f"{spread(column(last, 'dev_perplexity')).median:.3g}",
            _cell(spread(differences), 3, sign="+") if differences and regime != BASELINE else "",
            _cell(spread(column(last, "dev_price_nll")), 3),
            _cell(spread(column(last, "dev_price_accuracy")), 3),
            _cell(spread(column(last, "wall_seconds")), 1),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _arrival_table(rows: Sequence[Row]) -> str:
    regimes = _regimes(rows)
    if BASELINE not in regimes:
        return ""
    target = _baseline_at(regimes[BASELINE], ARRIVED)
    lines = [
        "## How soon the decoder arrives",
        "",
        f"Where the dev sequence NLL first is at most {target:.3f}, the median of `{BASELINE}` at "
        f"{ARRIVED:g} of its steps. Between evaluations the curve is taken as straight.",
        "",
        "| regime | runs that arrive | steps | decoder updates | seconds |",
        "|---|---|---|---|---|",
    ]
    for regime, runs in regimes.items():
        arrivals = {
            x: [reached(run, "dev_sequence_nll", target, x) for run in runs]
            for x in ("step", "decoder_updates", "wall_seconds")
        }
        count = sum(map(math.isfinite, arrivals["step"]))
        cells = [f"`{regime}`", f"{count} of {len(runs)}"]
        cells += [
            _cell(spread(values), digits) if count == len(runs) else "–"
            for values, digits in zip(arrivals.values(), (0, 0, 1), strict=True)
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _baseline_at(runs: Sequence[Sequence[Row]], share: float) -> float:
    """Median dev sequence NLL at the first evaluation that is at `share` of a run's steps or behind it."""
    return spread(
        [next(row.dev_sequence_nll for row in run if row.step >= share * run[-1].step) for run in runs]
    ).median


def _price_limit(rows: Sequence[Row]) -> str:
    row = rows[0]
    text = (
        "## What the price can be known to\n\nAlways answering the most frequent range gives an accuracy of "
        f"{row.majority_price_accuracy:.3f}."
    )
    if math.isnan(row.limit_price_nll):
        return text + " The best possible is not known for this corpus."
    return (
        f"{text} The best that any reader of the text can expect on these examples is an accuracy of "
        f"{row.limit_price_accuracy:.3f} and an NLL of {row.limit_price_nll:.3f} (dashed in the picture); on "
        f"the labels that they happen to have, that reader scores {row.ideal_price_accuracy:.3f} and "
        f"{row.ideal_price_nll:.3f}."
    )


def _further_heads(rows: Sequence[Row]) -> str:
    """What the heads beside the price have learned; nothing where there are none."""
    ends = "|".join(f"{kind.loss_name}|{kind.score_name}" for kind in KINDS.values())
    measures = [name[len("dev_") :] for name in rows[0].more if re.fullmatch(rf"dev_\w+_({ends})", name)]
    if not measures:
        return ""
    lines = [
        "## The other heads",
        "",
        "| regime | " + " | ".join(m.replace("_", " ") for m in measures) + " |",
    ]
    lines.append("|---" * (len(measures) + 1) + "|")
    for regime, runs in _regimes(rows).items():
        last = [run[-1] for run in runs]
        cells = [_cell(spread(column(last, f"dev_{measure}")), 3) for measure in measures]
        lines.append(f"| `{regime}` | {' | '.join(cells)} |")
    for prefix, words in (("limit", "the best possible"), ("majority", "always the most frequent class")):
        values = [rows[0].value(f"{prefix}_{measure}") for measure in measures]
        if not all(map(math.isnan, values)):
            cells = ["" if math.isnan(value) else f"{value:.3f}" for value in values]
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _description(row: Row) -> str:
    if row.regime not in REGIMES:
        return "not known to this version"
    if row.name == row.regime:
        return REGIMES[row.regime].description
    method = re.split("[@:]", row.method)[0]
    return METHODS[method].summary if method in METHODS else "not known to this version"


def _diverged(runs: Sequence[Sequence[Row]]) -> str:
    count = sum(not run[-1].metrics().finite for run in runs)
    return f" (**{count} of {len(runs)} diverged**)" if count else ""


def _cell(values: Spread, digits: int, sign: str = "") -> str:
    median, low, high = (f"{value:{sign}.{digits}f}" for value in values)
    return median if low == high else f"{median} [{low}, {high}]"
