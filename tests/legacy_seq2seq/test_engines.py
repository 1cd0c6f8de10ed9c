"""The loop engine against the unrolled one: equal results, graphs that do not grow."""

from typing import Any

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from small_models import B, E, H, V, loops, seq2seq, steps_of

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

CELLS = {
    "basic_rnn": lambda: rnn_cell.BasicRNNCell(H, activation="sigmoid"),
    "gru": lambda: rnn_cell.GRUCell(H),
    "gru_relu": lambda: rnn_cell.GRUCell(H, activation=tf.nn.relu),
    "basic_lstm": lambda: rnn_cell.BasicLSTMCell(H, forget_bias=2),
    "concatenated": lambda: rnn_cell.BasicLSTMCell(H, np.float64(0.1), state_is_tuple=False),
    "lstm": lambda: rnn_cell.LSTMCell(H, use_peepholes=True, num_proj=4, cell_clip=0.4, proj_clip=0.2),
    "lstm_sharded": lambda: rnn_cell.LSTMCell(H, num_proj=4, num_unit_shards=2, num_proj_shards=2),
    "mixed": lambda: rnn_cell.MultiRNNCell([rnn_cell.GRUCell(4), rnn_cell.BasicLSTMCell(H)]),
    "nested": lambda: rnn_cell.MultiRNNCell(
        [rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(4)] * 1), rnn_cell.GRUBlockCell(H)]
    ),
    "all_concatenated": lambda: rnn_cell.MultiRNNCell(
        [rnn_cell.BasicLSTMCell(4, state_is_tuple=False), rnn_cell.GRUCell(H)], state_is_tuple=False
    ),
}


def outcome(engine: str, make: Any, dtype: str, **kwargs: Any) -> dict[str, Any]:
    """Loss, outputs, state, gradients and the tutorial's norm of an attention model."""
    with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
        outputs, state = seq2seq(make(), dtype=dtype, **kwargs)
        assert (loops() == 2) == (engine == "loop")
        weights = tf.unstack(tf.constant(np.abs(graph.floats([5, B], 3, dtype))))
        loss = legacy_seq2seq.sequence_loss(outputs, steps_of(5, 4), weights)
        scalar = loss + tf.add_n([tf.reduce_sum(tf.sin(part)) for part in tf.nest.flatten(state)])
        variables = tf.trainable_variables()
        gradients = tf.gradients(scalar, variables)
        rows = {
            v.op.name: tf.shape(g.indices)
            for v, g in zip(variables, gradients, strict=True)
            if isinstance(g, tf.IndexedSlices)
        }
        dense = {v.op.name: tf.convert_to_tensor(g) for v, g in zip(variables, gradients, strict=True)}
        return graph.run(
            {
                "loss": loss,
                "outputs": outputs,
                "state": tf.nest.flatten(state),
                "gradients": dense,
                "rows": rows,
                "norm": tf.global_norm(gradients),
            }
        )


@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("make", CELLS.values(), ids=CELLS.keys())
def test_both_engines_agree(make: Any, heads: int) -> None:
    attends = heads == 2
    settings = {"num_heads": heads, "initial_state_attention": attends}
    loop, unrolled = (outcome(e, make, "float64", **settings) for e in ("loop", "unrolled"))
    tf.nest.assert_same_structure(loop, unrolled)
    for got, expected in zip(tf.nest.flatten(loop), tf.nest.flatten(unrolled), strict=True):
        # The attention softmax is float32.
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)
    assert len(loop["rows"]) == 2


def fed(engine: str, attends: bool, flag: Any, update: bool, projected: bool) -> dict[str, Any]:
    """Outputs, state and gradients of a decoder that feeds itself; a flag in a tuple becomes a tensor."""
    with tf.Graph().as_default(), legacy_seq2seq.engine(engine), tf.variable_scope("", dtype=tf.float64):
        cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(4), rnn_cell.BasicLSTMCell(H)])
        state = tf.nest.map_structure(lambda zeros: zeros + 0.3, cell.zero_state(B, tf.float64))
        settings: dict[str, Any] = {"update_embedding_for_previous": update}
        settings["feed_previous"] = tf.constant(flag[0]) if isinstance(flag, tuple) else flag
        if projected:
            settings["output_projection"] = tf.get_variable("w", [H, V]), tf.get_variable("b", [V])
        else:
            cell = rnn_cell.OutputProjectionWrapper(cell, V)
        symbols = steps_of(5, 2)
        if attends:
            states = tf.constant(graph.floats([B, 4, 3], 9, "float64"))
            settings |= {"num_heads": 2}
            outputs, last = legacy_seq2seq.embedding_attention_decoder(
                symbols, state, states, cell, V, E, **settings
            )
        else:
            outputs, last = legacy_seq2seq.embedding_rnn_decoder(symbols, state, cell, V, E, **settings)
        assert (loops() == 1) == (engine == "loop")
        results = [*outputs, *tf.nest.flatten(last)]
        loss = tf.add_n([tf.reduce_sum(tf.sin(x * (k + 1))) for k, x in enumerate(results)])
        gradients = [x for x in tf.gradients(loss, tf.trainable_variables()) if x is not None]
        (rows,) = [tf.shape(x.indices) for x in gradients if isinstance(x, tf.IndexedSlices)]
        dense = [tf.convert_to_tensor(x) for x in gradients]
        return graph.run(
            {"results": results, "gradients": dense, "rows": rows, "norm": tf.global_norm(gradients)}
        )


