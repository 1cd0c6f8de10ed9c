"""The price of `listings`: the formula against sums made by hand, the posterior against the noise itself."""

import math

import numpy as np
import pytest
from corpora.offers import TABLES, listing

from reproduce.corpora.listings import price
from reproduce.corpora.listings.generation import _SIZES, _STATES
from reproduce.corpora.listings.nouns import NOUNS
from reproduce.corpora.listings.phrases import PAIR_QUANTITIES, QUANTITIES
from reproduce.corpora.listings.price import SIGMA, class_posterior, draw_prices, mean_log_price

LN2, LN6 = math.log(2), math.log(6)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        pytest.param(listing("table"), math.log(130), id="base"),
        pytest.param(
            listing("table", colour="red", note="no exchange"), math.log(130), id="words without effect"
        ),
        pytest.param(
            listing("table", "two", size="large", age="antique", material="oak"),
            math.log(130) + 0.9 * LN2 + 0.3 + 0.9 + 0.2,
            id="additive furniture",
        ),
        # The interactions: the same word, another effect.
        pytest.param(listing("laptop", age="antique"), math.log(430) - 0.9, id="antique lowers electronics"),
        pytest.param(
            listing("table", brand="lumeva"), math.log(130), id="a brand means nothing for furniture"
        ),
        pytest.param(
            listing("handbag", brand="lumeva"), math.log(95) + 1.5 * 0.8, id="a brand makes a handbag"
        ),
        pytest.param(
            listing("radio", material="walnut"), math.log(45) + 0.3 * 0.4, id="material of electronics"
        ),
        pytest.param(
            listing("phone", state="for parts"), math.log(210) - 1.5 * 1.0, id="state of electronics"
        ),
        pytest.param(listing("hat", size="small"), math.log(22) - 0.5 * 0.3, id="size of fashion"),
        pytest.param(
            listing("plate", "set of six"),
            math.log(7) + 0.8 * LN6 + 0.2,
            id="discount on quantity, premium of a set",
        ),
        pytest.param(listing("boots", "pair of"), math.log(65), id="a pair of boots is one thing"),
        pytest.param(
            listing("jacket", origin="made in italy"),
            math.log(50) + 0.1 + 0.4,
            id="Italian fashion is worth more",
        ),
        pytest.param(
            listing("clock", age="antique", state="restored", material="brass"),
            math.log(85) + 0.9 + 0.3 + 0.1 - 0.5,
            id="two words together",
        ),
        pytest.param(
            listing(
                "bicycle", style="electric", audience="for children", extra="with lock", note="quick sale"
            ),
            math.log(180) + 0.5 - 0.6 + 0.1 - 0.3,
            id="style, audience, extra and note",
        ),
    ],
)
def test_mean_log_price(offer, expected):
    assert mean_log_price(offer) == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.parametrize(
    "offer",
    [
        listing("table"),
        listing("laptop", age="antique", state="damaged"),
        listing("plate", "dozen", material="porcelain", note="quick sale"),
        listing("ring", material="gold", brand="vaurelle"),
    ],
)
def test_posterior_is_the_frequency_of_the_noise(offer):
    edges = np.array([35.0, 80.0, 160.0, 340.0])
    draws = 200_000
    mean = mean_log_price(offer)
    drawn = draw_prices(np.full(draws, mean), np.random.RandomState(11))
    counted = [
        np.mean((drawn >= low) & (drawn < high))
        for low, high in zip([0, *edges], [*edges, np.inf], strict=True)
    ]
    exact = class_posterior(np.array([mean]), edges)[0]
    # Four standard deviations of a binomial frequency, and one count for ranges that hardly ever occur.
    tolerance = 4 * np.sqrt(exact * (1 - exact) / draws) + 1 / draws
    assert np.all(np.abs(counted - exact) <= tolerance), (counted, exact)


def test_posterior_in_closed_form():
    # One and two sigma around the mean: the 68-95-99.7 rule, with the digits of a table of Phi.
    edges = np.exp(SIGMA * np.array([-2.0, -1.0, 1.0, 2.0]))
    row = class_posterior(np.array([0.0]), edges)
    np.testing.assert_allclose(
        row, [[0.02275013, 0.13590512, 0.68268949, 0.13590512, 0.02275013]], rtol=0, atol=5e-9
    )


def test_posterior_far_out_stays_a_distribution():
    rows = class_posterior(np.array([-1000.0, 1000.0, 4.0]), np.array([35.0, 80.0]))
    assert rows.dtype == np.float64
    assert rows.shape == (3, 3)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(rows[:2], [[1, 0, 0], [0, 0, 1]])


def test_noise_is_log_normal():
    draws = np.log(draw_prices(np.full(100_000, 3.0), np.random.RandomState(3)))
    # Four standard errors of a mean and of a standard deviation.
    assert draws.mean() == pytest.approx(3.0, abs=4 * SIGMA / math.sqrt(100_000))
    assert draws.std() == pytest.approx(SIGMA, abs=4 * SIGMA / math.sqrt(200_000))


def test_the_price_tables_speak_only_of_words_that_exist():
    """A misspelt key would silently have no effect."""
    everything = {word for table in TABLES.values() for word in table}
    for table, words in (
        (price.MATERIAL, TABLES["material"]),
        (price.AGE, TABLES["age"]),
        (price.STATE, TABLES["state"]),
        (price.BRAND, TABLES["brand"]),
        (price.SIZE, TABLES["size"]),
    ):
        assert set(table) == set(words)
    assert set(price.PLAIN) <= everything
    assert {word for word, _ in price.ORIGIN} <= set(TABLES["origin"])
    assert {word for pair in price.TOGETHER for word in pair} <= everything
    assert set(price.SET_PREMIUM) <= set(QUANTITIES) | set(PAIR_QUANTITIES)
    # `PLAIN` and `TOGETHER` are read by the word alone, so no word may stand in two tables.
    assert sum(len(table) for table in TABLES.values()) == len(everything)


def test_every_category_has_every_weight():
    categories = {noun.category for noun in NOUNS.values()}
    for weights in (
        price.MATERIAL_WEIGHT,
        price.STATE_WEIGHT,
        price.BRAND_WEIGHT,
        price.SIZE_WEIGHT,
        price.QUANTITY_POWER,
        *price.AGE.values(),
        _SIZES,
        _STATES,
    ):
        assert set(weights) == categories


def test_base_prices_are_positive():
    assert all(noun.base > 0 for noun in NOUNS.values())
