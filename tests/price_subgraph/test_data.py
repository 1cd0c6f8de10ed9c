import numpy as np
import pytest

from price_subgraph.data import (
    Example,
    Vocabulary,
    batches_in_order,
    bucket_examples,
    bucket_of,
    draw_batch,
    encode_bucket,
)

BUCKETS = ((4, 5), (6, 8))


def example(source, target, price=0):
    return Example(tuple(source.split()), tuple(target.split()), {"price": price}, "here:1")


def test_vocabulary_ranks_by_frequency_then_alphabet():
    vocabulary = Vocabulary.build([("b", "a", "c"), ("c", "_GO")], max_size=6)
    assert vocabulary.words == ("_PAD", "_GO", "_EOS", "_UNK", "c", "a")
    assert vocabulary.encode(["a", "b", "_EOS"]) == [5, 3, 3]
    assert len(vocabulary) == 6


def test_vocabulary_refuses_a_size_without_words():
    with pytest.raises(ValueError, match="max_size: expected more than 4, got 4"):
        Vocabulary.build([("a",)], max_size=4)
    with pytest.raises(ValueError, match="twice"):
        Vocabulary(["a", "a"])


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [(3, 3, 0), (4, 3, 1), (3, 4, 1), (5, 6, 1), (6, 6, None), (5, 7, None), (0, 0, 0)],
)
def test_the_tutorials_rule_of_buckets(source, target, expected):
    assert bucket_of(source, target, BUCKETS) == expected


def test_too_long_examples_are_handed_back():
    short, long = example("a", "x"), example("a a a a a a", "x")
    kept, too_long = bucket_examples([short, long], BUCKETS)
    assert kept == ([short], [])
    assert too_long == [long]


def test_layout_is_the_tutorials():
    source, target = Vocabulary(["a", "b"]), Vocabulary(["x", "y"])
    arrays = encode_bucket([example("a b", "y x", 1), example("q", "", 2)], (4, 5), source, target)
    assert arrays.encoder_inputs.tolist() == [[0, 0, 5, 4], [0, 0, 0, 3]]
    assert arrays.decoder_inputs.tolist() == [[1, 5, 4, 2, 0], [1, 2, 0, 0, 0]]
    assert arrays.target_weights.tolist() == [[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]
    assert arrays.labels["price"].tolist() == [1, 2]
    batch = arrays.batch(np.array([1, 0, 1]))
    assert batch.encoder_inputs.shape == (4, 3)
    assert batch.decoder_inputs[:, 0].tolist() == [1, 2, 0, 0, 0]
    assert batch.labels["price"].tolist() == [2, 1, 2]


def bucketed(first, second):
    vocabulary = Vocabulary(["a"])
    return [
        encode_bucket([example("a", "a", i) for i in range(first)], BUCKETS[0], vocabulary, vocabulary),
        encode_bucket([example("a", "a", 50 + i) for i in range(second)], BUCKETS[1], vocabulary, vocabulary),
    ]


def test_draws_depend_on_seed_and_step_alone():
    data = bucketed(30, 10)
    bucket, batch = draw_batch(data, 8, seed=3, step=7)
    draw_batch(data, 8, seed=3, step=8)
    again, same = draw_batch(data, 8, seed=3, step=7)
    assert bucket == again
    np.testing.assert_array_equal(batch.labels["price"], same.labels["price"])
    others = [draw_batch(data, 8, seed, 7)[1].labels["price"].tolist() for seed in range(4)]
    assert len(set(map(tuple, others))) > 1


def test_buckets_are_drawn_in_proportion_and_an_empty_one_never():
    data = bucketed(30, 10)
    share = np.mean([draw_batch(data, 1, 0, step)[0] == 0 for step in range(2000)])
    assert abs(share - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 2000)
    assert {draw_batch(bucketed(0, 3), 2, 0, step)[0] for step in range(50)} == {1}


def test_batches_in_order_visit_everything_once():
    seen = [(bucket, batch.labels["price"].tolist()) for bucket, batch in batches_in_order(bucketed(5, 2), 2)]
    assert seen == [(0, [0, 1]), (0, [2, 3]), (0, [4]), (1, [50, 51])]
