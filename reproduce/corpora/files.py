"""`files`: the user's own sentence pairs, each with a class or a price.

Three files with a line for each pair: source sentences, target sentences, labels. They are tokenized by the
tutorial's `basic_tokenizer` and otherwise left as they are (no lower-casing). Blank lines at the end of a
file do not count; a blank sentence elsewhere is an error, since dropping it would shift the files.

A label is a class, a whole number from 0 to `price_ranges` - 1, or a price, a number of 0 or more that is
cut into `price_ranges` quantile ranges of the training prices. A blank line among the labels is a pair
without a label: it trains the translation and not the price. `label_kind` "auto" takes a column of whole
numbers for classes and any other column of numbers for prices.

Without dev files the pairs are split by the hash of their source sentence into train, dev and test. With
dev files these are the dev split, and the main files are the training split, whole: who brings dev data
has also settled what is left to test on, so test is empty. A training pair whose source sentence stands in
the dev files is dropped, and `notes` counts them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from legacy_seq2seq.translate.data_utils import basic_tokenizer
from price_subgraph.data import MISSING, Example
from reproduce.corpora.corpus import (
    Corpus,
    CorpusError,
    CorpusOptions,
    Split,
    cut_prices,
    range_names,
    split_of,
)
from reproduce.corpora.lines import read_lines

__all__ = ["load"]

_LISTED = 10
_INTEGER = re.compile(r"[+-]?[0-9]+")
# Not float(): it also takes "nan", "infinity", "1_000" and digits of other scripts.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class _Column(NamedTuple):
    """A file of labels: its path, the option that named it and its lines."""

    path: Path
    option: str
    lines: list[str]


class _Side(NamedTuple):
    """One set of three files, read: source and target tokens, where each pair stands, and the labels."""

    sources: list[tuple[str, ...]]
    targets: list[tuple[str, ...]]
    origins: list[str]
    labels: _Column


class _Labels(NamedTuple):
    """The class of every pair, main files first, the classes' names, and what to tell of them."""

    classes: list[int]
    names: tuple[str, ...]
    note: str


def load(options: CorpusOptions) -> Corpus:
    """Reads the files that `options` names.

    Raises CorpusError, naming file and line, for a missing option, a file that cannot be read, is empty or
    is not UTF-8, differing numbers of lines, an empty sentence, a label that is unreadable or out of range,
    prices too equal to be cut, a split that is left empty, or one without a label.
    """
    if options.price_ranges < 2:
        raise CorpusError(f"--price-ranges: expected at least 2, got {options.price_ranges}")
    main = _side({"--source": options.source, "--target": options.target, "--labels": options.labels})
    dev_files = {
        "--dev-source": options.dev_source,
        "--dev-target": options.dev_target,
        "--dev-labels": options.dev_labels,
    }
    dev = _side(dev_files) if any(path is not None for path in dev_files.values()) else None
    parts = [main] if dev is None else [main, dev]
    columns = [part.labels for part in parts]
    kind = _kind_of(columns) if options.label_kind == "auto" else options.label_kind

    sides, dropped = _sides(main, dev)
    sources = [source for part in parts for source in part.sources]
    targets = [target for part in parts for target in part.targets]
    origins = [origin for part in parts for origin in part.origins]
    if kind == "class":
        labels = _as_classes(columns, options, len(sources))
    else:
        labels = _as_prices(columns, options, [side or "test" for side in sides])

    splits: dict[Split, list[Example]] = {"train": [], "dev": [], "test": []}
    for side, source, target, label, origin in zip(
        sides, sources, targets, labels.classes, origins, strict=True
    ):
        if side is not None:
            splits[side].append(Example(source, target, {"price": label}, origin))
    for part in ("train", "dev"):
        if all(example.labels["price"] == MISSING for example in splits[part]):
            raise CorpusError(f"{columns[-1 if part == 'dev' else 0].path}: no pair of {part} has a label")
    counts = {side: len(examples) for side, examples in splits.items()}
    notes = [
        f"{len(main.sources):,} pairs of the user's own: {counts['train']:,} train, {counts['dev']:,} dev, "
        f"{counts['test']:,} test; "
        + ("split by hash of the source sentence." if dev is None else "dev has files of its own."),
        labels.note,
    ]
    trained = {example.labels["price"] for example in splits["train"]}
    if untrained := [name for number, name in enumerate(labels.names) if number not in trained]:
        more = f" and {len(untrained) - _LISTED:,} more" if len(untrained) > _LISTED else ""
        notes.append(f"No training pair is of {', '.join(untrained[:_LISTED])}{more}.")
    unlabelled = sum(example.labels["price"] == MISSING for side in splits.values() for example in side)
    if unlabelled:
        notes.append(f"Pairs without a label: {unlabelled:,}; they train the translation alone.")
    if dropped:
        notes.append(
            f"{dropped:,} training pairs were dropped: their source sentence stands in the dev files."
        )
    return Corpus(
        name="files",
        train=tuple(splits["train"]),
        dev=tuple(splits["dev"]),
        test=tuple(splits["test"]),
        classes={"price": labels.names},
        notes=tuple(notes),
    )


