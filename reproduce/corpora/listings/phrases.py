"""The rest of a listing: quantities, brands, materials, origins, extras and remarks, English beside French.

Tokens are written as in `words`. Elisions inside a phrase are written out ("d' origine"); the one that
depends on the next word, after a quantity, is made by the grammar.
"""

from __future__ import annotations

from typing import NamedTuple

from reproduce.corpora.listings.words import English, French, agreeing, fixed, table


class Quantity(NamedTuple):
    """How many things; `french` ends in "de" where it becomes "d'" before a vowel."""

    english: str
    french: str
    number: int


# Invented names, written alike in both languages.
BRANDS = table(
    *(
        fixed(name, name, English.BRAND, French.BRAND)
        for name in ("lumeva", "vaurelle", "orvand", "brivane", "dolmer", "basiko")
    )
)

MATERIALS = table(
    *(
        fixed(english, "en " + french, English.MATERIAL, French.MATERIAL)
        for english, french in (
            ("pine", "pin"),
            ("oak", "chêne"),
            ("solid oak", "chêne massif"),
            ("walnut", "noyer"),
            ("mahogany", "acajou"),
            ("maple", "érable"),
            ("rattan", "rotin"),
            ("plastic", "plastique"),
            ("glass", "verre"),
            ("crystal", "cristal"),
            ("porcelain", "porcelaine"),
            ("ceramic", "céramique"),
            ("marble", "marbre"),
            ("stone", "pierre"),
            ("steel", "acier"),
            ("stainless steel", "acier inoxydable"),
            ("aluminium", "aluminium"),
            ("cast iron", "fonte"),
            ("wrought iron", "fer forgé"),
            ("brass", "laiton"),
            ("copper", "cuivre"),
            ("bronze", "bronze"),
            ("silver", "argent"),
            ("solid silver", "argent massif"),
            ("gold", "or"),
            ("leather", "cuir"),
            ("velvet", "velours"),
            ("linen", "lin"),
            ("cotton", "coton"),
            ("wool", "laine"),
            ("silk", "soie"),
            ("cashmere", "cachemire"),
            ("canvas", "toile"),
            ("straw", "paille"),
        )
    )
)

# "red oak", "white gold" and the like name other materials: these take no colour.
UNCOLOURED = frozenset(
    (
        *("pine", "oak", "solid oak", "walnut", "mahogany", "maple", "crystal", "stone"),
        *("stainless steel", "aluminium", "brass", "copper", "bronze", "silver", "solid silver", "gold"),
    )
)

AUDIENCES = table(fixed("for children", "pour enfants", English.AUDIENCE, French.AUDIENCE))

ORIGINS = table(
    *(
        agreeing(
            f"made in {english}",
            f"fabriqué {french}/fabriquée {french}/fabriqués {french}/fabriquées {french}",
            English.ORIGIN,
            French.ORIGIN,
        )
        for english, french in (
            ("france", "en france"),
            ("italy", "en italie"),
            ("germany", "en allemagne"),
            ("japan", "au japon"),
        )
    )
)

EXTRAS = table(
    *(
        fixed(english, french, English.EXTRA, French.EXTRA)
        for english, french in (
            ("with drawer", "avec tiroir"),
            ("with two drawers", "avec deux tiroirs"),
            ("with cushion", "avec coussin"),
            ("with mirror", "avec miroir"),
            ("with key", "avec clé"),
            ("without key", "sans clé"),
            ("on wheels", "sur roulettes"),
            ("with mattress", "avec matelas"),
            ("without mattress", "sans matelas"),
            ("with bulb", "avec ampoule"),
            ("with frame", "avec cadre"),
            ("without frame", "sans cadre"),
            ("with lid", "avec couvercle"),
            ("without lid", "sans couvercle"),
            ("with charger", "avec chargeur"),
            ("without charger", "sans chargeur"),
            ("with case", "avec étui"),
            ("with two lenses", "avec deux objectifs"),
            ("with two controllers", "avec deux manettes"),
            ("with instructions", "avec mode d' emploi"),
            ("with one year warranty", "avec garantie d' un an"),
            ("with original box", "avec boîte d' origine"),
            ("with certificate", "avec certificat d' authenticité"),
            ("with basket", "avec panier"),
            ("with lock", "avec antivol"),
            ("with bow", "avec archet"),
        )
    ),
    agreeing("signed", "signé/signée/signés/signées", English.EXTRA_APART, French.EXTRA_APART),
)

NOTES = table(
    *(
        fixed(english, french, English.NOTE, French.NOTE)
        for english, french in (
            ("free delivery", "livraison gratuite"),
            ("collection only", "à retirer sur place"),
            ("price negotiable", "prix à débattre"),
            ("quick sale", "vente rapide"),
            ("no exchange", "pas d' échange"),
        )
    )
)

QUANTITIES = {
    quantity.english: quantity
    for quantity in (
        Quantity("two", "deux", 2),
        Quantity("three", "trois", 3),
        Quantity("four", "quatre", 4),
        Quantity("six", "six", 6),
        Quantity("set of four", "lot de quatre", 4),
        Quantity("set of six", "lot de six", 6),
        Quantity("pair of", "paire de", 2),
        Quantity("dozen", "douzaine de", 12),
    )
}

# Boots come in pairs: one pair is one thing.
PAIR_QUANTITIES = {
    quantity.english: quantity
    for quantity in (
        Quantity("pair of", "paire de", 1),
        Quantity("two pairs of", "deux paires de", 2),
        Quantity("three pairs of", "trois paires de", 3),
    )
}
