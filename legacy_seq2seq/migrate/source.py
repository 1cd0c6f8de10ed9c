"""`python -m legacy_seq2seq.migrate source`: rewrite a tree of legacy code. It is read, never executed."""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from legacy_seq2seq.migrate import output, report
from legacy_seq2seq.migrate.engine import Migrated, migrate
from legacy_seq2seq.migrate.era import ERAS
from legacy_seq2seq.migrate.rule import Rule
from legacy_seq2seq.migrate.rules import RULES

DONE, OPEN, MISUSE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.description = (
        "Rewrite a file or a whole tree of TensorFlow 0.5 to 1.15 code (Python 2 or 3, notebooks too) for "
        "Python 3.10+ and TensorFlow 2 with legacy_seq2seq."
    )
    parser.epilog = (
        "Exit code: 0 done; 1 something could not be parsed, or with --check something would change; "
        "2 the command line is wrong."
    )
    parser.add_argument("source", metavar="SRC", nargs="?", type=Path, help="file or folder of legacy code")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--out", metavar="DST", type=Path, help="write here; must not exist, or be empty")
    where.add_argument("--in-place", action="store_true", help="rewrite SRC, and keep it as SRC.orig")
    where.add_argument("--check", action="store_true", help="write nothing, print the diff")
    parser.add_argument("--era", choices=ERAS, help="the release the code is for; found out if not given")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="also write a report, Markdown or (.json) JSON; may be given twice",
    )
    parser.add_argument("--only", metavar="RULE", action="append", default=[], help="run this rule only")
    parser.add_argument("--skip", metavar="RULE", action="append", default=[], help="do not run this rule")
    parser.add_argument("--list-rules", action="store_true", help="print the rules and what they do")


def run(arguments: argparse.Namespace) -> int:
    """Migrate, write, report."""
    if arguments.list_rules:
        for rule in RULES:
            print(f"{rule.name}\n    {rule.summary()}")
        return DONE
    wrong = _misuse(arguments)
    if wrong is not None:
        print(f"error: {wrong}", file=sys.stderr)
        return MISUSE
    rules = _chosen(arguments.only, arguments.skip)
    era = ERAS[arguments.era] if arguments.era else None
    files, others = migrate(
        arguments.source,
        rules,
        era=(era, era) if era is not None else None,
        convert=any(rule.name == "python2-syntax" for rule in rules),
        progress=_progress(),
    )
    try:
        _write(arguments, files, others)
        for path in arguments.report:
            report.write(path, arguments.source, files, others)
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return MISUSE
    return _tell(arguments, files, others)


def _misuse(arguments: argparse.Namespace) -> str | None:
    known = {rule.name for rule in RULES}
    unknown = sorted({*arguments.only, *arguments.skip} - known)
    if unknown:
        return f"no rule {', '.join(unknown)}; --list-rules names them"
    if arguments.source is None:
        return "SRC is missing: the file or folder to migrate"
    if not arguments.source.exists():
        return f"{arguments.source}: no such file or folder"
    if not (arguments.out or arguments.in_place or arguments.check):
        return "say where the result goes: --out DST, --in-place or --check"
    wrong = [path for path in arguments.report if path.suffix not in (".md", ".json")]
    if wrong:
        return f"{wrong[0]}: a report ends in .md or .json"
    if arguments.out is not None:
        return output.refused(arguments.source, arguments.out)
    if arguments.in_place:
        backup = output.backup_of(arguments.source)
        if os.path.lexists(backup):
            return f"{backup}: there is a backup already; move it away"
    return None


def _chosen(only: Sequence[str], skip: Sequence[str]) -> list[type[Rule]]:
    return [rule for rule in RULES if (not only or rule.name in only) and rule.name not in skip]


def _progress() -> bool:
    return sys.stderr.isatty()


def _write(arguments: argparse.Namespace, files: Sequence[Migrated], others: Sequence[Path]) -> None:
    if arguments.out is not None:
        output.write_tree(arguments.source, arguments.out, files, others)
    elif arguments.in_place:
        output.write_in_place(arguments.source, files)
    else:
        for file in files:
            if file.changed:
                sys.stdout.writelines(_diff(file))


def _diff(file: Migrated) -> list[str]:
    before, after = (
        data.decode("utf-8", "replace").splitlines(keepends=True) for data in (file.before, file.after)
    )
    lines = difflib.unified_diff(before, after, f"a/{file.path}", f"b/{file.path}")
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]


def _tell(arguments: argparse.Namespace, files: Sequence[Migrated], others: Sequence[Path]) -> int:
    problems = [problem for file in files for problem in file.problems]
    findings = [finding for file in files for finding in file.findings]
    for line in (*findings, *problems):
        print(line)
    for path in others:
        led = output.leads_out(arguments.source, path)
        if led is not None:
            print(f"{path.as_posix()}: a link out of the tree, to {led}: kept; what is there is not migrated")
    changed = [file for file in files if file.changed]
    edits = sum(sum(file.rules.values()) for file in files)
    verb = "would change" if arguments.check else "changed"
    print(
        f"{len(files)} files read, {len(changed)} {verb} by {edits} edits, "
        f"{len(findings)} findings to decide, {len(problems)} not parsed"
    )
    return OPEN if problems or (arguments.check and changed) else DONE
