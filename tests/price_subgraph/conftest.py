import pytest
import tensorflow.compat.v1 as tf
from tiny import tiny_config, tiny_data

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
def data():
    return tiny_data()
