"""copy.deepcopy of cells: an unbuilt twin, whatever the state of the original.

In TF 1.2 to 1.15 a built cell could not be copied at all, which broke the translate tutorial at its second
bucket. A copy must not carry the original's variables along: encoder and decoder would share weights.
"""

import copy
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as tf

# Of the original alone. (Whether it is built, and its scope, a first call changes: see Snapshot.)
_BUILD_STATE = frozenset({"_graph", "_recorded", "_unbuilt"})
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

    def __init__(self, cell: Any, called: bool) -> None:
        """Note what `cell`, not yet called, looks like; `called`: it is about to be."""
        self.called = called
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


def _prepare(owner: Any, attribute: str, value: Any, memo: dict[int, Any]) -> None:
    """Let tensors and scopes given to a cell be shared, copy foreign cells, refuse variables."""
    for leaf in leaves(value):
        if tf.is_tensor(leaf) and hasattr(leaf, "assign"):
            raise ValueError(
                f"copy.deepcopy of {type(owner).__name__}: its attribute {attribute!r} holds the variable "
                f"{leaf.name!r}, made outside build and call, so that a copy would share it. "
                "Make variables in build or call, or give the class a __deepcopy__ that says what a copy is."
            )
        if tf.is_tensor(leaf) or isinstance(leaf, tf.VariableScope):
            memo[id(leaf)] = leaf
        elif hasattr(leaf, "state_size") and not hasattr(leaf, "_recorded") and id(leaf) not in memo:
            memo[id(leaf)] = twin_of(leaf, memo)


def unbuilt_twin(cell: Any, memo: dict[int, Any]) -> Any:
    """A cell with the settings of `cell` and no variables; `memo` keeps sharing inside one copy."""
    twin = object.__new__(type(cell))
    memo[id(cell)] = twin
    attributes = dict(vars(cell))
    # A variable that was made before any build or call is a setting, and refused.
    if cell._unbuilt is not None and (cell.built or cell._unbuilt.called):
        attributes.update(cell._unbuilt.changed(cell))
    for name, value in attributes.items():
        if name in _BUILD_STATE or value is _ABSENT:
            continue
        _prepare(cell, name, value, memo)
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


def _shares_variables(twin: Any, cell: Any) -> bool:
    return any(v is w for v in getattr(twin, "variables", ()) for w in getattr(cell, "variables", ()))


def _from_configuration(cell: Any) -> Any:
    """A new TF1 cell of Keras 2 like `cell`; its scope must not be the one that was made unique.

    Of layers and of a wrapped cell, which Keras cannot make from a configuration, with twins.
    """
    try:
        if hasattr(cell, "_cells"):
            twins = {id(layer): twin_of(layer) for layer in cell._cells}
            return type(cell)([twins[id(layer)] for layer in cell._cells], cell._state_is_tuple)
        configuration = cell.get_config() | {"name": cell._base_name}
        if hasattr(cell, "cell"):
            configuration["cell"] = twin_of(cell.cell)
        return type(cell).from_config(configuration)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"cell {cell!r} has been used, and Keras can neither copy it nor make its like: {error}. "
            "Use a cell of legacy_seq2seq.rnn_cell."
        ) from error


def twin_of(cell: Any, memo: dict[int, Any] | None = None) -> Any:
    """A copy of `cell`, ours or foreign, with weights of its own: what encodes while `cell` decodes.

    A `__deepcopy__` that a user has set decides what a copy is. A built TF1 cell of Keras (`tf.nn.rnn_cell`)
    cannot be copied, so that its twin is made from its configuration. Raises TypeError if there is no way.
    """
    if hasattr(cell, "_recorded") or "__deepcopy__" in vars(cell):
        return copy.deepcopy(cell, memo)
    try:
        twin = copy.deepcopy(cell, dict(memo or {}))
        if twin is cell:
            return twin
        if not _shares_variables(twin, cell):
            if getattr(twin, "built", False) and hasattr(twin, "get_config"):
                twin.built = False  # a Keras wrapper: the cell in it is an unbuilt twin
            return twin
        reason = "the copy would use the variables of the original"
    except (TypeError, ValueError, AttributeError, NotImplementedError, RuntimeError) as error:
        reason = str(error)
    if hasattr(cell, "_base_name"):
        return _from_configuration(cell)
    raise TypeError(
        f"cell {cell!r} cannot be copied: {reason}. Give a fresh cell every time, or give its class a "
        "__deepcopy__ that says what a copy is."
    )
