"""Combining at the encoder's final state, on the tutorial's model with attention.

Shape legend: S 4 source and T 3 target steps, B 5 examples, H 6 units.
"""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from linear import CONFIG

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from price_subgraph.balancing import METHODS, Representation, balance

CELLS = {
    "gru": lambda: rnn_cell.GRUCell(6),
    "one lstm layer": lambda: rnn_cell.BasicLSTMCell(6),
    "two lstm layers": lambda: rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(6) for _ in range(2)]),
    "three lstm layers": lambda: rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(6) for _ in range(3)]),
}


class Seq2Seq:
    """A sequence loss and a price loss over one encoder."""

    def __init__(self, cell):
        tf.set_random_seed(3)
        random = np.random.RandomState(0)
        source = [tf.constant(row, tf.int32) for row in random.randint(0, 9, [4, 5])]
        target = [tf.constant(row, tf.int32) for row in random.randint(0, 9, [4, 5])]
        with tf.variable_scope("seq2seq"):
            self.attention_states, self.state = legacy_seq2seq.embedding_attention_encoder(
                source, CELLS[cell](), 9, 6
            )
            self.encoder = tf.trainable_variables()
            decoder_cell = rnn_cell.OutputProjectionWrapper(CELLS[cell](), 9)
            outputs, _ = legacy_seq2seq.embedding_attention_decoder(
                target[:3], self.state, self.attention_states, decoder_cell, 9, 6, output_size=9
            )
        weights = [tf.ones([5])] * 3
        self.sequence = legacy_seq2seq.sequence_loss(outputs, target[1:], weights)
        single = tf.is_tensor(self.state) or isinstance(self.state, rnn_cell.LSTMStateTuple)
        layers = [self.state] if single else self.state
        self.meeting = [getattr(layer, "h", layer) for layer in layers]
        self.joined = tf.concat(self.meeting, axis=1)
        with tf.variable_scope("prices"):
            head = tf.get_variable("W", [self.joined.shape[1], 1])
        self.price = tf.reduce_mean(tf.square(tf.matmul(self.joined, head) - 1.0))
        everything = tf.trainable_variables()
        self.own = [v for v in everything if v not in {w.ref(): w for w in self.encoder}.values()]

    @property
    def losses(self):
        return [self.sequence, self.price]


def dense(gradients):
    return [tf.convert_to_tensor(gradient) for gradient in gradients]


def evaluate(*values):
    with tf.Session(config=CONFIG) as session:
        session.run(tf.global_variables_initializer())
        return session.run(values)


@pytest.fixture
def graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize(
    ("through_time", "cell", "named"),
    [
        ("loop", "gru", True),
        ("loop", "gru", False),
        ("loop", "two lstm layers", False),
        ("unrolled", "two lstm layers", True),
    ],
)
def test_weights_of_one_give_the_gradient_of_the_sum(graph, through_time, cell, named):
    """The whole path through the state, through attention and through an LSTM's memory, each counted once."""
    with legacy_seq2seq.engine(through_time):
        model = Seq2Seq(cell)
    representation = Representation(model.meeting, [model.attention_states] if named else ())
    got = balance(model.losses, model.encoder, "cut_scale", representation, task_variables=model.own)
    want = tf.gradients(model.sequence + model.price, model.encoder + model.own)
    assert len(got) == len(want) > 3
    for a, b in zip(*evaluate(dense(got), dense(want)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-7)


def test_the_attention_gradient_passes_unchanged(graph):
    """With weight 0 for both tasks at the state, what is left is the way through the attention states."""
    model = Seq2Seq("gru")
    got = balance(
        model.losses, model.encoder, "cut_scale", (model.state, [model.attention_states]), weights=[0.0, 0.0]
    )
    whole = tf.gradients(model.sequence, model.encoder)
    at_state = tf.gradients(model.sequence, model.state, stop_gradients=[model.state, model.attention_states])
    through_state = tf.gradients(model.state, model.encoder, grad_ys=at_state)
    left, whole, by_state = evaluate(dense(got), dense(whole), dense(through_state))
    for a, b, c in zip(left, whole, by_state, strict=True):
        np.testing.assert_allclose(a, b - c, rtol=1e-3, atol=1e-7)
        assert np.abs(a).max() > 1e-5  # attention does reach the encoder,
        assert np.abs(c).max() > 1e-5  # and so does the state


@pytest.mark.parametrize("cell", ["one lstm layer", "two lstm layers", "three lstm layers"])
def test_a_cells_state_is_all_of_its_tensors(graph, cell):
    """A tuple of two layers' states is no pair of tensors and others: with the price alone all are heard."""
    model = Seq2Seq(cell)
    flat = tf.nest.flatten(model.state)
    others = [model.attention_states]
    ways = [flat, model.state, (model.state, others), Representation(model.state, others)]
    found = [
        dense(balance(model.losses, model.encoder, "cut_scale", way, weights=[0.0, 0.5])) for way in ways
    ]
    want, *same = evaluate(*found)
    for got in same:
        for a, b in zip(got, want, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-7)


def test_pcgrad_at_the_state_by_hand(graph):
    model = Seq2Seq("gru")
    cut = [model.state, model.attention_states]
    opposed = [model.sequence, model.price - 3.0 * model.sequence]  # in conflict at the state
    got = balance(opposed, model.encoder, "pcgrad", (model.state, [model.attention_states]))
    first, second = (tf.gradients(loss, cut, stop_gradients=cut) for loss in opposed)
    dot = tf.reduce_sum(first[0] * second[0])
    combined = (first[0] - dot / tf.reduce_sum(second[0] ** 2) * second[0]) + (
        second[0] - dot / tf.reduce_sum(first[0] ** 2) * first[0]
    )
    want = tf.gradients(cut, model.encoder, grad_ys=[combined, first[1] + second[1]])
    conflict, a, b = evaluate(dot, dense(got), dense(want))
    assert conflict < 0
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-7)


