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


def agree(rows: list[Row], fresh: Shapes) -> Likeness:
    """Give rows the names and orientations of the fresh checkpoint, whose shapes by name are `fresh`.

    Raises CheckpointError if a variable has another shape there.
    """
    taken = {row.new for row in rows if row.new in fresh}
    by_key: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(set(fresh) - taken):
        by_key.setdefault(_key(name), []).append(name)
    result, notes, extra = [], [], []
    for row in rows:
        name = row.new
        if name not in fresh:
            others = [*row.old, *by_key.get(_key(name), [])]
            fitting = [other for other in others if other in fresh and _fits(row, other, fresh)]
            fitting = [other for other in fitting if other not in taken]
            if not fitting or (len(set(fitting)) > 1 and fitting[0] not in row.old):
                extra.append(name)
                result.append(row)
                continue
            name = fitting[0]
            taken.add(name)
            notes.append(f"{row.old[0]} is called {name} in the fresh checkpoint, not {row.new}")
        if not _fits(row, name, fresh):
            raise CheckpointError(
                f"{row.old[0]} would become {name} {list(row.shape)}, but in the fresh checkpoint it is "
                f"{list(fresh[name])}"
            )
        turn = fresh[name] != row.shape
        if turn:
            notes.append(f"{name} is {list(fresh[name])} in the fresh checkpoint")
        result.append(
            replace(
                row,
                new=name,
                shape=fresh[name],
                transposed=row.transposed != turn,
                rule=row.rule or "like the fresh checkpoint",
            )
        )
    return Likeness(result, sorted(set(fresh) - {row.new for row in result}), extra, notes)
