"""`python -m reproduce COMMAND`: makes runs, draws pictures, writes reports, measures costs and speed."""

from __future__ import annotations

import argparse
import json
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
from reproduce.config import PRESET_SEEDS, ExperimentConfig, with_preset
from reproduce.corpora import CORPORA, CorpusError
from reproduce.dataset import Dataset, describe, load_dataset
from reproduce.experiment import ExperimentError, Run, check_folder, notes_of
from reproduce.files import write_atomically
from reproduce.flags import (
    Parser,
    add_benchmark_flags,
    add_corpus_flags,
    add_methods_flags,
    add_rescaling_flags,
    add_run_flags,
    add_translate_flags,
    by_flag,
    parse_path,
)
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
    try:
        config = with_preset(given.preset, {k: v for k, v in vars(given).items() if k in _CONFIG})
    except ValueError as error:
        print(f"error: {by_flag(error)}", file=sys.stderr)
        return 2
    own = "" if given.preset == "default" else f"-{given.preset}"
    out = given.out or Path("out") / f"{config.corpus}{own}"
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
        command.add_argument("folder", type=parse_path, metavar="DIR")
    for name, function, text, add_flags in (
        ("corpus", _corpus, "write a corpus as text files", add_corpus_flags),
        (
            "translate",
            _translate,
            "learn a translation with the tutorial's program, and measure it",
            add_translate_flags,
        ),
        ("methods", _methods, "the balancing methods, and their costs here", add_methods_flags),
        (
            "rescaling",
            _rescaling,
            "what a factor on the price's loss does, by optimizer",
            add_rescaling_flags,
        ),
        ("study", _study, "the claims of 2016 judged, with statistics", add_study_flags),
        ("benchmark", _benchmark, "step, build and memory beside others", add_benchmark_flags),
    ):
        command = commands.add_parser(
            name, help=text, allow_abbrev=False, formatter_class=argparse.RawTextHelpFormatter
        )
        command.set_defaults(command=function)
        add_flags(command)
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main())
