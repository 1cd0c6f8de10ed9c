"""Cells that are not this package's: users' own, and those that survive in TensorFlow and Keras."""

import threading
from typing import Any

import graph
import numpy as np
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell
from legacy_seq2seq.rnn_cell.copying import twin_of

B, H = 2, 4


class Duck:
    """No subclass of anything; makes its variables as TF 0.x cells did."""

    state_size = H
    output_size = H

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return tf.zeros([batch_size, H], dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        with tf.variable_scope(scope or "duck"):
            w = tf.get_variable("w", [int(inputs.shape[1]) + H, H])
        output = tf.tanh(tf.matmul(tf.concat([inputs, state], 1), w))
        return output, output


CELLS = {
    "duck": Duck,
    "multi of duck": lambda: rnn_cell.MultiRNNCell([Duck(), rnn_cell.GRUCell(H)]),
    "dropout of duck": lambda: rnn_cell.DropoutWrapper(Duck(), output_keep_prob=0.5),
    "residual": lambda: tf2.nn.RNNCellResidualWrapper(rnn_cell.GRUCell(H)),
    "dropout": lambda: tf2.nn.RNNCellDropoutWrapper(rnn_cell.BasicLSTMCell(H), output_keep_prob=0.5),
    "device": lambda: tf2.nn.RNNCellDeviceWrapper(rnn_cell.GRUCell(H), "/cpu:0"),
    "multi of residual": lambda: rnn_cell.MultiRNNCell(
        [tf2.nn.RNNCellResidualWrapper(rnn_cell.GRUCell(H)) for _ in range(2)]
    ),
}


def calls(cell: Any) -> dict[str, Any]:
    floats, ids = [tf.zeros([B, H])] * 2, [tf.zeros([B], tf.int32)] * 2
    state = cell.zero_state(B, tf.float32)
    return {
        "static_rnn": lambda: rnn.static_rnn(cell, floats, dtype=tf.float32),
        "rnn_decoder": lambda: legacy_seq2seq.rnn_decoder(floats, state, cell),
        "basic_rnn_seq2seq": lambda: legacy_seq2seq.basic_rnn_seq2seq(floats, floats, cell),
        "tied_rnn_seq2seq": lambda: legacy_seq2seq.tied_rnn_seq2seq(floats, floats, cell),
        "embedding_rnn_decoder": lambda: legacy_seq2seq.embedding_rnn_decoder(ids, state, cell, 5, H),
        "embedding_rnn_seq2seq": lambda: legacy_seq2seq.embedding_rnn_seq2seq(ids, ids, cell, 5, 5, H),
        "embedding_tied_rnn_seq2seq": lambda: legacy_seq2seq.embedding_tied_rnn_seq2seq(ids, ids, cell, 5, H),
        "attention_decoder": lambda: legacy_seq2seq.attention_decoder(
            floats, state, tf.zeros([B, 3, H]), cell
        ),
        "embedding_attention_decoder": lambda: legacy_seq2seq.embedding_attention_decoder(
            ids, state, tf.zeros([B, 3, H]), cell, 5, H
        ),
        "embedding_attention_seq2seq": lambda: legacy_seq2seq.embedding_attention_seq2seq(
            ids, ids, cell, 5, 5, H
        ),
    }


FUNCTIONS = [
    "static_rnn",
    "rnn_decoder",
    "basic_rnn_seq2seq",
    "tied_rnn_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "attention_decoder",
    "embedding_attention_decoder",
    "embedding_attention_seq2seq",
]


@pytest.mark.parametrize("kind", CELLS)
def test_every_function_in_two_buckets(kind: str) -> None:
    for function in FUNCTIONS:
        with tf.Graph().as_default():
            cell = CELLS[kind]()
            outputs, _ = calls(cell)[function]()
            names = graph.names()
            assert len(names) == len(set(names))
            with tf.variable_scope(tf.get_variable_scope(), reuse=True):
                again, _ = calls(cell)[function]()
            assert graph.names() == names
            if "dropout" not in kind:
                first, second = graph.run([outputs[-1], again[-1]])
                np.testing.assert_allclose(first, second, rtol=0, atol=1e-6)


def test_encoder_and_decoder_of_a_foreign_cell_do_not_share() -> None:
    with tf.Graph().as_default():
        cell = tf2.nn.RNNCellResidualWrapper(rnn_cell.GRUCell(H))
        floats = [tf.zeros([B, H])]
        cell(floats[0], cell.zero_state(B, tf.float32))
        legacy_seq2seq.basic_rnn_seq2seq(floats, floats, cell)
        assert "basic_rnn_seq2seq/rnn/gru_cell/gates/kernel" in graph.names()


def test_a_keras_cell_serves_once_and_is_refused_where_it_would_not_reuse() -> None:
    with tf.Graph().as_default():
        floats = [tf.constant(graph.floats([B, H]))] * 2
        outputs, _ = legacy_seq2seq.basic_rnn_seq2seq(floats, floats, tf2.keras.layers.GRUCell(H))
        assert len(tf.trainable_variables()) == 6
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert np.isfinite(session.run(outputs[-1])).all()
        with (
            tf.variable_scope(tf.get_variable_scope(), reuse=True),
            pytest.raises(ValueError, match="is a Keras layer, which makes new variables"),
        ):
            legacy_seq2seq.basic_rnn_seq2seq(floats, floats, tf2.keras.layers.GRUCell(H))


class Used:
    """Like TF1's cells of Keras 2 after a call: no copies, but a configuration, without the cells inside."""

    _base_name = "used"
    state_size = output_size = H

    def __init__(self, name: str = "used_1") -> None:
        self.name, self.lock = name, threading.Lock()

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name} | ({"cell": "told by name"} if hasattr(self, "cell") else {})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


