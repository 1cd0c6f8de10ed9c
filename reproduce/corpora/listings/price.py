"""What a listing costs: a documented formula, noise, and the exact posterior of a price range.

    log price = log base(noun)
              + material            * weight(material kind of effect, category)
              + state               * weight(category)
              + brand               * weight(category)
              + size                * weight(category)
              + age(age, category)
              + power(category) * log(number of things) [+ premium of a matching set]
              + opinion + style + audience + origin (+ origin, category) + extra + note
              + pairs of words that mean more together
              + sigma * standard normal

Effects are natural logarithms of factors: 0.69 doubles. The interactions are the weights (a brand makes a
handbag, never a table), the table of ages (an antique wardrobe gains what an antique laptop loses), the
discount on quantities, and `TOGETHER`. Colours and most remarks change nothing. All that enters is visible
in the text, so that with mu = the sum without noise

    P(edge[k-1] <= price < edge[k] | text)
        = Phi((log edge[k] - mu) / sigma) - Phi((log edge[k-1] - mu) / sigma).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from reproduce.corpora.listings.grammar import Listing
from reproduce.corpora.listings.words import Category

SIGMA = 0.35
"""Standard deviation of the noise on the log price: about a third of the price, up or down."""

MATERIAL = {
    "pine": -0.3, "oak": 0.2, "solid oak": 0.5, "walnut": 0.4, "mahogany": 0.5, "maple": 0.1, "rattan": -0.2,
    "plastic": -0.7, "glass": -0.1, "crystal": 0.6, "porcelain": 0.3, "ceramic": -0.1, "marble": 0.6,
    "stone": 0.1, "steel": 0.0, "stainless steel": 0.2, "aluminium": 0.1, "cast iron": 0.3,
    "wrought iron": 0.2, "brass": 0.1, "copper": 0.3, "bronze": 0.6, "silver": 0.8, "solid silver": 1.3,
    "gold": 1.5, "leather": 0.6, "velvet": 0.3, "linen": 0.0, "cotton": -0.2, "wool": 0.2, "silk": 0.6,
    "cashmere": 0.8, "canvas": -0.3, "straw": -0.3,
}  # fmt: skip
MATERIAL_WEIGHT: Mapping[Category, float] = {
    "furniture": 1.0, "decor": 1.0, "kitchen": 1.0, "electronics": 0.3, "fashion": 1.0, "leisure": 0.5,
}  # fmt: skip

AGE: Mapping[str, Mapping[Category, float]] = {
    "antique": {
        "furniture": 0.9, "decor": 0.9, "kitchen": 0.6, "electronics": -0.9, "fashion": 0.2, "leisure": 0.5,
    },
    "old": {
        "furniture": -0.3, "decor": -0.3, "kitchen": -0.3, "electronics": -0.9, "fashion": -0.5,
        "leisure": -0.3,
    },
    "vintage": {
        "furniture": 0.4, "decor": 0.4, "kitchen": 0.3, "electronics": -0.3, "fashion": 0.6, "leisure": 0.3,
    },
}  # fmt: skip

STATE = {
    "new": 0.4, "used": -0.3, "damaged": -0.8, "worn": -0.6, "restored": 0.3, "refurbished": 0.1,
    "chipped": -0.6, "rusty": -0.7, "like new": 0.3, "never used": 0.4, "never worn": 0.4,
    "in good condition": 0.0, "in original condition": 0.3, "in working order": 0.1, "to restore": -0.7,
    "for parts": -1.0,
}  # fmt: skip
STATE_WEIGHT: Mapping[Category, float] = {
    "furniture": 1.0, "decor": 1.0, "kitchen": 1.0, "electronics": 1.5, "fashion": 1.0, "leisure": 1.0,
}  # fmt: skip

BRAND = {"lumeva": 0.8, "vaurelle": 0.8, "orvand": 0.3, "brivane": 0.3, "dolmer": -0.4, "basiko": -0.4}
BRAND_WEIGHT: Mapping[Category, float] = {
    "furniture": 0.0, "decor": 0.0, "kitchen": 0.5, "electronics": 1.0, "fashion": 1.5, "leisure": 0.5,
}  # fmt: skip

SIZE = {"small": -0.3, "large": 0.3, "very large": 0.5, "huge": 0.6, "tiny": -0.6, "medium sized": 0.0}
SIZE_WEIGHT: Mapping[Category, float] = {
    "furniture": 1.0, "decor": 1.0, "kitchen": 1.0, "electronics": 0.5, "fashion": 0.5, "leisure": 0.5,
}  # fmt: skip

QUANTITY_POWER: Mapping[Category, float] = {
    "furniture": 0.9, "decor": 0.9, "kitchen": 0.8, "electronics": 0.9, "fashion": 0.8, "leisure": 0.8,
}  # fmt: skip
SET_PREMIUM = {"set of four": 0.2, "set of six": 0.2}

# What each of the remaining words adds, whatever it is said of; a word that is not here adds nothing.
PLAIN = {
    "beautiful": 0.1, "superb": 0.2, "charming": 0.1,
    "colonial": 0.2, "handcrafted": 0.3, "oriental": 0.2, "medieval": 0.6, "abstract": 0.1,
    "folding": -0.2, "electric": 0.5, "digital": 0.2, "waterproof": 0.2, "wireless": 0.2,
    "for children": -0.6,
    "made in italy": 0.1, "made in germany": 0.1, "made in france": 0.1,
    "with drawer": 0.1, "with two drawers": 0.2, "with mirror": 0.2, "without key": -0.2,
    "with mattress": 0.4, "without mattress": -0.2, "with frame": 0.2, "without frame": -0.2,
    "without lid": -0.3, "without charger": -0.3, "with two lenses": 0.4, "with two controllers": 0.2,
    "with one year warranty": 0.2, "with original box": 0.2, "with certificate": 0.3, "with bow": 0.1,
    "with basket": 0.1, "with lock": 0.1, "signed": 0.5,
    "quick sale": -0.3, "collection only": -0.1,
}  # fmt: skip

ORIGIN: Mapping[tuple[str, Category], float] = {
    ("made in japan", "electronics"): 0.4,
    ("made in italy", "fashion"): 0.4,
    ("made in germany", "leisure"): 0.3,
    ("made in france", "furniture"): 0.3,
}

# Two words that mean more, or less, together than the sum of each.
TOGETHER = {
    ("antique", "in original condition"): 0.4,
    ("antique", "restored"): -0.5,
    ("antique", "plastic"): -0.9,
    ("old", "signed"): 0.3,
    ("lumeva", "damaged"): -0.4,
    ("vaurelle", "damaged"): -0.4,
}


def mean_log_price(listing: Listing) -> float:
    """mu: the natural logarithm of the price in euros, without its noise."""
    category = listing.noun.category
    said = {part: term.english for part, term in listing.terms}
    total = math.log(listing.noun.base)
    if listing.quantity is not None:
        total += QUANTITY_POWER[category] * math.log(listing.quantity.number)
        total += SET_PREMIUM.get(listing.quantity.english, 0.0)
    for part, effects, weight in (
        ("material", MATERIAL, MATERIAL_WEIGHT),
        ("state", STATE, STATE_WEIGHT),
        ("brand", BRAND, BRAND_WEIGHT),
        ("size", SIZE, SIZE_WEIGHT),
    ):
        if part in said:
            total += effects[said[part]] * weight[category]
    if "age" in said:
        total += AGE[said["age"]][category]
    if "origin" in said:
        total += ORIGIN.get((said["origin"], category), 0.0)
    # Summed in the order of the parts: a set's order, and with it the last bit of the sum, changes by run.
    total += sum(PLAIN.get(word, 0.0) for word in said.values())
    return total + sum(effect for pair, effect in TOGETHER.items() if set(said.values()).issuperset(pair))


def draw_prices(means: np.ndarray, noise: np.random.RandomState) -> np.ndarray:
    """Prices in euros, float64 [N], for mean log prices [N]: the formula's noise, one draw each."""
    return np.exp(means + SIGMA * noise.standard_normal(np.shape(means)))


def class_posterior(means: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """P(price range | mean log price), float64 [N, len(edges) + 1], for edges in euros."""
    scaled = (np.log(edges)[None, :] - np.asarray(means, np.float64)[:, None]) / SIGMA
    below = np.vectorize(_standard_normal_cdf, otypes=[np.float64])(scaled)
    rows = len(below)
    return np.diff(np.concatenate([np.zeros((rows, 1)), below, np.ones((rows, 1))], axis=1), axis=1)


def _standard_normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
