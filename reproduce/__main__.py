"""`python -m reproduce COMMAND`: makes runs, draws pictures, writes reports, measures costs and speed."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from legacy_seq2seq.quiet import silence_tensorflow

silence_tensorflow()

from price_subgraph.regimes import REGIMES
from reproduce.benchmark import BenchmarkError, benchmark, write_benchmark
from reproduce.benchmark_methods import (
    measure_costs,
    methods_table,
    time_steps,
    write_costs,
    write_timings,
)
from reproduce.config import PRESET_SEEDS, PRESETS, ExperimentConfig
from reproduce.corpora import CORPORA, CorpusError
from reproduce.dataset import Dataset, describe, load_dataset
from reproduce.experiment import ExperimentError, Run, check_folder, notes_of
from reproduce.files import write_atomically
from reproduce.flags import Parser, add_run_flags, parse_seeds, parse_workers
from reproduce.methods import labels_of, parse_label
from reproduce.plots import draw_convergence
from reproduce.provenance import provenance
from reproduce.report import PICTURE, write_report
from reproduce.rescaling import make_points, read_points, write_page
from reproduce.rows import RowsError, read_experiment
from reproduce.study.command import add_study_flags, study
from reproduce.sweep import sweep
from reproduce.text import write_text
from reproduce.translation import TranslationError, page, translate

_LISTED = 5


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which is to end a command as Ctrl-C does: workers stopped, rows gathered."""


