"""copy.deepcopy of cells: an unbuilt twin, at the tutorial's second bucket and elsewhere."""

import copy
import threading
import warnings
from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell

H = 4


def cells() -> dict[str, Any]:
    """One of every kind."""
    gru = rnn_cell.GRUCell
    return {
        "BasicRNNCell": rnn_cell.BasicRNNCell(H),
        "GRUCell": gru(H, activation="relu", kernel_initializer=tf.zeros_initializer()),
        "BasicLSTMCell": rnn_cell.BasicLSTMCell(H, forget_bias=0.5, name="mine"),
        "LSTMCell": rnn_cell.LSTMCell(H, use_peepholes=True, num_proj=H),
        "NASCell": rnn_cell.NASCell(H),
        "LayerNormBasicLSTMCell": rnn_cell.LayerNormBasicLSTMCell(H),
        "GRUBlockCell": rnn_cell.GRUBlockCell(H),
        "GRUBlockCellV2": rnn_cell.GRUBlockCellV2(H),
        "LSTMBlockCell": rnn_cell.LSTMBlockCell(H),
        "MultiRNNCell": rnn_cell.MultiRNNCell([gru(H), rnn_cell.BasicLSTMCell(H)]),
        "DropoutWrapper": rnn_cell.DropoutWrapper(gru(H), output_keep_prob=0.5, seed=1),
        "ResidualWrapper": rnn_cell.ResidualWrapper(gru(H)),
        "DeviceWrapper": rnn_cell.DeviceWrapper(gru(H), "/cpu:0"),
        "EmbeddingWrapper": rnn_cell.EmbeddingWrapper(gru(H), 7, H),
        "InputProjectionWrapper": rnn_cell.InputProjectionWrapper(gru(H), 3),
        "OutputProjectionWrapper": rnn_cell.OutputProjectionWrapper(gru(H), H),
    }


def test_every_cell_is_tried() -> None:
    classes = {name for name, value in vars(rnn_cell).items() if isinstance(value, type)}
    assert set(cells()) == classes - {"RNNCell", "LSTMStateTuple", "Linear", "_Linear"}


def step(cell: Any) -> None:
    inputs = tf.zeros([2], tf.int32) if isinstance(cell, rnn_cell.EmbeddingWrapper) else tf.zeros([2, H])
    cell(inputs, cell.zero_state(2, tf.float32))


@pytest.mark.parametrize("kind", sorted(cells()))
@pytest.mark.parametrize("built", [False, True])
def test_a_copy_is_an_unbuilt_twin(kind: str, built: bool) -> None:
    with tf.Graph().as_default():
        cell = cells()[kind]
        if built:
            with tf.variable_scope("a"):
                step(cell)
            assert cell.variables
        twin = copy.deepcopy(cell)
        assert type(twin) is type(cell)
        assert not twin.variables
        assert not twin.built
        assert twin.graph is None
        with tf.variable_scope("b"):
            step(twin)
        if not built:
            with tf.variable_scope("a"):
                step(cell)
        first, second = ([v for v in tf.global_variables() if v.op.name.startswith(s)] for s in ("a/", "b/"))
        assert [v.op.name[2:] for v in first] == [v.op.name[2:] for v in second]
        assert [v.shape for v in first] == [v.shape for v in second]
        # A tuple of the same classes with the same settings; sizes tell most of them.
        assert (twin.state_size, twin.output_size) == (cell.state_size, cell.output_size)
        assert set(map(id, twin.variables)).isdisjoint(map(id, cell.variables))
        step(cell)
        assert len(tf.global_variables()) == len(first) + len(second)


def test_a_copy_keeps_the_settings() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.LSTMCell(H, cell_clip=0.1, forget_bias=7.0, activation="sigmoid")
        step(cell)
        cell.own_setting = [1, 2]
        twin = copy.deepcopy(cell)
        assert twin.own_setting == [1, 2]
        assert twin.own_setting is not cell.own_setting
        with tf.variable_scope("b"):
            x, state = tf.ones([2, H]), cell.zero_state(2, tf.float32)
            outputs = [c(x, state)[0] for c in (cell, twin)]
        names = graph.names()
        weights = graph.random_weights(1)
        same = {n: weights[n.removeprefix("b/")] for n in names}
        got, again = graph.run(outputs, same)
    np.testing.assert_array_equal(got, again)


