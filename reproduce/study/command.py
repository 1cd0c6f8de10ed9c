"""`python -m reproduce study`: its flags, and what it does with them."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reproduce.config import CRITERIA
from reproduce.experiment import ExperimentError
from reproduce.flags import parse_count, parse_path
from reproduce.study.cells import Cell
from reproduce.study.design import DESIGNS, Design
from reproduce.study.page import write_page
from reproduce.study.parts import PARTS
from reproduce.study.runs import Shard, check, imagined, make_part, records_of, told

# Processor time on a busy Intel Xeon, rounded up: what a run costs beside its steps, and a step.
_RUN_SECONDS, _STEP_SECONDS, _STEP_UNITS = 8.0, 0.007, DESIGNS["default"].base.size


def add_study_flags(study: argparse.ArgumentParser) -> None:
    """The flags of `study`."""
    study.add_argument(
        "--part",
        choices=list(PARTS),
        action="append",
        help="this part alone; may be given again:\n"
        + "\n".join(f"{name}: {part.description}" for name, part in PARTS.items()),
    )
    study.add_argument(
        "--shard", type=parse_shard, default=Shard(), metavar="I/N", help="of the runs, the I-th of N shares"
    )
    study.add_argument("--workers", type=parse_count, default=os.cpu_count() or 1, metavar="N")
    study.add_argument("--preset", choices=sorted(DESIGNS), default="default", help="how large")
    for flag, text in (
        ("--steps", f"of a tuning run; the others take {CRITERIA.patience} times as many"),
        ("--size", "units"),
        ("--seeds", "fresh seeds of what is not tuned, from 0 up"),
        ("--map-seeds", "seeds of a place on the map, from 0 up"),
    ):
        study.add_argument(flag, type=parse_count, metavar="N", help=f"{text} (default: the preset's)")
    study.add_argument("--out", type=parse_path, default=Path("out/study"), metavar="DIR")
    study.add_argument("--dry-run", action="store_true", help="count the runs, and say how long they take")
    study.add_argument("--page-only", action="store_true", help="rewrite DIR's pages from its rows")


def parse_shard(text: str) -> Shard:
    """`1/3` -> the first of three."""
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not match or int(match[1]) > int(match[2]):
        raise argparse.ArgumentTypeError(f"expected the number of a share and of all, like 1/3, got {text!r}")
    return Shard(int(match[1]), int(match[2]))


def study(given: argparse.Namespace, command: Sequence[str]) -> int:
    """Makes the runs of some parts, or all, that are not there, then the page; 0 if nothing is left to do."""
    design, parts = resized(DESIGNS[given.preset], given), given.part or list(PARTS)
    if given.dry_run:
        print(estimate(imagined(design, parts), given.workers, given.shard.of))
        if given.size:
            print(f"(as if a step with {given.size} units took as long as with {_STEP_UNITS})")
        return 0
    waiting = []
    if given.page_only:
        check(design, records_of(given.out))
    else:
        for part in parts:
            waiting += make_part(design, part, given.out, given.shard, given.workers, command)
    write_page(design, records_of(given.out), given.out)
    print(given.out / "REPORT.md")
    for reason in waiting:
        print(f"waits for {reason}", file=sys.stderr)
    return 1 if waiting else 0


def resized(preset: Design, given: argparse.Namespace) -> Design:
    """A preset with the numbers that flags give. Raises ExperimentError that names the flag."""
    base = preset.base
    if given.steps:
        eval_every = max(1, given.steps // 10)
        # Arms are compared after as many steps as the tuning has, too, so longer runs are evaluated there.
        if given.steps % eval_every:
            raise ExperimentError(f"--steps: expected a multiple of 10, or fewer than 20, got {given.steps}")
        base = replace(base, steps=given.steps, eval_every=eval_every)
    if given.size:
        base = replace(base, size=given.size)
    tuned_with = min(preset.tuning_seeds)
    for flag, count in (("--seeds", given.seeds), ("--map-seeds", given.map_seeds)):
        if count and count > tuned_with:
            raise ExperimentError(
                f"{flag}: expected at most {tuned_with}, which is a seed of the tuning, got {count}"
            )
    seeds = tuple(range(given.seeds)) if given.seeds else preset.seeds
    map_seeds = tuple(range(given.map_seeds)) if given.map_seeds else preset.map_seeds
    if not set(map_seeds) <= set(seeds):
        raise ExperimentError(
            f"--map-seeds: expected at most --seeds, {len(seeds)}, whose runs they are beside, got "
            f"{len(map_seeds)}"
        )
    found = replace(preset, base=base, seeds=seeds, map_seeds=map_seeds)
    return found if found == preset else replace(found, history=())


def estimate(cells: dict[str, list[Cell]], workers: int, shards: int) -> str:
    """The runs of each part by stage, and the hours that all of them take."""
    lines, whole = [], 0.0
    for part, of_part in cells.items():
        stages = ", ".join(f"{count} {stage}" for stage, count in Counter(c.stage for c in of_part).items())
        seconds = sum(_RUN_SECONDS + _STEP_SECONDS * cell.config.steps for cell in of_part)
        whole += seconds
        lines.append(f"{part}: {len(of_part)} runs ({stages}), {told(seconds / workers / shards)}")
    runs = sum(map(len, cells.values()))
    lines.append(f"all: {runs} runs, about {told(whole / workers / shards)} with {workers} workers a machine")
    return "\n".join(lines)
