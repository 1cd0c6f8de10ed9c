"""Vocabulary ids and tokenizer of the `translate.py` tutorial, under their legacy names."""

from __future__ import annotations

import re

_PAD = "_PAD"
_GO = "_GO"
_EOS = "_EOS"
_UNK = "_UNK"
_START_VOCAB = [_PAD, _GO, _EOS, _UNK]

PAD_ID = 0
GO_ID = 1
EOS_ID = 2
UNK_ID = 3

_WORD_SPLIT = re.compile(r"([.,!?\"':;)(])")


def basic_tokenizer(sentence: str) -> list[str]:
    """Splits at white space and makes each of `.,!?"':;)(` a token of its own; drops nothing else.

    Source: `basic_tokenizer` in the tutorial's `data_utils.py`.
    """
    return [token for word in sentence.split() for token in _WORD_SPLIT.split(word) if token]
