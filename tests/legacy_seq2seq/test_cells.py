"""Cells beyond their numbers: sizes, states, dropout, names, linear."""

import copy
from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq import rnn, rnn_cell
from legacy_seq2seq.rnn_cell import LSTMStateTuple
from legacy_seq2seq.rnn_cell.base import to_snake_case

B, H = 3, 4


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("GRUCell", "gru_cell"),
        ("BasicLSTMCell", "basic_lstm_cell"),
        ("LayerNormBasicLSTMCell", "layer_norm_basic_lstm_cell"),
        ("MyGRUCell2D", "my_gru_cell2d"),
        ("_HTMLCell", "private_html_cell"),
    ],
)
def test_snake_case(name: str, snake: str) -> None:
    assert to_snake_case(name) == snake


SIZES = [
    (lambda: rnn_cell.GRUCell(H), H, H),
    (lambda: rnn_cell.BasicLSTMCell(H), LSTMStateTuple(H, H), H),
    (lambda: rnn_cell.BasicLSTMCell(H, state_is_tuple=False), 2 * H, H),
    (lambda: rnn_cell.LSTMCell(H, num_proj=2), LSTMStateTuple(H, 2), 2),
    (lambda: rnn_cell.LSTMCell(H, num_proj=2, state_is_tuple=False), H + 2, 2),
    (lambda: rnn_cell.NASCell(H, num_proj=3), LSTMStateTuple(H, 3), 3),
    (
        lambda: rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(H), rnn_cell.GRUCell(5)]),
        (LSTMStateTuple(H, H), 5),
        5,
    ),
    (
        lambda: rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.GRUCell(5)], state_is_tuple=False),
        H + 5,
        5,
    ),
    (lambda: rnn_cell.OutputProjectionWrapper(rnn_cell.GRUCell(H), 7), H, 7),
    (lambda: rnn_cell.DropoutWrapper(rnn_cell.BasicLSTMCell(H), 0.5), LSTMStateTuple(H, H), H),
]


@pytest.mark.parametrize(("make", "state_size", "output_size"), SIZES)
@pytest.mark.parametrize("static", [True, False])
def test_sizes_and_static_shapes(make: Any, state_size: Any, output_size: int, static: bool) -> None:
    with tf.Graph().as_default():
        cell = make()
        assert cell.state_size == state_size
        assert cell.output_size == output_size
        inputs = [tf.placeholder(tf.float32, [B if static else None, H]) for _ in range(2)]
        batch = B if static else tf.shape(inputs[0])[0]
        zero = cell.zero_state(batch, tf.float32)
        outputs, state = rnn.static_rnn(cell, inputs, dtype=tf.float32)
        tf.nest.assert_same_structure(zero, state_size)
        tf.nest.assert_same_structure(state, state_size)
        for tensors in (zero, state):
            shapes = [t.shape.as_list() for t in tf.nest.flatten(tensors)]
            assert shapes == [[B if static else None, size] for size in tf.nest.flatten(state_size)]
        assert outputs[-1].shape.as_list() == [B if static else None, output_size]
        with tf.Session() as session:
            zeros = session.run(zero, {inputs[0]: np.ones([B, H])})
        assert all(np.all(z == 0) and z.shape[0] == B for z in tf.nest.flatten(zeros))


def test_lstm_state_tuple() -> None:
    with tf.Graph().as_default():
        state = LSTMStateTuple(tf.zeros([1]), h=tf.zeros([1]))
        assert state.dtype == tf.float32
        c, h = state
        assert (c, h) == (state.c, state.h)
        with pytest.raises(TypeError, match="one dtype, got"):
            _ = LSTMStateTuple(tf.zeros([1]), tf.zeros([1], tf.float64)).dtype


def dropped(placeholder: str | None = None, **settings: Any) -> np.ndarray:
    """Outputs and last state [T + 1, B, 500] of a dropout wrapper over a cell that gives its inputs, ones.

    `placeholder` names a probability that is known at run time only.
    """

    class Same(rnn_cell.RNNCell):
        state_size = 500
        output_size = 500

        def call(self, inputs: Any, state: Any) -> Any:
            return inputs, inputs

    with tf.Graph().as_default():
        tf.set_random_seed(1)
        if placeholder is not None:
            settings[placeholder] = tf.placeholder_with_default(0.8, [])
        cell = rnn_cell.DropoutWrapper(Same(), **settings)
        inputs = [tf.ones([B, 500])] * 2
        outputs, state = rnn.static_rnn(cell, inputs, dtype=tf.float32)
        return graph.run(tf.stack([*outputs, state]))


