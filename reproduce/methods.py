"""Balancing methods on the command line: labels such as `pcgrad@representation` and `cagrad:c=0.4`.

A label says all that the rows of two methods may differ in: name, level where it is not the method's first,
and the parameters that were given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from price_subgraph.balancing import METHODS
from price_subgraph.regimes import REGIMES, Balancing
from reproduce.parameters import format_parameters, parse_parameters


def parse_names(text: str) -> tuple[str, ...]:
    """`sum,pcgrad@representation` -> names as in `key`, each once.

    Raises ValueError for one that METHODS has not.
    """
    asked = [Balancing(*_split(part.strip())) for part in text.split(",")]
    for balancing in asked:
        balancing.check(2)
    return tuple(dict.fromkeys(map(key, asked)))


def key(balancing: Balancing) -> str:
    """`pcgrad@representation`; the name alone at the first of a method's levels."""
    first = balancing.level in (None, METHODS[balancing.method].levels[0])
    return balancing.method if first else f"{balancing.method}@{balancing.level}"


def labels_of(names: Sequence[str], parameters: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[str, ...]:
    """A label for each name, or several where a method is given parameters several times.

    Raises ValueError for parameters of a method that is not among the names, or that it does not take.
    """
    asked = {name.partition("@")[0] for name in names}
    strange = sorted({method for method, _ in parameters} - asked)
    if strange:
        raise ValueError(f"method_parameters: expected methods named in --methods, got {', '.join(strange)}")
    labels = []
    for name in names:
        given = [of for method, of in parameters if method == name.partition("@")[0]] or [{}]
        labels += [f"{name}:{format_parameters(of)}" if of else name for of in given]
    return tuple(dict.fromkeys(labels))


def parse_label(label: str) -> Balancing:
    """What a label stands for. Raises ValueError for a form that no label has."""
    name, _, parameters = label.partition(":")
    method, level = _split(name)
    return Balancing(method, level, parse_parameters(f"{method}:{parameters}")[0][1] if parameters else {})


def run_name(regime: str, method: str) -> str:
    """What rows of a regime and a method are called together: the regime alone with its own method."""
    own = REGIMES[regime].method if regime in REGIMES else method
    return regime if method == own else f"{regime} {method}"


def folder_name(regime: str, method: str, seed: int) -> str:
    """The same with the seed, as a folder."""
    return re.sub(r"[ :]", "-", f"{run_name(regime, method)}-seed{seed}").replace("/", "+")


def _split(name: str) -> tuple[str, str | None]:
    method, at, level = name.partition("@")
    return method, level if at else None
