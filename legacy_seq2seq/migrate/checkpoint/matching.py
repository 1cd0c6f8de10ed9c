"""Does a scope hold what a `Layer` of the table says, and under which names?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from legacy_seq2seq.migrate.checkpoint.names import Layer

Shapes = Mapping[str, tuple[int, ...]]


@dataclass
class Match:
    """What of a scope belongs to a layer.

    Attributes:
      layer: the layer.
      found: relative old name -> (relative new name, piece along the first axis or None).
      misfit: why the shapes cannot be the layer's, or "".
    """

    layer: Layer
    found: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    misfit: str = ""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    escaped = re.escape(name)
    for group in ("k", "shard"):
        escaped = escaped.replace(re.escape(f"{{{group}}}"), rf"(?P<{group}>\d+)")
    return re.compile(escaped)


def _new_name(layer: Layer, relative: str) -> tuple[str, str, int | None] | None:
    """(entry of the table, new relative name, piece) for a variable of the layer, else None."""
    for new, known in layer.variables.items():
        for name in (new, *known.old):
            found = _pattern(name).fullmatch(relative)
            if found:
                groups = found.groupdict()
                shard = int(groups["shard"]) if "shard" in groups else None
                return new, new.replace("{k}", groups.get("k") or ""), shard
    return None


def _sizes_disagree(spec: str, shape: tuple[int, ...], sizes: dict[str, int]) -> bool:
    """Whether `shape` is not as `spec` says, given (and adding to) the sizes known so far."""
    words = spec.split()
    if len(words) != len(shape):
        return True
    for word, size in zip(words, shape, strict=True):
        factor, symbol = re.fullmatch(r"(\d*)([a-z]?)", word).groups()  # type: ignore[union-attr]
        times = int(factor or 1)
        if not symbol:
            if size != times:
                return True
        elif size % times or sizes.setdefault(symbol, size // times) != size // times:
            return True
    return False


def match(layer: Layer, relative: Mapping[str, str], shapes: Shapes) -> Match:
    """Match `layer` with variables, given as name relative to the scope -> whole name."""
    result = Match(layer)
    sizes: dict[str, int] = {}
    for name, path in relative.items():
        entry = _new_name(layer, name)
        if entry is None:
            continue
        key, new, shard = entry
        result.found[name] = (new, shard)
        spec = layer.variables[key].shape
        # Pieces are cut along the first axis: only the others can be compared.
        shape = shapes[path] if shard is None else (0, *shapes[path][1:])
        if shard is not None:
            spec = " ".join(["0", *spec.split()[1:]])
        if _sizes_disagree(spec, shape, sizes) and not result.misfit:
            result.misfit = f"{path} {list(shapes[path])} does not fit {layer.scope or 'the scope'} [{spec}]"
    return result
