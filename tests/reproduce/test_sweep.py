"""What a sweep tells while it runs."""

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

from rows_of_runs import row
from tqdm import tqdm

from reproduce import sweep
from reproduce.rows import read_rows, write_rows

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_terminal_it_says_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr(sweep, "_SAY_SECONDS", 0)
    progress = queue.Queue()
    for steps in (300, 900, None):
        progress.put(steps)
    with tqdm(total=2000, disable=True) as bar:
        sweep._show(progress, bar, done=500)
    assert capsys.readouterr().err == "800 of 2,000 steps\n1,700 of 2,000 steps\n"


def test_it_says_so_even_while_no_step_is_made(capsys, monkeypatch):
    """Graphs are built for half a minute, and evaluations take their time."""
    monkeypatch.setattr(sweep, "_SAY_SECONDS", 0.01)
    progress = queue.Queue()
    with tqdm(total=2000, disable=True) as bar:
        told = threading.Thread(target=sweep._show, args=(progress, bar, 500))
        told.start()
        time.sleep(0.3)
        progress.put(None)
        told.join()
    assert capsys.readouterr().err.startswith("500 of 2,000 steps\n500 of 2,000 steps\n")


def test_rows_are_gathered_as_they_come(tmp_path):
    """Those of earlier runs at once; later only if a run has written."""
    first, second = (tmp_path / f"runs/joint-seed{seed}/rows.csv" for seed in (1, 0))
    write_rows(first, [row(seed=1)])
    gathered = sweep._Gathered(tmp_path)
    assert [r.seed for r in read_rows(tmp_path / "rows.csv")] == [1]
    (tmp_path / "rows.csv").unlink()
    gathered.renew()
    assert not (tmp_path / "rows.csv").exists()
    write_rows(second, [row(step=step) for step in (0, 10)])
    gathered.renew()
    assert [(r.seed, r.step) for r in read_rows(tmp_path / "rows.csv")] == [(0, 0), (0, 10), (1, 0)]
    assert repr(gathered.rows) == repr(read_rows(tmp_path / "rows.csv"))


A_WORKER_IS_KILLED_WHILE_IT_WRITES = """
import os
import signal
import sys
from pathlib import Path

from reproduce import sweep
from reproduce.config import ExperimentConfig
from reproduce.dataset import load_dataset
from reproduce.experiment import ExperimentError, Run
from reproduce.worker import _worker


def die_writing(run):
    _worker["progress"]._wlock.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sweep.work = die_writing
    config = ExperimentConfig(corpus="listings", steps=4, eval_every=2)
    Path(sys.argv[1]).mkdir()
    try:
        sweep.sweep([Run("joint", 0)], Path(sys.argv[1]), config, load_dataset(config), 1, ["none"])
    except ExperimentError as error:
        print(error)
"""


def test_it_ends_after_a_worker_that_was_killed_while_it_wrote(tmp_path):
    """And so kept the lock of the queue that all of them write to."""
    program = tmp_path / "program.py"
    program.write_text(A_WORKER_IS_KILLED_WHILE_IT_WRITES)
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "out")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "1 of 1 runs failed:\n  joint-seed0: BrokenProcessPool" in done.stdout
