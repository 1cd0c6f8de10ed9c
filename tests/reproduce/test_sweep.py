"""What a sweep tells while it runs."""

import queue

from tqdm import tqdm

from reproduce import sweep


def test_without_a_terminal_it_says_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr(sweep, "_SAY_SECONDS", -1)
    progress = queue.Queue()
    for steps in (300, 900, None):
        progress.put(steps)
    with tqdm(total=2000, disable=True) as bar:
        sweep._show(progress, bar, done=500)
    assert capsys.readouterr().err == "800 of 2,000 steps\n1,700 of 2,000 steps\n"
