"""What becomes of every value of a checkpoint: from names and shapes alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError
from legacy_seq2seq.migrate.checkpoint.matching import Shapes
from legacy_seq2seq.migrate.checkpoint.slots import Slot, find_slots, without_name_scopes
from legacy_seq2seq.migrate.checkpoint.walk import Target, Walk, is_era_0


@dataclass(frozen=True)
class Row:
    """One value of the new checkpoint.

    Attributes:
      old: names of the values it is made of: one, or several that are joined along the first axis.
      new: its name.
      shape: its shape.
      transposed: whether the matrix is transposed.
      part: (k, n) if it is the k-th of n equal parts along the last axis of the old value, else None.
      rule: what it was recognized as; "" if as nothing.
      slot_of: the new name of the variable whose slot it is; "" if it is no slot.
    """

    old: tuple[str, ...]
    new: str
    shape: tuple[int, ...]
    transposed: bool = False
    part: tuple[int, int] | None = None
    rule: str = ""
    slot_of: str = ""

    @property
    def action(self) -> str:
        """What is done, in words."""
        done = []
        if len(self.old) > 1:
            done.append(f"joined from {len(self.old)} pieces")
        if self.part is not None:
            done.append(f"part {self.part[0] + 1} of {self.part[1]}")
        if self.transposed:
            done.append("transposed")
        if self.new not in self.old:
            done.append("renamed")
        return ", ".join(done) or "same name"


@dataclass(frozen=True)
class Options:
    """What the user decides; all names are those of the old checkpoint.

    Attributes:
      rename: new names of variables or scopes, by old name. Final; rules apply below a scope only.
      keep: variables and scopes that keep their names.
      transpose: matrices to transpose.
      no_transpose: matrices not to transpose, whatever the rules say.
      split: by name of a concatenated state [..., n * units]: the names of its n parts.
      drop: variables and scopes that are left out.
      slot_scopes: by what slots' names begin with, before their variables' names: the new beginning.
    """

    rename: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    transpose: tuple[str, ...] = ()
    no_transpose: tuple[str, ...] = ()
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    slot_scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Plan:
    """All rows, what is left out because the user said so, and what the user should know."""

    rows: list[Row]
    dropped: list[str]
    notes: list[str]

    @property
    def unmatched(self) -> list[Row]:
        """Values that no rule knows; they are carried over, too."""
        return [row for row in self.rows if not row.rule]


def _refuse_unknown(option: str, given: Iterable[str], known: Iterable[str], what: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise CheckpointError(f"{option} {unknown[0]}: the checkpoint has no {what} of this name")


def _transposed(shapes: Shapes, options: Options, notes: list[str]) -> set[str]:
    """Matrices to transpose: the user's, and proj_w [size, vocabulary] beside proj_b [vocabulary]."""
    for option, names in (("--transpose", options.transpose), ("--no-transpose", options.no_transpose)):
        _refuse_unknown(option, names, shapes, "value")
        for name in names:
            if len(shapes[name]) != 2:
                raise CheckpointError(f"{option} {name}: must be a matrix, is {list(shapes[name])}")
    decided = {*options.transpose, *options.no_transpose}
    result = set(options.transpose) - set(options.no_transpose)
    for name, shape in shapes.items():
        bias = shapes.get(name[:-1] + "b", ())
        if name.rpartition("/")[2] != "proj_w" or name in decided or len(shape) != 2 or len(bias) != 1:
            continue
        vocabulary = bias[0]
        if shape == (vocabulary, vocabulary):
            raise CheckpointError(
                f"{name} {list(shape)} is square: whether it is [vocabulary, size], as the tutorial of 1.x "
                f"has it, or [size, vocabulary], as before, cannot be seen. Say --no-transpose {name} or "
                f"--transpose {name}"
            )
        if shape[1] == vocabulary:
            result.add(name)
            notes.append(
                f"{name} was [size, vocabulary] and is now [vocabulary, size], as legacy_seq2seq.translate "
                f"and the tutorial of 1.x have it; if your program still makes it [size, vocabulary], "
                f"convert with --no-transpose {name}"
            )
    return result


