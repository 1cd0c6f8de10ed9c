"""What a sweep tells while it runs."""

import queue
import threading
import time

from rows_of_runs import row
from tqdm import tqdm

from reproduce import sweep
from reproduce.rows import read_rows, write_rows


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