@pytest.mark.parametrize("projected", [True, False])
@pytest.mark.parametrize("update", [True, False])
@pytest.mark.parametrize("flag", [True, (True,), (False,)])
@pytest.mark.parametrize("attends", [True, False])
def test_both_engines_feed_the_likeliest_symbol(
    attends: bool, flag: Any, update: bool, projected: bool
) -> None:
    loop, unrolled = (fed(engine, attends, flag, update, projected) for engine in ("loop", "unrolled"))
    tf.nest.assert_same_structure(loop, unrolled)
    for got, expected in zip(tf.nest.flatten(loop), tf.nest.flatten(unrolled), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_a_loop_feeds_a_users_own_first_input() -> None:
    """As old code does that hands the library's loop function to a decoder."""
    found = []
    for engine in ("loop", "unrolled"):
        with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
            embedding = tf.get_variable("embedding", [H, E])
            inputs = steps_of(4, 1, E)
            outputs, _ = legacy_seq2seq.rnn_decoder(
                inputs,
                tf.zeros([B, H]),
                rnn_cell.GRUCell(H),
                legacy_seq2seq.extract_argmax_and_embed(embedding),
            )
            assert (loops() == 1) == (engine == "loop")
            slopes = tf.gradients(outputs, [inputs[0], *tf.trainable_variables()])
            found.append(graph.run([outputs, [tf.convert_to_tensor(slope) for slope in slopes]]))
    for got, expected in zip(*map(tf.nest.flatten, found), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 2e-2), ("bfloat16", 0.1)])
def test_both_engines_agree_in_short_floats(dtype: str, tolerance: float) -> None:
    with tf.Graph().as_default():
        found = []
        for engine in ("loop", "unrolled"):
            with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
                kind = tf.as_dtype(dtype)
                inputs = tf.unstack(tf.cast(tf.constant(graph.floats([4, B, E], 1)), kind))
                outputs, state = rnn.static_rnn(rnn_cell.GRUCell(H), inputs, dtype=kind)
                total = tf.reduce_sum(tf.square(outputs)) + tf.reduce_sum(state)
                gradients = tf.gradients(total, tf.trainable_variables())
                values = [tf.cast(x, tf.float32) for x in (total, *gradients)]
                found.append(graph.run(values))
        for got, expected in zip(*found, strict=True):
            scale = np.abs(expected).max()
            np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=tolerance)


def test_unused_results_have_no_part_in_the_gradient() -> None:
    """A state alone, a middle output alone."""
    for pick in (lambda outputs, state: state, lambda outputs, state: outputs[1]):
        found = []
        for engine in ("loop", "unrolled"):
            with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
                result = rnn.static_rnn(rnn_cell.GRUCell(H), steps_of(4, 1, E), dtype=tf.float32)
                gradients = tf.gradients(tf.reduce_sum(pick(*result)), tf.trainable_variables())
                found.append(graph.run(gradients))
        for got, expected in zip(*found, strict=True):
            np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


def test_layers_above_all_that_is_used_have_gradients_of_zeros() -> None:
    """None in 1.15, which a loop cannot tell."""
    for engine in ("loop", "unrolled"):
        with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
            cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.GRUCell(H)])
            _, (lower, _) = rnn.static_rnn(cell, steps_of(3, 1, E), dtype=tf.float32)
            slopes = tf.gradients(tf.reduce_sum(lower), tf.trainable_variables())
            if engine == "unrolled":
                assert [slope is None for slope in slopes] == [False] * 4 + [True] * 4
            else:
                assert [np.any(value != 0) for value in graph.run(slopes)] == [True] * 4 + [False] * 4


