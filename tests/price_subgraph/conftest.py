from functools import partial

import pytest
import tensorflow.compat.v1 as tf
from tiny import BUCKETS, tiny_config, tiny_data

from price_subgraph.model import build_model


@pytest.fixture
def make_model():
    """Builds a tiny model in a new default graph, which is left again after the test."""
    entered = []

    def make(seed=1, **changes):
        context = tf.Graph().as_default()
        context.__enter__()
        entered.append(context)
        tf.set_random_seed(seed)
        return build_model(tiny_config(**changes))

    yield make
    for context in reversed(entered):
        context.__exit__(None, None, None)


@pytest.fixture
def make_small(make_model):
    """Of the first bucket alone: half of what there is to build, where buckets do not matter."""
    return partial(make_model, buckets=BUCKETS[:1])


@pytest.fixture
def data():
    return tiny_data()
