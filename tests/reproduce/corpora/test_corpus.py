"""What all corpora share: the split, the ranges of prices and their names, the table."""

import numpy as np
import pytest

from reproduce.corpora import CORPORA, CorpusError
from reproduce.corpora.corpus import cut_prices, price_classes, quantile_edges, range_names, split_of


def test_edges_are_the_quantiles():
    # 0, 1, ..., 100: the quantile q stands at 100 q.
    np.testing.assert_allclose(quantile_edges(range(101), 5), [20, 40, 60, 80], rtol=0, atol=1e-12)


def test_a_price_on_an_edge_belongs_to_the_upper_range():
    labels = price_classes([9.99, 10, 10.01, 19.99, 20, 1e9, -5], np.array([10.0, 20.0]))
    assert labels.dtype == np.int32
    assert labels.tolist() == [0, 1, 1, 1, 2, 2, 0]


def test_ranges_hold_equal_counts():
    prices = np.exp(np.random.RandomState(0).standard_normal(1000))
    labels = price_classes(prices, quantile_edges(prices, 8))
    assert np.bincount(labels, minlength=8).tolist() == [125] * 8


@pytest.mark.parametrize(
    ("prices", "ranges"),
    [
        pytest.param([1, 1, 1, 1, 2], 2, id="an edge at the smallest price leaves the first range empty"),
        pytest.param([1, 5, 5, 5, 5, 5, 9], 4, id="two edges coincide"),
    ],
)
def test_prices_that_cannot_be_cut(prices, ranges):
    with pytest.raises(
        CorpusError, match=rf"cannot be cut into {ranges} quantile ranges: {len(set(prices))} "
    ):
        quantile_edges(prices, ranges)


def test_a_single_price():
    with pytest.raises(CorpusError, match=r"expected prices that differ, got 3.5 in every training line"):
        quantile_edges([3.5, 3.5], 2)


def test_no_prices_and_too_few_ranges():
    with pytest.raises(CorpusError, match="expected prices to cut into 5 ranges, got none"):
        quantile_edges([], 5)
    with pytest.raises(CorpusError, match="expected at least 2, got 1"):
        quantile_edges([1, 2, 3], 1)


def test_prices_of_dev_and_test_do_not_move_the_edges():
    prices = [1.0, 2.0, 3.0, 4.0, 1000.0, 2000.0]
    sides = ["train"] * 4 + ["dev", "test"]
    edges, labels = cut_prices(prices, sides, 2)
    np.testing.assert_array_equal(edges, [2.5])
    assert labels.tolist() == [0, 0, 1, 1, 1, 1]
    moved, relabelled = cut_prices([*prices[:4], 0.0, 0.1], sides, 2)
    np.testing.assert_array_equal(moved, edges)
    assert relabelled.tolist() == [0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("edges", "unit", "names"),
    [
        ([25, 60, 140], "€", ("< 25 €", "25–60 €", "60–140 €", ">= 140 €")),
        ([35.66, 160.5], "€", ("< 35.7 €", "35.7–160 €", ">= 160 €")),
        ([80], "KiB", ("< 80 KiB", ">= 80 KiB")),
        ([1_000_000, 1_000_001], "KiB", ("< 1000000 KiB", "1000000–1000001 KiB", ">= 1000001 KiB")),
        # Three digits would write both edges "100".
        ([99.96, 100.2], "€", ("< 99.96 €", "99.96–100.2 €", ">= 100.2 €")),
        ([0.001, 0.0125], "€", ("< 0.001 €", "0.001–0.0125 €", ">= 0.0125 €")),
        ([1.5, 2], "", ("< 1.5", "1.5–2", ">= 2")),
    ],
)
def test_names_of_ranges(edges, unit, names):
    assert range_names(edges, unit) == names


@pytest.mark.parametrize(
    ("sentence", "side"),
    # The first 16 hexadecimal digits of `printf %s SENTENCE | sha256sum`, modulo 100, by another program.
    [("table", "train"), ("hat", "dev"), ("desk", "test"), ("red sofa , like new", "test")],
)
def test_split_is_a_fixed_function_of_the_sentence(sentence, side):
    assert split_of(sentence.split()) == side


def test_split_is_about_80_10_10():
    sides = [split_of((str(number),)) for number in range(20_000)]
    shares = [sides.count(side) / len(sides) for side in ("train", "dev", "test")]
    # Three standard deviations of a share: at most 3 sqrt(.8 * .2 / 20000) = 0.0085.
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], rtol=0, atol=0.0085)


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_says_in_a_line_what_it_is(name):
    assert callable(CORPORA[name].load)
    assert CORPORA[name].description
    assert "\n" not in CORPORA[name].description