@pytest.mark.parametrize("engine", ["loop", "unrolled"])
def test_a_states_static_shape_is_known_from_what_it_meets(engine: str) -> None:
    """`rnn_decoder`'s inputs may be an iterator, too, as what `map` gives in Python 3."""
    with tf.Graph().as_default(), legacy_seq2seq.engine(engine):
        unknown = tf.placeholder(tf.float32, [None, None])
        _, state = legacy_seq2seq.rnn_decoder(iter(steps_of(3, 1, E)), unknown, rnn_cell.GRUCell(H))
        assert state.shape.as_list() == [B, H]
        inputs = [tf.placeholder(tf.float32, [None, E]) for _ in range(2)]
        _, state = legacy_seq2seq.attention_decoder(inputs, unknown, tf.zeros([B, 4, H]), rnn_cell.GRUCell(H))
        assert state.shape.as_list() == [B, H]


def tutorial(buckets: list[tuple[int, int]]) -> int:
    """The number of nodes of a trained model, its lists of placeholders not counted."""
    with tf.Graph().as_default() as built:
        source, target = (
            [tf.placeholder(tf.int32, [None]) for _ in range(most)] for most in np.max(buckets, 0) + 1
        )
        weights = [tf.placeholder(tf.float32, [None]) for _ in target]
        given = len(built.get_operations())
        cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(H), rnn_cell.GRUCell(H)])
        projection = tf.get_variable("proj_w", [V, H]), tf.get_variable("proj_b", [V])

        @legacy_seq2seq.all_steps_at_once
        def sampled(labels: Any, logits: Any) -> Any:
            labels = tf.reshape(labels, [-1, 1])
            return tf.nn.sampled_softmax_loss(*projection, labels, logits, num_sampled=3, num_classes=V)

        _, losses = legacy_seq2seq.model_with_buckets(
            source,
            target,
            target[1:],
            weights,
            buckets,
            lambda x, y: legacy_seq2seq.embedding_attention_seq2seq(
                x, y, cell, V, V, E, output_projection=(tf.transpose(projection[0]), projection[1])
            ),
            softmax_loss_function=sampled,
        )
        for loss in losses:
            gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, tf.trainable_variables()), 5.0)
            tf.train.GradientDescentOptimizer(0.5).apply_gradients(
                zip(gradients, tf.trainable_variables(), strict=True)
            )
        return len(built.get_operations()) - given


def test_the_graph_does_not_grow_with_the_bucket() -> None:
    assert tutorial([(40, 50)]) == tutorial([(5, 10)])


@pytest.mark.parametrize("feed_previous", [False, True])
def test_full_softmax_does_not_grow_either(feed_previous: bool) -> None:
    def nodes(source: int, target: int) -> int:
        with tf.Graph().as_default() as built:
            outputs, _ = seq2seq(rnn_cell.GRUCell(H), source, target, feed_previous=feed_previous)
            weights = tf.unstack(tf.ones([target, B]))
            loss = legacy_seq2seq.sequence_loss(outputs, steps_of(target, 3), weights)
            tf.gradients(loss, tf.trainable_variables())
            return len(built.get_operations())

    assert nodes(12, 20) == nodes(3, 4)


def test_bidirectional_networks_do_not_grow_and_agree() -> None:
    def build(engine: str, steps: int) -> tuple[int, Any]:
        with tf.Graph().as_default() as built, legacy_seq2seq.engine(engine):
            inputs = tf.unstack(tf.constant(graph.floats([steps, B, E], 1)))
            cells = rnn_cell.GRUCell(H), rnn_cell.BasicLSTMCell(4)
            outputs, *states = rnn.static_bidirectional_rnn(*cells, inputs, dtype=tf.float32)
            results = [tf.stack(outputs), *tf.nest.flatten(states)]
            total = tf.add_n([tf.reduce_sum(tf.sin(x)) for x in results])
            slopes = tf.gradients(total, tf.trainable_variables())
            return len(built.get_operations()), graph.run([*results, *slopes])

    (nodes, got), (others, _) = build("loop", 3), build("loop", 7)
    assert nodes == others
    for one, expected in zip(got, build("unrolled", 3)[1], strict=True):
        np.testing.assert_allclose(one, expected, rtol=0, atol=1e-5)


def test_gradients_are_found_at_the_elements_of_users_lists() -> None:
    with tf.Graph().as_default():
        inputs = steps_of(3, 1, E)
        outputs, _ = rnn.static_rnn(rnn_cell.GRUCell(H), inputs, dtype=tf.float32)
        assert None not in tf.gradients(outputs, inputs)
