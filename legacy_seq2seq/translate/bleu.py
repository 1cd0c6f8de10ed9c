"""BLEU of translations against one reference, as the command `sacrebleu REFERENCE -i OUTPUT` computes it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sacrebleu.metrics import BLEU


def bleu(translations: Sequence[str], references: Sequence[str]) -> str:
    """Corpus BLEU in sacrebleu's words, its signature behind: `BLEU = 31.25 ... (nrefs:1|case:mixed|...)`.

    Line n of `references` is the one reference of translation n.
    """
    metric = BLEU()
    # It warns of text that is cut into tokens already, which the tutorial's always is.
    logging.getLogger("sacrebleu").setLevel(logging.ERROR)
    score = metric.corpus_score(list(translations), [list(references)])
    return f"{score} ({metric.get_signature()})"
