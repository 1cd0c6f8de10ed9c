"""The corpora, one table: name -> how to load it and a line about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from reproduce.corpora import debian, files, listings
from reproduce.corpora.corpus import Corpus, CorpusError, CorpusOptions

__all__ = ["CORPORA", "Corpus", "CorpusEntry", "CorpusError", "CorpusOptions"]


class CorpusEntry(NamedTuple):
    """How to load a corpus (raises CorpusError), what it is, and the options that no other corpus reads."""

    load: Callable[[CorpusOptions], Corpus]
    description: str
    options: tuple[str, ...] = ()
    limit_sequence_nll: float = math.nan  # the best possible, if it is known


CORPORA: Mapping[str, CorpusEntry] = {
    "listings": CorpusEntry(
        listings.load,
        "embedded default: made-up English/French listings whose best price prediction is known",
        limit_sequence_nll=0.0,  # a translation is a function of its source
    ),
    "debian": CorpusEntry(
        debian.load,
        "real: English/French one-line package descriptions by way of apt; the installed size is the price",
        ("cache",),
    ),
    "files": CorpusEntry(
        files.load,
        "your own --source, --target and --labels: a sentence, its translation and a class or price a line",
        ("source", "target", "labels", "dev_source", "dev_target", "dev_labels", "label_kind"),
    ),
}
