"""A tiny model's sizes and data for it, shared by the tests of model, regimes and training."""

import numpy as np

from price_subgraph.data import Example, Vocabulary, encode_bucket
from price_subgraph.model import ModelConfig

BUCKETS = ((3, 4), (4, 5))


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


def tiny_data(examples=12, seed=0):
    """Random sentences for both buckets; the price is how often the first source word occurs, at most 2."""
    random = np.random.RandomState(seed)
    vocabularies = [
        Vocabulary([f"{side}{i}" for i in range(size - 4)]) for side, size in (("s", 11), ("t", 9))
    ]
    buckets = []
    for source_size, target_size in BUCKETS:
        drawn = []
        for _ in range(examples):
            source = [f"s{i}" for i in random.randint(0, 7, random.randint(1, source_size))]
            target = [f"t{i}" for i in random.randint(0, 5, random.randint(1, target_size - 1))]
            price = min(source.count(source[0]) - 1, 2)
            drawn.append(Example(tuple(source), tuple(target), {"price": price}, "made up"))
        buckets.append(encode_bucket(drawn, (source_size, target_size), *vocabularies))
    return tuple(buckets)
