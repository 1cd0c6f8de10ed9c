"""The French of `listings`: the tables against the rules of grammar, and every sentence of the corpus against
agreement and elision."""

import itertools
import random
import re
from dataclasses import fields

import pytest
from corpora.offers import TABLES

from reproduce.corpora.listings.generation import CORPUS_SEED, LISTINGS, distinct_listings, random_listing
from reproduce.corpora.listings.grammar import PARTS, Listing, elides, english, french
from reproduce.corpora.listings.nouns import NOUNS
from reproduce.corpora.listings.price import mean_log_price

# The French nouns that take "une", by their first word, written apart from the tables.
FEMININE = {
    *("armoire", "assiette", "bague", "bibliothèque", "bottes", "boucles", "boîte", "casserole", "chaise"),
    *("commode", "console", "enceinte", "guitare", "hache", "horloge", "imprimante", "lampe", "machine"),
    *("montre", "poupée", "radio", "robe", "statue", "table", "théière", "veste", "écharpe", "échelle"),
    "étagère",
}


def test_gender_of_every_noun():
    firsts = {noun.french[0].split()[0]: noun.gender for noun in NOUNS.values()}
    assert {first for first, gender in firsts.items() if gender == "f"} == FEMININE


# French plurals that are not formed by -s on the first word.
IRREGULAR_PLURALS = {
    "abat-jour": "abat-jour",
    "bottes": "bottes",
    "boucles d' oreilles": "boucles d' oreilles",
    "bureau": "bureaux",
    "bocal": "bocaux",
    "chapeau": "chapeaux",
    "cheval à bascule": "chevaux à bascule",
    "couteau": "couteaux",
    "jeu d' échecs": "jeux d' échecs",
    "lave-linge": "lave-linge",
    "manteau": "manteaux",
    "marteau": "marteaux",
    "ordinateur portable": "ordinateurs portables",
    "plateau": "plateaux",
    "rideau": "rideaux",
    "tableau": "tableaux",
    "tapis": "tapis",
    "vitrail": "vitraux",
}


@pytest.mark.parametrize("noun", NOUNS.values(), ids=lambda noun: noun.english[0])
def test_plural_of_a_noun(noun):
    one, many = noun.french
    first, *rest = one.split()
    assert many == IRREGULAR_PLURALS.get(one, " ".join([f"{first}s", *rest]))


# Masculine singular -> the other forms, where -e, -s and -es do not make them.
IRREGULAR_FORMS = {
    "beau": ("belle", "beaux", "belles"),
    "vieux": ("vieille", "vieux", "vieilles"),
    "ancien": ("ancienne", "anciens", "anciennes"),
    "neuf": ("neuve", "neufs", "neuves"),
    "comme neuf": ("comme neuve", "comme neufs", "comme neuves"),
    "blanc": ("blanche", "blancs", "blanches"),
    "gris": ("grise", "gris", "grises"),
    "industriel": ("industrielle", "industriels", "industrielles"),
    "très grand": ("très grande", "très grands", "très grandes"),
    **{
        f"{stem}al": (f"{stem}ale", f"{stem}aux", f"{stem}ales")
        for stem in ("coloni", "orient", "médiév", "artisan")
    },
}
INVARIABLE = frozenset(("marron", "orange", "bleu marine", "vert clair", "vintage"))


def regular_forms(masculine):
    head, *tail = re.fullmatch(r"(fabriqué)( .*)|(.*)", masculine).group(1, 2)
    head, rest = (head, tail[0]) if head else (masculine, "")
    feminine = head if head.endswith("e") else head + "e"
    return feminine + rest, f"{head}s{rest}", f"{feminine}s{rest}"


@pytest.mark.parametrize(
    "term",
    [
        term
        for part in ("opinion", "size", "age", "state", "style", "colour", "origin")
        for term in TABLES[part].values()
    ],
    ids=lambda term: term.english,
)
def test_forms_of_an_adjective(term):
    masculine = term.forms[0]
    preposition = masculine.split()[0] in {"à", "de", "d'", "en", "sans", "pour"}
    if masculine in INVARIABLE or preposition:
        assert set(term.forms) == {masculine}
    else:
        assert term.forms[1:] == IRREGULAR_FORMS.get(masculine, regular_forms(masculine))