def _side(paths: dict[str, Path | None]) -> _Side:
    """Reads source, target and labels, in this order; keys are the names of the options."""
    missing = [option for option, path in paths.items() if path is None]
    if missing:
        raise CorpusError(
            f"corpus files: expected {', '.join(paths)} together, missing: {', '.join(missing)}"
        )
    found = {option: path for option, path in paths.items() if path is not None}
    *sentences, labelled = found
    read = {option: read_lines(found[option], option) for option in sentences}
    read[labelled] = read_lines(found[labelled], labelled, at_least=len(read[sentences[0]]))
    if len({len(lines) for lines in read.values()}) > 1:
        counts = ", ".join(f"{option} {found[option]} has {len(lines)}" for option, lines in read.items())
        shortest = min(map(len, read.values()))
        alone = next(path for option, path in found.items() if len(read[option]) > shortest)
        raise CorpusError(
            f"expected the same number of lines in each file, got: {counts}; "
            f"the first line without a partner is {alone}:{shortest + 1}"
        )
    source, target, labels = read
    return _Side(
        [_tokens(line, found[source], number) for number, line in enumerate(read[source], start=1)],
        [_tokens(line, found[target], number) for number, line in enumerate(read[target], start=1)],
        [f"{found[source]}:{number}" for number in range(1, len(read[source]) + 1)],
        _Column(found[labels], labels, read[labels]),
    )


def _tokens(line: str, path: Path, number: int) -> tuple[str, ...]:
    tokens = tuple(basic_tokenizer(line))
    if not tokens:
        raise CorpusError(f"{path}:{number}: expected a sentence, got an empty line")
    return tokens


def _sides(main: _Side, dev: _Side | None) -> tuple[list[Split | None], int]:
    """The split of every pair, main files first (None: dropped), and how many were dropped.

    Raises CorpusError if train or dev is left empty.
    """
    if dev is None:
        hashed: list[Split | None] = [split_of(source) for source in main.sources]
        for side in ("train", "dev"):
            if side not in hashed:
                raise CorpusError(
                    f"{main.labels.path}: expected enough different sentences to split, but none of the "
                    f"{len(hashed)} pairs falls into {side} (about 80 % train, 10 % dev, 10 % test, by hash "
                    "of the source sentence): bring more pairs, or name dev files with --dev-source, "
                    "--dev-target and --dev-labels"
                )
        return hashed, 0
    held_out = set(dev.sources)
    kept: list[Split | None] = [None if source in held_out else "train" for source in main.sources]
    if "train" not in kept:
        raise CorpusError(
            f"{main.labels.path}: nothing is left to train on: the source sentences of all {len(kept)} pairs "
            "stand in the dev files too"
        )
    return kept + ["dev"] * len(dev.sources), kept.count(None)


def _kind_of(columns: Sequence[_Column]) -> Literal["class", "price"]:
    labels = [line.strip() for column in columns for line in column.lines]
    whole = all(_INTEGER.fullmatch(label) for label in labels if label)
    return "class" if whole else "price"


def _as_classes(columns: Sequence[_Column], options: CorpusOptions, pairs: int) -> _Labels:
    if options.price_ranges > pairs:
        raise CorpusError(
            f"--price-ranges {options.price_ranges}: expected at most as many classes as there are pairs, "
            f"{pairs} in {' and '.join(str(column.path) for column in columns)}"
        )
    hint = options.label_kind == "auto"
    return _Labels(
        [label for column in columns for label in _classes(column, options.price_ranges, hint)],
        tuple(f"class {number}" for number in range(options.price_ranges)),
        f"Labels are classes, 0 to {options.price_ranges - 1}.",
    )


def _as_prices(columns: Sequence[_Column], options: CorpusOptions, sides: Sequence[Split]) -> _Labels:
    wanted = "a price" if options.label_kind == "price" else "a class or a price"
    prices = np.array([price for column in columns for price in _prices(column, wanted)])
    whole = options.label_kind == "auto" and np.array_equal(prices, np.round(prices), equal_nan=True)
    advice = "if they are classes, write them without a decimal point"
    try:
        edges, ranges = cut_prices(prices, sides, options.price_ranges)
    except CorpusError as error:
        raise CorpusError(f"--labels {columns[0].path}: {error}" + f"; {advice}" * whole) from None
    note = (
        f"Labels are prices; the {options.price_ranges} ranges are quantiles of the training prices, cut "
        f"at {', '.join(f'{edge:.6g}' for edge in edges)}."
    )
    distinct = len(np.unique(prices[~np.isnan(prices)]))
    if whole and distinct <= options.price_ranges:
        note += f" There are {distinct} different ones, all whole: {advice}."
    return _Labels(ranges.tolist(), range_names(edges, ""), note)


def _classes(column: _Column, price_ranges: int, hint: bool) -> list[int]:
    """The classes, MISSING for a blank line; `hint`: say in an error that prices were perhaps meant."""
    classes = []
    for number, line in enumerate(column.lines, start=1):
        text = line.strip()
        if not text:
            classes.append(MISSING)
            continue
        # A number of thousands of digits is out of range, whatever int() would say of it.
        fits = _INTEGER.fullmatch(text) and len(text) < 20
        if not fits or not 0 <= int(text) < price_ranges:
            meant = "; if the column holds prices, say so with --label-kind price" if hint else ""
            raise CorpusError(
                f"{column.path}:{number}: expected a class, a whole number from 0 to {price_ranges - 1} "
                f"(--price-ranges {price_ranges}), got {_shown(text)}{meant}"
            )
        classes.append(int(text))
    return classes


def _prices(column: _Column, wanted: str) -> list[float]:
    """The prices of a column, nan where a line is blank."""
    prices = []
    for number, line in enumerate(column.lines, start=1):
        text = line.strip()
        price = float(text) if _NUMBER.fullmatch(text) else math.nan
        if text and not 0 <= price < math.inf:
            raise CorpusError(
                f"{column.path}:{number}: expected {wanted}, a number of 0 or more such as 12.50, "
                f"got {_shown(text)}"
            )
        prices.append(price)
    return prices


def _shown(text: str) -> str:
    return repr(text) if len(text) <= 40 else f"{text[:40]!r}..."