def test_shared_layers_stay_shared_in_a_copy_without_a_second_warning() -> None:
    with tf.Graph().as_default():
        with pytest.warns(
            UserWarning, match=r"share their weights.*GRUCell\(size\) for _ in range\(n\)"
        ) as caught:
            cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H)] * 3)
        assert len(caught) == 1
        assert caught[0].filename == __file__
        step(cell)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            twin = copy.deepcopy(cell)
            with tf.variable_scope("b"):
                step(twin)
    assert len(cell.variables) == len(twin.variables) == 4
    assert {v.op.name.split("/")[2] for v in twin.variables} == {"cell_0"}


def test_different_layers_do_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H) for _ in range(3)])


def tutorial(cell: Any, buckets: Any = ((1, 1), (2, 2))) -> None:
    symbols = [tf.zeros([2], tf.int32) for _ in range(2)]
    legacy_seq2seq.model_with_buckets(
        symbols,
        symbols,
        symbols,
        [tf.ones([2])] * 2,
        list(buckets),
        lambda x, y: legacy_seq2seq.embedding_attention_seq2seq(x, y, cell, 7, 7, H),
    )


def test_the_tutorials_second_bucket() -> None:
    """The most reported failure of TF 1.2 to 1.15: one cell object for all buckets."""
    with tf.Graph().as_default():
        tutorial(rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H) for _ in range(2)]), [(1, 1), (1, 2), (2, 2)])
        several = graph.names()
    with tf.Graph().as_default():
        tutorial(rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H) for _ in range(2)]), [(1, 1)])
        assert graph.names() == several


@pytest.mark.parametrize(
    "model", ["basic_rnn_seq2seq", "embedding_rnn_seq2seq", "embedding_attention_seq2seq"]
)
def test_encoder_and_decoder_have_weights_of_their_own(model: str) -> None:
    """Even if the cell has been used before, and was built."""
    with tf.Graph().as_default():
        cell = rnn_cell.BasicLSTMCell(H)
        step(cell)
        used = set(graph.names())
        if model == "basic_rnn_seq2seq":
            steps, extra = [tf.zeros([2, H])] * 2, []
        else:
            steps, extra = [tf.zeros([2], tf.int32)] * 2, [7, 7, H]
        getattr(legacy_seq2seq, model)(steps, steps, cell, *extra)
        new = [name for name in graph.names() if name not in used and name.endswith("lstm_cell/kernel")]
        assert len(new) == 1
        assert "/rnn/" in new[0]


def test_a_users_deepcopy_on_the_object_is_honoured() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.GRUCell(H)
        cell.__deepcopy__ = lambda memo: cell
        tutorial(cell)
        kernels = [name for name in graph.names() if name.endswith("gates/kernel")]
    assert kernels == ["embedding_attention_seq2seq/rnn/embedding_wrapper/gru_cell/gates/kernel"]


def test_a_users_deepcopy_on_the_class_is_honoured() -> None:
    class Shared(rnn_cell.GRUCell):
        def __deepcopy__(self, memo: Any) -> Any:
            return self

    with tf.Graph().as_default():
        tutorial(rnn_cell.MultiRNNCell([Shared(H), rnn_cell.GRUCell(H)]))
        kernels = [name for name in graph.names() if name.endswith("gates/kernel")]
    assert [name.split("/")[-3] for name in kernels] == ["shared", "gru_cell", "gru_cell"]


class Lazy(rnn_cell.RNNCell):
    """Keeps variables in attributes of all kinds, as users' cells do."""

    def __init__(self, units: int, keep_prob: Any = None) -> None:
        super().__init__()
        self.units, self.keep_prob = units, keep_prob
        self.layers: list[Any] = []
        self.linear: Any = None

    @property
    def state_size(self) -> int:
        return self.units

    @property
    def output_size(self) -> int:
        return self.units

    def call(self, inputs: Any, state: Any) -> Any:
        if self.linear is None:
            self.linear = rnn_cell.Linear([inputs, state], self.units, True)
            self.layers.append(tf.get_variable("gain", [self.units]))
            self.ready = True
        output = self.linear([inputs, state]) * self.layers[0]
        return output, output


