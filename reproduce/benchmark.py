"""`python -m reproduce benchmark`: the loop engine beside TensorFlow 1.15.5 and PyTorch, in one run.

Each library trains the tutorial's model in a process of its own; steps of the same bucket are taken in turn,
so that whatever else the machine does befalls all alike. The table holds medians.

Shapes: B batch, S and T source and target steps, H units, V vocabulary, N samples.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from reproduce.benchmark_regimes import BASE, WITH_PRICE, measure_regimes
from reproduce.config import ExperimentConfig
from reproduce.files import write_atomically, write_json
from reproduce.provenance import provenance

HERE, TF1, TORCH = "here", "TensorFlow 1.15", "PyTorch"
_FOLDER = Path(__file__).parent


class BenchmarkError(RuntimeError):
    """A library's process that ended or could not begin."""


@dataclass(frozen=True)
class BenchmarkModel:
    """The tutorial's model; by default of the sizes that the measurements of 1.15.5 were made with."""

    cell: str = "gru"
    size: int = 256
    layers: int = 2
    vocabulary: int = 10_000
    samples: int = 512
    batch: int = 64
    buckets: tuple[tuple[int, int], ...] = ((5, 10), (10, 15), (20, 25), (40, 50))

    def operations(self, bucket: tuple[int, int]) -> float:
        """Floating-point operations of a step's matrix products; backwards costs twice what forwards does."""
        source, target = bucket
        gates, state = (3, 1) if self.cell == "gru" else (4, 2)
        square = self.size * self.size
        layer_step = self.layers * 2 * square * gates
        attention_step = (state * self.layers + 2) * square + 2 * source * self.size
        decoder_step = layer_step + 2 * square + attention_step + (self.samples + 1) * self.size
        multiplications = source * (layer_step + square) + target * decoder_step
        return 3 * 2.0 * self.batch * multiplications


MODELS = (BenchmarkModel(), BenchmarkModel(cell="lstm", size=512))
EXPERIMENT = ExperimentConfig()
# A step of a regime is a hundred times shorter than the largest bucket's.
_ROUNDS_OF_REGIMES = 10


@dataclass(frozen=True)
class Asked:
    """The most that the ratios here / there may be, by what they are ratios to."""

    build: dict[str, float]
    step: dict[str, float]
    memory: dict[str, float]
    nodes: float  # of the longest bucket to the shortest, both ours


ASKED = {
    "gru": Asked({TF1: 1 / 15}, {TF1: 0.50, TORCH: 0.70}, {TF1: 0.60}, nodes=1.05),
    "lstm": Asked({TF1: 1.0}, {TF1: 1.0, TORCH: 1.0}, {TF1: 1.0}, nodes=1.0),
}
ASKED_REGIMES = 1.05


