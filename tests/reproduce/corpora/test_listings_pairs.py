"""The French of `listings`: a pair written by hand for each rule."""

import pytest
from corpora.offers import listing

from reproduce.corpora.listings.grammar import english, french

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
