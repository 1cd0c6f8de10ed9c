"""Labels of methods: what they stand for, where they are written, and what they may not be."""

import json

import pytest

from price_subgraph.regimes import Balancing
from reproduce.__main__ import main
from reproduce.benchmark_methods import Cost, key, measure_costs, methods_table, write_costs
from reproduce.methods import folder_name, labels_of, parse_label, parse_names, run_name
from reproduce.parameters import format_parameters, parse_parameters


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
        (["--heads=section"], "argument --heads: heads: expected price and others"),
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
        (["--head-parameters=section:weight=2"], "head_parameters: expected further heads named in --heads"),
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
    assert "c=" in next(line for line in lines if line.startswith("| `cagrad`"))


def test_costs_are_measured_beside_the_sum(tmp_path):
    costs = measure_costs(2, names=["pcgrad"])
    assert set(costs) == {"sum", "pcgrad", "pcgrad@representation"}
    assert costs["sum"].ratio == costs["sum"].passes == 1
    assert all(cost.seconds > 0 for cost in costs.values())
    table = methods_table(costs)
    assert f"| {costs['pcgrad'].ratio:.2f} | {costs['pcgrad'].passes:.2f} |" in table
    assert key(Balancing("pcgrad", "parameters")) == "pcgrad"
    more = {"uw": Cost(1.0, 1.5, 1.25)}
    write_costs({2: {**costs, **more}}, 2, ["python", "-m", "reproduce"], tmp_path)
    text = (tmp_path / "METHODS.md").read_text()
    assert f"representation the most is {costs['pcgrad@representation'].ratio:.2f} of a joint step" in text
    assert "At the level loss the most is 1.50 of a joint step (`uw`)." in text
    measured = json.loads((tmp_path / "methods.json").read_text())
    assert measured["tasks"]["2"]["uw"] == {"seconds": 1.0, "ratio": 1.5, "passes": 1.25}
