"""Labels of methods: what they stand for, where they are written, and what they may not be."""

import json

import pytest

from price_subgraph.regimes import Balancing
from reproduce import __main__ as command
from reproduce.__main__ import main
from reproduce.benchmark_methods import (
    Timing,
    costs_of,
    key,
    methods_table,
    read_timings,
    time_steps,
    write_timings,
)
from reproduce.methods import folder_name, labels_of, parse_label, parse_names, run_name
from reproduce.parameters import format_parameters, parse_parameters
from reproduce.rows import RowsError


def test_parameters_survive_being_written():
    text = "cagrad:c=0.4,rescale=1;static_weights:weights=1/0.25;pcd:primary=first"
    entries = parse_parameters(text)
    assert entries == [
        ("cagrad", {"c": 0.4, "rescale": 1}),
        ("static_weights", {"weights": (1, 0.25)}),
        ("pcd", {"primary": "first"}),
    ]
    assert ";".join(f"{name}:{format_parameters(of)}" for name, of in entries) == text


@pytest.mark.parametrize("text", ["", "cagrad", "cagrad:", "cagrad:c", "cagrad:c=", "cagrad:c=1,", "a:b=1=2"])
def test_other_forms_of_parameters_are_refused(text):
    with pytest.raises(ValueError, match="expected NAME:KEY=VALUE"):
        parse_parameters(text)


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match=r"expected each KEY once, got 'cagrad:c=0\.4,c=0\.8'"):
        parse_parameters("sum:a=1;cagrad:c=0.4,c=0.8")


def test_two_names_of_one_thing_are_one():
    names = parse_names("pcgrad@parameters,pcgrad,sum@loss,pcgrad@representation,mgda_ub@representation")
    assert names == ("pcgrad", "sum", "pcgrad@representation", "mgda_ub")


