"""Many runs side by side, each in a worker process of one thread; a failed run fails the sweep."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tqdm import tqdm

from reproduce.config import ExperimentConfig
from reproduce.dataset import Dataset
from reproduce.experiment import ExperimentError, Run, check_folder, has_ended, steps_done
from reproduce.rows import Row, read_rows, write_rows
from reproduce.worker import start_worker, work

_SAY_SECONDS = 30


def sweep(
    runs: Sequence[Run],
    out: Path,
    config: ExperimentConfig,
    dataset: Dataset,
    workers: int,
    command: Sequence[str],
) -> list[Row]:
    """Makes every run that has not ended yet, gathers all rows in `out`/rows.csv, and returns them.

    A run that fails does not stop the others. Raises ExperimentError, at the end, that names each failed
    run and why; before anything runs, if the folder holds runs with other settings or data.
    """
    check_folder(out, config, dataset)
    done = {run: config.steps if has_ended(run, out) else steps_done(run, out) for run in runs}
    for run, steps in done.items():
        if steps:
            state = "has ended before" if has_ended(run, out) else f"goes on from step {steps}"
            print(f"{run.name}: {state}", file=sys.stderr)
    context = multiprocessing.get_context("spawn")
    progress = context.Queue()
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
    pool = ProcessPoolExecutor(
        max_workers=max(1, min(workers, len(pending))),
        mp_context=context,
        initializer=start_worker,
        initargs=(progress, os.getpid(), (out, config, dataset, tuple(command))),
    )
    try:
        futures: dict[Future[None], Run] = {pool.submit(work, run): run for run in pending}
        for future in as_completed(futures):
            run = futures[future]
            error = future.exception()
            if error is not None:
                failures.append(f"{run.name}: {type(error).__name__}: {error}")
            gather(out, config.corpus)
            tqdm.write(f"{run.name}: {'failed' if error else 'done'}", file=sys.stderr)
    except BaseException:
        _stop(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        progress.put(None)
        listener.join(timeout=5)  # a worker that was stopped while it wrote keeps the queue locked for ever
        bar.close()
    rows = gather(out, config.corpus)
    if failures:
        raise ExperimentError(f"{len(failures)} of {len(runs)} runs failed:\n  " + "\n  ".join(failures))
    return rows


def gather(out: Path, corpus: str) -> list[Row]:
    """Writes the rows of all runs below `out` to `out`/rows.csv, and returns them."""
    rows = [row for path in (out / "runs").glob("*/rows.csv") for row in read_rows(path)]
    rows.sort(key=lambda row: (row.regime, row.method, row.seed, row.step))
    write_rows(out / "rows.csv", rows)
    return rows


def _show(progress: Any, bar: Any, done: int) -> None:
    """Moves the bar; where there is no terminal for one, says in a line now and then how far it is."""
    said_at = time.monotonic()
    while (steps := progress.get()) is not None:
        bar.update(steps)
        done += steps
        if bar.disable and time.monotonic() - said_at > _SAY_SECONDS:
            said_at = time.monotonic()
            print(f"{done:,} of {bar.total:,} steps", file=sys.stderr, flush=True)


def _stop(pool: ProcessPoolExecutor) -> None:
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()
