"""The words around the noun: adjectives that agree (and some that do not), English beside French.

Every French form is written out (masculine singular, feminine singular, masculine plural, feminine
plural): no rule makes one, so that whoever reads this table has read everything that can be written.
All tokens are lower case, proper names too, and stand between single spaces; an elided word keeps its
apostrophe and is a token of its own ("d' occasion").
"""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Literal, NamedTuple

Category = Literal["furniture", "decor", "kitchen", "electronics", "fashion", "leisure"]


class English(IntEnum):
    """Places of an English listing, in order."""

    QUANTITY = auto()
    OPINION = auto()
    SIZE = auto()
    STATE = auto()
    AGE = auto()
    SHAPE = auto()
    COLOUR = auto()
    BRAND = auto()
    TYPE = auto()
    MATERIAL = auto()
    NOUN = auto()
    AUDIENCE = auto()
    ORIGIN = auto()
    EXTRA = auto()
    EXTRA_APART = auto()
    STATE_APART = auto()
    NOTE = auto()


class French(IntEnum):
    """Places of a French listing, in order."""

    QUANTITY = auto()
    OPINION = auto()
    SIZE = auto()
    AGE_BEFORE = auto()
    NOUN = auto()
    TYPE = auto()
    BRAND = auto()
    COLOUR = auto()
    AGE = auto()
    STATE = auto()
    PATTERN = auto()
    MEASURE = auto()
    MATERIAL = auto()
    AUDIENCE = auto()
    STATE_PHRASE = auto()
    ORIGIN = auto()
    EXTRA = auto()
    EXTRA_APART = auto()
    STATE_APART = auto()
    NOTE = auto()


# Places whose words stand behind a comma. Two sets: members of two IntEnums are equal if their numbers are.
ENGLISH_APART = frozenset((English.EXTRA_APART, English.STATE_APART, English.NOTE))
FRENCH_APART = frozenset((French.EXTRA_APART, French.STATE_APART, French.NOTE))


class Term(NamedTuple):
    """A word or phrase with its place in both languages and its four French forms."""

    english: str
    forms: tuple[str, str, str, str]
    english_at: English
    french_at: French
    before_vowel: str | None = None
    """Masculine singular before a vowel or mute h, where it differs (vieux, vieil)."""


def agreeing(
    english: str, forms: str, english_at: English, french_at: French, before_vowel: str | None = None
) -> Term:
    """A term with its four forms, given as "ms/fs/mp/fp"."""
    ms, fs, mp, fp = forms.split("/")
    return Term(english, (ms, fs, mp, fp), english_at, french_at, before_vowel)


def fixed(english: str, french: str, english_at: English, french_at: French) -> Term:
    """A term that never changes."""
    return Term(english, (french, french, french, french), english_at, french_at)


def table(*terms: Term) -> dict[str, Term]:
    """The terms by their English."""
    return {term.english: term for term in terms}


OPINIONS = table(
    agreeing("beautiful", "beau/belle/beaux/belles", English.OPINION, French.OPINION, "bel"),
    agreeing("superb", "superbe/superbe/superbes/superbes", English.OPINION, French.OPINION),
    agreeing("charming", "charmant/charmante/charmants/charmantes", English.OPINION, French.OPINION),
)

SIZES = table(
    agreeing("small", "petit/petite/petits/petites", English.SIZE, French.SIZE),
    agreeing("large", "grand/grande/grands/grandes", English.SIZE, French.SIZE),
    agreeing("very large", "très grand/très grande/très grands/très grandes", English.SIZE, French.SIZE),
    agreeing("huge", "énorme/énorme/énormes/énormes", English.SIZE, French.SIZE),
    agreeing("tiny", "minuscule/minuscule/minuscules/minuscules", English.SIZE, French.SIZE),
    fixed("medium sized", "de taille moyenne", English.SIZE, French.MEASURE),
)

AGES = table(
    # "ancien" before its noun would mean "former".
    agreeing("antique", "ancien/ancienne/anciens/anciennes", English.AGE, French.AGE),
    agreeing("old", "vieux/vieille/vieux/vieilles", English.AGE, French.AGE_BEFORE, "vieil"),
    fixed("vintage", "vintage", English.AGE, French.AGE),
)

