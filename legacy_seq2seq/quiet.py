"""For command lines: TensorFlow without what it writes to stderr before anyone can stop it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


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


def silence_tensorflow() -> None:
    """Imports TensorFlow, and keeps it to errors from then on. Call this before anything else imports it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_closed():
        try:
            import tensorflow.compat.v1 as tf  # noqa: PLC0415  (the import is what is silenced)
        except KeyboardInterrupt:  # the import takes seconds: time enough for second thoughts
            raise SystemExit(130) from None
    tf.logging.set_verbosity(tf.logging.ERROR)
