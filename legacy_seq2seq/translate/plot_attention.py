"""The attention of a translation as a picture.

Shapes: T target tokens with the end mark, A heads, S source tokens.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

_INCHES_A_TOKEN = 0.35
_END_MARK = "_EOS"


def draw_attention(weights: np.ndarray, source: Sequence[str], target: Sequence[str], path: Path) -> None:
    """Draws how much of each source token went into each target token, one matrix a head.

    Args:
      weights: [T, A, S]. A row sums to less than 1 where attention went to the bucket's padding.
      source: S tokens.
      target: T tokens, or one less: the end mark is added then.
      path: where to write; the suffix decides the format. Its folder is made.
    """
    steps, heads, _ = weights.shape
    rows = [*target, _END_MARK][:steps]
    width, height = (2 + _INCHES_A_TOKEN * len(tokens) for tokens in (source, rows))
    figure = Figure(figsize=(width * heads, height), layout="constrained")
    for head, axes in enumerate(figure.subplots(1, heads, squeeze=False)[0]):
        axes.imshow(weights[:, head], vmin=0, vmax=1, cmap="gray_r", aspect="auto")
        # Words may hold dollar signs, which are no formulas.
        axes.set_xticks(range(len(source)), source, rotation=90, parse_math=False)
        axes.set_yticks(range(len(rows)), rows, parse_math=False)
        axes.xaxis.tick_top()
        if heads > 1:
            axes.set_xlabel(f"head {head}")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")
    figure.savefig(temporary)
    os.replace(temporary, path)
