"""`--like`: the names of the migrated program's own checkpoint go before the rules."""

import pytest

from legacy_seq2seq.migrate.checkpoint import CheckpointError
from legacy_seq2seq.migrate.checkpoint.likeness import Likeness, agree
from legacy_seq2seq.migrate.checkpoint.plan import make_plan

Shapes = dict[str, tuple[int, ...]]


def like(old: Shapes, fresh: Shapes) -> tuple[dict[str, str], Likeness]:
    likeness = agree(make_plan(old).rows, fresh)
    return {name: row.new for row in likeness.rows for name in row.old}, likeness


def test_an_own_copy_of_a_cell_keeps_its_names() -> None:
    old = {"RNN/LSTMCell/W_0": (9, 20), "RNN/LSTMCell/B": (20,), "RNN/LSTMCell/B/Adam": (20,)}
    names, likeness = like(old, old)
    assert names == {name: name for name in old}
    assert not likeness.missing
    assert not likeness.extra


def test_another_order_of_wrappers() -> None:
    old = {
        "RNN/EmbeddingWrapper/embedding": (7, 4),
        "RNN/OutputProjectionWrapper/Linear/Matrix": (5, 7),
        "RNN/BasicRNNCell/Linear/Matrix": (9, 5),
        "RNN/BasicRNNCell/Linear/Bias": (5,),
    }
    outer = "rnn/output_projection_wrapper"
    fresh = {
        f"{outer}/embedding_wrapper/embedding": (7, 4),
        f"{outer}/kernel": (5, 7),
        f"{outer}/embedding_wrapper/basic_rnn_cell/kernel": (9, 5),
        f"{outer}/embedding_wrapper/basic_rnn_cell/bias": (5,),
    }
    names, likeness = like(old, fresh)
    assert list(names.values()) != list(fresh)
    assert set(names.values()) == set(fresh)
    assert names["RNN/OutputProjectionWrapper/Linear/Matrix"] == f"{outer}/kernel"
    assert not likeness.missing


def test_a_subclass_of_a_cell() -> None:
    names, _ = like({"MyGRU/Gates/Linear/Matrix": (9, 10)}, {"my_gru/gates/kernel": (9, 10)})
    assert names == {"MyGRU/Gates/Linear/Matrix": "my_gru/gates/kernel"}


def test_scopes_in_front_of_slots() -> None:
    old = {"w": (2,), "w/Adam": (2,), "w/Adam_1": (2,), "train/w/Mine": (2,), "B/w": (2,), "C/w": (2,)}
    fresh = {"w": (2,), "a/w/Adam": (2,), "w/Adam_1": (2,), "w/Mine": (2,), "b/w": (2,), "d/w": (2,)}
    names, likeness = like(old, fresh)
    assert names["w/Adam"] == "a/w/Adam"
    assert names["train/w/Mine"] == "train/w/Mine"
    assert names["B/w"] == "b/w"
    assert likeness.extra == ["C/w", "train/w/Mine"]
    assert likeness.missing == ["d/w", "w/Mine"]


def test_no_guess_between_two() -> None:
    fresh = {"MY/a": (2,), "my/a": (2,)}
    names, likeness = like({"My/a": (2,)}, fresh)
    assert names == {"My/a": "My/a"}
    assert likeness.extra == ["My/a"]
    assert likeness.missing == sorted(fresh)


def test_orientation() -> None:
    _, likeness = like({"w": (2, 3), "w/Adam": (2, 3)}, {"w": (3, 2), "w/Adam": (3, 2)})
    assert all(row.transposed and row.shape == (3, 2) for row in likeness.rows)
    # What was transposed by the rule about proj_w goes back.
    old = {"proj_w": (2, 3), "proj_b": (3,)}
    _, likeness = like(old, old)
    assert not any(row.transposed for row in likeness.rows)


def test_another_size_is_an_error() -> None:
    with pytest.raises(
        CheckpointError, match=r"w would become w \[2, 3\], but in the fresh checkpoint it is \[4, 3\]"
    ):
        like({"w": (2, 3)}, {"w": (4, 3)})
