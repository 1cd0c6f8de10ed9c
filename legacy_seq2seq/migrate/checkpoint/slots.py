"""Which values are an optimizer's slots (or moving averages) of which variables.

A slot is called `[SCOPES/]VARIABLE/OPTIMIZER[_NUMBER]`: SCOPES are those that were open when the optimizer
made it. 0.x took name scopes and variable scopes for them, 1.0 and later variable scopes only.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from legacy_seq2seq.migrate.checkpoint.matching import Shapes
from legacy_seq2seq.migrate.checkpoint.names import SLOT_NAMES


class Slot(NamedTuple):
    """A slot's name in its three parts; `scopes` may be empty."""

    scopes: str
    variable: str
    suffix: str

    def named(self, variable: str) -> str:
        """The slot's name when its variable is called `variable`."""
        return "/".join(part for part in (self.scopes, variable, self.suffix) if part)


def _slot(name: str, shapes: Shapes) -> Slot | None:
    *rest, suffix = name.split("/")
    known = suffix.rstrip("0123456789").rstrip("_") in SLOT_NAMES or suffix in SLOT_NAMES
    for start in range(len(rest)):
        variable = "/".join(rest[start:])
        if variable not in shapes or variable == name:
            continue
        # A scope that happens to be called like some variable is no slot of it.
        certain = start == 0 or len(rest) - start > 1
        if known or (certain and shapes[variable] == shapes[name]):
            return Slot("/".join(rest[:start]), variable, suffix)
    return None


def find_slots(shapes: Shapes) -> dict[str, Slot]:
    """All slots among the names, by name."""
    found = {name: _slot(name, shapes) for name in shapes}
    return {name: slot for name, slot in found.items() if slot is not None}


def _variable_scopes(scopes: str, variable: str) -> str:
    """Those of the open SCOPES that are in front of `variable`, too, which is under variable scopes only.

    A variable scope that is opened again has a number as a name scope.
    """
    kept: list[str] = []
    for scope in scopes.split("/"):
        for name in (scope, re.sub(r"_\d+$", "", scope)):
            if f"{variable}/".startswith("/".join([*kept, name]) + "/"):
                kept.append(name)
                break
    return "/".join(kept)


def without_name_scopes(
    slots: Mapping[str, Slot], scoped: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """By old SCOPES of 0.x: what 1.0 and later make of them; and notes.

    `scoped` are variables that were certainly made under variable scopes: what SCOPES have beside these can
    only be name scopes.
    """
    result: dict[str, str] = {}
    notes = []
    for scopes in sorted({slot.scopes for slot in slots.values()} - {""}):
        variables = {slot.variable for slot in slots.values() if slot.scopes == scopes} & set(scoped)
        fit = max((_variable_scopes(scopes, variable) for variable in variables), key=len, default="")
        result[scopes] = fit or scopes
        if not fit:
            notes.append(
                f"slots begin with {scopes}/. If that is a tf.name_scope and no tf.variable_scope, their "
                f"names have it no more: convert with --slot-scope {scopes}="
            )
        elif fit != scopes:
            notes.append(
                f"slots begin with {scopes}/, of which only {fit} can be a tf.variable_scope; now they begin "
                f"with {fit}/"
            )
    return result, notes
