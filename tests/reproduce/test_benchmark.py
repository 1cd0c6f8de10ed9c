"""The benchmark on a model of a few units: our own process really runs, the others' numbers are made up."""

import copy
import json
import sys

import numpy as np
import pytest

from reproduce import __main__ as command
from reproduce import benchmark
from reproduce.benchmark import HERE, TF1, TORCH, BenchmarkError, BenchmarkModel
from reproduce.config import PRESETS, ExperimentConfig

TINY = BenchmarkModel(size=3, layers=1, vocabulary=11, samples=4, batch=2, buckets=((2, 3), (4, 6)))


def test_our_own_process_measures_everything(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "MODELS", (TINY,))
    monkeypatch.setattr(benchmark, "EXPERIMENT", ExperimentConfig(**PRESETS["smoke"]))
    ballast = np.ones(200_000_000)  # 1.6 GB, which are not the measured process's own
    code = command.main(["benchmark", "--rounds", "2", "--torch-python", "false", "--out", str(tmp_path)])
    del ballast
    assert code == 0
    measured = json.loads((tmp_path / "benchmark.json").read_text())
    ours = measured["models"][0]["results"][HERE]
    assert [len(steps) for steps in ours["steps"]] == [2, 2]
    assert min(map(min, ours["steps"])) > 0
    assert ours["nodes_of_buckets"][0] == ours["nodes_of_buckets"][1]
    assert 5e7 < ours["memory_bytes"] < 1.5e9
    text = (tmp_path / "REPORT.md").read_text()
    assert "1.000 times as many" in text

    regimes = measured["regimes"]
    assert {name: [len(steps) for steps in found] for name, found in regimes["seconds"].items()} == {
        "joint": [20] * len(regimes["buckets"]),
        "seq2seq_only": [20] * len(regimes["buckets"]),
    }
    regimes["seconds"] = {"joint": [[3.0, 5.0, 4.0]] * 2, "seq2seq_only": [[2.0, 9.0, 1.0]] * 2}
    assert "| 2000.00 ms | 4000.00 ms | 2.000 (1.05) |" in benchmark.table(measured)

    others = copy.deepcopy(measured)
    results = others["models"][0]["results"]
    results[TF1] = copy.deepcopy(ours) | {"steps": [[4 * s for s in steps] for steps in ours["steps"]]}
    results[TORCH] = copy.deepcopy(results[TF1]) | {"nodes": None}
    rows = [line.split(" | ") for line in benchmark.table(others).splitlines() if "step, bucket" in line][:2]
    assert all(row[3] == "0.25 (0.5)" and row[5].startswith("0.25 (0.7)") for row in rows)


@pytest.mark.parametrize(
    ("cell", "asked"),
    {
        "gru": {"build": ["0.067", ""], "step": ["0.5", "0.7"], "peak": ["0.6", ""], "nodes": "1.05"},
        "lstm": {"build": ["1", ""], "step": ["1", "1"], "peak": ["1", ""], "nodes": "1"},
    }.items(),
)
def test_only_what_was_asked_for_is_marked(cell, asked):
    """Both models have the same rows; an LSTM's may be no larger than the others'."""
    ours = {
        "version": "0",
        "seconds": 1.0,
        "first_steps": [1.0],
        "steps": [[1.0]],
        "nodes": 9,
        "memory_bytes": 1,
        "nodes_of_buckets": [9, 9],
        "peak_seconds": [1.0],
        "profile": {"MatMul": 1.0},
    }
    model = BenchmarkModel(cell=cell, buckets=((2, 3),))
    lines = benchmark._table_of(model, {HERE: ours, TF1: ours, TORCH: ours})
    marked = {}
    for line in lines:
        columns = line.strip("| ").split(" | ")
        if len(columns) == 6:
            marked[columns[0].split()[0].strip(",")] = [
                columns[k].partition(" (")[2].rstrip(")") for k in (3, 5)
            ]
    assert {key: marked[key] for key in ("build", "step", "peak")} == {
        key: asked[key] for key in ("build", "step", "peak")
    }
    assert marked["nodes"] == ["", ""]
    assert any(f"1.000 times as many ({asked['nodes']};" in line for line in lines)


def test_a_process_that_ends_is_an_error_that_says_why():
    with pytest.raises(BenchmarkError, match=r"here: its process ended at .*no_such_cell"):
        benchmark.measure(
            BenchmarkModel(cell="no_such_cell", buckets=((2, 3),)),
            {HERE: (sys.executable, "benchmark_tutorial.py")},
            1,
        )


def test_operations_of_the_largest_bucket():
    """As counted when the issue was written: about 36 GFLOP."""
    assert BenchmarkModel().operations((40, 50)) == pytest.approx(36e9, rel=0.1)