class _Process:
    """A library at work: takes commands, gives answers."""

    def __init__(self, name: str, python: str, script: str, model: BenchmarkModel) -> None:
        self._name = name
        # A file and not a pipe: nobody reads it unless the process ends.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed by end)
        self._process = subprocess.Popen(
            [python, str(_FOLDER / script), json.dumps(asdict(model))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            # For `legacy_seq2seq`; under an old interpreter the script needs no package of ours.
            # OpenMP (PyTorch) otherwise spins while it waits: beside any other process on the same cores its
            # steps then took up to 50 times as long, and it took the cores from the other libraries' steps.
            # TensorFlow 2, imported here, leaves TF2_BEHAVIOR behind, which 1.15 would obey.
            env=os.environ
            | {
                "PYTHONPATH": str(_FOLDER.parent),
                "OMP_WAIT_POLICY": "PASSIVE",
                "GOMP_SPINCOUNT": "0",
                "TF2_BEHAVIOR": "0",
            },
        )

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Raises BenchmarkError, with what the process said last, if it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            self._said.seek(0)
            said = self._said.read().strip().splitlines()[-5:]
            raise BenchmarkError(f"{self._name}: its process ended at {do!r}: " + " / ".join(said))
        return dict(json.loads(line))

    def peak_memory(self) -> int | None:
        """The most bytes that it has had in memory; None where the system has no /proc (macOS).

        Not the process's own `ru_maxrss`: on Linux that is never less than what its parent had when it
        started it.
        """
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        except FileNotFoundError:
            return None
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def end(self) -> None:
        """Without asking: it only waits for commands."""
        self._process.kill()
        self._process.communicate()
        self._said.close()


def libraries(tf1_python: str | None, torch_python: str) -> dict[str, tuple[str, str]]:
    """Name to (interpreter, script) of what there is to measure: 1.15.5 if given, PyTorch if installed."""
    found = {HERE: (sys.executable, "benchmark_tutorial.py")}
    if tf1_python is not None:
        found[TF1] = (tf1_python, "benchmark_tutorial.py")
    probe = subprocess.run([torch_python, "-c", "import torch"], capture_output=True, check=False)
    if probe.returncode == 0:
        found[TORCH] = (torch_python, "benchmark_torch.py")
    return found


def measure(model: BenchmarkModel, given: dict[str, tuple[str, str]], rounds: int) -> dict[str, Any]:
    """Every number of one model: per library build, first steps, steps, memory; of ours nodes and peak.

    Raises BenchmarkError if a library cannot run.
    """
    buckets = range(len(model.buckets))
    processes = {name: _Process(name, *how, model) for name, how in given.items()}
    results: dict[str, Any] = {}
    try:
        for name, process in processes.items():
            built = process.ask("build")
            first = [process.ask("step", bucket=b)["seconds"] for b in buckets]
            results[name] = {**built, "first_steps": first, "steps": [[] for _ in buckets]}
        for _ in tqdm(range(rounds), desc=f"{model.cell} {model.size}", disable=None):
            for b in buckets:
                for name, process in processes.items():
                    results[name]["steps"][b].append(process.ask("step", bucket=b)["seconds"])
        for name, process in processes.items():
            results[name]["memory_bytes"] = process.peak_memory()
        ours = processes[HERE]
        results[HERE]["profile"] = ours.ask("profile", bucket=buckets[-1])["seconds"]
        results[HERE]["nodes_of_buckets"] = [ours.ask("nodes", bucket=b)["nodes"] for b in buckets]
        results[HERE]["peak_seconds"] = ours.ask("peak", size=2048, rounds=rounds)["seconds"]
    finally:
        for process in processes.values():
            process.end()
    return {"model": asdict(model), "results": results}


def benchmark(
    tf1_python: str | None, torch_python: str, rounds: int, command: Sequence[str]
) -> dict[str, Any]:
    """Both models by all libraries that are there, and the regimes, with the provenance."""
    given = libraries(tf1_python, torch_python)
    return {
        "command": list(command),
        "provenance": provenance(),
        "rounds": rounds,
        "models": [measure(model, given, rounds) for model in MODELS],
        "regimes": measure_regimes(EXPERIMENT, _ROUNDS_OF_REGIMES * rounds),
    }


def write_benchmark(measured: dict[str, Any], folder: Path) -> None:
    """DIR/benchmark.json and DIR/REPORT.md."""
    write_json(folder / "benchmark.json", measured)
    write_atomically(folder / "REPORT.md", table(measured))


def table(measured: dict[str, Any]) -> str:
    """The Markdown of all numbers, and ours over the others'."""
    source = measured["provenance"]
    lines = [
        "# Benchmark",
        "",
        f"`{' '.join(measured['command'])}`, commit {source['commit']}"
        f"{' (files changed)' if source['dirty'] else ''}, {source['cpu']}, medians of {measured['rounds']} "
        "interleaved steps. A ratio is here / there: below 1 is faster, or smaller, here; in brackets the "
        "most that was asked for.",
    ]
    for entry in measured["models"]:
        lines += ["", *_table_of(BenchmarkModel(**entry["model"]), entry["results"])]
    lines += ["", *_table_of_regimes(measured["regimes"])]
    return "\n".join(lines) + "\n"


def _table_of_regimes(measured: dict[str, Any]) -> list[str]:
    lines = [
        f"## `{WITH_PRICE}` beside `{BASE}`",
        "",
        f"One thread, batch {measured['batch']}, all other settings as `python -m reproduce run` has them by "
        f"default; medians of {len(measured['seconds'][BASE][0])} interleaved steps.",
        "",
        f"| | {BASE} | {WITH_PRICE} | ratio |",
        "|---|---|---|---|",
    ]
    for b, bucket in enumerate(measured["buckets"]):
        base, price = (median(measured["seconds"][name][b]) for name in (BASE, WITH_PRICE))
        lines.append(
            f"| step, bucket {tuple(bucket)} | {1e3 * base:.2f} ms | {1e3 * price:.2f} ms "
            f"| {price / base:.3f} ({ASKED_REGIMES}) |"
        )
    return lines


def _table_of(model: BenchmarkModel, results: dict[str, Any]) -> list[str]:
    others = [name for name in (TF1, TORCH) if name in results]
    heads = ["", f"here (TensorFlow {results[HERE]['version']})"]
    for name in others:
        heads += [f"{name} ({results[name]['version']})", "ratio"]
    lines = [
        f"## {model.cell.upper()}, size {model.size}",
        "",
        f"{model.layers} layers, vocabulary {model.vocabulary}, {model.samples} samples, "
        f"batch {model.batch}, SGD",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
    ]

    def row(label: str, of: Any, shown: str, most: dict[str, float]) -> None:
        values = {name: of(results[name]) for name in (HERE, *others)}
        cells = [label, shown.format(values[HERE])]
        for name in others:
            there = values[name]
            limit = f" ({most[name]:.2g})" if name in most else ""
            cells += (
                ["", ""] if there is None else [shown.format(there), f"{values[HERE] / there:.2f}{limit}"]
            )
        lines.append("| " + " | ".join(cells) + " |")

    asked = ASKED[model.cell]
    row(
        "build + first step of every bucket",
        lambda r: r["seconds"] + sum(r["first_steps"]),
        "{:.1f} s",
        asked.build,
    )
    for b, bucket in enumerate(model.buckets):
        row(f"step, bucket {tuple(bucket)}", lambda r, b=b: median(r["steps"][b]), "{:.3f} s", asked.step)
    row("nodes of the whole graph", lambda r: r["nodes"], "{:,}", {})
    if results[HERE]["memory_bytes"] is not None:
        row("peak memory of the process", lambda r: r["memory_bytes"] / 1e9, "{:.2f} GB", asked.memory)
    return [*lines, "", *_remarks(model, results[HERE])]


def _remarks(model: BenchmarkModel, ours: dict[str, Any]) -> list[str]:
    first, last = ours["nodes_of_buckets"][0], ours["nodes_of_buckets"][-1]
    shortest, longest = tuple(model.buckets[0]), tuple(model.buckets[-1])
    peak = 2 * 2048**3 / median(ours["peak_seconds"])
    shares = [
        f"{model.operations(bucket) / median(ours['steps'][b]) / peak:.0%} in {tuple(bucket)}"
        for b, bucket in enumerate(model.buckets)
    ]
    spent = sorted(ours["profile"].items(), key=lambda item: -item[1])
    whole = sum(ours["profile"].values())
    return [
        f"- A graph of bucket {longest} alone has {last:,} nodes, of {shortest} "
        f"{first:,}: {last / first:.3f} times as many ({ASKED[model.cell].nodes:.3g}; placeholders not "
        "counted).",
        f"- Matrix products of 2048 x 2048 run at {peak / 1e9:.0f} GFLOP/s here; the model's own take "
        f"this share of that: {', '.join(shares)}.",
        f"- Where a step of bucket {longest} goes, by operation (all threads, one traced step): "
        + ", ".join(f"{kind} {seconds / whole:.0%}" for kind, seconds in spent[:8])
        + ".",
        "- Here and in PyTorch the softmax is sampled once a bucket, in 1.15 anew at every step.",
    ]