def _terminate(number: int, frame: object) -> None:
    raise _Terminated


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    given.argv = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(given.command(given))
    except (BenchmarkError, CorpusError, ExperimentError, RowsError, TranslationError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f"error: not enough memory: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interruption:
        goes_on = ": the same command goes on where this one was" if given.command in _RESUMABLE else ""
        print(f"interrupted{goes_on}", file=sys.stderr)
        return 128 + (signal.SIGTERM if isinstance(interruption, _Terminated) else signal.SIGINT)


def _run(given: argparse.Namespace) -> int:
    values = {**PRESETS[given.preset], **{k: v for k, v in vars(given).items() if k in _CONFIG}}
    try:
        config = ExperimentConfig(**values)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    out = given.out or Path("out") / config.corpus
    seeds = PRESET_SEEDS[given.preset] if given.seeds is None else given.seeds
    try:
        runs = _runs(given.regimes, labels_of(given.methods, given.method_parameters), seeds)
        for run in runs:
            if REGIMES[run.regime].balances:
                parse_label(run.label).check(1 + len(config.heads))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _check_writable(out)
    print(f"reading the corpus {config.corpus}", file=sys.stderr, flush=True)
    dataset = load_dataset(config)
    earlier = check_folder(out, config, dataset) - {provenance()["commit"]}
    if earlier:
        print(f"runs made at other commits are kept: {', '.join(sorted(map(str, earlier)))}", file=sys.stderr)
    _tell(config, dataset, out)
    sweep(runs, out, config, dataset, given.workers, ["python", "-m", "reproduce", *given.argv])
    _plot(argparse.Namespace(folder=out))
    _report(argparse.Namespace(folder=out))
    return 0


def _runs(regimes: Sequence[str], labels: Sequence[str], seeds: Sequence[int]) -> list[Run]:
    """Every regime with every seed, those that combine gradients with every method.

    Raises ValueError if methods are named, and no regime that takes them.
    """
    takers = [name for name, regime in REGIMES.items() if regime.balances]
    if any(label != REGIMES[name].method for label in labels for name in takers) and not set(takers) & set(
        regimes
    ):
        raise ValueError(f"methods: expected --regimes with {' or '.join(takers)}, got {','.join(regimes)}")
    return [
        Run(regime, seed, label)
        for seed in seeds
        for regime in regimes
        for label in (labels if REGIMES[regime].balances else ("",))
    ]


def _methods(given: argparse.Namespace) -> int:
    print(methods_table(None if given.no_cost else measure_costs(given.rounds)))
    return 0


def _rescaling(given: argparse.Namespace) -> int:
    if not given.page_only:
        _check_writable(given.out)
        command = ["python", "-m", "reproduce", *given.argv]
        make_points(given.out, given.seeds, given.workers, command)
    write_page(read_points(given.out / "rescaling.csv"), given.out)
    print(given.out / "RESCALING.md")
    return 0


def _study(given: argparse.Namespace) -> int:
    if not given.dry_run:
        _check_writable(given.out)
    return study(given, ["python", "-m", "reproduce", *given.argv])


def _plot(given: argparse.Namespace) -> int:
    draw_convergence(read_experiment(given.folder / "rows.csv"), given.folder / PICTURE)
    print(given.folder / PICTURE)
    return 0


def _report(given: argparse.Namespace) -> int:
    rows = read_experiment(given.folder / "rows.csv")
    try:
        notes = notes_of(given.folder)
    except ExperimentError as error:  # the rows are all that a report needs
        print(f"without the notes on the corpus: {error}", file=sys.stderr)
        notes = []
    write_report(rows, given.folder / "REPORT.md", notes)
    print(given.folder / "REPORT.md")
    return 0


def _corpus(given: argparse.Namespace) -> int:
    out = given.out or Path("out/corpora") / given.corpus
    _check_writable(out)
    options = ExperimentConfig(corpus=given.corpus, cache=given.cache).corpus_options()
    corpus = CORPORA[given.corpus].load(options)
    for note in corpus.notes:
        print(note, file=sys.stderr)
    print(*write_text(corpus, out), sep="\n")
    return 0


def _translate(given: argparse.Namespace) -> int:
    if not given.page_only:
        _check_writable(given.out)
        translate(given.texts, given.work, given.out, ["python", "-m", "reproduce", *given.argv])
    metadata = json.loads((given.out / "metadata.json").read_text(encoding="utf-8"))
    write_atomically(given.out / "REPORT.md", page(metadata))
    print(given.out / "REPORT.md")
    return 0


def _benchmark(given: argparse.Namespace) -> int:
    if given.page_only and not given.methods:
        raise BenchmarkError("--page-only: expected --methods with it")
    _check_writable(given.out)
    command = ["python", "-m", "reproduce", *given.argv]
    if given.methods:
        if not given.page_only:
            timings = [timing for tasks in (2, 3) for timing in time_steps(given.rounds, tasks)]
            write_timings(timings, given.rounds, command, given.out)
        write_costs(given.out)
        print(given.out / "REPORT.md")
        return 0
    write_benchmark(benchmark(given.tf1_python, given.torch_python, given.rounds, command), given.out)
    print(given.out / "REPORT.md")
    return 0


def _tell(config: ExperimentConfig, dataset: Dataset, out: Path) -> None:
    counts = [sum(map(len, split)) for split in (dataset.train, dataset.dev)]
    print(
        f"corpus {config.corpus}: {counts[0]} pairs to train on, {counts[1]} to evaluate on, "
        f"{dataset.source_vocab_size} source and {dataset.target_vocab_size} target words",
        file=sys.stderr,
    )
    for note in dataset.notes:
        print(f"  {note}", file=sys.stderr)
    listing = out / "too_long.txt"
    listing.unlink(missing_ok=True)
    if dataset.too_long:
        lines = [describe(example) for example in dataset.too_long]
        write_atomically(listing, "\n".join(lines) + "\n")
        print(
            f"dropped {len(lines)} pairs that are too long for every bucket, listed in {listing}:",
            file=sys.stderr,
        )
        for line in lines[:_LISTED]:
            print(f"  {line}", file=sys.stderr)
        if len(lines) > _LISTED:
            print(f"  and {len(lines) - _LISTED} more", file=sys.stderr)


def _check_writable(out: Path) -> None:
    """Finds out before the work, not after it, that its results cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ExperimentError(f"--out {out}: expected a folder to write to: {error}") from error


_RESUMABLE = (_run, _rescaling, _study, _translate)
_CONFIG = {field.name for field in fields(ExperimentConfig)}


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m reproduce", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(
        required=True, metavar="run|plot|report|corpus|translate|methods|rescaling|study|benchmark"
    )
    run = commands.add_parser(
        "run",
        help="train every regime with every seed",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    run.set_defaults(command=_run)
    add_run_flags(run)
    for name, function, text in (
        ("plot", _plot, "redraw DIR's pictures from its rows"),
        ("report", _report, "rewrite DIR/REPORT.md from its rows"),
    ):
        command = commands.add_parser(name, help=text, allow_abbrev=False)
        command.set_defaults(command=function)
        command.add_argument("folder", type=Path, metavar="DIR")
    sentences = commands.add_parser("corpus", help="write a corpus as text files", allow_abbrev=False)
    sentences.set_defaults(command=_corpus)
    with_text = sorted(name for name, entry in CORPORA.items() if set(entry.options) <= {"cache"})
    sentences.add_argument("--corpus", choices=with_text, required=True)
    sentences.add_argument(
        "--cache", type=Path, metavar="DIR", help="corpus debian: where the indexes are kept"
    )
    sentences.add_argument("--out", type=Path, metavar="DIR", help="by default out/corpora/CORPUS")
    learned = commands.add_parser(
        "translate",
        help="learn a translation with the tutorial's program, and measure it",
        allow_abbrev=False,
    )
    learned.set_defaults(command=_translate)
    learned.add_argument(
        "--texts",
        type=Path,
        default=Path("out/corpora/debian"),
        metavar="DIR",
        help="what `corpus` has written",
    )
    learned.add_argument(
        "--work", type=Path, default=Path("out/translate"), metavar="DIR", help="for the model"
    )
    learned.add_argument("--out", type=Path, default=Path("out/translate/results"), metavar="DIR")
    learned.add_argument(
        "--page-only", action="store_true", help="rewrite DIR/REPORT.md from its metadata.json"
    )
    methods = commands.add_parser("methods", help="the balancing methods, and their costs here")
    methods.set_defaults(command=_methods)
    methods.add_argument("--no-cost", action="store_true", help="the table alone, at once")
    methods.add_argument(
        "--rounds", type=parse_workers, default=15, metavar="N", help="steps timed (default: 15)"
    )
    scale = commands.add_parser("rescaling", help="what a factor on the price's loss does, by optimizer")
    scale.set_defaults(command=_rescaling)
    scale.add_argument("--seeds", type=parse_seeds, default=(0, 1, 2), metavar="0,1", help="by default 0,1,2")
    scale.add_argument("--workers", type=parse_workers, default=os.cpu_count() or 1, metavar="N")
    scale.add_argument("--out", type=Path, default=Path("out/rescaling"), metavar="DIR")
    scale.add_argument("--page-only", action="store_true", help="rewrite DIR's page from its rescaling.csv")
    whole = commands.add_parser(
        "study",
        help="the claims of 2016 judged, with statistics",
        allow_abbrev=False,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    whole.set_defaults(command=_study)
    add_study_flags(whole)
    speed = commands.add_parser("benchmark", help="step, build and memory beside others", allow_abbrev=False)
    speed.set_defaults(command=_benchmark)
    speed.add_argument("--tf1-python", metavar="PATH", help="an interpreter that has TensorFlow 1.15.5")
    speed.add_argument(
        "--torch-python", default=sys.executable, metavar="PATH", help="one that has PyTorch (default: this)"
    )
    speed.add_argument("--methods", action="store_true", help="of each balancing method, instead")
    speed.add_argument(
        "--page-only", action="store_true", help="with --methods: rewrite DIR's report from its rows.csv"
    )
    speed.add_argument(
        "--rounds", type=parse_workers, default=9, metavar="N", help="steps a bucket (default: 9)"
    )
    speed.add_argument("--out", type=Path, default=Path("out/benchmark"), metavar="DIR")
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main())
