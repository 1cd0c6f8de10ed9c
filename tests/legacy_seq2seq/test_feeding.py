"""feed_previous and loop functions: what is fed, and where gradients go."""

from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell

B, T, V, E, H = 3, 4, 6, 4, 5


def attention(feed_previous: Any, decoder: Any, **kwargs: Any) -> list[tf.Tensor]:
    encoder = tf.unstack(tf.constant(graph.symbols(T, B, V, 1)))
    outputs, _ = legacy_seq2seq.embedding_attention_seq2seq(
        encoder, decoder, rnn_cell.GRUCell(H), V, V, E, feed_previous=feed_previous, **kwargs
    )
    return outputs


@pytest.mark.parametrize("model", ["embedding_attention_seq2seq", "embedding_rnn_seq2seq"])
def test_feeding_back_is_feeding_the_argmax(model: str) -> None:
    """Decode freely, then feed what was chosen: the same outputs."""

    def outputs(feed_previous: Any, decoder: np.ndarray) -> np.ndarray:
        with tf.Graph().as_default():
            steps, _ = getattr(legacy_seq2seq, model)(
                tf.unstack(tf.constant(graph.symbols(T, B, V, 1))),
                tf.unstack(tf.constant(decoder)),
                rnn_cell.BasicLSTMCell(H),
                V,
                V,
                E,
                feed_previous=feed_previous,
            )
            return graph.run(tf.stack(steps))

    given = graph.symbols(T, B, V, 2)
    free = outputs(True, given)
    chosen = np.concatenate([given[:1], free.argmax(2)[:-1].astype("int32")])
    assert not np.array_equal(chosen, given)
    np.testing.assert_allclose(outputs(False, chosen), free, rtol=0, atol=1e-6)


@pytest.mark.parametrize("feed_previous", [False, True, "tensor"])
def test_without_decoder_inputs_the_encoders_state_is_the_result(feed_previous: Any) -> None:
    with tf.Graph().as_default():
        flag = tf.constant(True) if feed_previous == "tensor" else feed_previous
        ids = tf.unstack(tf.constant(graph.symbols(T, B, V, 1)))
        outputs, state = legacy_seq2seq.embedding_rnn_seq2seq(
            ids, [], rnn_cell.GRUCell(H), V, V, E, feed_previous=flag
        )
        assert outputs == []
        assert state.shape == [B, H]