class _Planner:
    def __init__(self, shapes: Shapes, options: Options) -> None:
        self._shapes = shapes
        self._options = options
        self._slots = find_slots(shapes)
        variables = {name: shape for name, shape in shapes.items() if name not in self._slots}
        slot_renames = {name: new for name, new in options.rename.items() if name in self._slots}
        renames = {name: new for name, new in options.rename.items() if name not in slot_renames}
        self._walk = Walk(variables, renames, options.keep)
        self._slot_renames = slot_renames
        self.notes = list(self._walk.notes)
        self.era_0 = is_era_0(variables)
        scopes = {slot.scopes for slot in self._slots.values()}
        used = self._walk.used | set(slot_renames)
        used |= {path for path in renames if any(f"{scope}/".startswith(f"{path}/") for scope in scopes)}
        _refuse_unknown("--rename", options.rename, used, "variable or scope (outside of a cell)")
        _refuse_unknown("--keep", options.keep, used, "variable or scope")
        _refuse_unknown("--slot-scope", options.slot_scopes, scopes, "slots that begin so")
        self._scopes = self._slot_scopes()

    def _slot_scopes(self) -> dict[str, str]:
        result: dict[str, str] = {}
        if self.era_0:
            scoped = {old for old, target in self._walk.targets.items() if target.name != old}
            undecided = {n: s for n, s in self._slots.items() if s.scopes not in self._options.slot_scopes}
            result, notes = without_name_scopes(undecided, scoped)
            self.notes += notes
        return result | dict(self._options.slot_scopes)

    def _outer(self, scopes: str) -> str:
        """The new beginning of slots' names, a renamed outer scope considered."""
        new = self._scopes.get(scopes, scopes)
        for old, to in sorted(self._options.rename.items(), key=lambda pair: -len(pair[0])):
            if f"{new}/".startswith(f"{old}/"):
                return to + new[len(old) :] if to else new[len(old) + 1 :]
        return new

    def target(self, name: str) -> Target:
        """Where a value goes."""
        if name in self._slot_renames:
            return Target(self._slot_renames[name], "as told (--rename)")
        slot = self._slots.get(name)
        if slot is None:
            return self._walk.targets[name]
        primary = self.target(slot.variable)
        new = Slot(self._outer(slot.scopes), slot.variable, slot.suffix).named(primary.name)
        return Target(new, f"slot of {primary.name}", primary.shard)

    def slot_of(self, name: str) -> str:
        """The new name of the variable whose slot `name` is, or ""."""
        return self.target(self._slots[name].variable).name if name in self._slots else ""

    def matrix(self, name: str) -> str:
        """The variable whose shape decides about `name`."""
        slot = self._slots.get(name)
        same = slot is not None and self._shapes[slot.variable] == self._shapes[name]
        return self.matrix(slot.variable) if slot is not None and same else name


def _joined_shape(names: list[str], shapes: Shapes, new: str) -> tuple[int, ...]:
    """The shape of pieces put together along the first axis."""
    first = shapes[names[0]]
    for name in names:
        if not first or shapes[name][1:] != first[1:]:
            raise CheckpointError(
                f"{new}: the pieces {names[0]} {list(first)} and {name} {list(shapes[name])} cannot be "
                "joined along the first axis"
            )
    return (sum(shapes[name][0] for name in names), *first[1:])


def make_plan(shapes: Shapes, options: Options | None = None) -> Plan:
    """Decide about every value, given the shapes by name.

    Raises CheckpointError where it cannot be decided.
    """
    options = options or Options()
    dropped = {n: p for n in shapes for p in options.drop if f"{n}/".startswith(f"{p}/")}
    _refuse_unknown("--drop", options.drop, dropped.values(), "variable or scope")
    shapes = {name: shape for name, shape in shapes.items() if name not in dropped}
    planner = _Planner(shapes, options)
    transposed = _transposed(shapes, options, planner.notes)
    _refuse_unknown("--split", options.split, shapes, "value")
    groups: dict[str, list[tuple[int, str, Target]]] = {}
    for name in shapes:
        if name not in options.split:
            target = planner.target(name)
            groups.setdefault(target.name, []).append((target.shard or 0, name, target))
    rows = []
    for new, pieces in groups.items():
        pieces.sort(key=lambda piece: piece[:2])
        names = [name for _, name, _ in pieces]
        if len({shard for shard, _, _ in pieces}) < len(pieces):
            raise CheckpointError(
                f"{names[0]} and {names[1]} would both be called {new}: use --rename or --keep"
            )
        target = pieces[0][2]
        if target.shard is not None and [shard for shard, _, _ in pieces] != list(range(len(pieces))):
            raise CheckpointError(f"{new}: a piece is missing, the checkpoint has only {', '.join(names)}")
        shape = _joined_shape(names, shapes, new) if len(names) > 1 else shapes[names[0]]
        turn = planner.matrix(names[0]) in transposed
        rows.append(
            Row(
                tuple(names),
                new,
                shape[::-1] if turn else shape,
                transposed=turn,
                rule=target.rule,
                slot_of=planner.slot_of(names[0]),
            )
        )
    for name, parts in options.split.items():
        shape = shapes[name]
        if not shape or shape[-1] % len(parts):
            raise CheckpointError(
                f"--split {name}: its last axis cannot be cut into {len(parts)} equal parts, it is "
                f"{list(shape)}"
            )
        part_shape = (*shape[:-1], shape[-1] // len(parts))
        rows += [
            Row((name,), part, part_shape, part=(index, len(parts)), rule="state")
            for index, part in enumerate(parts)
        ]
    _refuse_collisions(rows)
    rows.sort(key=lambda row: (bool(row.slot_of), row.old))
    return Plan(rows, sorted(dropped), planner.notes)


def _refuse_collisions(rows: list[Row]) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        if row.new in seen:
            raise CheckpointError(
                f"{seen[row.new].old[0]} and {row.old[0]} would both be called {row.new}: use --rename or "
                "--keep"
            )
        seen[row.new] = row
