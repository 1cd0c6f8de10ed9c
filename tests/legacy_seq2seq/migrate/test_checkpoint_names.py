"""Old names to new names: against the names of every release, and where names alone do not tell."""

import json
from typing import Any

import golden_cases
import pytest

from legacy_seq2seq.migrate.checkpoint import CheckpointError, Options
from legacy_seq2seq.migrate.checkpoint.plan import Plan, make_plan

FOLDER = golden_cases.GOLDEN / "checkpoints"
ENTRIES = json.loads((FOLDER / "other_names.json").read_text(encoding="utf-8"))["entries"]
MODELS = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))["models"]
RELEASES = ("0.12.1", "1.0.1", "1.1.0", "1.2.1", "1.15.5")
SLOTS = ("Adam", "Adam_1")

GRU = {
    "GRUCell/Gates/Linear/Matrix": (9, 10),
    "GRUCell/Gates/Linear/Bias": (10,),
    "GRUCell/Candidate/Linear/Matrix": (9, 5),
    "GRUCell/Candidate/Linear/Bias": (5,),
}
NEW_GRU = [
    "gru_cell/candidate/bias",
    "gru_cell/candidate/kernel",
    "gru_cell/gates/bias",
    "gru_cell/gates/kernel",
]


def under(scope: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {f"{scope}/{name}": shape for name, shape in shapes.items()}


def new_names(plan: Plan) -> dict[str, str]:
    return {name: row.new for row in plan.rows for name in row.old}


def variables(release: str, entry: Any) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Old name -> (name in 1.15, shape)."""
    return {
        row["names"][release]: (row["names"]["1.15.5"], tuple(row["shape"]))
        for row in entry["variables"]
        if release in row["names"]
    }


@pytest.mark.parametrize("scope", ["", "model/inner"])
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("entry", ENTRIES)
def test_every_cell_and_function(entry: str, release: str, scope: str) -> None:
    expected = {}
    shapes = {}
    for old, (new, shape) in variables(release, ENTRIES[entry]).items():
        for slot in ("", *SLOTS):
            # Under an outer scope, slots repeat it.
            outer = [scope, scope] if slot else [scope]
            name = "/".join(part for part in [*outer, old, slot] if part)
            shapes[name] = shape
            expected[name] = "/".join(part for part in [*outer, new, slot] if part)
    plan = make_plan(shapes)
    assert new_names(plan) == expected
    assert all(row.rule for row in plan.rows)
    assert all(bool(row.slot_of) == row.old[0].endswith(SLOTS) for row in plan.rows)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("model", MODELS)
def test_the_tutorials_models(model: str, release: str) -> None:
    roles = MODELS[model]["roles"]
    shapes = {role["names"][release]: tuple(role["shape"]) for role in roles.values()}
    assert new_names(make_plan(shapes)) == {role["names"][release]: new for new, role in roles.items()}


def test_names_of_1_15_stay() -> None:
    for entry in ENTRIES.values():
        plan = make_plan(dict(variables("1.15.5", entry).values()))
        assert all(row.action == "same name" for row in plan.rows)
        assert not plan.notes


def test_unknown_values_are_carried_over_and_listed() -> None:
    plan = make_plan(
        {"prices/w": (5, 3), "softmax/weights": (5, 7), "foo/Matrix": (2, 2), **under("RNN", GRU)}
    )
    assert sorted(row.new for row in plan.unmatched) == ["foo/Matrix", "prices/w", "softmax/weights"]


def test_a_users_cell_moves_into_the_wrapper() -> None:
    shapes = under(
        "RNN", {"EmbeddingWrapper/embedding": (7, 4), "MyCell/Linear/Matrix": (9, 5), "MyCell/w": (3,)}
    )
    plan = make_plan(shapes)
    assert sorted(new_names(plan).values()) == [
        "rnn/embedding_wrapper/MyCell/kernel",
        "rnn/embedding_wrapper/MyCell/w",
        "rnn/embedding_wrapper/embedding",
    ]
    assert any("RNN/MyCell was taken for the cell" in note for note in plan.notes)
    assert any("linear()" in note for note in plan.notes)


def test_ones_own_linear_may_keep_its_names() -> None:
    plan = make_plan({"a/Linear/Matrix": (2, 3), "a/Linear/Bias": (3,)}, Options(keep=("a/Linear",)))
    assert {row.action for row in plan.rows} == {"same name"}
    assert not plan.notes


def test_ones_own_copy_of_a_cell_may_keep_its_names() -> None:
    shapes = under("E/RNN", GRU | {"EmbeddingWrapper/embedding": (7, 4)})
    names = new_names(make_plan(shapes, Options(keep=("E/RNN/GRUCell",))))
    assert names["E/RNN/GRUCell/Gates/Linear/Matrix"] == "E/RNN/GRUCell/Gates/Linear/Matrix"
    assert names["E/RNN/EmbeddingWrapper/embedding"] == "E/rnn/embedding_wrapper/embedding"


def test_what_does_not_fit_the_cell_of_that_name_is_left_alone() -> None:
    plan = make_plan(
        {"RNN/GRUCell/Gates/Linear/Matrix": (9, 10), "RNN/GRUCell/Candidate/Linear/Matrix": (9, 4)}
    )
    assert all(row.action == "same name" and not row.rule for row in plan.rows)
    assert any("is not TensorFlow's" in note for note in plan.notes)


def test_rnn_that_the_program_opens_itself() -> None:
    shapes = under("model/RNN", GRU)
    plan = make_plan(shapes)
    assert new_names(plan)["model/RNN/GRUCell/Gates/Linear/Bias"] == "model/rnn/gru_cell/gates/bias"
    assert any("--rename model/RNN=model/RNN" in note for note in plan.notes)
    plan = make_plan(shapes, Options(rename={"model/RNN": "model/RNN"}))
    assert new_names(plan)["model/RNN/GRUCell/Gates/Linear/Bias"] == "model/RNN/gru_cell/gates/bias"
    assert not plan.notes


@pytest.mark.parametrize(
    ("scope", "directions", "expected"),
    [
        ("BiRNN/", ("FW", "BW"), "bidirectional_rnn"),
        ("enc/", ("FW", "BW"), "enc"),
        ("BiRNN_", ("FW", "BW"), "bidirectional_rnn"),
        ("enc_", ("FW", "BW"), "enc"),
    ],
)
def test_bidirectional(scope: str, directions: tuple[str, str], expected: str) -> None:
    shapes = under(scope + directions[0], GRU) | under(scope + directions[1], GRU)
    names = sorted(new_names(make_plan(shapes)).values())
    assert names == [f"{expected}/{way}/{name}" for way in ("bw", "fw") for name in NEW_GRU]


@pytest.mark.parametrize("name", ["RNN/LSTMBlockCell/", "rnn/lstm_cell/"])
def test_fused_lstm(name: str) -> None:
    old = {"W": (9, 20), "b": (20,), "wci": (5,), "wcf": (5,), "wco": (5,)}
    # RNN alone may be the program's own: the rest says which release it is.
    names = new_names(make_plan({name + key: shape for key, shape in old.items()}))
    assert sorted(names.values()) == [
        f"rnn/lstm_cell/{key}" for key in ("bias", "kernel", "w_f_diag", "w_i_diag", "w_o_diag")
    ]


def test_fused_gru() -> None:
    shapes = {"w_ru": (9, 10), "b_ru": (10,), "w_c": (9, 5), "b_c": (5,)}
    names = new_names(make_plan(under("rnn/GRUBlockCell", shapes)))
    assert names["rnn/GRUBlockCell/w_ru"] == "rnn/gru_cell/w_ru"


def test_layer_norm() -> None:
    shapes = {"linear/weights": (9, 20), "linear/biases": (20,), "input/gamma": (5,)}
    names = new_names(make_plan(under("RNN/LayerNormBasicLSTMCell", shapes)))
    assert sorted(names.values()) == [
        f"rnn/layer_norm_basic_lstm_cell/{key}" for key in ("bias", "input/gamma", "kernel")
    ]


def test_pieces_are_joined_in_their_order() -> None:
    # Eleven pieces: W_10 comes after W_9.
    shapes = {f"RNN/LSTMCell/W_{k}": (1, 20) for k in range(11)} | {"RNN/LSTMCell/B": (20,)}
    shapes |= {f"{name}/Adagrad": shape for name, shape in shapes.items()}
    rows = {row.new: row for row in make_plan(shapes).rows}
    assert rows["rnn/lstm_cell/kernel"].old == tuple(f"RNN/LSTMCell/W_{k}" for k in range(11))
    assert rows["rnn/lstm_cell/kernel/Adagrad"].old[10] == "RNN/LSTMCell/W_10/Adagrad"
    assert rows["rnn/lstm_cell/kernel"].shape == (11, 20)


def test_a_missing_piece_is_an_error() -> None:
    with pytest.raises(CheckpointError, match="a piece is missing"):
        make_plan({"RNN/LSTMCell/W_0": (1, 20), "RNN/LSTMCell/W_2": (1, 20), "RNN/LSTMCell/B": (20,)})


def test_two_wrappers_in_one_scope_are_ambiguous() -> None:
    projection = {"Linear/Matrix": (5, 7), "Linear/Bias": (7,)}
    shapes = under("RNN", GRU | under("OutputProjectionWrapper", projection))
    shapes |= under("RNN/InputProjectionWrapper", {"Linear/Matrix": (4, 4), "Linear/Bias": (4,)})
    plan = make_plan(shapes)
    outer = "rnn/output_projection_wrapper"
    names = new_names(plan)
    assert names["RNN/GRUCell/Gates/Linear/Bias"] == f"{outer}/input_projection_wrapper/gru_cell/gates/bias"
    assert names["RNN/OutputProjectionWrapper/Linear/Bias"] == f"{outer}/bias"
    assert any("which wrapper wrapped which" in note for note in plan.notes)


def test_adams_powers_and_momentum_of_a_moving_average() -> None:
    shapes = under("RNN", GRU) | {"beta1_power": (), "beta2_power_1": (), "train/beta1_power": ()}
    shapes |= {"RNN/GRUCell/Gates/Linear/Bias/ExponentialMovingAverage": (10,)}
    shapes |= {"RNN/GRUCell/Gates/Linear/Bias/MyOwnOptimizer": (10,)}
    plan = make_plan(shapes)
    assert not plan.unmatched
    names = new_names(plan)
    assert names["RNN/GRUCell/Gates/Linear/Bias/MyOwnOptimizer"] == "rnn/gru_cell/gates/bias/MyOwnOptimizer"


def test_name_scopes_before_slots_of_0_x() -> None:
    shapes = under("model/RNN", GRU) | under("ns/model/model/RNN", {f"{k}/Adam": v for k, v in GRU.items()})
    shapes |= {"ns/model/plain": (5,), "ns/model/ns/model/plain/Adam": (5,)}
    names = new_names(make_plan(shapes))
    assert (
        names["ns/model/model/RNN/GRUCell/Gates/Linear/Bias/Adam"]
        == "model/model/rnn/gru_cell/gates/bias/Adam"
    )
    assert names["ns/model/ns/model/plain/Adam"] == "model/ns/model/plain/Adam"


def test_a_scope_opened_again_has_a_number_in_slots_of_0_x() -> None:
    shapes = under("model/RNN", GRU) | under(
        "model_1/train/model/RNN", {f"{k}/Adam": v for k, v in GRU.items()}
    )
    plan = make_plan(shapes)
    name = "model_1/train/model/RNN/GRUCell/Gates/Linear/Bias/Adam"
    assert new_names(plan)[name] == "model/model/rnn/gru_cell/gates/bias/Adam"
    assert any("only model can be a tf.variable_scope" in note for note in plan.notes)


def test_leaving_out_is_up_to_the_user() -> None:
    plan = make_plan({"a/b": (1,), "a/c": (1,), "ab": (1,)}, Options(drop=("a",)))
    assert plan.dropped == ["a/b", "a/c"]
    assert new_names(plan) == {"ab": "ab"}


def test_scopes_before_slots_that_may_be_either() -> None:
    shapes = under("RNN", GRU) | {"train/RNN/GRUCell/Gates/Linear/Bias/Adam": (10,)}
    plan = make_plan(shapes)
    assert "train/rnn/gru_cell/gates/bias/Adam" in new_names(plan).values()
    assert any("--slot-scope train=" in note for note in plan.notes)
    plan = make_plan(shapes, Options(slot_scopes={"train": ""}))
    assert "rnn/gru_cell/gates/bias/Adam" in new_names(plan).values()
    assert not any("--slot-scope" in note for note in plan.notes)


def test_renaming_an_outer_scope_renames_its_slots_too() -> None:
    shapes = under("model/RNN", GRU) | under("model/model/RNN", {f"{k}/Adam": v for k, v in GRU.items()})
    names = new_names(make_plan(shapes, Options(rename={"model": "a/b"})))
    assert names["model/model/RNN/GRUCell/Gates/Linear/Bias/Adam"] == "a/b/a/b/rnn/gru_cell/gates/bias/Adam"
    names = new_names(make_plan(shapes, Options(rename={"model": ""})))
    assert names["model/model/RNN/GRUCell/Gates/Linear/Bias/Adam"] == "rnn/gru_cell/gates/bias/Adam"
    assert names["model/RNN/GRUCell/Gates/Linear/Bias"] == "rnn/gru_cell/gates/bias"


def test_renaming_one_variable_takes_its_slots_along() -> None:
    shapes = {"w": (2, 3), "w/Adam": (2, 3)}
    assert new_names(make_plan(shapes, Options(rename={"w": "v"}))) == {"w": "v", "w/Adam": "v/Adam"}
    options = Options(rename={"w/Adam": "v/Adam"})
    assert new_names(make_plan(shapes, options)) == {"w": "w", "w/Adam": "v/Adam"}


@pytest.mark.parametrize(("shape", "transposed"), [((12, 6), False), ((6, 12), True)])
def test_proj_w(shape: tuple[int, int], transposed: bool) -> None:
    plan = make_plan({"m/proj_w": shape, "m/proj_b": (12,), "m/proj_w/Adagrad": shape})
    by_name = {row.new: row for row in plan.rows}
    for name in ("m/proj_w", "m/proj_w/Adagrad"):
        assert by_name[name].transposed == transposed
        assert by_name[name].shape == (12, 6)
    assert bool(plan.notes) == transposed


def test_proj_w_as_the_user_says() -> None:
    shapes = {"proj_w": (6, 12), "proj_b": (12,)}
    assert not any(row.transposed for row in make_plan(shapes, Options(no_transpose=("proj_w",))).rows)
    square = {"proj_w": (12, 12), "proj_b": (12,)}
    with pytest.raises(CheckpointError, match=r"proj_w \[12, 12\] is square.*--transpose proj_w"):
        make_plan(square)
    assert any(row.transposed for row in make_plan(square, Options(transpose=("proj_w",))).rows)
    assert not any(row.transposed for row in make_plan(square, Options(no_transpose=("proj_w",))).rows)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(rename={"nothing": "x"}), "--rename nothing: the checkpoint has no"),
        (Options(keep=("nothing",)), "--keep nothing: the checkpoint has no"),
        (Options(transpose=("nothing",)), "--transpose nothing: the checkpoint has no"),
        (Options(transpose=("b",)), r"--transpose b: must be a matrix, is \[4\]"),
        (Options(split={"nothing": ("c", "h")}), "--split nothing: the checkpoint has no"),
        (Options(split={"b": ("x", "y", "z")}), r"cannot be cut into 3 equal parts, it is \[4\]"),
        (Options(split={"b": ("a", "y")}), "would both be called a"),
        (Options(drop=("nothing",)), "--drop nothing: the checkpoint has no"),
        (Options(slot_scopes={"nothing": ""}), "--slot-scope nothing: the checkpoint has no"),
        (Options(rename={"a": "b"}), "a and b would both be called b"),
    ],
)
def test_errors(options: Options, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        make_plan({"a": (2, 3), "b": (4,)}, options)