def test_what_a_users_cell_keeps_of_its_first_call_is_not_copied() -> None:
    with tf.Graph().as_default():
        keep_prob = tf.placeholder(tf.float32, [])
        cell = Lazy(H, keep_prob)
        step(cell)
        cell.later = "set after the first call"
        twin = copy.deepcopy(cell)
        assert (twin.linear, twin.layers, twin.later) == (None, [], "set after the first call")
        assert not hasattr(twin, "ready")
        assert twin.keep_prob is keep_prob
        with tf.variable_scope("b"):
            step(twin)
        assert len(twin.variables) == 3
        tutorial(Lazy(H))


def test_a_method_of_its_own_kept_by_a_cell_becomes_the_twins() -> None:
    cell = Lazy(H)
    cell.function = cell.call
    twin = copy.deepcopy(cell)
    assert twin.function.__self__ is twin


@pytest.mark.parametrize("built", [False, True])
def test_a_scope_that_was_given_is_kept_and_one_that_was_found_is_not(built: bool) -> None:
    with tf.Graph().as_default():
        given, found = rnn_cell.GRUCell(H, _scope="mine"), rnn_cell.GRUCell(H)
        if built:
            step(given)
            step(found)
        twins = copy.deepcopy([given, found])
        with tf.variable_scope("b"):
            step(twins[1])
        if not built:
            step(twins[0])
        else:
            with pytest.raises(ValueError, match="Variable mine/gates/kernel already exists"):
                step(twins[0])
        assert [twin.scope_name for twin in twins] == ["mine", "b/gru_cell"]


def test_variables_made_before_any_call_are_refused() -> None:
    class Early(rnn_cell.RNNCell):
        state_size = output_size = H

        def __init__(self) -> None:
            super().__init__()
            self.w = self.add_variable("w", [H, H])
            self.factor = 3

        def call(self, inputs: Any, state: Any) -> Any:
            return self.factor * tf.matmul(inputs, self.w), state

    for built in (False, True):
        with tf.Graph().as_default():
            cell = Early()
            if built:
                step(cell)
            with pytest.raises(ValueError, match=r"'w' holds the variable 'early/w:0', made outside build"):
                copy.deepcopy(cell)


def test_a_cell_that_was_built_by_hand_has_an_unbuilt_twin() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.GRUCell(H)
        cell.build(tf.TensorShape([None, H]))
        twin = copy.deepcopy(cell)
        assert not twin.built
        with tf.variable_scope("b"):
            step(twin)
        assert twin.scope_name == "b/gru_cell"


def test_variables_given_from_outside_are_refused() -> None:
    with tf.Graph().as_default():
        cell = Lazy(H, tf.get_variable("outside", []))
        with pytest.raises(ValueError, match=r"'keep_prob' holds the variable 'outside:0'.*__deepcopy__"):
            copy.deepcopy(cell)


def test_what_cannot_be_copied_is_named() -> None:
    with pytest.raises(TypeError, match=r"Lazy: its attribute 'keep_prob' \(lock\) cannot be copied"):
        copy.deepcopy(Lazy(H, threading.Lock()))


def test_a_copy_goes_into_another_graph_and_the_original_does_not() -> None:
    cell = rnn_cell.GRUCell(H)
    with tf.Graph().as_default():
        step(cell)
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match=r"first called in another graph.*copy\.deepcopy"):
            step(cell)
        step(copy.deepcopy(cell))


def test_a_cell_works_in_a_branch_of_its_graph() -> None:
    with tf.Graph().as_default():
        cell = rnn_cell.GRUCell(H)
        x, state = tf.ones([2, H]), tf.zeros([2, H])
        outside, _ = cell(x, state)
        inside = tf.cond(tf.placeholder_with_default(True, []), lambda: cell(x, state)[0], lambda: state)
        first, second = graph.run([outside, inside])
    np.testing.assert_array_equal(first, second)


def test_one_cell_for_encoder_and_decoders_warns() -> None:
    def build(encoder: Any, decoder: Any) -> None:
        symbols = [tf.zeros([2], tf.int32)]
        legacy_seq2seq.one2many_rnn_seq2seq(symbols, {"a": symbols}, encoder, {"a": decoder}, 7, {"a": 5}, H)

    with tf.Graph().as_default():
        cell = rnn_cell.GRUCell(H)
        with pytest.warns(UserWarning, match="one cell object stands for several") as caught:
            build(cell, cell)
        assert caught[0].filename == __file__
    with tf.Graph().as_default(), warnings.catch_warnings():
        warnings.simplefilter("error")
        build(rnn_cell.GRUCell(H), rnn_cell.GRUCell(H))
