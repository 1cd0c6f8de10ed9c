"""Which listings are written: a seeded choice of things and of what is said of them.

The seed belongs to the corpus and not to a training run. `random.Random.random` and NumPy's `RandomState`
are the two streams whose numbers do not change from release to release, so no other method of either is
called here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from reproduce.corpora.listings import phrases, words
from reproduce.corpora.listings.grammar import Listing
from reproduce.corpora.listings.nouns import NOUNS, Noun
from reproduce.corpora.listings.words import Category, Term

CORPUS_SEED = 2016
LISTINGS = 80_000
MAX_SOURCE = 15
MAX_TARGET = 16
"""The most tokens that the largest default bucket, 16x18, can hold beside GO and EOS."""

_MOST_PARTS = 8

_SIZES: Mapping[Category, str] = {
    "furniture": "small,large,very large,huge,medium sized",
    "decor": "small,large,very large,huge,tiny,medium sized",
    "kitchen": "small,large,very large,huge,tiny,medium sized",
    "electronics": "small,large,medium sized",
    "fashion": "small,large",
    "leisure": "small,large,medium sized",
}
_STATES: Mapping[Category, str] = {
    "furniture": "new,used,damaged,worn,restored,like new,in good condition,in original condition,to restore",
    "decor": "new,used,damaged,restored,like new,in good condition,in original condition,to restore",
    "kitchen": "new,used,damaged,like new,never used,in good condition",
    "electronics": "new,used,damaged,refurbished,like new,never used,in working order,for parts",
    "fashion": "new,used,damaged,worn,like new,never worn,in good condition",
    "leisure": "new,used,damaged,like new,never used,in good condition,in original condition,to restore",
}
# What is new is neither antique nor old nor vintage; what is old is second-hand without saying.
_STATES_OF_AGE = frozenset(
    (
        *("damaged", "worn", "restored", "chipped", "rusty", "in good condition", "in original condition"),
        *("in working order", "to restore", "for parts"),
    )
)
# States that only some materials can be in.
_STATE_OF: Mapping[str | None, tuple[str, ...]] = {
    "chipped": ("porcelain", "ceramic", "glass", "crystal"),
    "rusty": ("steel",),
    "worn": ("leather", "velvet", "linen", "cotton", "wool", "silk", "cashmere", "canvas", "straw", "rattan"),
}
_QUANTITIES = {
    "few": "two,three,pair of",
    "many": "two,three,four,six,pair of,set of four,set of six",
}

# How often a part is tried: the price hangs on the first ones, the translation on all.
_WEIGHTS = {
    "material": 4,
    "quantity": 3,
    "age": 3,
    "state": 3,
    "size": 3,
    "colour": 3,
    "brand": 2,
    "style": 3,
    "extra": 3,
    "opinion": 1,
    "origin": 1,
    "note": 2,
    "audience": 1,
}

_T = TypeVar("_T")


def _terms(table: Mapping[str, Term], names: Sequence[str]) -> list[Term]:
    return [table[name] for name in names]


def _quantities(noun: Noun) -> list[phrases.Quantity]:
    if noun.counts == "pairs":
        return list(phrases.PAIR_QUANTITIES.values())
    names = _QUANTITIES[noun.counts].split(",")
    if noun.category == "kitchen" and noun.counts == "many":
        names.append("dozen")
    return [phrases.QUANTITIES[name] for name in names]


_OPTIONS: Mapping[str, Callable[[Noun], Sequence[Term | phrases.Quantity]]] = {
    "quantity": _quantities,
    "opinion": lambda noun: list(words.OPINIONS.values()),
    "size": lambda noun: _terms(words.SIZES, _SIZES[noun.category].split(",")),
    "age": lambda noun: list(words.AGES.values()),
    "state": lambda noun: _terms(words.STATES, [*_STATES[noun.category].split(","), *noun.states]),
    "style": lambda noun: _terms(words.STYLES, noun.styles),
    "colour": lambda noun: list(words.COLOURS.values()) if "colour" in noun.flags else [],
    "brand": lambda noun: list(phrases.BRANDS.values()) if "brand" in noun.flags else [],
    "material": lambda noun: _terms(phrases.MATERIALS, noun.materials),
    "audience": lambda noun: list(phrases.AUDIENCES.values()) if "children" in noun.flags else [],
    "origin": lambda noun: list(phrases.ORIGINS.values()),
    "extra": lambda noun: _terms(phrases.EXTRAS, noun.extras),
    "note": lambda noun: list(phrases.NOTES.values()),
}


def sensible(listing: Listing) -> bool:
    """Whether the parts go together: nothing antique is new, no silver plate is chipped."""
    said = {part: term.english for part, term in listing.terms}
    age, state, size, material = (said.get(part) for part in ("age", "state", "size", "material"))
    if age is not None and state is not None and state not in _STATES_OF_AGE:
        return False
    # "petit vieux" is a little old man; and three adjectives before a French noun are too many.
    if age == "old" and size not in (None, "medium sized"):
        return False
    if "opinion" in said and size not in (None, "small", "large", "medium sized"):
        return False
    if "colour" in said and material in phrases.UNCOLOURED:
        return False
    if state in _STATE_OF and material not in (None, *_STATE_OF[state]):
        return False
    return not (age == "antique" and ("audience" in said or said.get("style") == "modern"))


def random_listing(rng: random.Random) -> Listing:
    """One sensible listing that fits the longest bucket."""
    while True:
        noun = _BY_POPULARITY[int(rng.random() ** 2 * len(_BY_POPULARITY))]
        options = _OPTIONS_OF[noun.english[0]]
        wanted = int(rng.random() * (_MOST_PARTS + 1))
        # Efraimidis and Spirakis' weighted sampling without replacement: the largest u^(1/w) win.
        drawn = sorted(_WEIGHTS, key=lambda part: rng.random() ** (1 / _WEIGHTS[part]), reverse=True)
        parts = {part: _choice(rng, options[part]) for part in drawn[:wanted] if part in options}
        if noun.counts == "pairs" and "quantity" not in parts:
            parts["quantity"] = _choice(rng, options["quantity"])
        listing = Listing(noun, **parts)  # type: ignore[arg-type]  # each table holds its part's type
        if sensible(listing) and len(listing.source) <= MAX_SOURCE and len(listing.target) <= MAX_TARGET:
            return listing


def distinct_listings(count: int, rng: random.Random) -> list[Listing]:
    """`count` listings with distinct English texts."""
    found: dict[tuple[str, ...], Listing] = {}
    while len(found) < count:
        listing = random_listing(rng)
        found.setdefault(listing.source, listing)
    return list(found.values())


def _choice(rng: random.Random, items: Sequence[_T]) -> _T:
    return items[int(rng.random() * len(items))]


_NOUNS = list(NOUNS.values())
# As on any market some things are offered often and many seldom. The order is drawn, so that popularity says
# nothing of category or price.
_BY_POPULARITY = sorted(_NOUNS, key=lambda noun: random.Random(f"{CORPUS_SEED} {noun.english[0]}").random())
_OPTIONS_OF = {
    noun.english[0]: {part: found for part, of in _OPTIONS.items() if (found := of(noun))} for noun in _NOUNS
}
