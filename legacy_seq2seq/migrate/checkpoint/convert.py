"""Conversion of a whole checkpoint, for Python callers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError
from legacy_seq2seq.migrate.checkpoint.files import (
    Reader,
    find_checkpoint,
    refuse_existing,
    target_prefix,
    write_checkpoint,
)
from legacy_seq2seq.migrate.checkpoint.likeness import agree
from legacy_seq2seq.migrate.checkpoint.plan import Options, Row, make_plan


@dataclass(frozen=True)
class Conversion:
    """What was, or would be, done.

    Attributes:
      source: prefix of the old checkpoint.
      format: its format, `V1` or `V2`.
      target: prefix of the new one, None if there is none.
      rows: all values of the new checkpoint.
      dropped: values of the old checkpoint that are left out, which only `Options.drop` can bring about.
      notes: what the user should know, in sentences.
      missing: with `like`: variables that the fresh checkpoint has and the new one has not.
      extra: with `like`: values that the fresh checkpoint has not.
    """

    source: str
    format: str
    target: str | None
    rows: tuple[Row, ...]
    dropped: tuple[str, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def unmatched(self) -> list[Row]:
        """Values that no rule knows; they are carried over, too."""
        return [row for row in self.rows if not row.rule]


def _value(reader: Reader, row: Row) -> Any:
    pieces = [reader.value(name) for name in row.old]
    array = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    if row.part is not None:
        array = np.split(array, row.part[1], axis=-1)[row.part[0]]
    return np.ascontiguousarray(array.T) if row.transposed else np.asarray(array)


def convert_checkpoint(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str] | None = None,
    *,
    options: Options | None = None,
    like: str | os.PathLike[str] | None = None,
    allow_missing: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Conversion:
    """Carry the weights of a legacy checkpoint over to the names of 1.15, which `legacy_seq2seq` uses.

    Args:
      old: a checkpoint's prefix, one of its files, or a folder (its newest checkpoint).
      new: the new prefix if its last part contains `.ckpt` (or ends with `-` and a number, unless `old` is a
        folder); else a folder, in which the new checkpoint gets the old one's name. May be None with
        `dry_run` only.
      options: the user's decisions.
      like: a checkpoint that the migrated program saved: names and orientations are taken from it.
      allow_missing: write even if `like` has variables that the result lacks.
      force: replace what is at `new`.
      dry_run: write nothing.

    Returns what was done. Raises CheckpointError if the old checkpoint cannot be found or read, something
    cannot be decided, or the new one cannot be written; nothing is written then.
    """
    if new is None and not dry_run:
        raise CheckpointError("new must name where to write, got None")
    source, kind = find_checkpoint(old)
    target = None if new is None else target_prefix(new, old, source)
    if target is not None and not dry_run:
        refuse_existing(target, source, force)
    reader = Reader(source)
    plan = make_plan(reader.shapes, options)
    rows, notes, missing, extra = plan.rows, plan.notes, [], []
    if like is not None:
        fresh = Reader(find_checkpoint(like)[0])
        likeness = agree(rows, fresh.shapes)
        rows, missing, extra = likeness.rows, likeness.missing, likeness.extra
        # With a name for everything, what the rules were not sure about is settled.
        notes = [*(notes if missing or extra else []), *likeness.notes]
        if missing and not (allow_missing or dry_run):
            raise CheckpointError(
                f"{fresh.prefix} has {len(missing)} variables that {source} lacks: {', '.join(missing)}. A "
                "Saver of the whole program would not restore. Use --rename, or --allow-missing for new ones"
            )
    if os.path.isdir(old):
        notes = [f"{old} is a folder: its newest checkpoint is {Path(source).name}", *notes]
    if target is not None and not dry_run:
        values = ((row.new, tf.as_dtype(reader.dtypes[row.old[0]]), _value(reader, row)) for row in rows)
        write_checkpoint(target, values)
    return Conversion(
        source,
        kind,
        None if target is None else str(target),
        tuple(rows),
        tuple(plan.dropped),
        tuple(notes),
        tuple(missing),
        tuple(extra),
    )
