"""Listings put together by hand, for several test files."""

from reproduce.corpora.listings import phrases, words
from reproduce.corpora.listings.grammar import Listing
from reproduce.corpora.listings.nouns import NOUNS

TABLES = {
    "opinion": words.OPINIONS,
    "size": words.SIZES,
    "age": words.AGES,
    "state": words.STATES,
    "style": words.STYLES,
    "colour": words.COLOURS,
    "brand": phrases.BRANDS,
    "material": phrases.MATERIALS,
    "audience": phrases.AUDIENCES,
    "origin": phrases.ORIGINS,
    "extra": phrases.EXTRAS,
    "note": phrases.NOTES,
}


def listing(noun, quantity=None, **parts):
    """A listing from the English of its parts."""
    noun = NOUNS[noun]
    quantities = phrases.PAIR_QUANTITIES if noun.counts == "pairs" else phrases.QUANTITIES
    return Listing(
        noun,
        quantity=quantities[quantity] if quantity else None,
        **{part: TABLES[part][word] for part, word in parts.items()},
    )