class UsedWrapper(Used):
    def __init__(self, cell: Any, name: str = "used_1") -> None:
        super().__init__(name)
        if not hasattr(cell, "state_size"):
            raise ValueError("cannot reconstruct the wrapped cell")
        self.cell = cell


class UsedLayers(Used):
    def __init__(self, cells: Any, state_is_tuple: bool = True) -> None:
        super().__init__()
        self._cells, self._state_is_tuple = cells, state_is_tuple


def test_used_cells_of_keras_2_have_twins_of_what_is_in_them() -> None:
    cell, wrapped = Used(), UsedWrapper(Used())
    twin = twin_of(UsedLayers([cell, wrapped, cell], state_is_tuple=False))
    assert (type(twin), twin._state_is_tuple) == (UsedLayers, False)
    first, second, third = twin._cells
    assert first is third
    assert (type(first), type(second), type(second.cell)) == (Used, UsedWrapper, Used)
    assert not {first, second, second.cell} & {cell, wrapped, wrapped.cell}
    assert first.name == second.cell.name == "used"
    cell.get_config = lambda: {"units": 3}  # type: ignore[method-assign]
    with pytest.raises(TypeError, match="Keras can neither copy it nor make its like"):
        twin_of(UsedWrapper(cell))


@pytest.mark.parametrize("wrong", [None, "gru", rnn_cell.GRUCell, Duck])
def test_what_is_no_cell_is_refused(wrong: Any) -> None:
    with tf.Graph().as_default(), pytest.raises(TypeError, match="cell must be an RNNCell"):
        rnn.static_rnn(wrong, [tf.zeros([B, H])], dtype=tf.float32)


def test_own_initial_state_is_used() -> None:
    class Learned(rnn_cell.GRUCell):
        def zero_state(self, batch_size: Any, dtype: Any) -> Any:
            return super().zero_state(batch_size, dtype) + 3.0

    with tf.Graph().as_default():
        cell = rnn_cell.OutputProjectionWrapper(rnn_cell.MultiRNNCell([Learned(H)]), 5)
        _, state = rnn.static_rnn(cell, [tf.zeros([B, H])], dtype=tf.float32, sequence_length=[0, 0])
        np.testing.assert_array_equal(graph.run(state)[0], np.full([B, H], 3.0))


def test_a_cell_without_call_says_so() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.RNNCell()
        with pytest.raises(NotImplementedError, match="RNNCell must define call"):
            cell(tf.zeros([B, H]), tf.zeros([B, H]))
        with pytest.raises(NotImplementedError, match="must define state_size"):
            _ = cell.state_size


def test_a_cell_may_forget_to_initialize_its_base() -> None:
    class Forgetful(rnn_cell.RNNCell):
        state_size = H
        output_size = H

        def __init__(self) -> None:
            self.units = H

        def call(self, inputs: Any, state: Any) -> Any:
            output = rnn_cell.linear([inputs, state], self.units, True)
            return output, output

    with tf.Graph().as_default():
        cell = Forgetful()
        calls(cell)["embedding_attention_seq2seq"]()
        assert len(cell.trainable_variables) == 2
        assert sum("forgetful/kernel" in name for name in graph.names()) == 2


def test_embedding_over_nested_layers() -> None:
    def layers() -> Any:
        return rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.BasicLSTMCell(H)])

    with tf.Graph().as_default():
        cell = rnn_cell.EmbeddingWrapper(rnn_cell.MultiRNNCell([layers(), layers()]), 5, H)
        outputs, _ = rnn.static_rnn(cell, [tf.zeros([B], tf.int32)], dtype=tf.float64)
        assert outputs[0].dtype == tf.float64
        assert {v.dtype.base_dtype for v in tf.global_variables()} == {tf.float64}
