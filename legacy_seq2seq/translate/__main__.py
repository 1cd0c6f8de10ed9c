"""`python -m legacy_seq2seq.translate`: the tutorial's command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from legacy_seq2seq.quiet import silence_tensorflow

silence_tensorflow()

try:
    import tensorflow.compat.v1 as tf
    from absl import app, flags

    from legacy_seq2seq.translate.errors import TranslateError
    from legacy_seq2seq.translate.settings import Settings
    from legacy_seq2seq.translate.translate import main
except KeyboardInterrupt:  # these take a second, too
    raise SystemExit(130) from None

_DEFINE: dict[type, Callable[..., object]] = {
    bool: flags.DEFINE_boolean,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
    type(None): flags.DEFINE_string,
}
# What 0.x called them.
_ALIASES = {"en_vocab_size": "from_vocab_size", "fr_vocab_size": "to_vocab_size"}


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


def joined(argv: Sequence[str]) -> list[str]:
    """The command line with `--decode True`, which TensorFlow before 1.5 understood, as `--decode=True`."""
    switches = {f"{dashes}{f.name}" for f in fields(Settings) if f.default is False for dashes in ("-", "--")}
    words: list[str] = []
    for word in argv:
        if words and words[-1] in switches and word.lower() in ("true", "false"):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _take_any_bytes() -> None:
    """Words are bytes: what is typed and printed need not be UTF-8."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


_NAMES = [field.name for field in fields(Settings)]

if __name__ == "__main__":
    for field in fields(Settings):
        _DEFINE[type(field.default)](field.name, field.default, field.metadata["help"])
    for alias, name in _ALIASES.items():
        flags.DEFINE_alias(alias, name)
    _take_any_bytes()
    tf.disable_v2_behavior()
    app.run(run, joined(sys.argv))
