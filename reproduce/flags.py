"""The command line's flags: those of `run` are the settings of an experiment; and how all are read."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

from price_subgraph.regimes import REGIMES
from reproduce.config import PRESETS, ExperimentConfig
from reproduce.corpora import CORPORA
from reproduce.methods import parse_names
from reproduce.parameters import parse_parameters


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that is brief about mistakes."""

    def error(self, message: str) -> NoReturn:
        """Without the usage: forty flags would hide what is wrong."""
        self.exit(2, f"error: {message}\n(every flag: {self.prog} --help)\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What a command does not know is the command's own mistake, not that of the parser above it."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown


def add_run_flags(run: argparse.ArgumentParser) -> None:
    """The flags of `run`: which runs to make, how many at once and where, and ExperimentConfig's fields."""
    run.add_argument("--preset", choices=sorted(PRESETS), default="default", help="what flags default to")
    run.add_argument(
        "--regimes",
        type=parse_regimes,
        default=tuple(REGIMES),
        metavar="A,B",
        help="which regimes, all by default:\n"
        + "\n".join(f"{name}: {regime.description}" for name, regime in REGIMES.items()),
    )
    run.add_argument(
        "--methods",
        type=checked(parse_names),
        default=("sum",),
        metavar="A,B",
        help="how joint combines the tasks' gradients: names of `python -m reproduce methods`, with\n"
        "@representation for where they meet in the final state (default: sum)",
    )
    run.add_argument(
        "--method-parameters",
        type=checked(parse_parameters),
        default=[],
        metavar="NAME:KEY=VALUE",
        help="as cagrad:c=0.4;static_weights:weights=1/0.1; a method named twice is run with both",
    )
    run.add_argument(
        "--seeds", type=parse_seeds, default=None, metavar="0,1", help="by default 0,1,2 (smoke: 0)"
    )
    run.add_argument(
        "--workers",
        type=parse_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="runs side by side; all cores by default",
    )
    run.add_argument(
        "--out",
        type=parse_path,
        default=None,
        metavar="DIR",
        help="by default out/CORPUS, or out/CORPUS-smoke",
    )
    for field in fields(ExperimentConfig):
        more = dict(field.metadata)
        text = more.pop("help")
        if field.type == "bool":
            more["action"] = "store_true"
        elif "choices" not in more:
            more["metavar"] = field.name.rsplit("_", 1)[-1].upper()
            more["type"] = parse_path if more["type"] is Path else checked(more["type"])
        run.add_argument(
            "--" + field.name.replace("_", "-"), help=f"{text} (default: {_shown(field.default)})", **more
        )


def add_corpus_flags(command: argparse.ArgumentParser) -> None:
    """The flags of `corpus`."""
    with_text = sorted(name for name, entry in CORPORA.items() if set(entry.options) <= {"cache"})
    command.add_argument("--corpus", choices=with_text, required=True)
    command.add_argument(
        "--cache", type=parse_path, metavar="DIR", help="corpus debian: where the indexes are kept"
    )
    command.add_argument("--out", type=parse_path, metavar="DIR", help="by default out/corpora/CORPUS")


def add_translate_flags(command: argparse.ArgumentParser) -> None:
    """The flags of `translate`."""
    texts = Path("out/corpora/debian")
    command.add_argument(
        "--texts", type=parse_path, default=texts, metavar="DIR", help="what `corpus` has written"
    )
    command.add_argument(
        "--work", type=parse_path, default=Path("out/translate"), metavar="DIR", help="for the model"
    )
    command.add_argument("--out", type=parse_path, default=Path("out/translate/results"), metavar="DIR")
    command.add_argument(
        "--page-only", action="store_true", help="rewrite DIR/REPORT.md from its metadata.json"
    )


def add_methods_flags(command: argparse.ArgumentParser) -> None:
    """The flags of `methods`."""
    command.add_argument("--no-cost", action="store_true", help="the table alone, at once")
    command.add_argument(
        "--rounds", type=parse_count, default=15, metavar="N", help="steps timed (default: 15)"
    )


def add_rescaling_flags(command: argparse.ArgumentParser) -> None:
    """The flags of `rescaling`."""
    command.add_argument(
        "--seeds", type=parse_seeds, default=(0, 1, 2), metavar="0,1", help="by default 0,1,2"
    )
    command.add_argument("--workers", type=parse_count, default=os.cpu_count() or 1, metavar="N")
    command.add_argument("--out", type=parse_path, default=Path("out/rescaling"), metavar="DIR")
    command.add_argument("--page-only", action="store_true", help="rewrite DIR's page from its rescaling.csv")


def add_benchmark_flags(command: argparse.ArgumentParser) -> None:
    """The flags of `benchmark`."""
    command.add_argument("--tf1-python", metavar="PATH", help="an interpreter that has TensorFlow 1.15.5")
    command.add_argument(
        "--torch-python", default=sys.executable, metavar="PATH", help="one that has PyTorch (default: this)"
    )
    command.add_argument("--methods", action="store_true", help="of each balancing method, instead")
    command.add_argument(
        "--page-only", action="store_true", help="with --methods: rewrite DIR's report from its rows.csv"
    )
    command.add_argument(
        "--rounds", type=parse_count, default=9, metavar="N", help="steps a bucket (default: 9)"
    )
    command.add_argument("--out", type=parse_path, default=Path("out/benchmark"), metavar="DIR")


_FIELD = re.compile(rf"(?:{'|'.join(field.name for field in fields(ExperimentConfig))}): ")


def by_flag(error: ValueError) -> str:
    """What a message of ExperimentConfig says to somebody who gave flags: it begins with one, no field."""
    return _FIELD.sub(lambda found: "--" + found[0].replace("_", "-"), str(error), count=1)


def checked(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """argparse keeps the message of its own kind of error only."""

    def convert(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            number = "a whole number" if parse is int else "a number" if parse is float else None
            # The parser names the flag before it.
            told = f"expected {number}, got {text!r}" if number else _FIELD.sub("", str(error))
            raise argparse.ArgumentTypeError(told) from error

    return convert


def parse_regimes(text: str) -> tuple[str, ...]:
    """Names of REGIMES, each once."""
    names = tuple(dict.fromkeys(text.split(",")))
    unknown = [name for name in names if name not in REGIMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"expected some of {','.join(REGIMES)}, got {','.join(unknown)!r}")
    return names


def parse_seeds(text: str) -> tuple[int, ...]:
    """Whole numbers, each once."""
    if not re.fullmatch(r"\d+(,\d+)*", text):
        raise argparse.ArgumentTypeError(f"expected whole numbers like 0,1,2, got {text!r}")
    return tuple(dict.fromkeys(map(int, text.split(","))))


def parse_path(text: str) -> Path:
    """A path; nothing, as an unset variable of a shell leaves it, would be the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("expected a path, got an empty text")
    return Path(text)


def parse_count(text: str) -> int:
    """A whole number from 1 up."""
    if not re.fullmatch(r"[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, got {text!r}")
    return int(text)


def _shown(default: Any) -> str:
    if default in (None, ()):
        return "none"
    if isinstance(default, tuple):
        return ",".join(part if isinstance(part, str) else "x".join(map(str, part)) for part in default)
    return str(default)