def test_forms_before_a_vowel():
    found = {
        term.forms[0]: term.before_vowel
        for table in TABLES.values()
        for term in table.values()
        if term.before_vowel
    }
    assert found == {"beau": "bel", "vieux": "vieil"}


@pytest.fixture(scope="module")
def offers():
    return distinct_listings(LISTINGS, random.Random(CORPUS_SEED))


@pytest.fixture(scope="module")
def sentences(offers):
    return [french(offer) for offer in offers]


def holds(sentence, phrase):
    """Whether the tokens of `phrase` stand in `sentence` side by side."""
    return f" {phrase} " in f" {' '.join(sentence)} "


def test_every_word_of_every_sentence_agrees_with_its_noun(offers, sentences):
    """Each agreeing word of a listing is in the form of its noun's gender and number, in no other."""
    seen = set()
    for offer, sentence in zip(offers, sentences, strict=True):
        number = 1 if offer.quantity else 0
        assert holds(sentence, offer.noun.french[number])
        form = 2 * number + (offer.noun.gender == "f")
        for _, term in offer.terms:
            allowed = {term.forms[form]} | ({term.before_vowel} if form == 0 and term.before_vowel else set())
            assert any(holds(sentence, text) for text in allowed), (term.english, sentence)
            for text in {*term.forms, term.before_vowel} - allowed - {None}:
                assert not holds(sentence, text), (text, sentence)
            seen.add((term.english, form))
    agreeing = {
        term.english for table in TABLES.values() for term in table.values() if len(set(term.forms)) > 1
    }
    assert {(word, form) for word, form in seen if word in agreeing} == {
        (word, form) for word in agreeing for form in range(4)
    }, "every form of every agreeing word occurs in the corpus"


def test_elision_in_every_sentence(sentences):
    """d', bel and vieil before a vowel or mute h; de, beau and vieux (singular) before anything else."""
    vowel = re.compile(r"[aeiouyéèêâîôœ]|h(?!ache|amac)")
    elided = set()
    for sentence in sentences:
        for word, following in itertools.pairwise(sentence):
            if word in {"d'", "bel", "vieil"}:
                elided.add(word)
                assert vowel.match(following), sentence
            if word in {"de", "beau"} or (word == "vieux" and sentence[0] == "vieux"):
                assert not vowel.match(following), sentence
    assert elided == {"d'", "bel", "vieil"}


def test_aspirate_and_mute_h():
    assert not elides("hache")
    assert not elides("hamacs")
    assert elides("horloge")


def test_lower_case_single_tokens(offers, sentences):
    for sentence in [*sentences, *map(english, offers)]:
        assert sentence == tuple(" ".join(sentence).lower().split())


def test_at_most_two_adjectives_before_the_noun(offers, sentences):
    for offer, sentence in zip(offers, sentences, strict=True):
        noun = offer.noun.french[offer.plural].split()[0]
        before = " ".join(sentence[: sentence.index(noun)])
        if offer.quantity:
            before = re.sub(
                r"^(deux paires|trois paires|paire|douzaine) (de|d')|^lot de \w+|^\w+", "", before
            )
        assert len(before.replace("très ", "").split()) <= 2, sentence


def test_the_english_text_determines_the_french_and_the_price():
    """Draws that are not made distinct: the same English never has two translations or two mean prices."""
    rng = random.Random(7)
    meaning = {}
    repeated = 0
    for _ in range(20_000):
        offer = random_listing(rng)
        told = (french(offer), mean_log_price(offer))
        repeated += english(offer) in meaning
        assert meaning.setdefault(english(offer), told) == told
    assert repeated > 1000


def test_parts_of_a_listing_have_tables():
    assert set(PARTS) == set(TABLES)
    assert {part.name for part in fields(Listing)} == {*TABLES, "noun", "quantity"}
