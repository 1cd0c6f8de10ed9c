import math

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tiny import BUCKETS, comparable, loop_over

from price_subgraph.data import BucketArrays
from price_subgraph.regimes import REGIMES, TrainingConfig
from price_subgraph.training import Loop, evaluate, session_config, train


def rows_of(make_model, regime, loop, config=None, **changes):
    model = make_model(**changes)
    plan = REGIMES[regime].build(model, config or TrainingConfig(price_period=3))
    tf.train.Saver()  # the same graph, to the last node, as that of a run which is resumed
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        return list(train(session, model, plan, loop))


def test_rows_come_before_the_first_step_at_every_evaluation_and_after_the_last(make_model, data):
    seen = []
    model = make_model()
    plan = REGIMES["alternating"].build(model, TrainingConfig(price_period=3))
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        rows = list(train(session, model, plan, loop_over(data), on_step=seen.append))
    assert [row.step for row in rows] == [0, 3, 6, 7]
    assert [row.price_updates for row in rows] == [0, 1, 2, 3]
    assert [row.decoder_updates for row in rows] == [0, 2, 4, 4]
    assert [row.examples for row in rows] == [0, 12, 24, 28]
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert math.isnan(rows[0].gradient_norm)
    assert all(row.gradient_norm > 0 for row in rows[1:])
    assert math.isnan(rows[3].batch_sequence_loss)  # step 6 was the price's
    assert rows[3].batch_price_loss > 0
    seconds = [row.wall_seconds for row in rows]
    assert seconds[0] == 0
    assert sorted(seconds) == seconds


def test_evaluation_is_the_mean_over_tokens_and_examples(make_model, data):
    """By NumPy from each example alone (float32: 1e-5); the batch size does not matter."""
    model = make_model()
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        nll, tokens, price_nll, hits = [], [], [], []
        for bucket, arrays in zip(model.buckets, data, strict=True):
            for index in range(len(arrays)):
                batch = arrays.batch(slice(index, index + 1))
                logits, prices = session.run([bucket.logits, bucket.price.logits], bucket.feed(batch))
                length = int(batch.target_weights.sum())
                assert batch.decoder_inputs[length, 0] == 2  # EOS is counted
                for step in range(length):
                    row = logits[step, 0].astype(np.float64)
                    nll.append(np.log(np.exp(row).sum()) - row[batch.decoder_inputs[step + 1, 0]])
                tokens.append(length)
                row, label = prices[0].astype(np.float64), batch.labels["price"][0]
                price_nll.append(np.log(np.exp(row).sum()) - row[label])
                hits.append(np.argmax(row) == label)
        for batch_size in (1, 5, 100):
            scores = evaluate(session, model, data, batch_size)
            assert scores.sequence_nll == pytest.approx(np.sum(nll) / np.sum(tokens), rel=1e-5)
            assert scores.price_nll == pytest.approx(np.mean(price_nll), rel=1e-5)
            assert scores.price_accuracy == np.mean(hits)
        with pytest.raises(ValueError, match="at least one example"):
            evaluate(session, model, [], 4)


def test_another_seed_draws_other_batches(make_small, data):
    rows, others = (rows_of(make_small, "joint", loop_over(data[:1], seed=seed)) for seed in (5, 6))
    assert comparable(rows[:1]) == comparable(others[:1])
    assert rows[-1].dev_sequence_nll != others[-1].dev_sequence_nll


