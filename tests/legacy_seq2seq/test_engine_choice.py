"""Which engine builds, and what the loop engine refuses."""

import threading
from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from small_models import B, E, H, loops, seq2seq, steps_of

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell


class UsersCell(rnn_cell.GRUCell):
    """A subclass may do anything."""


def with_method(cell: Any, name: str) -> Any:
    """The cell with a method on the object, which may be any."""
    setattr(cell, name, getattr(cell, name))
    return cell


@pytest.mark.parametrize(
    ("reason", "build"),
    {
        "UsersCell": lambda: seq2seq(UsersCell(H)),
        "a method of GRUCell": lambda: seq2seq(with_method(rnn_cell.GRUCell(H), "call")),
        "a method of BasicLSTMCell": lambda: seq2seq(
            rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), with_method(rnn_cell.BasicLSTMCell(H), "build")])
        ),
        "a method of MultiRNNCell": lambda: rnn.static_rnn(
            with_method(rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H)]), "call"),
            steps_of(3, 1, E),
            dtype=tf.float32,
        ),
        "DropoutWrapper": lambda: seq2seq(rnn_cell.DropoutWrapper(rnn_cell.GRUCell(H))),
        "activation": lambda: seq2seq(rnn_cell.GRUCell(H, activation=tf.nn.elu)),
        "between layers": lambda: rnn.static_rnn(
            rnn_cell.MultiRNNCell([rnn_cell.OutputProjectionWrapper(rnn_cell.GRUCell(H), 3)]),
            steps_of(3, 1, E),
            dtype=tf.float32,
        ),
        "previous output": lambda: legacy_seq2seq.rnn_decoder(
            steps_of(3, 1, H), tf.zeros([B, H]), rnn_cell.GRUCell(H), loop_function=lambda prev, i: prev
        ),
        "sequence_length": lambda: rnn.static_rnn(
            rnn_cell.GRUCell(H), steps_of(3, 1, E), dtype=tf.float32, sequence_length=[1, 2, 3]
        ),
        "attention and the cell": lambda: legacy_seq2seq.attention_decoder(
            steps_of(3, 1, E),
            tf.zeros([B, H]),
            tf.zeros([B, 4, H]),
            rnn_cell.InputProjectionWrapper(rnn_cell.GRUCell(H), 3),
        ),
    }.items(),
)
def test_what_cannot_loop_is_unrolled_or_refused_with_the_reason(reason: str, build: Any) -> None:
    with tf.Graph().as_default(), legacy_seq2seq.engine("loop"), pytest.raises(ValueError, match=reason):
        build()
    with tf.Graph().as_default():
        outputs, _ = build()
        # Encoders of known cells may still loop: the last output comes from no loop.
        assert outputs[-1].op.type != "Unpack"


@pytest.mark.parametrize("on", ["object", "class"])
def test_a_users_call_is_what_runs(on: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three steps that double the input and count."""
    with tf.Graph().as_default():
        cell = rnn_cell.GRUCell(H)
        if on == "object":
            cell.call = lambda inputs, state: (2 * inputs, state + 1)
        else:
            monkeypatch.setattr(rnn_cell.GRUCell, "call", lambda _, inputs, state: (2 * inputs, state + 1))
        inputs = steps_of(3, 1, E)
        outputs, state = rnn.static_rnn(cell, inputs, dtype=tf.float32)
        given, got, counted = graph.run([inputs[-1], outputs[-1], state])
    np.testing.assert_array_equal(got, 2 * given)
    np.testing.assert_array_equal(counted, np.full([B, H], 3.0))


@pytest.mark.parametrize("control_flow_v2", [True, False])
def test_a_users_loop_around_the_steps(control_flow_v2: bool) -> None:
    """In TensorFlow 1's control flow, which `disable_v2_behavior` chooses, the steps inside are unrolled."""
    found = []
    if not control_flow_v2:
        tf.disable_control_flow_v2()
    try:
        for engine in ("auto", "unrolled"):
            with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
                cell, inputs = rnn_cell.GRUCell(H), steps_of(3, 1, E)
                first, state = rnn.static_rnn(cell, inputs, dtype=tf.float32)

                def again(i: Any, state: Any, cell: Any = cell, inputs: Any = inputs) -> Any:
                    return i + 1, rnn.static_rnn(cell, inputs, initial_state=state)[1]

                _, last = tf.while_loop(lambda i, _: i < 2, again, [0, state])
                slopes = tf.gradients(tf.reduce_sum(tf.sin(last)), tf.trainable_variables())
                found.append(graph.run([last, *slopes]))
                assert first[-1].op.type == ("Unpack" if engine == "auto" else "AddV2")
    finally:
        tf.enable_control_flow_v2()
    for got, expected in zip(*found, strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_auto_loops_from_two_steps_on() -> None:
    for steps, expected in ((1, 0), (2, 1)):
        with tf.Graph().as_default():
            rnn.static_rnn(rnn_cell.GRUCell(H), steps_of(steps, 1, E), dtype=tf.float32)
            assert loops() == expected


def test_the_choice_is_the_blocks_and_the_threads() -> None:
    found = []

    def build() -> None:
        with tf.Graph().as_default():
            rnn.static_rnn(rnn_cell.GRUCell(H), steps_of(3, 1, E), dtype=tf.float32)
            found.append(loops())

    with legacy_seq2seq.engine("unrolled"):
        build()
        with legacy_seq2seq.engine("auto"):
            build()
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
        build()
    assert found == [0, 1, 1, 0]


def test_other_engines_are_refused() -> None:
    with pytest.raises(ValueError, match="auto, loop, unrolled, got 'fast'"), legacy_seq2seq.engine("fast"):
        pass


def test_second_derivatives_are_refused_clearly() -> None:
    with tf.Graph().as_default():
        inputs = steps_of(3, 1, E)
        outputs, _ = rnn.static_rnn(rnn_cell.GRUCell(H), inputs, dtype=tf.float32)
        first = tf.gradients(tf.reduce_sum(tf.square(outputs)), inputs)
        with pytest.raises(NotImplementedError, match='engine\\("unrolled"\\)'):
            tf.gradients(tf.reduce_sum(tf.square(first)), tf.trainable_variables())


def test_gradients_of_an_imported_graph_are_refused_clearly() -> None:
    with tf.Graph().as_default():
        outputs, _ = rnn.static_rnn(rnn_cell.GRUCell(H), steps_of(3, 1, E), dtype=tf.float32)
        tf.add_to_collection("output", outputs[-1])
        exported = tf.train.export_meta_graph()
    with tf.Graph().as_default():
        tf.train.import_meta_graph(exported)
        with pytest.raises(NotImplementedError, match=r'imported.*engine\("unrolled"\)'):
            tf.gradients(tf.get_collection("output"), tf.trainable_variables())
