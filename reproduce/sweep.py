"""Many runs side by side, each in a worker process of one thread; a failed run fails the sweep."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

from tqdm import tqdm

from reproduce.config import ExperimentConfig
from reproduce.dataset import Dataset
from reproduce.experiment import ExperimentError, Run, check_folder, has_ended, steps_done
from reproduce.rows import Row, read_rows, write_rows
from reproduce.worker import start_worker, work

_SAY_SECONDS = 30
_GATHER_SECONDS = 2


def sweep(
    runs: Sequence[Run],
    out: Path,
    config: ExperimentConfig,
    dataset: Dataset,
    workers: int,
    command: Sequence[str],
) -> list[Row]:
    """Makes every run that has not ended yet, gathers all rows in `out`/rows.csv, and returns them.

    Whatever rows there are, is gathered at the start, every few seconds, and after an interruption. A run
    that fails does not stop the others. Raises ExperimentError, at the end, that names each failed run and
    why; before anything runs, if the folder holds runs with other settings or data.
    """
    check_folder(out, config, dataset)
    done = {run: config.steps if has_ended(run, out) else steps_done(run, out) for run in runs}
    for run, steps in done.items():
        if steps:
            state = "has ended before" if has_ended(run, out) else f"goes on from step {steps}"
            print(f"{run.name}: {state}", file=sys.stderr)
    (out / "runs").mkdir(exist_ok=True)
    gathered = _Gathered(out)
    context = multiprocessing.get_context("spawn")
    progress = context.Queue()
    progress.cancel_join_thread()  # or the lock spoken of below would keep us from ending
    bar = tqdm(
        total=len(runs) * config.steps,
        initial=sum(done.values()),
        unit="step",
        disable=not sys.stderr.isatty(),
        smoothing=0.05,
    )
    listener = threading.Thread(target=_show, args=(progress, bar, sum(done.values())), daemon=True)
    listener.start()
    failures = []
    pending = [run for run in runs if not has_ended(run, out)]
    workers = max(1, min(workers, len(pending)))
    if pending:
        count = f"{len(pending)} run{'s' * (len(pending) > 1)}"
        print(f"{count} to make, {workers} at a time", file=sys.stderr, flush=True)
    pool = ProcessPoolExecutor(
        max_workers=workers,
        mp_context=context,
        initializer=start_worker,
        initargs=(progress, os.getpid(), (out, config, dataset, tuple(command))),
    )
    try:
        with _interrupted_later():
            futures: dict[Future[None], Run] = {pool.submit(work, run): run for run in pending}
        unfinished = set(futures)
        while unfinished:
            ended, unfinished = wait(unfinished, _GATHER_SECONDS, FIRST_COMPLETED)
            gathered.renew()
            for run, error in ((futures[future], future.exception()) for future in ended):
                if error is not None:
                    failures.append(f"{run.name}: {type(error).__name__}: {error}")
                tqdm.write(f"{run.name}: {'failed' if error else 'done'}", file=sys.stderr)
    except BaseException:
        _stop(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        progress.put(None)
        listener.join(timeout=5)  # a worker that was stopped while it wrote keeps the queue locked for ever
        bar.close()
        gathered.renew()
    if failures:
        raise ExperimentError(f"{len(failures)} of {len(runs)} runs failed:\n  " + "\n  ".join(failures))
    return gathered.rows


class _Gathered:
    """The rows of all runs below a folder, in `rows` and in the folder's rows.csv."""

    def __init__(self, out: Path) -> None:
        """Gathers what earlier runs have left."""
        self._out = out
        self._seen: dict[Path, int] = {}
        self.rows: list[Row] = []
        self._gather()

    def renew(self) -> None:
        """Gathers again if a run has written rows since."""
        if self._seen != self._written():
            self._gather()

    def _written(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (self._out / "runs").glob("*/rows.csv")}

    def _gather(self) -> None:
        self._seen = self._written()
        self.rows = [row for path in self._seen for row in read_rows(path)]
        self.rows.sort(key=lambda row: (row.regime, row.method, row.seed, row.step))
        write_rows(self._out / "rows.csv", self.rows)


@contextlib.contextmanager
def _interrupted_later() -> Iterator[None]:
    """Ctrl-C waits for the end; processes that are started inside never hear of it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _show(progress: Any, bar: Any, done: int) -> None:
    """Moves the bar; where there is no terminal for one, says in a line now and then how far it is."""
    said_at = time.monotonic()
    while True:
        try:
            steps = progress.get(timeout=_SAY_SECONDS)
        except queue.Empty:
            steps = 0  # graphs are being built, or all runs evaluate
        if steps is None:
            return
        bar.update(steps)
        done += steps
        if bar.disable and time.monotonic() - said_at >= _SAY_SECONDS:
            said_at = time.monotonic()
            print(f"{done:,} of {bar.total:,} steps", file=sys.stderr, flush=True)


def _stop(pool: ProcessPoolExecutor) -> None:
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()