@pytest.mark.parametrize("place", ["input_keep_prob", "output_keep_prob", "state_keep_prob"])
@pytest.mark.parametrize("tensor", [False, True])
def test_dropout_keeps_its_share_and_the_mean(place: str, tensor: bool) -> None:
    values = dropped(placeholder=place) if tensor else dropped(**{place: 0.8})
    changed = values[-1] if place == "state_keep_prob" else values[0]
    np.testing.assert_allclose(np.unique(changed), [0, 1.25])
    # 1500 draws: four standard deviations are 0.041.
    assert abs((changed > 0).mean() - 0.8) < 0.041
    if place == "output_keep_prob":
        assert np.all(values[-1] == 1)
        assert np.any(values[0] != values[1])
    if place == "state_keep_prob":
        assert np.all(values[0] == 1)


def test_variational_dropout_has_one_mask_for_steps_and_examples() -> None:
    values = dropped(output_keep_prob=0.8, variational_recurrent=True, dtype=tf.float32)
    assert np.array_equal(values[0], values[1])
    assert np.all(values[0] == values[0][:1])
    assert 0.7 < (values[0] > 0).mean() < 0.9


def test_dropout_leaves_the_memory_of_an_lstm() -> None:
    def state(visitor: Any) -> Any:
        with tf.Graph().as_default():
            cell = rnn_cell.DropoutWrapper(
                rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(100), rnn_cell.GRUCell(100)]),
                state_keep_prob=0.5,
                dropout_state_filter_visitor=visitor,
            )
            _, state = rnn.static_rnn(cell, [tf.ones([B, H])], dtype=tf.float32)
            return [np.mean(part == 0) > 0.1 for part in tf.nest.flatten(graph.run(state))]

    assert state(None) == [False, True, True]
    assert state(lambda part: not isinstance(part, LSTMStateTuple)) == [False, False, True]
    assert state(lambda part: True) == [True, True, True]


def test_a_copied_variational_wrapper_draws_its_own_masks() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.DropoutWrapper(
            rnn_cell.GRUCell(200), output_keep_prob=0.5, variational_recurrent=True, dtype=tf.float32
        )
        twin = copy.deepcopy(cell)
        masks = []
        for made, scope in ((cell, "a"), (twin, "b")):
            with tf.variable_scope(scope):
                output, _ = made(tf.ones([B, H]), tf.ones([B, 200]))
                masks.append(tf.equal(output, 0))
        first, second = graph.run(masks)
    assert np.any(first != second)
    assert 0.3 < first.mean() < 0.7


def test_block_cells_clip_like_the_plain_cell() -> None:
    """Gradients, too: 1.15's fused cell let them through the clipping."""

    def outcome(cell: Any) -> Any:
        with tf.Graph().as_default():
            outputs, _ = rnn.static_rnn(cell, [tf.ones([B, H])] * 2, dtype=tf.float32)
            gradients = tf.gradients(outputs[-1], tf.trainable_variables())
            return graph.run([outputs[-1], *gradients])

    plain = outcome(rnn_cell.LSTMCell(H, use_peepholes=True, cell_clip=0.1))
    block = outcome(rnn_cell.LSTMBlockCell(H, use_peephole=True, cell_clip=0.1))
    for expected, got in zip(plain, block, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_shards_are_parts_of_one_matrix() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.LSTMCell(H, num_proj=4, num_unit_shards=2, num_proj_shards=2)
        output, _ = cell(tf.ones([B, H]), cell.zero_state(B, tf.float32))
        shapes = {v.op.name: v.shape.as_list() for v in tf.global_variables()}
        assert shapes == {
            "lstm_cell/kernel/part_0": [4, 16],
            "lstm_cell/kernel/part_1": [4, 16],
            "lstm_cell/bias": [16],
            "lstm_cell/projection/kernel/part_0": [2, 4],
            "lstm_cell/projection/kernel/part_1": [2, 4],
        }
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run(output).shape == (B, 4)


def test_linear() -> None:
    a, b = graph.floats([B, 2], 1), graph.floats([B, 3], 2)
    with tf.Graph().as_default():
        result = rnn_cell.linear([tf.constant(a), tf.constant(b)], 5, True)
        old = rnn_cell._linear(tf.constant(a), 5, True, 0.5, scope="Old")
        plain = rnn_cell.linear([tf.constant(a)], 5, False, scope="plain")
        kept = rnn_cell.linear([tf.constant(a)], 5, True, bias_start=2.0, scope="kept")
        assert kept.shape.as_list() == [B, 5]
        assert graph.names() == [
            "kernel",
            "bias",
            "Old/kernel",
            "Old/bias",
            "plain/kernel",
            "kept/kernel",
            "kept/bias",
        ]
        weights = graph.random_weights(3)
        got, got_plain = graph.run([result, plain], weights)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            biases = {v.op.name: session.run(v) for v in tf.global_variables() if "bias" in v.op.name}
        assert old.shape.as_list() == [B, 5]
    np.testing.assert_allclose(
        got, np.hstack([a, b]) @ weights["kernel"] + weights["bias"], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(got_plain, a @ weights["plain/kernel"], rtol=1e-5, atol=1e-6)
    assert {name: value.tolist() for name, value in biases.items()} == {
        "bias": [0.0] * 5,
        "Old/bias": [0.5] * 5,
        "kept/bias": [2.0] * 5,
    }
