"""A tiny model's sizes, data and loop for it, shared by the tests of model, regimes and training."""

import numpy as np

from price_subgraph.data import MISSING, Example, Vocabulary, encode_bucket
from price_subgraph.heads import Head
from price_subgraph.model import ModelConfig
from price_subgraph.training import Loop

BUCKETS = ((3, 4), (4, 5))
FURTHER_HEADS = (
    Head("kind_of", "classes", units=2, hidden_size=5),
    Head("size_of", "value", hidden_size=5, center=2.0, deviation=0.75),
    Head("words_of", "labels", units=3, hidden_size=5, weight=0.5),
)


def tiny_config(**changes):
    values = {
        "source_vocab_size": 11,
        "target_vocab_size": 9,
        "buckets": BUCKETS,
        "price_ranges": 3,
        "size": 6,
        "price_hidden": 5,
    }
    return ModelConfig(**{**values, **changes})


def further_labels(source, number):
    """Labels for FURTHER_HEADS: every fourth example lacks some."""
    gap = number % 4 == 0
    return {
        "kind_of": MISSING if gap else len(source) % 2,
        "size_of": float("nan") if gap else len(source) + 0.5,
        "words_of": (MISSING if gap else 1, *(int(f"s{i}" in source) for i in (0, 1))),
    }


def tiny_data(examples=12, seed=0, further=False):
    """Random sentences for both buckets; the price is how often the first source word occurs, at most 2.

    `further` adds the labels of FURTHER_HEADS.
    """
    random = np.random.RandomState(seed)
    vocabularies = [
        Vocabulary([f"{side}{i}" for i in range(size - 4)]) for side, size in (("s", 11), ("t", 9))
    ]
    buckets = []
    for source_size, target_size in BUCKETS:
        drawn = []
        for number in range(examples):
            source = [f"s{i}" for i in random.randint(0, 7, random.randint(1, source_size))]
            target = [f"t{i}" for i in random.randint(0, 5, random.randint(1, target_size - 1))]
            price = min(source.count(source[0]) - 1, 2)
            labels = {"price": price, **(further_labels(source, number) if further else {})}
            drawn.append(Example(tuple(source), tuple(target), labels, "made up"))
        buckets.append(encode_bucket(drawn, (source_size, target_size), *vocabularies))
    return tuple(buckets)


def loop_over(data, **changes):
    values = {"batch_size": 4, "seed": 5, "steps": 7, "eval_every": 3}
    return Loop(data, data, data, **{**values, **changes})


def comparable(rows):
    """Everything but the seconds, in a form in which nan equals nan."""
    return [repr(row._replace(wall_seconds=0.0)) for row in rows]
