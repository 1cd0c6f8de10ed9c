"""The command line's mistakes, found before anything runs."""

import pytest
from rows_of_runs import row

from reproduce import __main__ as command_line
from reproduce.__main__ import main
from reproduce.config import PRESETS, parse_buckets, with_preset
from reproduce.files import write_json
from reproduce.rows import write_rows


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--corpus=wikipedia"], "argument --corpus: invalid choice: 'wikipedia'"),
        (["--regimes=joint,both"], "argument --regimes: expected some of joint,"),
        (["--seeds=0,x"], "argument --seeds: expected whole numbers like 0,1,2, got '0,x'"),
        (["--workers=0"], "argument --workers: expected a whole number from 1 up, got '0'"),
        (["--buckets=8-10"], "argument --buckets: expected SOURCExTARGET pairs like 8x10,16x18"),
        (["--buckets=16x18,8x10"], "argument --buckets: expected sizes that grow"),
        (["--steps=many"], "argument --steps: expected a whole number, got 'many'"),
        (["--learning-rate=1,0"], "argument --learning-rate: expected a number, got '1,0'"),
        (["--step=3"], "unrecognized arguments: --step=3"),
    ],
)
def test_a_wrong_flag_is_named(capsys, arguments, message):
    with pytest.raises(SystemExit) as ended:
        main(["run", *arguments])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["run", "--bogus"], "run "),
        (["run", "stray"], "run "),
        (["plot"], "plot "),
        (["plot", "a", "b"], "plot "),
        (["report", "a", "--out=b"], "report "),
        (["corpus", "--corpus=listings", "--bogus"], "corpus "),
        (["methods", "--bogus"], "methods "),
        (["rescaling", "--bogus"], "rescaling "),
        (["benchmark", "--bogus"], "benchmark "),
        (["--bogus", "run"], ""),
        (["walk"], ""),
        ([], ""),
    ],
)
def test_a_mistake_points_to_the_help_of_its_own_command(capsys, arguments, command):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"\n(every flag: python -m reproduce {command}--help)\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--steps=0"], "--steps: expected at least 1, got 0"),
        (["--size=0"], "--size: expected at least 1, got 0"),
        (["--num-samples=-1"], "--num-samples: expected 0 or more, got -1"),
        (["--learning-rate=-0.5"], "--learning-rate: expected a positive, finite number, got -0.5"),
        (["--max-gradient-norm=inf"], "--max-gradient-norm: expected a positive, finite number, got inf"),
        (["--price-period=0"], "--price-period: expected at least 1, got 0"),
        (["--price-ranges=1"], "--price-ranges: expected at least 2, got 1"),
        (["--source-vocab-size=4"], "--source-vocab-size: expected more than 4"),
    ],
)
def test_a_wrong_value_is_named(capsys, tmp_path, arguments, message):
    assert main(["run", *arguments, f"--out={tmp_path / 'out'}"]) == 2
    assert f"error: {message}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["run", "--out="], ["run", "--source="], ["study", "--out="], ["plot", ""]]
)
def test_an_empty_path_is_not_the_current_folder(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "expected a path, got an empty text" in capsys.readouterr().err


def test_a_corpus_that_cannot_be_read_is_named(capsys, tmp_path):
    assert main(["run", "--corpus=files", f"--out={tmp_path}"]) == 1
    assert "error: " in capsys.readouterr().err


def files(tmp_path, sentence):
    arguments = ["run", "--corpus=files", "--buckets=3x4", "--price-ranges=2", f"--out={tmp_path / 'out'}"]
    for name, line in (("source", sentence), ("target", "x"), ("labels", "{label}")):
        lines = [line.format(number=number, label=number % 2) + "\n" for number in range(100)]
        (tmp_path / name).write_text("".join(lines))
        arguments.append(f"--{name}={tmp_path / name}")
    return arguments


def test_nothing_fits_a_bucket(capsys, tmp_path):
    assert main(files(tmp_path, "far too long for it {number}")) == 1
    assert "pairs fits a bucket (3x4: a source shorter than" in capsys.readouterr().err


def test_an_output_folder_that_is_a_file_is_found_before_the_work(capsys, tmp_path):
    (tmp_path / "out").write_text("mine")
    assert main(files(tmp_path, "a {number}")) == 1
    assert str(tmp_path / "out") in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_each_preset_has_a_folder_of_its_own(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").write_text("mine")
    for preset, folder in (("default", "listings"), ("smoke", "listings-smoke")):
        assert main(["run", f"--preset={preset}"]) == 1
        assert f"out/{folder}:" in capsys.readouterr().err


def test_buckets():
    assert parse_buckets("8x10, 16x18") == ((8, 10), (16, 18))


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_configurations(preset):
    config = with_preset(preset, {})
    assert config.as_json()["buckets"] == [list(pair) for pair in config.buckets]


def test_a_presets_learning_rates_are_those_of_its_optimizer():
    for optimizer, rates in (("adadelta", (5.0, 5.0)), ("adam", (None, None))):
        config = with_preset("default", {"optimizer": optimizer})
        assert (config.learning_rate, config.price_learning_rate) == rates
    config = with_preset("default", {"optimizer": "sgd", "learning_rate": 0.5})
    assert (config.learning_rate, config.price_learning_rate) == (0.5, None)


@pytest.mark.parametrize("command", ["plot", "report"])
def test_rows_that_cannot_be_compared_are_named(capsys, tmp_path, command):
    rows = [row(seed=seed, step=step) for seed, steps in ((0, (0, 10, 20)), (1, (0, 15))) for step in steps]
    rows.append(row(seed=1, step=30))
    write_rows(tmp_path / "rows.csv", rows)
    assert main([command, str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told == (
        f"error: {tmp_path / 'rows.csv'}: joint, seed 1: expected evaluations at 0, 10, 20, as seed 0 "
        "has them, got 0, 15, 30\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_report_repeats_the_notes_where_there_is_metadata(capsys, tmp_path):
    """Without it, or with one that is damaged, the rows are enough."""
    write_rows(tmp_path / "rows.csv", [row()])
    assert main(["report", str(tmp_path)]) == 0
    alone = (tmp_path / "REPORT.md").read_text()
    assert "The corpus" not in alone
    for seed, notes in enumerate((["Ten pairs.", "Two fell out."], ["Ten pairs."])):
        folder = tmp_path / f"runs/joint-seed{seed}"
        folder.mkdir(parents=True)
        metadata = {
            "status": "finished",
            "config": {},
            "data": "",
            "provenance": {"commit": None},
            "interruptions": 0,
        }
        write_json(folder / "metadata.json", {**metadata, "notes": notes})
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "REPORT.md").read_text() == (
        f"{alone}\n## The corpus\n\n- Ten pairs.\n- Two fell out.\n"
    )
    (tmp_path / "runs/joint-seed1/metadata.json").write_text("{")
    capsys.readouterr()
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "REPORT.md").read_text() == alone
    assert f"{tmp_path / 'runs/joint-seed1/metadata.json'}: cannot be read" in capsys.readouterr().err
    for wrong in ({"notes": 5}, {"provenance": "here"}):
        write_json(tmp_path / "runs/joint-seed1/metadata.json", {**metadata, **wrong})
        assert main(["report", str(tmp_path)]) == 0
        assert f"cannot be read: {next(iter(wrong))}: expected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "name", "end"),
    [
        (["rescaling"], "make_points", ": the same command goes on where this one was\n"),
        (["methods"], "measure_costs", "\n"),
    ],
)
def test_only_a_command_that_goes_on_says_so(capsys, monkeypatch, tmp_path, arguments, name, end):
    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command_line, name, interrupted)
    assert main(arguments) == 130
    assert capsys.readouterr().err.endswith(f"interrupted{end}")