STATES = table(
    agreeing("new", "neuf/neuve/neufs/neuves", English.STATE, French.STATE),
    fixed("used", "d' occasion", English.STATE, French.STATE_PHRASE),
    agreeing("damaged", "abîmé/abîmée/abîmés/abîmées", English.STATE, French.STATE),
    agreeing("worn", "usé/usée/usés/usées", English.STATE, French.STATE),
    agreeing("restored", "restauré/restaurée/restaurés/restaurées", English.STATE, French.STATE),
    agreeing(
        "refurbished",
        "reconditionné/reconditionnée/reconditionnés/reconditionnées",
        English.STATE,
        French.STATE,
    ),
    agreeing("chipped", "ébréché/ébréchée/ébréchés/ébréchées", English.STATE, French.STATE),
    agreeing("rusty", "rouillé/rouillée/rouillés/rouillées", English.STATE, French.STATE),
    agreeing(
        "like new",
        "comme neuf/comme neuve/comme neufs/comme neuves",
        English.STATE_APART,
        French.STATE_APART,
    ),
    agreeing(
        "never used",
        "jamais utilisé/jamais utilisée/jamais utilisés/jamais utilisées",
        English.STATE_APART,
        French.STATE_APART,
    ),
    agreeing(
        "never worn",
        "jamais porté/jamais portée/jamais portés/jamais portées",
        English.STATE_APART,
        French.STATE_APART,
    ),
    fixed("in good condition", "en bon état", English.STATE_APART, French.STATE_APART),
    fixed("in original condition", "en état d' origine", English.STATE_APART, French.STATE_APART),
    fixed("in working order", "en état de marche", English.STATE_APART, French.STATE_APART),
    fixed("to restore", "à restaurer", English.STATE_APART, French.STATE_APART),
    fixed("for parts", "pour pièces", English.STATE_APART, French.STATE_APART),
)

STYLES = table(
    agreeing("round", "rond/ronde/ronds/rondes", English.SHAPE, French.TYPE),
    agreeing("oval", "ovale/ovale/ovales/ovales", English.SHAPE, French.TYPE),
    agreeing("rustic", "rustique/rustique/rustiques/rustiques", English.SHAPE, French.TYPE),
    agreeing("modern", "moderne/moderne/modernes/modernes", English.SHAPE, French.TYPE),
    agreeing("colonial", "colonial/coloniale/coloniaux/coloniales", English.SHAPE, French.TYPE),
    agreeing("industrial", "industriel/industrielle/industriels/industrielles", English.SHAPE, French.TYPE),
    agreeing("handcrafted", "artisanal/artisanale/artisanaux/artisanales", English.SHAPE, French.TYPE),
    agreeing("oriental", "oriental/orientale/orientaux/orientales", English.TYPE, French.TYPE),
    agreeing("medieval", "médiéval/médiévale/médiévaux/médiévales", English.TYPE, French.TYPE),
    agreeing("abstract", "abstrait/abstraite/abstraits/abstraites", English.TYPE, French.TYPE),
    agreeing("folding", "pliant/pliante/pliants/pliantes", English.TYPE, French.TYPE),
    agreeing("electric", "électrique/électrique/électriques/électriques", English.TYPE, French.TYPE),
    agreeing("digital", "numérique/numérique/numériques/numériques", English.TYPE, French.TYPE),
    agreeing("waterproof", "étanche/étanche/étanches/étanches", English.TYPE, French.TYPE),
    # Behind the colour: "robe rouge à fleurs".
    fixed("floral", "à fleurs", English.TYPE, French.PATTERN),
    fixed("striped", "à rayures", English.TYPE, French.PATTERN),
    fixed("wireless", "sans fil", English.TYPE, French.TYPE),
)

COLOURS = table(
    agreeing("black", "noir/noire/noirs/noires", English.COLOUR, French.COLOUR),
    agreeing("white", "blanc/blanche/blancs/blanches", English.COLOUR, French.COLOUR),
    agreeing("green", "vert/verte/verts/vertes", English.COLOUR, French.COLOUR),
    agreeing("blue", "bleu/bleue/bleus/bleues", English.COLOUR, French.COLOUR),
    agreeing("grey", "gris/grise/gris/grises", English.COLOUR, French.COLOUR),
    agreeing("red", "rouge/rouge/rouges/rouges", English.COLOUR, French.COLOUR),
    # Colours named after things, and composed ones, do not agree.
    fixed("brown", "marron", English.COLOUR, French.COLOUR),
    fixed("orange", "orange", English.COLOUR, French.COLOUR),
    fixed("navy blue", "bleu marine", English.COLOUR, French.COLOUR),
    fixed("light green", "vert clair", English.COLOUR, French.COLOUR),
)
