"""From a corpus to ids, buckets and limits, on a corpus of eight pairs whose posterior is given."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from price_subgraph.data import MISSING, Example
from price_subgraph.heads import Head
from reproduce import dataset
from reproduce.config import ExperimentConfig
from reproduce.corpora import Corpus, CorpusEntry, CorpusError


def example(source, price, target="x"):
    return Example(tuple(source.split()), tuple(target.split()), {"price": price}, f"pair {source}")


TRAIN = (example("a", 0), example("b", 1), example("a b", 1), example("b a", 1, "x y"))
DEV = (example("a a", 0), example("new b", 1), example("b b", 0))
TEST = (example("test", 0),)
POSTERIOR = np.array([[0.75, 0.25], [0.5, 0.5], [0.1, 0.9]])


@pytest.fixture
def load(monkeypatch):
    def load(posterior=lambda examples: POSTERIOR, train=TRAIN, dev=DEV, test=TEST, **settings):
        corpus = Corpus("toy", train, dev, test, {"price": ("low", "high")}, posterior, ("A toy.",))
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
    loaded = load(posterior=None, train=(*TRAIN, long), test=(long, example("b", 1, "x x x x"), TRAIN[0]))
    assert loaded.too_long == (long, long, example("b", 1, "x x x x"))
    dropped = "Too long for every bucket, dropped and listed in too_long.txt: 1 train, 2 test."
    assert loaded.notes == ("A toy.", dropped)
    assert load(posterior=None).notes == ("A toy.",)
    assert load(posterior=None, test=(long,)).fingerprint == load(posterior=None).fingerprint
    with pytest.raises(
        CorpusError, match=r"none of the 1 train pairs fits a bucket \(4x5: .* pair a b a b a: 5"
    ):
        load(train=(long,))


def test_the_fingerprint_is_of_texts_and_labels(load):
    first = load().fingerprint
    assert load().fingerprint == first
    assert load(train=(*TRAIN[:3], example("b a", 0, "x y"))).fingerprint != first
    assert load(train=(*TRAIN[:3], example("b a", 1, "y x"))).fingerprint != first


def with_further(gap):
    """The corpus of eight pairs with a class, a value and a set of labels beside the price."""

    def more(examples, gap):
        return tuple(
            example._replace(
                labels={
                    **example.labels,
                    "kind": MISSING if gap and index == 1 else index % 2,
                    "size": float("nan") if gap and index == 1 else index / 2,
                    "words": (index % 2, 1),
                }
            )
            for index, example in enumerate(examples)
        )

    heads = (
        Head("kind", "classes", units=2),
        Head("size", "value", center=0.5, deviation=2.0),
        Head("words", "labels", units=2),
    )
    limits = {"limit_size_error": 0.25, "limit_words_nll": 0.0}
    classes = {"price": ("low", "high"), "kind": ("even", "odd")}
    return Corpus("toy", more(TRAIN, gap), more(DEV, False), (), classes, None, (), heads, limits)


@pytest.fixture
def load_further(monkeypatch):
    def load(gap=False, unlabelled=None, **settings):
        corpus = with_further(gap)
        if unlabelled:
            corpus = replace(corpus, train=blank(corpus.train, unlabelled))
        entry = CorpusEntry(lambda options: corpus, "a toy")
        monkeypatch.setattr(dataset, "CORPORA", {"listings": entry})
        return dataset.load_dataset(ExperimentConfig(**{"buckets": ((4, 5),), "price_ranges": 2, **settings}))

    return load


def test_heads_that_are_asked_for_are_there_with_their_settings(load_further):
    loaded = load_further(
        heads=("price", "words", "kind"),
        head_parameters=(("words", {"weight": 0.5, "hidden_size": 7}),),
        price_activation="relu",
    )
    words, kind = loaded.further_heads
    assert (words.name, words.units, words.weight, words.hidden_size) == ("words", 2, 0.5, 7)
    assert (kind.name, kind.weight, kind.hidden_size, kind.activation) == ("kind", 1.0, 32, "relu")
    assert loaded.limits.further == {"limit_words_nll": 0.0, "majority_kind_accuracy": pytest.approx(2 / 3)}
    labels = loaded.train[0].labels
    assert labels["words"].tolist() == [[0, 1], [1, 1], [0, 1], [1, 1]]
    assert (labels["words"].dtype, labels["size"].dtype) == (np.int32, np.float32)
    assert load_further().further_heads == ()


def test_heads_without_gaps_are_not_masked(load_further):
    heads = ("price", "kind", "size", "words")
    assert [head.masked for head in load_further(heads=heads).further_heads] == [False, False, False]
    assert [head.masked for head in load_further(True, heads=heads).further_heads] == [True, True, False]


def test_a_price_that_is_missing_is_masked_and_counts_for_no_limit(load, monkeypatch):
    assert not load().price_masked
    blank = TRAIN[3]._replace(labels={"price": MISSING})
    assert load(train=(*TRAIN[:3], blank)).price_masked
    all_but_the_second = load(posterior=lambda examples: POSTERIOR).limits
    monkeypatch.setitem(DEV[1].labels, "price", MISSING)
    limits = load().limits
    assert limits.majority_price_accuracy == 0  # of the labels 0 and 0, by always answering 1
    assert limits.limit_price_accuracy == pytest.approx((0.75 + 0.9) / 2)
    assert limits.limit_price_nll < all_but_the_second.limit_price_nll


def blank(examples, name="price"):
    """The same examples without a head's label."""
    return tuple(example._replace(labels={**example.labels, name: MISSING}) for example in examples)


