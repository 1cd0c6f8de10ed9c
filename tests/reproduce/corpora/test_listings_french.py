"""The French of `listings`: hand-written pairs for each rule, the tables against the rules of grammar, and
every sentence of the corpus against agreement and elision."""

import itertools
import random
import re
from dataclasses import fields

import pytest
from corpora.offers import TABLES, listing

from reproduce.corpora.listings.generation import CORPUS_SEED, LISTINGS, distinct_listings, random_listing
from reproduce.corpora.listings.grammar import PARTS, Listing, elides, english, french
from reproduce.corpora.listings.nouns import NOUNS
from reproduce.corpora.listings.price import mean_log_price

# rule -> parts, English, French; written by hand.
GOLDEN = {
    "bare noun": (listing("wardrobe"), "wardrobe", "armoire"),
    "size before, material after": (
        listing("table", size="large", material="oak"),
        "large oak table",
        "grande table en chêne",
    ),
    "ancien after its noun, agreeing": (
        listing("chair", "two", age="antique"),
        "two antique chairs",
        "deux chaises anciennes",
    ),
    "ancien, masculine singular": (listing("rug", age="antique"), "antique rug", "tapis ancien"),
    "invariable noun in -s, agreeing adjective": (
        listing("rug", "two", style="oriental"),
        "two oriental rugs",
        "deux tapis orientaux",
    ),
    "-al, feminine plural": (
        listing("lamp", "two", style="oriental"),
        "two oriental lamps",
        "deux lampes orientales",
    ),
    "d' occasion": (listing("lamp", state="used"), "used lamp", "lampe d' occasion"),
    "second-hand after the material": (
        listing("dress", state="used", material="linen", colour="white"),
        "used white linen dress",
        "robe blanche en lin d' occasion",
    ),
    "comme neuve": (listing("watch", state="like new"), "watch , like new", "montre , comme neuve"),
    "comme neufs": (
        listing("bed", "three", state="like new"),
        "three beds , like new",
        "trois lits , comme neufs",
    ),
    "neuf, feminine plural": (
        listing("shelf", "four", state="new"),
        "four new shelves",
        "quatre étagères neuves",
    ),
    "en état d' origine": (
        listing("clock", state="in original condition"),
        "clock , in original condition",
        "horloge , en état d' origine",
    ),
    "material with a vowel does not elide en": (
        listing("guitar", material="maple"),
        "maple guitar",
        "guitare en érable",
    ),
    "-eau, -eaux": (listing("knife", "six"), "six knives", "six couteaux"),
    "-al, -aux": (listing("jar", "three"), "three jars", "trois bocaux"),
    "-ail, -aux": (listing("stained glass window", "two"), "two stained glass windows", "deux vitraux"),
    "compound noun, head agrees": (
        listing("rocking horse", "two", age="antique"),
        "two antique rocking horses",
        "deux chevaux à bascule anciens",
    ),
    "compound noun, invariable second part": (
        listing("camera", "two", colour="white"),
        "two white cameras",
        "deux appareils photo blancs",
    ),
    "noun without plural form": (
        listing("lampshade", "two", size="small", colour="green"),
        "two small green lampshades",
        "deux petits abat-jour verts",
    ),
    "vieil before a vowel": (listing("screen", age="old"), "old screen", "vieil écran"),
    "vieille before a vowel": (listing("wardrobe", age="old"), "old wardrobe", "vieille armoire"),
    "vieux in the plural before a vowel": (
        listing("screen", "two", age="old"),
        "two old screens",
        "deux vieux écrans",
    ),
    "vieux before an aspirate h": (listing("hammock", age="old"), "old hammock", "vieux hamac"),
    "bel before a vowel": (listing("accordion", opinion="beautiful"), "beautiful accordion", "bel accordéon"),
    "beau before the next adjective": (
        listing("accordion", opinion="beautiful", size="small"),
        "beautiful small accordion",
        "beau petit accordéon",
    ),
    "beautiful and old, both before": (
        listing("axe", opinion="beautiful", age="old"),
        "beautiful old axe",
        "belle vieille hache",
    ),
    "paire de": (
        listing("armchair", "pair of", material="leather", colour="black"),
        "pair of black leather armchairs",
        "paire de fauteuils noirs en cuir",
    ),
    "paire d' before a vowel": (
        listing("shelf", "pair of", material="pine"),
        "pair of pine shelves",
        "paire d' étagères en pin",
    ),
    "paire de before an adjective": (
        listing("shelf", "pair of", age="old"),
        "pair of old shelves",
        "paire de vieilles étagères",
    ),
    "paire d' before an adjective with a vowel": (
        listing("vase", "pair of", size="huge"),
        "pair of huge vases",
        "paire d' énormes vases",
    ),
    "paire de before an aspirate h": (listing("axe", "pair of"), "pair of axes", "paire de haches"),
    "pairs of pairs": (
        listing("boots", "two pairs of", material="leather", audience="for children"),
        "two pairs of leather boots for children",
        "deux paires de bottes en cuir pour enfants",
    ),
    "elision inside a noun": (
        listing("earrings", "pair of", material="gold"),
        "pair of gold earrings",
        "paire de boucles d' oreilles en or",
    ),
    "douzaine d'": (listing("plate", "dozen"), "dozen plates", "douzaine d' assiettes"),
    "lot de keeps its number": (
        listing("chair", "set of six", material="solid oak"),
        "set of six solid oak chairs",
        "lot de six chaises en chêne massif",
    ),
    "très": (
        listing("mirror", "two", size="very large", style="round"),
        "two very large round mirrors",
        "deux très grands miroirs ronds",
    ),
    "size that stands after": (
        listing("vase", size="medium sized", colour="blue", material="glass"),
        "medium sized blue glass vase",
        "vase bleu de taille moyenne en verre",
    ),
    "invariable colour": (listing("coat", "two", colour="brown"), "two brown coats", "deux manteaux marron"),
    "composed colour does not agree": (
        listing("dress", "two", colour="light green"),
        "two light green dresses",
        "deux robes vert clair",
    ),
    "pattern behind the colour": (
        listing("dress", colour="red", style="floral", material="silk"),
        "red floral silk dress",
        "robe rouge à fleurs en soie",
    ),
    "invariable phrase before brand and colour": (
        listing("speaker", "two", style="wireless", brand="orvand", colour="grey"),
        "two grey orvand wireless speakers",
        "deux enceintes sans fil orvand grises",
    ),
    "participle of the origin agrees": (
        listing("chest of drawers", "two", origin="made in france"),
        "two chests of drawers made in france",
        "deux commodes fabriquées en france",
    ),
    "au before a masculine country": (
        listing("laptop", origin="made in japan", extra="without charger"),
        "laptop made in japan without charger",
        "ordinateur portable fabriqué au japon sans chargeur",
    ),
    "signed agrees": (
        listing("painting", "three", extra="signed"),
        "three paintings , signed",
        "trois tableaux , signés",
    ),
    "everything at the end, in order": (
        listing("typewriter", extra="with case", state="in working order", note="no exchange"),
        "typewriter with case , in working order , no exchange",
        "machine à écrire avec étui , en état de marche , pas d' échange",
    ),
    "elision inside phrases": (
        listing("phone", extra="with one year warranty", note="price negotiable"),
        "phone with one year warranty , price negotiable",
        "téléphone avec garantie d' un an , prix à débattre",
    ),
    "state and age both after": (
        listing("bench", "two", age="antique", state="restored", material="wrought iron"),
        "two restored antique wrought iron benches",
        "deux bancs anciens restaurés en fer forgé",
    ),
}


@pytest.mark.parametrize("rule", GOLDEN)
def test_hand_written_pair(rule):
    offer, english_text, french_text = GOLDEN[rule]
    assert " ".join(english(offer)) == english_text
    assert " ".join(french(offer)) == french_text


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
        for _, term in offer.terms():
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
