"""A graph of its own for every test that builds one."""

import pytest
import tensorflow.compat.v1 as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        yield graph
