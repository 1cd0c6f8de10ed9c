"""Labelled parallel examples, vocabularies, buckets and batches.

Shape legend: B batch, S source (encoder) length of a bucket, T target (decoder) length of a bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Example(NamedTuple):
    """One labelled sentence pair, as text.

    `labels` maps a label's name ("price" is always there) to a class number; `origin` says where the pair
    came from ("file:line", an item's name), for messages.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    labels: Mapping[str, int]
    origin: str
