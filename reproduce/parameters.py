"""Parameters of named things in one argument: `NAME:KEY=VALUE,KEY=VALUE;NAME:...`, lists as 1/0.5."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ENTRY = re.compile(r"([a-z][a-z0-9_]*):(.+)")
_PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_]*)=([^=,;:]+)")


def parse_parameters(text: str) -> list[tuple[str, dict[str, Any]]]:
    """`cagrad:c=0.4;static_weights:weights=1/0.5` -> [("cagrad", {"c": 0.4}), ("static_weights", ...)].

    Values are whole numbers, numbers, words, or lists of them. Raises ValueError for another form, or a key
    that an entry has twice.
    """
    entries = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = _ENTRY.fullmatch(part)
        pairs = [_PAIR.fullmatch(pair.strip()) for pair in match[2].split(",")] if match else [None]
        if not match or None in pairs:
            raise ValueError(f"expected NAME:KEY=VALUE,KEY=VALUE;NAME:..., got {part!r}")
        values = {pair[1]: _value(pair[2].strip()) for pair in pairs if pair}
        if len(values) < len(pairs):
            raise ValueError(f"expected each KEY once, got {part!r}")
        entries.append((match[1], values))
    if not entries:
        raise ValueError(f"expected NAME:KEY=VALUE, got {text!r}")
    return entries


def format_parameters(parameters: Mapping[str, Any]) -> str:
    """`KEY=VALUE,KEY=VALUE`, which `parse_parameters` reads again; keys in alphabetical order."""
    return ",".join(f"{name}={_text(value)}" for name, value in sorted(parameters.items()))


def _value(text: str) -> Any:
    if "/" in text:
        return tuple(_value(part) for part in text.split("/"))
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text


def _text(value: Any) -> str:
    return "/".join(map(_text, value)) if isinstance(value, tuple) else str(value)
