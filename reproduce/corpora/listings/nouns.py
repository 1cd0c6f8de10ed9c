"""The things on sale: one row each, with both numbers in both languages, gender, category and base price.

Plurals are written out, none is made by a rule. A row also says what may be said of the thing, so that no
"silk hammer" is offered.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from reproduce.corpora.listings.words import Category

WOODS = "pine,oak,solid oak,walnut,mahogany,maple"


class Noun(NamedTuple):
    """A thing: `english` and `french` are (singular, plural), `base` is its plain price in euros.

    `counts` says which quantities suit it: "few", "many" (sold in sets as well), or "pairs" (always in
    pairs). The last five fields are words that may be said of it, by their English.
    """

    english: tuple[str, str]
    french: tuple[str, str]
    gender: Literal["m", "f"]
    category: Category
    base: float
    counts: Literal["few", "many", "pairs"]
    materials: tuple[str, ...]
    styles: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """Of "colour", "brand" and "children"."""


def _row(
    english: str,
    french: str,
    gender: Literal["m", "f"],
    category: Category,
    base: float,
    counts: Literal["few", "many", "pairs"],
    materials: str,
    styles: str = "",
    extras: str = "",
    states: str = "",
    flags: str = "colour,brand",
) -> Noun:
    one_en, many_en = english.split("/")
    one_fr, many_fr = french.split("/")

    def words(text: str) -> tuple[str, ...]:
        return tuple(text.split(",")) if text else ()

    return Noun(
        (one_en, many_en),
        (one_fr, many_fr),
        gender,
        category,
        base,
        counts,
        words(materials),
        words(styles),
        words(extras),
        words(states),
        words(flags),
    )


# fmt: off
_FURNITURE = (
    _row("table/tables", "table/tables", "f", "furniture", 130, "few", WOODS + ",glass,marble,wrought iron",
         "round,oval,rustic,modern,colonial,folding", "with drawer,with two drawers,on wheels",
         flags="colour,brand,children"),
    _row("chair/chairs", "chaise/chaises", "f", "furniture", 35, "many", WOODS + ",rattan,plastic,leather",
         "rustic,modern,colonial,folding", "with cushion", flags="colour,brand,children"),
    _row("armchair/armchairs", "fauteuil/fauteuils", "m", "furniture", 160, "few",
         "leather,velvet,linen,rattan", "modern,colonial,folding", "with cushion,on wheels",
         flags="colour,brand,children"),
    _row("sofa/sofas", "canapé/canapés", "m", "furniture", 330, "few", "leather,velvet,linen,cotton",
         "modern", "with cushion,on wheels"),
    _row("desk/desks", "bureau/bureaux", "m", "furniture", 150, "few", WOODS + ",glass,steel",
         "rustic,modern,colonial,industrial", "with drawer,with two drawers,with key,without key",
         flags="colour,brand,children"),
    _row("wardrobe/wardrobes", "armoire/armoires", "f", "furniture", 280, "few", WOODS,
         "rustic,modern,colonial", "with mirror,with key,without key,with two drawers"),
    _row("bookcase/bookcases", "bibliothèque/bibliothèques", "f", "furniture", 170, "few", WOODS + ",steel",
         "rustic,modern,industrial", "on wheels,with key"),
    _row("bench/benches", "banc/bancs", "m", "furniture", 75, "few", WOODS + ",stone,wrought iron,plastic",
         "rustic,modern,colonial", "with cushion"),
    _row("stool/stools", "tabouret/tabourets", "m", "furniture", 24, "many",
         WOODS + ",steel,plastic,leather", "round,rustic,industrial,folding", "with cushion,on wheels"),
    _row("bed/beds", "lit/lits", "m", "furniture", 240, "few", WOODS + ",wrought iron,brass",
         "round,rustic,modern,folding", "with mattress,without mattress,with two drawers",
         flags="colour,brand,children"),
    _row("chest of drawers/chests of drawers", "commode/commodes", "f", "furniture", 190, "few", WOODS,
         "rustic,modern,colonial", "with mirror,with key,without key"),
    _row("bedside table/bedside tables", "table de chevet/tables de chevet", "f", "furniture", 48, "many",
         WOODS + ",glass,marble", "round,rustic,modern", "with drawer,on wheels"),
    _row("shelf/shelves", "étagère/étagères", "f", "furniture", 32, "many", WOODS + ",glass,steel",
         "rustic,modern,industrial", "on wheels,with drawer"),
)

_DECOR = (
    _row("lamp/lamps", "lampe/lampes", "f", "decor", 45, "many", "brass,bronze,ceramic,glass,crystal,steel",
         "modern,industrial,oriental,handcrafted", "with bulb,signed"),
    _row("lampshade/lampshades", "abat-jour/abat-jour", "m", "decor", 16, "many", "linen,silk,cotton,glass",
         "round,modern,floral,striped"),
    _row("chandelier/chandeliers", "lustre/lustres", "m", "decor", 180, "few",
         "crystal,brass,bronze,wrought iron,glass", "modern,industrial", "with bulb"),
    _row("vase/vases", "vase/vases", "m", "decor", 28, "many", "glass,crystal,porcelain,ceramic,bronze",
         "oval,modern,oriental,floral,handcrafted", "signed,with certificate", "chipped"),
    _row("candlestick/candlesticks", "bougeoir/bougeoirs", "m", "decor", 20, "many",
         "brass,bronze,silver,solid silver,crystal,wrought iron", "modern,oriental,handcrafted"),
    _row("clock/clocks", "horloge/horloges", "f", "decor", 85, "few",
         "oak,walnut,brass,bronze,marble,plastic", "round,rustic,modern,industrial", "with key,without key",
         "in working order"),
    _row("mirror/mirrors", "miroir/miroirs", "m", "decor", 65, "few", "oak,walnut,brass,bronze,rattan",
         "round,oval,modern,industrial", "with frame,without frame"),
    _row("painting/paintings", "tableau/tableaux", "m", "decor", 160, "few", "", "modern,oriental,abstract",
         "with frame,without frame,signed,with certificate", flags=""),
    _row("stained glass window/stained glass windows", "vitrail/vitraux", "m", "decor", 230, "few", "",
         "modern,round,floral,abstract,medieval", "with frame,signed", flags="colour"),
    _row("statue/statues", "statue/statues", "f", "decor", 130, "few", "bronze,marble,stone,ceramic,oak",
         "modern,oriental,abstract,medieval", "signed,with certificate", flags=""),
    _row("rug/rugs", "tapis/tapis", "m", "decor", 120, "few", "wool,silk,cotton",
         "round,oval,modern,oriental,floral,striped,handcrafted", "with certificate"),
    _row("curtain/curtains", "rideau/rideaux", "m", "decor", 26, "many", "linen,velvet,cotton,silk",
         "modern,floral,striped"),
)

_KITCHEN = (
    _row("plate/plates", "assiette/assiettes", "f", "kitchen", 7, "many", "porcelain,ceramic,glass,silver",
         "round,oval,rustic,floral,handcrafted", "signed", "chipped"),
    _row("bowl/bowls", "bol/bols", "m", "kitchen", 6, "many", "porcelain,ceramic,glass,oak,stainless steel",
         "round,rustic,floral,handcrafted", "with lid,without lid", "chipped"),
    _row("teapot/teapots", "théière/théières", "f", "kitchen", 30, "few",
         "porcelain,ceramic,cast iron,copper,silver", "round,oriental,floral,handcrafted",
         "with lid,without lid,signed", "chipped"),
    _row("knife/knives", "couteau/couteaux", "m", "kitchen", 17, "many",
         "steel,stainless steel,silver,solid silver", "folding,handcrafted,electric",
         "with case,with original box", "rusty"),
    _row("saucepan/saucepans", "casserole/casseroles", "f", "kitchen", 24, "many",
         "copper,cast iron,stainless steel,aluminium", "", "with lid,without lid"),
    _row("jar/jars", "bocal/bocaux", "m", "kitchen", 5, "many", "glass,ceramic", "round,rustic",
         "with lid,without lid", "chipped"),
    _row("tray/trays", "plateau/plateaux", "m", "kitchen", 19, "few",
         "silver,brass,oak,walnut,plastic,steel", "round,oval,oriental,floral,handcrafted"),
)

_ELECTRONICS = (
    _row("camera/cameras", "appareil photo/appareils photo", "m", "electronics", 190, "few",
         "aluminium,plastic", "digital,waterproof",
         "with case,with two lenses,with instructions,with original box,with one year warranty"),
    _row("laptop/laptops", "ordinateur portable/ordinateurs portables", "m", "electronics", 430, "few",
         "aluminium,plastic", "", "with charger,without charger,with case,with one year warranty"),
    _row("phone/phones", "téléphone/téléphones", "m", "electronics", 210, "few", "aluminium,plastic",
         "waterproof,wireless",
         "with charger,without charger,with case,with original box,with one year warranty"),
    _row("radio/radios", "radio/radios", "f", "electronics", 45, "few", "plastic,walnut,aluminium",
         "digital,waterproof", "with instructions,with original box,with one year warranty"),
    _row("speaker/speakers", "enceinte/enceintes", "f", "electronics", 80, "many",
         "walnut,plastic,aluminium", "wireless,waterproof",
         "with charger,with instructions,with original box,with one year warranty"),
    _row("screen/screens", "écran/écrans", "m", "electronics", 120, "few", "", "digital",
         "with instructions,with original box,with one year warranty"),
    _row("printer/printers", "imprimante/imprimantes", "f", "electronics", 75, "few", "", "wireless",
         "with instructions,with original box,with one year warranty"),
    _row("washing machine/washing machines", "lave-linge/lave-linge", "m", "electronics", 260, "few", "",
         "", "with instructions,with one year warranty"),
    _row("typewriter/typewriters", "machine à écrire/machines à écrire", "f", "electronics", 95, "few",
         "steel,plastic", "electric", "with case,with instructions"),
    _row("game console/game consoles", "console de jeux/consoles de jeux", "f", "electronics", 170, "few",
         "", "", "with two controllers,with original box,with one year warranty"),
)

_FASHION = (
    _row("coat/coats", "manteau/manteaux", "m", "fashion", 75, "few", "wool,cashmere,leather,cotton",
         "waterproof,striped", flags="colour,brand,children"),
    _row("jacket/jackets", "veste/vestes", "f", "fashion", 50, "few", "leather,wool,linen,cotton",
         "waterproof,striped", flags="colour,brand,children"),
    _row("dress/dresses", "robe/robes", "f", "fashion", 48, "few", "silk,cotton,linen,velvet",
         "floral,striped", flags="colour,brand,children"),
    _row("hat/hats", "chapeau/chapeaux", "m", "fashion", 22, "few", "wool,leather,straw,cotton", "striped",
         flags="colour,brand,children"),
    _row("scarf/scarves", "écharpe/écharpes", "f", "fashion", 20, "few", "silk,wool,cashmere,cotton",
         "floral,striped,handcrafted", flags="colour,brand,children"),
    _row("handbag/handbags", "sac à main/sacs à main", "m", "fashion", 95, "few",
         "leather,canvas,velvet,straw", "handcrafted,striped,floral", "with certificate,with original box"),
    _row("watch/watches", "montre/montres", "f", "fashion", 140, "few", "gold,silver,steel,plastic",
         "digital,waterproof", "with certificate,with original box,with one year warranty",
         "in working order"),
    _row("ring/rings", "bague/bagues", "f", "fashion", 120, "few", "gold,silver,solid silver,brass",
         "handcrafted,oriental", "with certificate,with original box", flags="brand"),
    _row("boots/boots", "bottes/bottes", "f", "fashion", 65, "pairs", "leather,canvas", "waterproof",
         "with original box", flags="colour,brand,children"),
    _row("earrings/earrings", "boucles d' oreilles/boucles d' oreilles", "f", "fashion", 55, "pairs",
         "gold,silver,solid silver,crystal", "handcrafted,oriental,floral",
         "with certificate,with original box", flags="brand"),
)

_LEISURE = (
    _row("bicycle/bicycles", "vélo/vélos", "m", "leisure", 180, "few", "steel,aluminium",
         "folding,electric", "with basket,with lock", "rusty", "colour,brand,children"),
    _row("guitar/guitars", "guitare/guitares", "f", "leisure", 170, "few", "maple,mahogany,walnut",
         "electric", "with case,signed", flags="colour,brand,children"),
    _row("violin/violins", "violon/violons", "m", "leisure", 360, "few", "maple", "electric",
         "with bow,with case,signed,with certificate", flags="brand,children"),
    _row("accordion/accordions", "accordéon/accordéons", "m", "leisure", 270, "few", "", "",
         "with case,signed"),
    _row("hammock/hammocks", "hamac/hamacs", "m", "leisure", 38, "few", "cotton,linen,canvas",
         "striped,handcrafted", "with cushion"),
    _row("rocking horse/rocking horses", "cheval à bascule/chevaux à bascule", "m", "leisure", 80, "few",
         WOODS + ",plastic", "rustic,handcrafted", "with cushion,signed", "restored"),
    _row("chess set/chess sets", "jeu d' échecs/jeux d' échecs", "m", "leisure", 42, "few",
         "oak,walnut,marble,plastic,crystal", "modern,oriental,handcrafted,medieval",
         "with case,with original box", flags="brand,children"),
    _row("doll/dolls", "poupée/poupées", "f", "leisure", 30, "few", "porcelain,plastic,cotton",
         "oriental,handcrafted", "with original box,signed", flags="brand"),
    _row("axe/axes", "hache/haches", "f", "leisure", 28, "few", "steel", "medieval,handcrafted",
         "with case", "rusty", "brand"),
    _row("hammer/hammers", "marteau/marteaux", "m", "leisure", 14, "few", "steel", "", "", "rusty", "brand"),
    _row("ladder/ladders", "échelle/échelles", "f", "leisure", 60, "few", "aluminium,steel,oak,pine",
         "folding", "on wheels", "rusty", "brand"),
    _row("toolbox/toolboxes", "boîte à outils/boîtes à outils", "f", "leisure", 34, "few", "steel,plastic",
         "", "with key,without key,on wheels", "rusty"),
)
# fmt: on

NOUNS = {
    noun.english[0]: noun for noun in _FURNITURE + _DECOR + _KITCHEN + _ELECTRONICS + _FASHION + _LEISURE
}

# An aspirate h neither elides nor asks for "vieil": "paire de haches", "vieux hamac".
ASPIRATED = frozenset(("hache", "haches", "hamac", "hamacs"))
