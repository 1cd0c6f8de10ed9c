"""What a step of a stack of layers multiplies by.

Shapes: I width of a layer's input, G width of a tensor of its `pre`, K heads, A attended width.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from legacy_seq2seq.loop.attention import Attended
from legacy_seq2seq.loop.layers import Tensors


class Weights(NamedTuple):
    """Of all layers, from below; a nest of tensors."""

    # Per layer the [W [I, G], b [G]] from its input to each tensor of its `pre`; nothing if `pre` is given.
    inputs: list[list[Tensors]]
    recurrent: list[Tensors]  # per layer, as the layer wants them
    # One with attention, none without: of the contexts in the first layer's input [K A, I], and the rest.
    contexts: list[Any]
    attended: list[Attended]


def cut(tensors: Sequence[Any], counts: Sequence[int]) -> list[list[Any]]:
    """`tensors` in pieces of these lengths."""
    found, begin = [], 0
    for count in counts:
        found.append(list(tensors[begin : begin + count]))
        begin += count
    return found
