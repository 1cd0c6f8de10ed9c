"""`listings`: made-up offers in English and French with a price in euros whose best prediction is known.

The embedded default corpus: nothing is downloaded. The English text determines the French one and mu, the
mean of the log price (see `price` for the formula), so that the best possible translation has negative
log-likelihood 0 and the best possible price classifier is `Corpus.posterior`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np

from price_subgraph.data import Example
from price_subgraph.heads import Head
from reproduce.corpora.corpus import (
    Corpus,
    CorpusError,
    CorpusOptions,
    cut_prices,
    range_names,
    split_of,
)
from reproduce.corpora.listings.generation import CORPUS_SEED, LISTINGS, distinct_listings
from reproduce.corpora.listings.grammar import PARTS
from reproduce.corpora.listings.price import SIGMA, class_posterior, draw_prices, mean_log_price

__all__ = ["DETAILS", "load"]

DETAILS = ("quantity", *PARTS)
"""The parts of a listing beside its noun, each of which may be there or not."""

MAX_RANGES = 1000
"""The exact posterior holds so many numbers for each of the listings."""


def load(options: CorpusOptions) -> Corpus:
    """Writes the corpus and cuts its prices into `options.price_ranges` ranges of equal counts on `train`.

    Raises CorpusError for more than MAX_RANGES; `Corpus.posterior` does for a sentence that is not a listing
    of this corpus.
    """
    if options.price_ranges > MAX_RANGES:
        raise CorpusError(
            f"price ranges: the corpus listings takes at most {MAX_RANGES}, got {options.price_ranges}"
        )
    listings = distinct_listings(LISTINGS, random.Random(CORPUS_SEED))
    sources = [listing.source for listing in listings]
    means = np.array([mean_log_price(listing) for listing in listings])
    prices = draw_prices(means, np.random.RandomState(CORPUS_SEED))
    sides = [split_of(source) for source in sources]
    edges, labels = cut_prices(prices, sides, options.price_ranges)
    splits: dict[str, list[Example]] = {"train": [], "dev": [], "test": []}
    logs = np.log(prices)
    for number, (listing, source, side, label, log) in enumerate(
        zip(listings, sources, sides, labels.tolist(), logs.tolist(), strict=True), start=1
    ):
        details = tuple(int(getattr(listing, part) is not None) for part in DETAILS)
        known = {"price": label, "log_price": log, "details": details}
        splits[side].append(Example(source, listing.target, known, f"listing {number}"))
    mean_of = dict(zip(sources, means.tolist(), strict=True))

    def posterior(examples: Sequence[Example]) -> np.ndarray:
        unknown = next((example for example in examples if example.source not in mean_of), None)
        if unknown is not None:
            raise CorpusError(
                f"posterior: expected sentences of the corpus listings, "
                f"got {' '.join(unknown.source)!r} ({unknown.origin})"
            )
        return class_posterior(np.array([mean_of[example.source] for example in examples]), edges)

    counts = {side: len(examples) for side, examples in splits.items()}
    best = {side: posterior(splits[side]) for side in ("train", "dev")}
    trained = logs[np.asarray(sides) == "train"]
    return Corpus(
        name="listings",
        train=tuple(splits["train"]),
        dev=tuple(splits["dev"]),
        test=tuple(splits["test"]),
        classes={"price": range_names(edges, "€")},
        posterior=posterior,
        notes=(
            f"{len(listings):,} made-up listings with distinct English texts (corpus seed {CORPUS_SEED}): "
            f"{counts['train']:,} train, {counts['dev']:,} dev, {counts['test']:,} test; "
            "split by hash of the English text.",
            "The French text is a function of the English one: the best possible sequence NLL is 0.",
            f"Price in euros: log price = mu(text) + {SIGMA} x standard normal, with mu by the formula in "
            "reproduce/corpora/listings/price.py; the price ranges are quantiles of the training prices, cut "
            f"at {', '.join(f'{edge:.2f}' for edge in edges)} €.",
            "Best possible price accuracy, the mean of the largest posterior: "
            f"{best['train'].max(axis=1).mean():.4f} train, {best['dev'].max(axis=1).mean():.4f} dev; "
            f"best possible price NLL, the mean entropy: {entropy(best['train']):.4f} train, "
            f"{entropy(best['dev']):.4f} dev.",
        ),
        further_heads=(
            Head("log_price", "value", center=float(trained.mean()), deviation=float(trained.std())),
            Head("details", "labels", units=len(DETAILS)),
        ),
        limits={
            "limit_log_price_error": SIGMA * math.sqrt(2 / math.pi),
            "limit_details_nll": 0.0,
            "limit_details_exact": 1.0,
        },
    )


def entropy(posterior: np.ndarray) -> float:
    """Mean entropy in nats of distributions [N, K]: the NLL that a perfect classifier expects."""
    logs = np.log(posterior, out=np.zeros_like(posterior), where=posterior > 0)
    return float(-(posterior * logs).sum(axis=1).mean())
