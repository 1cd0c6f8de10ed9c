"""What a step of a stack of layers multiplies by.

Shapes: I_l width of the input of layer l, G_l width of its gates' arguments.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from legacy_seq2seq.loop.attention import Attended
from legacy_seq2seq.loop.layers import Tensors


class Weights(NamedTuple):
    """Of all layers, from below; a nest of tensors."""

    # Per layer its inputs' [W [I_l, G_l], b [G_l]]; nothing for a layer that is given the product.
    inputs: list[Tensors]
    recurrent: list[Tensors]  # per layer, as the layer wants them
    attended: list[Attended]  # one with attention, none without


def cut(tensors: Sequence[Any], counts: Sequence[int]) -> list[list[Any]]:
    """`tensors` in pieces of these lengths."""
    found, begin = [], 0
    for count in counts:
        found.append(list(tensors[begin : begin + count]))
        begin += count
    return found