def test_labels_say_what_makes_methods_differ():
    names = parse_names("sum,pcgrad@representation,cagrad")
    labels = labels_of(names, parse_parameters("cagrad:c=0.4;cagrad:c=0.8"))
    assert labels == ("sum", "pcgrad@representation", "cagrad:c=0.4", "cagrad:c=0.8")
    assert parse_label("pcgrad@representation") == Balancing("pcgrad", "representation", {})
    assert parse_label("cagrad:c=0.4") == Balancing("cagrad", None, {"c": 0.4})
    assert [run_name("joint", label) for label in labels[:3]] == [
        "joint",
        "joint pcgrad@representation",
        "joint cagrad:c=0.4",
    ]
    assert run_name("alternating", "none") == "alternating"
    assert folder_name("joint", "sum", 3) == "joint-seed3"
    assert (
        folder_name("joint", "static_weights:weights=1/0.5", 3) == "joint-static_weights-weights=1+0.5-seed3"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--methods=sum,magic"], "argument --methods: method: expected one of"),
        (["--methods=uw@representation"], "argument --methods: uw: level: expected one of"),
        (["--heads=section"], "argument --heads: expected price and others"),
        (["--heads=price,"], "argument --heads: expected price and others"),
        (["--method-parameters=cagrad"], "argument --method-parameters: expected NAME:KEY=VALUE"),
    ],
)
def test_a_wrong_flag_is_named(capsys, arguments, message):
    with pytest.raises(SystemExit) as ended:
        main(["run", *arguments])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--method-parameters=cagrad:c=0.4"], "methods named in --methods, got cagrad"),
        (["--methods=cagrad", "--method-parameters=cagrad:d=0.4"], "cagrad: no parameter 'd'"),
        (["--methods=cagrad", "--method-parameters=cagrad:c=x"], "cagrad: c: expected a number"),
        (
            ["--methods=pcgrad", "--regimes=alternating"],
            "methods: expected --regimes with joint, got alternating",
        ),
        (
            ["--head-parameters=section:weight=2"],
            "--head-parameters: expected further heads named in --heads",
        ),
        (
            ["--heads=price,section", "--head-parameters=section:weight=2;section:weight=3"],
            "--head-parameters: expected each head once, got section, section",
        ),
        (
            ["--methods=pcd", "--method-parameters=pcd:primary=5"],
            "pcd: primary: expected the number of a task",
        ),
        (
            ["--methods=pcgrad", "--method-parameters=pcgrad:seed=inf"],
            "pcgrad: seed: expected a whole number",
        ),
        (["--methods=uw", "--method-parameters=uw:lr=inf"], "uw: lr: expected a number from 0"),
        (
            ["--methods=db_mtl@representation", "--method-parameters=db_mtl:beta=0.9"],
            "db_mtl: smoothing needs the parameters",
        ),
    ],
)
def test_a_wrong_value_is_named(capsys, tmp_path, arguments, message):
    assert main(["run", *arguments, f"--out={tmp_path / 'out'}"]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_the_table_of_methods_has_a_line_for_every_level(capsys):
    assert main(["methods", "--no-cost"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split("`")[1] for line in lines[2:]]
    assert {"sum", "uw", "pcgrad", "pcgrad@representation", "cagrad"} <= set(names)
    assert len(names) == len(set(names))
    cagrad = next(line for line in lines if line.startswith("| `cagrad`"))
    assert "c=" in cagrad
    assert ", 2021: NeurIPS 2021, arXiv:2110.14048 |" in cagrad


def test_costs_are_measured_beside_the_sum(tmp_path, monkeypatch):
    """Two rounds for real, by the command; what is asked and whether it holds, from made-up rows."""
    monkeypatch.setattr(command, "time_steps", lambda rounds, tasks: time_steps(rounds, tasks, ["pcgrad"]))
    assert main(["benchmark", "--methods", "--rounds=2", f"--out={tmp_path}"]) == 0
    timings = read_timings(tmp_path / "rows.csv")
    assert {(t.tasks, t.round, t.step) for t in timings} == {
        (tasks, turn, step)
        for tasks in (2, 3)
        for turn in (0, 1)
        for step in ("forward", "sum", "pcgrad", "pcgrad@representation")
    }
    assert all(timing.seconds > 0 for timing in timings)
    metadata = json.loads((tmp_path / "metadata.json").read_text())
    assert metadata["command"][:5] == ["python", "-m", "reproduce", "benchmark", "--methods"]
    assert metadata["rounds"] == 2
    assert metadata["provenance"]["commit"]
    costs = costs_of(timings, 2)
    assert costs["sum"].ratio == costs["sum"].passes == 1
    table = methods_table(costs)
    assert f"| {costs['pcgrad'].ratio:.2f} | {costs['pcgrad'].passes:.2f} |" in table
    assert key(Balancing("pcgrad", "parameters")) == "pcgrad"

    made_up = {"forward": 10.0, "sum": 20.0, "uw": 24.0, "pcgrad": 32.0, "mgda": 34.0}
    made_up |= {"pcgrad@representation": 22.0, "mgda@representation": 25.0}
    rounds = [(turn, {name: ms + turn for name, ms in made_up.items()}) for turn in range(3)]
    made = [Timing(2, turn, name, ms / 1e3) for turn, steps in rounds for name, ms in steps.items()]
    write_timings(made, 3, ["python", "-m", "reproduce", "benchmark"], tmp_path)
    assert main(["benchmark", "--methods", "--page-only", f"--out={tmp_path}"]) == 0
    text = (tmp_path / "REPORT.md").read_text()
    assert "level representation at most 1.20 of a joint step was asked for: held not by `mgda@rep" in text
    assert "level parameters at most 2.30 backward passes' worth was asked for: held not by `mgda`" in text
    assert (
        "| `pcgrad` | parameters | 33.00 | 1.57 | 2.20 [2.15, 2.25] | 2.30 backward passes' worth | yes |"
        in text
    )
    assert (
        "| `mgda` | parameters | 35.00 | 1.67 | 2.40 [2.35, 2.45] | 2.30 backward passes' worth | **no** |"
        in text
    )
    at_state = "| `pcgrad@representation` | representation | 23.00 | 1.10 [1.07, 1.12] | 1.20 |"
    assert f"{at_state} 1.20 of a joint step | yes |" in text
    assert "| `uw` | loss | 25.00 | 1.19 [1.17, 1.21] | 1.40 |  |  |" in text


def test_every_round_takes_another_order():
    timings = time_steps(3, names=["uw", "pcgrad"])
    orders = [[t.step for t in timings if t.round == turn] for turn in range(3)]
    assert len({tuple(order) for order in orders}) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_rows_of_costs_that_are_none_are_named(tmp_path, capsys):
    arguments = ["benchmark", "--methods", "--page-only", f"--out={tmp_path}"]
    for content, said in (
        (None, "rows.csv: expected what `benchmark --methods` writes"),
        ("tasks,round\n2,0\n", "rows.csv: expected what"),
        ("tasks,round,step,seconds\n2,0,sum,0.1\n", "metadata.json: expected what"),
    ):
        if content:
            (tmp_path / "rows.csv").write_text(content)
        assert main(arguments) == 1
        assert said in capsys.readouterr().err
    with pytest.raises(RowsError, match="timed in the same rounds, for 2 tasks, got sum 1 times"):
        costs_of(read_timings(tmp_path / "rows.csv"), 2)
    assert main(["benchmark", "--page-only", f"--out={tmp_path}"]) == 1
    assert "--page-only: expected --methods" in capsys.readouterr().err
