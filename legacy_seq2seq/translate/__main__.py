"""`python -m legacy_seq2seq.translate`: the tutorial's command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import tensorflow.compat.v1 as tf
from absl import app, flags

from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.settings import Settings
from legacy_seq2seq.translate.translate import main

_DEFINE: dict[type, Callable[..., object]] = {
    bool: flags.DEFINE_boolean,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
    type(None): flags.DEFINE_string,
}


def run(argv: Sequence[str]) -> int:
    """What absl calls with what is left of the command line; returns the exit code."""
    try:
        if argv[1:]:
            raise TranslateError(f"expected flags only, got {' '.join(argv[1:])!r}")
        values: dict[str, Any] = {name: flags.FLAGS[name].value for name in _NAMES}
        settings = Settings(**values)
    except TranslateError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return main(settings)


_NAMES = [field.name for field in fields(Settings)]

if __name__ == "__main__":
    for field in fields(Settings):
        _DEFINE[type(field.default)](field.name, field.default, field.metadata["help"])
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    app.run(run)
