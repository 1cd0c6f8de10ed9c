"""copy.deepcopy of cells: an unbuilt twin, whatever the state of the original.

In TF 1.2 to 1.15 a built cell could not be copied at all, which broke the translate tutorial at its second
bucket. A copy must not carry the original's variables along: encoder and decoder would share weights.
"""

import copy
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as tf

_BUILD_STATE = frozenset({"built", "_scope", "_graph", "_recorded", "_unbuilt"})
_ABSENT = object()


def _frozen(value: Any) -> Any:
    """`value`, or for a container what it holds now: a build method may fill it later."""
    if isinstance(value, dict):
        return (value, list(value.items()))
    if isinstance(value, (list, set)):
        return (value, list(value))
    return (value, None)


def _unchanged(before: Any, now: Any) -> bool:
    value, held = before
    if value is not now:
        return False
    if held is None:
        return True
    if isinstance(now, dict):
        items = list(now.items())
        return len(held) == len(items) and all(a[1] is b[1] for a, b in zip(held, items, strict=True))
    return len(held) == len(now) and all(a is b for a, b in zip(held, now, strict=True))


def _thawed(before: Any) -> Any:
    value, held = before
    return value if held is None else type(value)(held)


def leaves(value: Any) -> Iterator[Any]:
    """What lists, tuples, sets and dicts hold, at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple, set)):
        for element in value:
            yield from leaves(element)
    else:
        yield value


class Snapshot:
    """The attributes of a cell before its first call, and which of them that call changed."""

    def __init__(self, cell: Any) -> None:
        """Note what `cell`, not yet called, looks like."""
        self._before: dict[str, Any] | None = {name: _frozen(value) for name, value in vars(cell).items()}
        self._before["_dtype"] = _frozen(cell._dtype)
        self._changed: dict[str, Any] = {}

    def first_call_done(self, cell: Any) -> None:
        """Settle what the first call changed: what is set later is the user's, and is copied."""
        self._changed = self.changed(cell)
        self._before = None

    def changed(self, cell: Any) -> dict[str, Any]:
        """The old values of the attributes that the first call changed."""
        if self._before is None:
            return self._changed
        found = {}
        for name, value in vars(cell).items():
            before = self._before.get(name)
            if before is None:
                found[name] = _ABSENT
            elif not _unchanged(before, value):
                found[name] = _thawed(before)
        return found


def _share_graph_objects(owner: Any, attribute: str, value: Any, memo: dict[int, Any]) -> None:
    """Let tensors given to a cell (keep probabilities, ...) be shared, and refuse variables."""
    for leaf in leaves(value):
        if isinstance(leaf, tf.Variable):
            raise ValueError(
                f"copy.deepcopy of {type(owner).__name__}: its attribute {attribute!r} holds the variable "
                f"{leaf.name!r}, made outside build and call, so that a copy would share it. "
                "Make variables in build or call, or give the class a __deepcopy__ that says what a copy is."
            )
        if tf.is_tensor(leaf):
            memo[id(leaf)] = leaf


def unbuilt_twin(cell: Any, memo: dict[int, Any]) -> Any:
    """A cell with the settings of `cell` and no variables; `memo` keeps sharing inside one copy."""
    twin = object.__new__(type(cell))
    memo[id(cell)] = twin
    attributes = dict(vars(cell))
    if cell._unbuilt is not None:
        attributes.update(cell._unbuilt.changed(cell))
    for name, value in attributes.items():
        if name in _BUILD_STATE or value is _ABSENT:
            continue
        _share_graph_objects(cell, name, value, memo)
        try:
            vars(twin)[name] = copy.deepcopy(value, memo)
        except (TypeError, NotImplementedError) as error:
            raise TypeError(
                f"copy.deepcopy of {type(cell).__name__}: its attribute {name!r} ({type(value).__name__}) "
                f"cannot be copied: {error}. Give the class a __deepcopy__ that says what a copy is."
            ) from error
    return twin


def cells_inside(cell: Any) -> list[Any]:
    """The cells held by `cell`'s attributes, directly or in lists, tuples and dicts, at any depth."""
    found: list[Any] = []
    for value in vars(cell).values():
        for leaf in leaves(value):
            if leaf is not cell and hasattr(leaf, "_recorded") and not any(leaf is known for known in found):
                found.extend([*cells_inside(leaf), leaf])
    return found


def encoder_copy(cell: Any) -> Any:
    """The copy of `cell` with which a model encodes, while `cell` itself decodes.

    A `__deepcopy__` that a user has set decides what a copy is. Raises TypeError for a cell that cannot be
    copied, ValueError for a foreign cell whose copy would use the original's variables.
    """
    try:
        twin = copy.deepcopy(cell)
    except (TypeError, NotImplementedError, RuntimeError) as error:
        raise TypeError(
            f"cell {cell!r} cannot be copied for the encoder: {error}. Give its class a __deepcopy__, or put "
            "the model together from an encoder and a decoder with a cell each."
        ) from error
    if twin is not cell:
        shared = [
            v.name
            for v in getattr(twin, "variables", ())
            if any(v is w for w in getattr(cell, "variables", ()))
        ]
        if shared:
            raise ValueError(
                f"cell {cell!r} has been used before, and its copy for the encoder would share the variables "
                f"{shared}. Give a fresh cell, or give its class a __deepcopy__ that says what a copy is."
            )
    return twin
