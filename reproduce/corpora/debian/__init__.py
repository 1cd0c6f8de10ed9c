"""`debian`: real one-line package descriptions in English and French, with the installed size as the price.

Both texts are put in lower case (titles and names are capitalized at whim, and the vocabulary is large
enough), typographic apostrophes are made plain and the dot operator that translators write for a no-break
space is made a space; then the tutorial's `basic_tokenizer` cuts them. Dropped are packages without a
French description, those whose French is the English text, and those without an installed size. Packages
with the same text in both languages (84 runtime libraries of one language, say) are one pair, with the
size and the section of the package in the middle, by size: otherwise the corpus would be counting
architectures. The same English with different French stays; it is noise of the real kind.

The price is the installed size in KiB, which spreads over six powers of ten. Its ranges are quantiles of
the training split, which are the same on a logarithmic scale, as on any other that keeps the order.
The archive section is the second label; a section that does not occur in training is "other".
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict

from legacy_seq2seq.translate.data_utils import basic_tokenizer
from price_subgraph.data import Example
from price_subgraph.heads import Head
from reproduce.corpora.corpus import (
    Corpus,
    CorpusError,
    CorpusOptions,
    Split,
    cut_prices,
    range_names,
    split_of,
)
from reproduce.corpora.debian.apt import OTHERS
from reproduce.corpora.debian.cache import cached, folder_of
from reproduce.corpora.debian.indexes import Description

__all__ = ["load"]

OTHER_SECTION = "other"
_TYPOGRAPHY = str.maketrans({"⋅": " ", "’": "'"})

_Pair = tuple[tuple[str, ...], tuple[str, ...]]


def load(options: CorpusOptions) -> Corpus:
    """Reads the descriptions from the cache folder, or has apt fetch them there first.

    Raises CorpusError where there is neither a cache nor apt with a network, saying what is missing; for a
    damaged cache; and if the descriptions are too few to be split and cut into ranges.
    """
    fetched = cached(folder_of(options.cache))
    packages: dict[_Pair, list[Description]] = defaultdict(list)
    untranslated = 0
    for description in fetched.descriptions:
        pair = (tokens(description.english), tokens(description.french))
        if pair[0] == pair[1] or not all(pair):
            untranslated += 1
        else:
            packages[pair].append(description)
    chosen = {pair: _middle(same) for pair, same in packages.items()}

    sides: list[Split] = [split_of(source) for source, _ in chosen]
    if not {"train", "dev"} <= set(sides):
        raise CorpusError(
            f"corpus debian: expected enough descriptions to split, got {len(chosen)} from "
            f"{', '.join(fetched.releases)}; {OTHERS}"
        )
    sizes = [description.size for description in chosen.values()]
    try:
        edges, labels = cut_prices(sizes, sides, options.price_ranges)
    except CorpusError as error:
        raise CorpusError(f"corpus debian: installed sizes: {error}") from None
    trained = {of.section for of, side in zip(chosen.values(), sides, strict=True) if side == "train"}
    sections = (*sorted(trained - {OTHER_SECTION}), OTHER_SECTION)
    number_of = {section: number for number, section in enumerate(sections)}

    splits: dict[Split, list[Example]] = {"train": [], "dev": [], "test": []}
    for ((source, target), of), side, label in zip(chosen.items(), sides, labels.tolist(), strict=True):
        section = number_of.get(of.section, number_of[OTHER_SECTION])
        splits[side].append(Example(source, target, {"price": label, "section": section}, of.package))
    repeated = sum(map(len, packages.values())) - len(chosen)
    fell_out = "".join(f"; {count:,} {why}" for why, count in sorted(fetched.missing.items()))
    return Corpus(
        name="debian",
        train=tuple(splits["train"]),
        dev=tuple(splits["dev"]),
        test=tuple(splits["test"]),
        classes={"price": range_names(edges, "KiB"), "section": sections},
        notes=(
            f"{len(chosen):,} English/French package descriptions of {', '.join(fetched.releases)}: "
            f"{len(splits['train']):,} train, {len(splits['dev']):,} dev, {len(splits['test']):,} test; "
            "split by hash of the English text; lower case.",
            f"Packages left out: {untranslated:,} whose French is the English text; {repeated:,} that repeat "
            f"another's text in both languages (the one of middle size stands for all){fell_out}.",
            "The price is the installed size; its ranges are quantiles of the training split (the same on a "
            f"logarithmic scale), cut at {', '.join(f'{edge:.10g}' for edge in edges)} KiB.",
            f"Second label: the archive section, {len(sections) - 1} of them in training.",
        ),
        further_heads=(Head("section", "classes", units=len(sections)),),
    )


def tokens(text: str) -> tuple[str, ...]:
    """A description's tokens: lower case, plain apostrophes, composed accents."""
    plain = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY).lower()
    return tuple(basic_tokenizer(plain))


def _middle(same: list[Description]) -> Description:
    """The lower median of packages by size; the name decides between equal sizes."""
    return sorted(same, key=lambda of: (of.size, of.package))[(len(same) - 1) // 2]
