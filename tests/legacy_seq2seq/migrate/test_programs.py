"""Programs in the style of each era go the whole way: migrated, trained, stopped, restored, talked to."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest
from era_programs import ERA_012, ERA_09, ERA_10, ERA_14, PACKAGE_06
from own_copy import NOTEBOOK, OWN_COPY

from legacy_seq2seq.migrate.__main__ import main

ROOT = Path(__file__).parents[3]
WORDS = {"how", "are", "you", "yes", "no", "maybe"}
NOTEBOOK_FILE = {
    "chat.ipynb": json.dumps(
        {
            "cells": [{"cell_type": "code", "source": s.splitlines(keepends=True)} for s in NOTEBOOK],
            "nbformat": 4,
        }
    )
}
# Name: files, command line to train, command line to decode, how many layers of cells have weights of their own.
PROGRAMS = {
    # Trained as a module of its package, asked as a script.
    "0.6, a Python 2 package": (PACKAGE_06, ["-m", "bot.translate"], ["bot/translate.py", "--decode"], 4),
    "0.9": (ERA_09, ["chat.py"], ["chat.py", "decode"], 4),
    "0.12": (ERA_012, ["chat.py"], ["chat.py", "decode"], 4),
    "1.0": (ERA_10, ["chat.py"], ["chat.py", "decode"], 4),
    "1.4, copied cells": (ERA_14, ["chat.py"], ["chat.py", "decode"], 4),
    "own seq2seq": (OWN_COPY, ["chat.py"], ["chat.py", "decode"], 4),
    "a notebook": (NOTEBOOK_FILE, ["chat.ipynb"], ["chat.ipynb", "decode"], 4),
}


@pytest.fixture(scope="module")
def run():
    """A function (folder, arguments) -> output of a program that ended well."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("program_runner.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": "-1"},
    )

    def one(folder, arguments):
        output = folder / "output.txt"
        order = {"folder": str(folder), "arguments": arguments, "output": str(output)}
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        assert code == 0, output.read_text()
        return output.read_text()

    yield one
    process.stdin.close()
    process.wait(timeout=60)


def reports(output):
    return [(int(step), float(loss)) for step, loss in re.findall(r"step (\d+) loss (\S+)", output)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_whole_way(program, run, tmp_path):
    files, train, decode, layers = PROGRAMS[program]
    for name, text in files.items():
        (tmp_path / "old" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "old" / name).write_text(text)
    assert main(["source", str(tmp_path / "old"), "--out", str(tmp_path / "new")]) == 0
    folder = tmp_path / "new"
    (folder / "lines").write_text("how are you\nyou are how yes no\nhow you are no\nmaybe are you\n")

    first = run(folder, train)
    assert "Created model with fresh parameters." in first
    again = run(folder, train)
    assert "Reading model parameters from" in again
    (a, loss_a), (b, loss_b), (c, loss_c), (d, loss_d) = [*reports(first), *reports(again)]
    assert a < b < c < d  # the step goes on where it was
    assert all(math.isfinite(loss) for loss in (loss_a, loss_b, loss_c, loss_d))
    assert loss_c < loss_a  # and so do the weights
    assert len(cells(folder)) == layers

    said = re.findall(r"^> (.*)$", run(folder, decode), flags=re.M)
    assert said
    assert said[0].split()
    assert set(said[0].split()) <= WORDS


def cells(folder):
    """The cells that have weights of their own in the newest checkpoint."""
    import tensorflow as tf  # noqa: PLC0415

    path = next(
        tf.train.latest_checkpoint(str(f)) for f in (folder, folder / "save") if (f / "checkpoint").exists()
    )
    names = [name for name, _ in tf.train.list_variables(path) if "Adam" not in name]
    return {
        re.sub(r"/(gates/|candidate/)?(kernel|bias)$", "", name)
        for name in names
        if re.search(r"(gru|lstm)_cell/(gates/|candidate/)?kernel$", name)
    }
