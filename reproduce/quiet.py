"""Imports TensorFlow for a command line without what it writes to stderr before anyone can stop it.

Import this before anything that imports TensorFlow.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextlib.contextmanager
def _stderr_closed() -> Iterator[None]:
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


with _stderr_closed():
    import tensorflow.compat.v1 as tf

tf.logging.set_verbosity(tf.logging.ERROR)
