"""The sampled softmax's own sampler against TensorFlow's, whose random state cannot be restored."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.translate.sampling import expected_count, log_uniform_sample

SAMPLES, RANGE, RUNS = 4, 12, 1500


def test_ids_are_drawn_as_often_as_by_tensorflows_sampler() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        step = tf.placeholder(tf.int32, [])
        ours, tries = log_uniform_sample(SAMPLES, RANGE, 7, step)
        theirs = tf.random.log_uniform_candidate_sampler([[0]], 1, SAMPLES, True, RANGE, seed=3)
        counts = np.zeros([2, RANGE])
        expected = np.zeros([2, RANGE])
        likely = expected_count(ours, SAMPLES, RANGE, tries)
        for number in range(RUNS):
            mine, its, mine_expected, its_expected = session.run(
                [ours, theirs.sampled_candidates, likely, theirs.sampled_expected_count], {step: number}
            )
            assert len(set(mine.tolist())) == SAMPLES
            counts[0, mine] += 1
            counts[1, its] += 1
            expected[0, mine] += mine_expected
            expected[1, its] += its_expected
    ours_often, theirs_often = counts / RUNS
    # Four standard errors of a difference of two frequencies.
    tolerance = 4 * np.sqrt(2 * theirs_often * (1 - theirs_often) / RUNS) + 1e-9
    assert np.all(np.abs(ours_often - theirs_often) < tolerance)
    assert ours_often[0] > 2 * ours_often[-1]
    np.testing.assert_allclose(expected[0] / counts[0], expected[1] / counts[1], rtol=0.05)


def test_samples_depend_on_seed_and_step_alone() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        step = tf.placeholder(tf.int32, [])
        first, again, other = (log_uniform_sample(5, 1000, seed, step)[0] for seed in (1, 1, 2))
        at_3 = session.run([first, again, other], {step: 3})
        at_4 = session.run(first, {step: 4})
    np.testing.assert_array_equal(at_3[0], at_3[1])
    assert not np.array_equal(at_3[0], at_3[2])
    assert not np.array_equal(at_3[0], at_4)


def test_all_ids_can_be_asked_for_and_no_more() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        ids, tries = session.run(log_uniform_sample(6, 6, 0, tf.constant(0)))
        assert sorted(ids) == list(range(6))
        assert tries >= 6
        with pytest.raises(ValueError, match="num_sampled must be at most the 6 ids there are, got 7"):
            log_uniform_sample(7, 6, 0, tf.constant(0))