def test_a_tensor_chooses_at_run_time() -> None:
    def outputs(feed_previous: Any, feed: Any = None) -> np.ndarray:
        with tf.Graph().as_default():
            flag = tf.placeholder(tf.bool, []) if feed_previous is None else feed_previous
            steps = attention(flag, tf.unstack(tf.constant(graph.symbols(T, B, V, 2))))
            with tf.Session() as session:
                graph.assign(session, graph.random_weights(3))
                return session.run(tf.stack(steps), {} if feed is None else {flag: feed})

    free, forced = outputs(True), outputs(False)
    assert np.abs(free - forced).max() > 1e-2
    np.testing.assert_allclose(outputs(None, True), free, rtol=0, atol=1e-6)
    np.testing.assert_allclose(outputs(None, False), forced, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(outputs(np.bool_(True)), free)


BRANCHES = {"If", "StatelessIf"}


@pytest.mark.parametrize(("engine", "choices"), [("unrolled", T - 1), ("loop", 1)])
def test_a_false_tensor_computes_no_projection(engine: str, choices: int) -> None:
    """The choice of a symbol, costly with a projection, stands in the branch that is not taken."""
    with tf.Graph().as_default() as built, legacy_seq2seq.engine(engine):
        weights = tf.constant(graph.floats([H, V]))
        attention(
            tf.placeholder(tf.bool, []),
            tf.unstack(tf.constant(graph.symbols(T, B, V, 2))),
            output_projection=(weights, tf.zeros([V])),
        )
    whole = built.as_graph_def()
    found = []
    for nodes in (whole.node, *(function.node_def for function in whole.library.function)):
        branches = [node.attr["then_branch"].func.name for node in nodes if node.op in BRANCHES]
        found += [f for f in whole.library.function if f.signature.name in branches]
    chosen = [f.signature.name for f in found if any(node.op == "ArgMax" for node in f.node_def)]
    assert len(chosen) == choices
    everywhere = [whole.node, *(f.node_def for f in whole.library.function if f.signature.name not in chosen)]
    assert not [node for nodes in everywhere for node in nodes if node.op == "ArgMax"]


@pytest.mark.parametrize(("update", "reached"), [(True, True), (False, False)])
def test_update_embedding_decides_whether_fed_symbols_train(update: bool, reached: bool) -> None:
    with tf.Graph().as_default():
        embedding = tf.constant(graph.floats([V, E]))
        loop = legacy_seq2seq.extract_argmax_and_embed(embedding, update_embedding=update)
        prev = tf.constant(graph.floats([B, V], 4))
        embedded = loop(prev, 1)
        assert (tf.gradients(embedded, embedding)[0] is not None) == reached
        got, argmax, table = graph.run([embedded, tf.argmax(prev, 1), embedding])
        np.testing.assert_array_equal(got, table[argmax])


@pytest.mark.parametrize("engine", ["loop", "unrolled"])
def test_numpys_true_trains_no_fed_symbols(engine: str) -> None:
    """1.15 took NumPy's bool for a tensor."""
    found = []
    for flag in (True, tf.constant, np.bool_):
        with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
            decoder = tf.unstack(tf.constant(graph.symbols(T, B, V, 2)))
            outputs = attention(flag if flag is True else flag(True), decoder)
            (table,) = [v for v in tf.trainable_variables() if v.op.name.endswith("decoder/embedding")]
            (gradient,) = tf.gradients(tf.reduce_sum(tf.square(outputs)), table)
            found.append(graph.run(tf.convert_to_tensor(gradient), seed=3))
    python, tensor, numpys = found
    np.testing.assert_allclose(numpys, tensor, rtol=0, atol=1e-5)
    assert np.abs(python - tensor).max() > 1e-2


def test_projection_before_argmax() -> None:
    with tf.Graph().as_default():
        embedding = np.eye(V, dtype="float32")
        weights, biases, prev = graph.floats([H, V], 5), graph.floats([V], 6), graph.floats([B, H], 7)
        loop = legacy_seq2seq.extract_argmax_and_embed(embedding, (weights, biases))
        got = graph.run(loop(tf.constant(prev), 1))
    np.testing.assert_array_equal(got.argmax(1), (prev @ weights + biases).argmax(1))


@pytest.mark.parametrize("decoder", ["rnn_decoder", "attention_decoder"])
def test_loop_function_gets_previous_output_and_python_int(decoder: str) -> None:
    calls = []
    with tf.Graph().as_default():
        inputs = tf.unstack(tf.constant(graph.floats([T, B, H])))

        def loop(prev: tf.Tensor, i: int) -> tf.Tensor:
            calls.append((prev, i))
            return prev

        extra = [tf.zeros([B, 3, H])] if decoder == "attention_decoder" else []
        outputs, _ = getattr(legacy_seq2seq, decoder)(
            inputs, tf.zeros([B, H]), *extra, rnn_cell.GRUCell(H), loop_function=loop
        )
        assert [i for _, i in calls] == [1, 2, 3]
        assert all(type(i) is int for _, i in calls)
        assert all(prev is output for (prev, _), output in zip(calls, outputs[:-1], strict=True))
        assert len(outputs) == T


def test_loop_function_may_use_variables_that_exist_only() -> None:
    with tf.Graph().as_default():
        inputs = tf.unstack(tf.constant(graph.floats([T, B, H])))
        with pytest.raises(ValueError, match="does not exist"):
            legacy_seq2seq.rnn_decoder(
                inputs,
                tf.zeros([B, H]),
                rnn_cell.GRUCell(H),
                loop_function=lambda prev, i: prev * tf.get_variable("scale", []),
            )


@pytest.mark.parametrize("wrong", ["yes", 1, None])
def test_other_flags_are_refused(wrong: Any) -> None:
    with tf.Graph().as_default(), pytest.raises(TypeError, match="feed_previous must be a bool"):
        attention(wrong, [tf.zeros([B], tf.int32)])


def test_vectors_of_flags_are_refused() -> None:
    with tf.Graph().as_default(), pytest.raises(TypeError, match="scalar bool tensor"):
        attention(tf.constant([True, False]), [tf.zeros([B], tf.int32)])


@pytest.mark.parametrize("update", [True, False])
def test_a_decoder_takes_a_tensor_too(update: bool) -> None:
    """With the gradients that True would have."""

    def outcome(feed_previous: Any) -> Any:
        with tf.Graph().as_default():
            flag = tf.placeholder_with_default(True, []) if feed_previous is None else feed_previous
            outputs, _ = legacy_seq2seq.embedding_attention_decoder(
                tf.unstack(tf.constant(graph.symbols(T, B, V, 2))),
                tf.constant(graph.floats([B, H])),
                tf.constant(graph.floats([B, 3, H])),
                rnn_cell.GRUCell(H),
                V,
                E,
                output_size=V,
                feed_previous=flag,
                update_embedding_for_previous=update,
            )
            (embedding,) = (v for v in tf.global_variables() if v.op.name.endswith("/embedding"))
            (gradient,) = tf.gradients(tf.reduce_sum(tf.square(outputs)), embedding)
            assert isinstance(gradient, tf.IndexedSlices)
            return graph.run([tf.stack(outputs), tf.convert_to_tensor(gradient)])

    for got, expected in zip(outcome(None), outcome(True), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)
    assert np.abs(outcome(False)[0] - outcome(True)[0]).max() > 1e-3
