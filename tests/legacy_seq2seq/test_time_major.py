"""Lists of steps and the tensor that they came from."""

import graph
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.time_major import stack_time, unstack_time

T = 5
STEPS = {
    "all": (list(range(T)), None),
    "neighbours": ([1, 2, 3], "StridedSlice"),
    "backwards": ([4, 3, 2, 1, 0], "ReverseV2"),
    "backward neighbours": ([2, 1], "ReverseV2"),
    "one": ([3], "StridedSlice"),
    "a gap": ([0, 2], "Pack"),
    "twice": ([0, 0], "Pack"),
}


@pytest.mark.parametrize(("chosen", "made_by"), STEPS.values(), ids=STEPS.keys())
def test_stacking_what_was_unstacked(chosen: list[int], made_by: str | None) -> None:
    with tf.Graph().as_default():
        whole = tf.constant(graph.floats([T, 2, 3]))
        steps = unstack_time(whole)
        stacked = stack_time([steps[i] for i in chosen])
        assert stacked is whole if made_by is None else stacked.op.type == made_by
        assert stacked.shape.as_list() == [len(chosen), 2, 3]
        np.testing.assert_array_equal(graph.run(stacked), graph.floats([T, 2, 3])[chosen])


def test_other_lists_are_stacked() -> None:
    with tf.Graph().as_default():
        whole = tf.constant(graph.floats([T, 2]))
        by_columns = tf.unstack(whole, axis=1)
        assert stack_time(by_columns).op.type == "Pack"
        # Floats that a user unstacked: gradients must be found at the elements.
        assert stack_time(tf.unstack(whole)).op.type == "Pack"
        numbers = tf.constant(graph.symbols(T, 2, 9))
        assert stack_time(tf.unstack(numbers)) is numbers
        mixed = [tf.unstack(whole)[0], tf.unstack(whole)[1]]
        assert stack_time(mixed).op.type == "Pack"
        np.testing.assert_array_equal(graph.run(stack_time(mixed)), graph.floats([T, 2])[:2])