@pytest.mark.filterwarnings("error")
def test_a_price_that_is_never_trained_or_measured_is_an_error(load):
    """Its NLL on dev would be nan, by which a run that has diverged is known."""
    nobody = "corpus toy: price: none of the 4 pairs has a label to train on; see --buckets"
    with pytest.raises(CorpusError, match=nobody):
        load(posterior=None, train=blank(TRAIN))
    refused = []
    for index in range(len(DEV)):
        dev = (*blank(DEV[:index]), DEV[index], *blank(DEV[index + 1 :]))
        assert load(posterior=None, dev=dev).price_masked
        try:
            load(posterior=None, dev=dev, eval_examples=1)
        except CorpusError as error:
            refused.append(str(error))
    said = "none of the 1 pairs has a label to evaluate on; see --eval-examples and --buckets"
    assert refused == [f"corpus toy: price: {said}"] * 2  # the third draws the one that has


def test_so_is_a_further_head_but_only_if_it_is_asked_for(load_further):
    load_further(unlabelled="kind")
    with pytest.raises(CorpusError, match="corpus toy: kind: none of the 4 pairs has a label to train on"):
        load_further(unlabelled="kind", heads=("price", "kind"))


def test_what_a_head_is_not_asked_for_has_no_part_in_the_fingerprint(load_further):
    """Classes always have, as before there were other labels; the rest only with its head."""
    plain = load_further().fingerprint
    assert load_further(heads=("price", "kind")).fingerprint == plain
    assert load_further(heads=("price", "size")).fingerprint != plain


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"heads": ("price", "colour")},
            "heads: the corpus listings has price, kind, size, words, got 'colour'",
        ),
        (
            {"heads": ("price", "kind"), "head_parameters": (("kind", {"depth": 2}),)},
            "head_parameters: kind: expected activation, hidden_size, loss, weight, got depth",
        ),
        (
            {"heads": ("price", "kind"), "head_parameters": (("kind", {"weight": -1}),)},
            "head kind: weight: expected a number of 0 or more, got -1",
        ),
        (
            {"heads": ("price", "kind"), "head_parameters": (("kind", {"hidden_size": 2.5}),)},
            "head_parameters: kind: hidden_size: got 2.5, which it cannot be",
        ),
    ],
)
def test_a_wrong_head_is_named(load_further, settings, message):
    with pytest.raises(CorpusError, match=re.escape(message)):
        load_further(**settings)
