"""Agreement of a plan with a checkpoint that the migrated program saved: `--like`."""

import re
from dataclasses import dataclass, replace

from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError
from legacy_seq2seq.migrate.checkpoint.matching import Shapes
from legacy_seq2seq.migrate.checkpoint.names import FUNCTION_SCOPES, WRAPPERS
from legacy_seq2seq.migrate.checkpoint.plan import Row

_WRAPPERS = {str(wrapper.scope) for wrapper in WRAPPERS}
_SPELLINGS = {
    "matrix": "kernel",
    "weights": "kernel",
    "biases": "bias",
    **{old.lower(): new.replace("_", "") for old, new in FUNCTION_SCOPES.items()},
}


@dataclass
class Likeness:
    """What came of the comparison.

    Attributes:
      rows: the rows, with names and orientations of the fresh checkpoint where these differ.
      missing: what the fresh checkpoint has and the rows have not.
      extra: names of rows that it has not.
      notes: what was changed.
    """

    rows: list[Row]
    missing: list[str]
    extra: list[str]
    notes: list[str]


def _key(name: str) -> tuple[str, ...]:
    """The name without what differs between releases and programs: spelling, and wrappers' scopes."""
    parts = []
    for part in name.split("/"):
        word = re.sub(r"_(?!\d)", "", part).lower()
        if part not in _WRAPPERS and word != "linear":
            parts.append(_SPELLINGS.get(word, word))
    return tuple(parts)


def _fits(row: Row, name: str, fresh: Shapes) -> bool:
    return fresh[name] in (row.shape, row.shape[::-1] if len(row.shape) == 2 else row.shape)


def _slot_names(row: Row, variable: str, fresh: Shapes) -> list[str]:
    """The slots in `fresh` of `variable` that `row` may be, whatever scopes stand in front."""
    tail = f"{variable}/{row.new.rpartition('/')[2]}"
    return [name for name in fresh if f"/{name}".endswith(f"/{tail}")]


class _Names:
    """Finds the name in the fresh checkpoint for each row, each name once."""

    def __init__(self, rows: list[Row], fresh: Shapes) -> None:
        self._fresh = fresh
        self._taken = {row.new for row in rows if row.new in fresh}
        self._called: dict[str, str] = {}
        self._by_key: dict[tuple[str, ...], list[str]] = {}
        for name in sorted(set(fresh) - self._taken):
            self._by_key.setdefault(_key(name), []).append(name)

    def find(self, row: Row) -> str | None:
        """The name, or None if there is none or more than one."""
        name = row.new
        if name not in self._fresh:
            others = [other for other in row.old if other in self._fresh]
            if row.slot_of and not others:
                others = _slot_names(row, self._called.get(row.slot_of, row.slot_of), self._fresh)
            others = others or self._by_key.get(_key(name), [])
            fitting = [o for o in others if o not in self._taken and _fits(row, o, self._fresh)]
            if len(fitting) != 1:
                return None
            name = fitting[0]
            self._taken.add(name)
        self._called[row.new] = name
        return name


def agree(rows: list[Row], fresh: Shapes) -> Likeness:
    """Give rows the names and orientations of the fresh checkpoint, whose shapes by name are `fresh`.

    Raises CheckpointError if a variable has another shape there.
    """
    names = _Names(rows, fresh)
    result, notes, extra = [], [], []
    # Variables first: slots follow them.
    for row in sorted(rows, key=lambda row: bool(row.slot_of)):
        name = names.find(row)
        if name is None:
            extra.append(row.new)
            result.append(row)
            continue
        if name != row.new:
            notes.append(f"{row.old[0]} is called {name} in the fresh checkpoint, not {row.new}")
        if not _fits(row, name, fresh):
            raise CheckpointError(
                f"{row.old[0]} would become {name} {list(row.shape)}, but in the fresh checkpoint it is "
                f"{list(fresh[name])}"
            )
        turn = fresh[name] != row.shape
        if turn:
            notes.append(f"{name} is {list(fresh[name])} in the fresh checkpoint")
        rule = row.rule or "like the fresh checkpoint"
        turned = row.transposed != turn
        result.append(replace(row, new=name, shape=fresh[name], transposed=turned, rule=rule))
    return Likeness(result, sorted(set(fresh) - {row.new for row in result}), extra, notes)