def test_rows_tell_training_and_dev_apart(make_model, data):
    """The training sample is bucket 0 alone, dev bucket 1 alone."""
    nothing = [arrays.batch(slice(0)) for arrays in data]
    empty = [
        BucketArrays(batch.encoder_inputs.T, batch.decoder_inputs.T, batch.target_weights.T, batch.labels)
        for batch in nothing
    ]
    sample, dev = [data[0], empty[1]], [empty[0], data[1]]
    model = make_model()
    plan = REGIMES["joint"].build(model, TrainingConfig())
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        row = next(train(session, model, plan, Loop(data, sample, dev, 4, 5, 7, 3)))
        scores, others = evaluate(session, model, sample, 4), evaluate(session, model, dev, 4)
    assert (row.train_sequence_nll, row.train_price_nll) == pytest.approx(scores[:2], rel=1e-6)
    dev_row = (row.dev_sequence_nll, row.dev_price_nll, row.dev_price_accuracy)
    assert dev_row == pytest.approx(others, rel=1e-6)
    assert row.dev_perplexity == pytest.approx(math.exp(others.sequence_nll), rel=1e-5)
    assert scores.sequence_nll != others.sequence_nll


@pytest.mark.parametrize(
    ("regime", "buckets", "settings"),
    [
        ("joint", 2, {}),
        *((regime, 1, {}) for regime in REGIMES if regime != "joint"),
        ("two_optimizers", 1, {"order": "sequential", "shared_slots": True, "optimizer": "adadelta_2016"}),
        ("alternating", 2, {"price_trains": "nothing"}),
    ],
)
def test_a_resumed_run_gives_the_same_rows(make_model, data, regime, buckets, settings, tmp_path):
    """Stopped at step 3, with sampled softmax, whose random state no checkpoint holds.

    The graph is built anew, so this also shows that one seed gives one result.
    """
    config = TrainingConfig(price_period=3, **settings)
    data, changes = data[:buckets], {"num_samples": 4, "buckets": BUCKETS[:buckets]}
    whole = rows_of(make_model, regime, loop_over(data), config, **changes)

    model = make_model(**changes)
    plan = REGIMES[regime].build(model, config)
    saver = tf.train.Saver()
    with tf.Session(config=session_config()) as session:
        session.run(tf.global_variables_initializer())
        for row in train(session, model, plan, loop_over(data)):
            if row.step == 3:
                saver.save(session, str(tmp_path / "model"))
                break
    with tf.Session(config=session_config()) as session:
        saver.restore(session, str(tmp_path / "model"))
        rest = list(train(session, model, plan, loop_over(data), resume_from=row))
    assert comparable(rest) == comparable(whole[2:])


def test_training_that_blows_up_ends_with_a_row(make_small, data):
    """A learning rate of 1e30 overflows float32 within two steps."""
    config = TrainingConfig(optimizer="sgd", learning_rate=1e30, max_gradient_norm=1e30)
    rows = rows_of(make_small, "seq2seq_only", loop_over(data[:1], steps=90, eval_every=30), config)
    assert not rows[-1].finite
    assert rows[-1].step < 30
    assert rows[0].finite


def test_all_runs_of_a_step_are_in_its_row(make_small, data):
    """In sequence: the price's batch loss comes from the second run, the norm from the first alone."""
    config = TrainingConfig(order="sequential")
    rows = rows_of(make_small, "two_optimizers", loop_over(data[:1], steps=1, eval_every=1), config)
    alone = rows_of(make_small, "seq2seq_only", loop_over(data[:1], steps=1, eval_every=1))
    assert rows[1].gradient_norm == alone[1].gradient_norm
    assert rows[1].batch_sequence_loss == alone[1].batch_sequence_loss
    assert rows[1].batch_price_loss > 0
    assert (rows[1].decoder_updates, rows[1].price_updates) == (1, 1)


def test_a_step_that_trains_nothing_counts_as_a_step(make_small, data):
    config = TrainingConfig(price_period=2, price_trains="nothing")
    rows = rows_of(make_small, "alternating", loop_over(data[:1], steps=4, eval_every=4), config)
    assert (rows[1].step, rows[1].decoder_updates, rows[1].price_updates) == (4, 2, 0)


def test_a_race_is_one_of_two_threads():
    pinned, raced = session_config(), session_config(pinned=False)
    assert (pinned.inter_op_parallelism_threads, raced.inter_op_parallelism_threads) == (1, 2)
    assert pinned.experimental.executor_type == "SINGLE_THREADED_EXECUTOR"
    assert not raced.experimental.executor_type
