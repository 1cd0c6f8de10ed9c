"""What runs in a worker process of a sweep."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from legacy_seq2seq.quiet import silence_tensorflow

if multiprocessing.current_process().name != "MainProcess":  # before what follows imports TensorFlow
    silence_tensorflow()

from reproduce.config import ExperimentConfig
from reproduce.experiment import Run, run_experiment
from reproduce.scoring import score_test

_REPORT_SECONDS = 0.3

_worker: dict[str, Any] = {}


def start_worker(progress: Any, parent: int, arguments: tuple[Any, ...]) -> None:
    """Prepares a new worker: `arguments` are those of `run_experiment` behind the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    _worker.update(progress=progress, arguments=arguments)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A killed command must not leave workers behind that write where the next one goes on."""
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)


def work(run: Run) -> None:
    """Makes one run."""
    out, config, dataset, command = _worker["arguments"]
    run_experiment(run, out, config, dataset, command, _reporter(_worker["progress"], config.steps))


def work_apart(out: Path, config: ExperimentConfig, run: Run) -> None:
    """Makes one run with settings and a folder of its own; the worker's arguments are dataset and command."""
    dataset, command = _worker["arguments"]
    run_experiment(run, out, config, dataset, command)


def work_cell(out: Path, config: ExperimentConfig, run: Run, tested: bool) -> tuple[dict[str, float], int]:
    """The same of the study: arguments are datasets by corpus, and command. What its last weights score on
    the test split, where that is asked for; and the number of dev examples."""
    datasets, command = _worker["arguments"]
    dataset = datasets[config.corpus]
    run_experiment(run, out, config, dataset, command)
    return score_test(run, out, config, dataset) if tested else {}, sum(map(len, dataset.dev))


def _reporter(progress: Any, steps: int) -> Callable[[int], None]:
    unreported = 0
    reported_at = time.monotonic()

    def on_step(step: int) -> None:
        nonlocal unreported, reported_at
        unreported += 1
        if step == steps or time.monotonic() - reported_at > _REPORT_SECONDS:
            progress.put(unreported)
            unreported, reported_at = 0, time.monotonic()

    return on_step
