"""From the parts of a listing to its English and its French tokens.

The French is a function of the English text alone (a test checks it over the whole corpus): the best
possible negative log-likelihood of a translation is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from reproduce.corpora.listings.nouns import ASPIRATED, Noun
from reproduce.corpora.listings.phrases import Quantity
from reproduce.corpora.listings.words import ENGLISH_APART, FRENCH_APART, English, French, Term

_VOWELS = frozenset("aàâeéèêiîïoôuùûœh")


@dataclass(frozen=True)
class Listing:
    """What one listing says; every part but the noun may be missing."""

    noun: Noun
    quantity: Quantity | None = None
    opinion: Term | None = None
    size: Term | None = None
    age: Term | None = None
    state: Term | None = None
    style: Term | None = None
    colour: Term | None = None
    brand: Term | None = None
    material: Term | None = None
    audience: Term | None = None
    origin: Term | None = None
    extra: Term | None = None
    note: Term | None = None

    @property
    def plural(self) -> bool:
        """Whether the noun stands in the plural."""
        return self.quantity is not None

    @cached_property
    def source(self) -> tuple[str, ...]:
        """`english` of this listing, written once."""
        return english(self)

    @cached_property
    def target(self) -> tuple[str, ...]:
        """`french` of this listing, written once."""
        return french(self)

    @cached_property
    def terms(self) -> tuple[tuple[str, Term], ...]:
        """Name of the part and term, for every term that is there, in the order of the parts."""
        return tuple((part, term) for part in PARTS if (term := getattr(self, part)) is not None)


PARTS = tuple(part.name for part in fields(Listing) if part.name not in ("noun", "quantity"))


def elides(word: str) -> bool:
    """Whether "de" becomes "d'" and "vieux" becomes "vieil" before this French word."""
    return word[0] in _VOWELS and word not in ASPIRATED


def english(listing: Listing) -> tuple[str, ...]:
    """The English tokens."""
    pieces = [(English.NOUN, listing.noun.english[listing.plural])]
    pieces += [(term.english_at, term.english) for _, term in listing.terms]
    if listing.quantity is not None:
        pieces.append((English.QUANTITY, listing.quantity.english))
    return tuple(
        token for place, text in sorted(pieces) for token in _with_comma(place in ENGLISH_APART, text)
    )


def french(listing: Listing) -> tuple[str, ...]:
    """The French tokens: agreement, word order, and what a vowel in the next word asks for."""
    feminine = listing.noun.gender == "f"
    form = 2 * listing.plural + feminine
    pieces: list[tuple[French, str, str | None]] = [
        (French.NOUN, listing.noun.french[listing.plural], None),
    ]
    for _, term in listing.terms:
        pieces.append((term.french_at, term.forms[form], term.before_vowel if form == 0 else None))
    if listing.quantity is not None:
        words = listing.quantity.french
        elided = words.removesuffix("de") + "d'" if words.endswith(" de") else None
        pieces.append((French.QUANTITY, words, elided))
    tokens: list[str] = []
    # From the end, so that each piece sees the word that follows it.
    for place, text, before_vowel in sorted(pieces, key=lambda piece: piece[0], reverse=True):
        chosen = before_vowel if before_vowel is not None and tokens and elides(tokens[0]) else text
        tokens[:0] = _with_comma(place in FRENCH_APART, chosen)
    return tuple(tokens)


def _with_comma(apart: bool, text: str) -> list[str]:
    return [",", *text.split()] if apart else text.split()
