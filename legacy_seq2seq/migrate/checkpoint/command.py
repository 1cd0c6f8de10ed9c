"""The command line: `python -m legacy_seq2seq.migrate checkpoint OLD --out NEW`."""

import argparse
import sys

from legacy_seq2seq.migrate.checkpoint.convert import Conversion, convert_checkpoint
from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError
from legacy_seq2seq.migrate.checkpoint.plan import Options, Row


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals or not old:
        raise argparse.ArgumentTypeError(f"must be OLD=NEW, got {text!r}")
    return old.strip("/"), new.strip("/")


def _parts(text: str) -> tuple[str, tuple[str, ...]]:
    name, new = _pair(text)
    parts = tuple(part for part in new.split(",") if part)
    if len(parts) < 2:
        raise argparse.ArgumentTypeError(f"must be NAME=PART,PART[,...], got {text!r}")
    return name, parts


def _path(text: str) -> str:
    return text.strip("/")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to `parser`."""
    parser.description = (
        "Carry the weights of a checkpoint that TensorFlow 0.8 to 1.15 saved (V1 or V2) over to the names of "
        "1.15, which legacy_seq2seq uses. Every value is carried over, optimizers' slots included; those "
        "no rule knows keep their names and are listed."
    )
    parser.add_argument(
        "old", metavar="OLD", help="a checkpoint's prefix, one of its files, or a folder (its newest)"
    )
    parser.add_argument(
        "--out",
        metavar="NEW",
        help="a folder, in which the checkpoint keeps its name; or a prefix, if its last part has .ckpt "
        "in it (or ends with - and a number, unless OLD is a folder). A file named checkpoint beside the new "
        "checkpoint names it",
    )
    parser.add_argument("--dry-run", action="store_true", help="print what would be done, write nothing")
    parser.add_argument("--force", action="store_true", help="replace a checkpoint that is at NEW")
    parser.add_argument(
        "--like",
        metavar="FRESH",
        help="a checkpoint that the migrated program saved (one step is enough): its names and shapes decide",
    )
    parser.add_argument(
        "--allow-missing", action="store_true", help="write even if FRESH has variables that OLD has not"
    )
    parser.add_argument(
        "--rename",
        metavar="OLD=NEW",
        action="append",
        type=_pair,
        default=[],
        help="a variable or scope of the old checkpoint gets this name (OLD= takes a scope away); repeatable",
    )
    parser.add_argument(
        "--keep",
        metavar="NAME",
        action="append",
        type=_path,
        default=[],
        help="a variable or scope keeps its names",
    )
    parser.add_argument(
        "--transpose", metavar="NAME", action="append", type=_path, default=[], help="transpose a matrix"
    )
    parser.add_argument(
        "--no-transpose",
        metavar="NAME",
        action="append",
        type=_path,
        default=[],
        help="leave a matrix as it is (proj_w [size, vocabulary] is transposed otherwise)",
    )
    parser.add_argument(
        "--split",
        metavar="NAME=C,H[,...]",
        action="append",
        type=_parts,
        default=[],
        help="a concatenated LSTM state [..., n * units] becomes n variables",
    )
    parser.add_argument(
        "--drop",
        metavar="NAME",
        action="append",
        type=_path,
        default=[],
        help="leave out a variable or scope",
    )
    parser.add_argument(
        "--slot-scope",
        metavar="OLD=NEW",
        action="append",
        type=_pair,
        default=[],
        help="optimizer slots that begin with OLD/ begin with NEW/ (or nothing)",
    )


def _shape(row: Row) -> str:
    return "[" + ", ".join(map(str, row.shape)) + "]"


def table(rows: tuple[Row, ...]) -> str:
    """Rows as text: old name, new name, shape, what was done."""
    cells = [("old name", "new name", "shape", "what was done")]
    cells += [
        (" + ".join(row.old), row.new, _shape(row), row.action + ("" if row.rule else " (no rule)"))
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    lines = [
        "  ".join([*(text.ljust(width) for text, width in zip(line[:3], widths, strict=True)), line[3]])
        for line in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in [*widths, len(cells[0][3])]), *lines[1:]])


def report(conversion: Conversion, full: bool) -> str:
    """What was done, as text; `full` has every row, otherwise those that deserve a look."""
    slots = sum(bool(row.slot_of) for row in conversion.rows)
    renamed = sum(row.new not in row.old for row in conversion.rows)
    lines = [
        f"{conversion.source} ({conversion.format}): {len(conversion.rows) - slots} variables, {slots} "
        f"optimizer slots; {renamed} renamed, {len(conversion.unmatched)} matched by no rule"
    ]
    if full:
        lines += ["", table(conversion.rows)]
    reshaped = [row for row in conversion.rows if row.transposed or row.part or len(row.old) > 1]
    for title, entries in (
        (
            "not only renamed:",
            [] if full else [f"{' + '.join(r.old)} -> {r.new} {_shape(r)}: {r.action}" for r in reshaped],
        ),
        (
            "matched by no rule, carried over as they are:",
            [
                f"{row.old[0]} {_shape(row)}" + ("" if row.new in row.old else f" -> {row.new}")
                for row in conversion.unmatched
            ],
        ),
        ("left out, as told:", list(conversion.dropped)),
        ("in the fresh checkpoint only:", list(conversion.missing)),
        ("not in the fresh checkpoint, carried over all the same:", list(conversion.extra)),
        ("notes:", list(conversion.notes)),
    ):
        if entries:
            lines += ["", title, *(f"  {entry}" for entry in entries)]
    return "\n".join(lines)


def run(arguments: argparse.Namespace) -> int:
    """Convert; returns the exit code: 0, 1 if it cannot be done, 2 for a missing argument."""
    if arguments.out is None and not arguments.dry_run:
        print("error: --out NEW is needed (or --dry-run)", file=sys.stderr)
        return 2
    options = Options(
        rename=dict(arguments.rename),
        keep=tuple(arguments.keep),
        transpose=tuple(arguments.transpose),
        no_transpose=tuple(arguments.no_transpose),
        split=dict(arguments.split),
        drop=tuple(arguments.drop),
        slot_scopes=dict(arguments.slot_scope),
    )
    try:
        conversion = convert_checkpoint(
            arguments.old,
            arguments.out,
            options=options,
            like=arguments.like,
            allow_missing=arguments.allow_missing,
            force=arguments.force,
            dry_run=arguments.dry_run,
        )
    except CheckpointError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(report(conversion, full=arguments.dry_run))
    if arguments.dry_run:
        print("\ndry run: nothing was written" + (f" to {conversion.target}" if conversion.target else ""))
    else:
        print(f"\nwrote {conversion.target} (V2)")
    return 0
