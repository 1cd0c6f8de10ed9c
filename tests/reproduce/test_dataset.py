"""From a corpus to ids, buckets and limits, on a corpus of eight pairs whose posterior is given."""

import math

import numpy as np
import pytest

from price_subgraph.data import Example
from reproduce import dataset
from reproduce.config import ExperimentConfig
from reproduce.corpora import Corpus, CorpusEntry, CorpusError


def example(source, price, target="x"):
    return Example(tuple(source.split()), tuple(target.split()), {"price": price}, f"pair {source}")


TRAIN = (example("a", 0), example("b", 1), example("a b", 1), example("b a", 1, "x y"))
DEV = (example("a a", 0), example("new b", 1), example("b b", 0))
POSTERIOR = np.array([[0.75, 0.25], [0.5, 0.5], [0.1, 0.9]])


@pytest.fixture
def load(monkeypatch):
    def load(posterior=lambda examples: POSTERIOR, train=TRAIN, **settings):
        corpus = Corpus("toy", train, DEV, (example("test", 0),), {"price": ("low", "high")}, posterior)
        entry = CorpusEntry(lambda options: corpus, "a toy")
        monkeypatch.setattr(dataset, "CORPORA", {"listings": entry})
        return dataset.load_dataset(ExperimentConfig(**{"buckets": ((4, 5),), "price_ranges": 2, **settings}))

    return load


def test_words_are_the_training_splits(load):
    loaded = load()
    assert (loaded.source_vocab_size, loaded.target_vocab_size) == (6, 6)
    unknown = loaded.dev[0].encoder_inputs[1]
    assert unknown.tolist() == [0, 0, 5, 3]  # "new b": reversed, and "new" unknown; b before a by frequency
    assert len(loaded.train[0]) == 4
    assert len(loaded.dev[0]) == 3


def test_limits_are_those_of_the_posterior(load):
    """By hand; of the labels 0, 1, 0 the most probable class is right in the first alone."""
    limits = load().limits
    assert limits.majority_price_accuracy == pytest.approx(1 / 3)  # 1 is most frequent in training
    assert limits.limit_price_accuracy == pytest.approx((0.75 + 0.5 + 0.9) / 3)
    entropies = [-sum(p * math.log(p) for p in row) for row in POSTERIOR]
    assert limits.limit_price_nll == pytest.approx(sum(entropies) / 3)
    assert limits.ideal_price_accuracy == pytest.approx(1 / 3)
    assert limits.ideal_price_nll == pytest.approx(-(math.log(0.75) + math.log(0.5) + math.log(0.1)) / 3)


def test_a_corpus_without_a_posterior_has_no_limits(load):
    limits = load(posterior=None).limits
    assert limits.majority_price_accuracy == pytest.approx(1 / 3)
    assert limits.limit_price_nll is None


def test_evaluation_takes_a_fixed_sample(load):
    loaded = load(posterior=None, eval_examples=2)
    assert len(loaded.dev[0]) == len(loaded.train_sample[0]) == 2
    np.testing.assert_array_equal(
        loaded.dev[0].encoder_inputs, load(posterior=None, eval_examples=2).dev[0].encoder_inputs
    )


def test_what_is_too_long_is_listed_and_nothing_left_is_an_error(load):
    long = example("a b a b a", 0)
    assert load(posterior=None, train=(*TRAIN, long)).too_long == (long,)
    with pytest.raises(
        CorpusError, match=r"none of the 1 train pairs fits a bucket \(4x5: .* pair a b a b a: 5"
    ):
        load(train=(long,))


def test_the_fingerprint_is_of_texts_and_labels(load):
    first = load().fingerprint
    assert load().fingerprint == first
    assert load(train=(*TRAIN[:3], example("b a", 0, "x y"))).fingerprint != first
    assert load(train=(*TRAIN[:3], example("b a", 1, "y x"))).fingerprint != first
