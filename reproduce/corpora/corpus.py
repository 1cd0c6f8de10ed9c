"""What every corpus gives: labelled sentence pairs, split once, with the names of the classes, and its heads.

The split is by hash of the source sentence: it depends neither on a seed nor on the order of lines, and
the same sentence never stands on two sides.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from price_subgraph.data import MISSING, Example
from price_subgraph.heads import Head

Split = Literal["train", "dev", "test"]


class CorpusError(ValueError):
    """A corpus that cannot be read; the message names file, line, what was expected and what came."""


@dataclass(frozen=True)
class CorpusOptions:
    """What the command line may say about a corpus; each corpus reads the fields that concern it."""

    price_ranges: int
    source: Path | None = None
    target: Path | None = None
    labels: Path | None = None
    dev_source: Path | None = None
    dev_target: Path | None = None
    dev_labels: Path | None = None
    label_kind: Literal["auto", "class", "price"] = "auto"
    cache: Path | None = None


@dataclass(frozen=True)
class Corpus:
    """Labelled sentence pairs in three splits.

    `classes` maps a label's name ("price" is always there) to the readable names of its classes, in order.
    `posterior` gives the true P(price class | source text), float64 [len(examples), price ranges], where
    the corpus knows it. `notes` are sentences that a report has to repeat. `further_heads` declares a head
    for every label but the price; `limits` says, by column (such as limit_HEAD_error), how good they can be,
    where that is known.
    """

    name: str
    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    classes: Mapping[str, tuple[str, ...]]
    posterior: Callable[[Sequence[Example]], np.ndarray] | None = None
    notes: tuple[str, ...] = field(default=())
    further_heads: tuple[Head, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)


def split_of(source: Sequence[str]) -> Split:
    """The side on which a source sentence (its tokens) stands: 80 % train, 10 % dev, 10 % test."""
    digest = hashlib.sha256(" ".join(source).encode("utf-8")).digest()
    percent = int.from_bytes(digest[:8], "big") % 100
    if percent < 80:
        return "train"
    return "dev" if percent < 90 else "test"


def quantile_edges(prices: Sequence[float] | np.ndarray, price_ranges: int) -> np.ndarray:
    """The `price_ranges - 1` inner edges, float64, that cut `prices` into ranges of equal counts.

    Raises CorpusError if so many equal prices occur that a range would be empty.
    """
    if price_ranges < 2:
        raise CorpusError(f"price ranges: expected at least 2, got {price_ranges}")
    if len(prices) == 0:
        raise CorpusError(f"price ranges: expected prices to cut into {price_ranges} ranges, got none")
    distinct = len(np.unique(np.asarray(prices)))
    if distinct == 1:
        raise CorpusError(f"expected prices that differ, got {np.min(prices):g} in every training line")
    if distinct < price_ranges:
        raise CorpusError(
            f"prices cannot be cut into {price_ranges} quantile ranges: {distinct} distinct prices in "
            f"{len(prices)} training lines; ask for fewer ranges"
        )
    edges = np.quantile(np.asarray(prices, np.float64), np.linspace(0, 1, price_ranges + 1)[1:-1])
    # An edge at the smallest price would leave the first range empty.
    if np.any(np.diff(edges, prepend=np.min(prices)) <= 0):
        raise CorpusError(
            f"prices cannot be cut into {price_ranges} quantile ranges: {distinct} distinct prices in "
            f"{len(prices)} training lines give the edges {_few(edges)}; ask for fewer ranges"
        )
    return edges


def _few(edges: np.ndarray) -> str:
    written = [f"{edge:g}" for edge in edges]
    return ", ".join(written if len(written) <= 10 else [*written[:9], "..."])


def price_classes(prices: Sequence[float] | np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The range, int32 [N], of each price: range k holds edges[k - 1] <= price < edges[k]."""
    return np.searchsorted(edges, np.asarray(prices, np.float64), side="right").astype(np.int32)


def cut_prices(
    prices: Sequence[float] | np.ndarray, sides: Sequence[Split], price_ranges: int
) -> tuple[np.ndarray, np.ndarray]:
    """The edges, float64 [price_ranges - 1], of the training prices and the range, int32 [N], of every price.

    Prices of dev and test have no say in the edges; one that is nan is MISSING from the ranges. Raises
    CorpusError as `quantile_edges`.
    """
    prices = np.asarray(prices, np.float64)
    known = ~np.isnan(prices)
    edges = quantile_edges(prices[known & (np.asarray(sides) == "train")], price_ranges)
    return edges, np.where(known, price_classes(prices, edges), MISSING).astype(np.int32)


def range_names(edges: Sequence[float] | np.ndarray, unit: str) -> tuple[str, ...]:
    """Readable names of the ranges between `edges`, in order: "< 25 €", "25–60 €", ">= 60 €".

    Edges are written with three significant digits (whole numbers from 100 on), or with as many more as it
    takes to tell them apart.
    """
    values = [float(edge) for edge in edges]
    written = [_significant(value, 3) for value in values]
    for digits in range(4, 18):
        if len(set(written)) == len(written):
            break
        written = [_significant(value, digits) for value in values]
    between = [f"{low}–{high} {unit}" for low, high in itertools.pairwise(written)]
    names = (f"< {written[0]} {unit}", *between, f">= {written[-1]} {unit}")
    return tuple(name.rstrip() for name in names)


def _significant(value: float, digits: int) -> str:
    """`value` with `digits` significant digits, every digit before the point, no trailing zeros behind it."""
    before = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:.{max(0, digits - before)}f}" if before else f"{value:.{digits}g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