def loops():
    return sum(op.type in ("While", "StatelessWhile") for op in tf.get_default_graph().get_operations())


def test_one_pass_through_the_encoder():
    """The loop engine's encoder and decoder are a loop each, and a loop again on the way back."""
    with legacy_seq2seq.engine("loop"), tf.Graph().as_default():
        model = Seq2Seq("gru")
        before = loops()
        tf.gradients(model.sequence + model.price, model.encoder + model.own)
        of_the_sum = loops() - before
        for representation in (model.state, (model.state, [model.attention_states])):
            before = loops()
            balance(model.losses, model.encoder, "upgrad", representation, task_variables=model.own)
            assert loops() - before == of_the_sum > 0


def test_every_method_works_at_a_representation_of_several_tensors(graph):
    inputs = tf.constant(np.random.RandomState(0).randn(5, 3), tf.float32)
    shared = tf.get_variable("shared", [3, 4], initializer=tf.random_normal_initializer(seed=1))
    own = [
        tf.get_variable(f"own_{k}", [4], initializer=tf.random_normal_initializer(seed=k)) for k in (2, 3, 4)
    ]
    state = tf.tanh(tf.matmul(inputs, shared))
    halves = [tf.identity(state[:, :2]), tf.identity(state[:, 2:])]
    losses = [tf.reduce_mean(tf.square(tf.linalg.matvec(tf.concat(halves, 1), v) - 1.0)) for v in own]
    names = [name for name in METHODS if METHODS[name].levels != ("loss",)]
    got = {name: balance(losses, [shared], name, halves, task_variables=[own]) for name in names}
    for name, gradients in evaluate({name: dense(values) for name, values in got.items()})[0].items():
        assert [value.shape for value in gradients] == [(3, 4), (4,), (4,), (4,)]
        assert all(np.all(np.isfinite(value)) and np.any(value) for value in gradients), name


def test_a_representation_beside_the_way_is_refused(graph):
    model = Seq2Seq("two lstm layers")
    with pytest.raises(ValueError, match=r"losses\[0\] reaches the shared variables but not"):
        balance(model.losses, model.encoder, "pcgrad", model.joined)
    with pytest.raises(ValueError, match="no loss reaches it"):
        balance(model.losses, model.encoder, "pcgrad", tf.identity(model.meeting[0]))
    with pytest.raises(ValueError, match="expected tensors of floats"):
        balance(model.losses, model.encoder, "pcgrad", "encoder_state")
    with pytest.raises(ValueError, match="expected at least one tensor"):
        balance(model.losses, model.encoder, "pcgrad", [])
    with pytest.raises(ValueError, match="mgda_ub: works at the representation"):
        balance(model.losses, model.encoder, "mgda_ub")
    with pytest.raises(ValueError, match="smoothing needs the parameters"):
        balance(model.losses, model.encoder, "db_mtl", model.meeting, beta=0.9)
