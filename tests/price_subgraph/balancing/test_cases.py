"""The recorded numeric cases, and the command that runs such files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from price_subgraph.balancing.__main__ import main
from price_subgraph.balancing.cases import load, run_all

FILE = Path(__file__).parents[2] / "golden" / "balancing" / "combiner_cases.json"
SUM = {
    "id": "s",
    "kind": "gradient",
    "method": "sum",
    "inputs": {"grads": [[1.0, 0.0], [-1.0, 1.0]]},
    "params": {},
    "expected": {"combined": [0.0, 1.0]},
}


def test_every_recorded_case():
    results = list(run_all(load(FILE)))
    assert len(results) == 82
    assert [result for result in results if not result.passed] == []
    assert (
        max(result.error for result in results) < 2e-8
    )  # as BALANCING.md says; FAMO's is 1e-8: its reference adds that much to every loss


def run_one(tmp_path, capsys, content):
    path = tmp_path / "cases.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    code = main(["check", str(path)])
    return code, capsys.readouterr()


def test_a_good_file_gives_0_and_a_line_a_case(tmp_path, capsys):
    code, printed = run_one(tmp_path, capsys, [SUM, {**SUM, "id": "t"}])
    assert code == 0
    assert printed.out == (
        "ok   s (sum): error 0.0e+00, tolerance 1e-06\n"
        "ok   t (sum): error 0.0e+00, tolerance 1e-06\n"
        "2 of 2 cases passed\n"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expected": {"combined": [0.0, 1.00001]}}, "error 1.0e-05, tolerance 1e-06"),
        ({"expected": {"combined": [0.0]}}, "combined: shape (2,) came, (1,) was expected"),
        ({"expected": {"novelty": 1.0}}, "no 'novelty' here"),
        ({"expected": {}}, "nothing is expected"),
        ({"kind": "hessian"}, "kind: expected one of ['gradient', 'loss'], got 'hessian'"),
        ({"method": "pcgrab"}, "got 'pcgrab'"),
        ({"params": {"reduction": "sum"}}, "sum: no parameter 'reduction'"),
        ({"method": "pcgrad", "params": {"reduction": "max"}}, "reduction: expected one of ['sum', 'mean']"),
        ({"method": "pcd", "params": {"step": "second"}}, "step: expected 'first'"),
        ({"inputs": {}}, "expected either 'grads' or 'grads_steps'"),
        ({"inputs": {"grads": [[1.0], [1.0, 2.0]]}}, "grads: expected finite numbers in 2 dimensions"),
        ({"inputs": {"grads": [["a"]]}}, "grads: expected finite numbers in 2 dimensions"),
        ({"inputs": {"grads": [[1.0]], "losses": [1.0, 2.0]}}, "losses: expected 1 losses, got 2"),
        ({"inputs": {"grads": [[1.0]], "memory": [1.0]}}, "sum knows no 'memory'"),
        (
            {"method": "log_sum", "kind": "loss", "inputs": {"losses": [-1.0, 1.0]}},
            "expected losses above zero",
        ),
        ({"tolerance": -1.0}, "tolerance: expected a positive number"),
        ({"tolerance": 0}, "tolerance: expected a positive number"),
        ({"tolerance": 1.1e-4}, "tolerance: expected a positive number up to 0.0001, got 0.00011"),
        ({"tolerance": float("inf")}, "tolerance: expected a positive number up to 0.0001, got inf"),
        ({"tolerance": 10**400}, "tolerance: expected a positive number up to 0.0001, got 1000"),
        ({"tolerance": True}, "tolerance: expected a positive number"),
        ({"id": None}, "id: expected str, got None"),
        ({"id": "s"}, "id: expected one of its own, got 's' again"),
        ({"method": "pcgrad", "params": {"seed": float("inf")}}, "pcgrad: seed: expected a whole number"),
        ({"method": "cagrad", "params": {"c": 10**400}}, "cagrad: c: expected a number from 0"),
        ({"inputs": {"grads": [[10**400]]}}, "grads: expected finite numbers in 2 dimensions, got [[1000"),
        ({"expected": {"combined": [0.0, 10**400]}}, "int too"),
        (
            {
                "method": "clip_by_global_norm",
                "inputs": {"vector": [1.0]},
                "params": {"clip_norm": 10**400},
            },
            "clip_norm: expected finite numbers in 0 dimensions",
        ),
    ],
)
def test_a_case_that_falls_short_gives_1_and_a_reason(tmp_path, capsys, change, said):
    """And the cases after it still run."""
    # JSON has no infinity, but 1e999 is read as one.
    content = json.dumps([SUM, {**SUM, "id": "t", **change}, {**SUM, "id": "u"}]).replace("Infinity", "1e999")
    code, printed = run_one(tmp_path, capsys, content)
    assert code == 1
    assert printed.out.startswith("ok   s")
    assert "\nFAIL " in printed.out
    assert said in printed.out
    assert printed.out.endswith("\nok   u (sum): error 0.0e+00, tolerance 1e-06\n2 of 3 cases passed\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"id": "a",\n "kind" "gradient"}]', "cases.json: line 2: not JSON"),
        ("{}", "expected a list of cases, got dict"),
        ("[]", "expected a list of cases, got list"),
        ("", "line 1: not JSON"),
        ("[NaN]", "cases.json: expected numbers, got NaN"),
        ("[" + "1" * 5000 + "]", "cases.json: "),
    ],
)
def test_a_file_that_is_none(tmp_path, capsys, content, said):
    code, printed = run_one(tmp_path, capsys, content)
    assert code == 1
    assert printed.out == ""
    assert said in printed.err


def test_a_case_that_is_no_object(tmp_path, capsys):
    code, printed = run_one(tmp_path, capsys, [3])
    assert (code, "FAIL case 0 (?): expected an object, got int" in printed.out) == (1, True)


def test_a_missing_file(capsys):
    assert main(["check", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err


def test_looseness_is_said_by_the_case(tmp_path, capsys):
    near = {**SUM, "expected": {"combined": [0.0, 1.00005]}}
    assert run_one(tmp_path, capsys, [near])[0] == 1
    assert run_one(tmp_path, capsys, [{**near, "note": "the library's solver is loose"}])[0] == 0
    assert run_one(tmp_path, capsys, [{**near, "tolerance": 1e-4}])[0] == 0
    assert run_one(tmp_path, capsys, [{**near, "tier": 1, "crosscheck_max_abs_err": {"x": 0.0}}])[0] == 1


def test_the_command_line_by_itself(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([{**SUM, "kind": "other"}]))
    command = [sys.executable, "-m", "price_subgraph.balancing"]
    done = subprocess.run([*command, "check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "0 of 1 cases passed" in done.stdout
