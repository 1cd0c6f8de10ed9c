"""Greedy feeding inside the loop: a step's input is the likeliest symbol of the step before, embedded.

Shapes: T time steps, B batch, E embedding size, H output size of the last layer, O output size of
the decoder.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.feeding import GreedyFeeding
from legacy_seq2seq.loop.layers import Tensors
from legacy_seq2seq.time_major import stack_time


class LoopFeed:
    """A `Feed` of the loop.

    Args:
      greedy: chooses and embeds.
      first: what the first step is fed, [B, E].
      enter: from embedded symbols [T, B, E], T also 1, to what the layers are given.
      finish: from the last layer's output [B, H] and the contexts to the decoder's output [B, O].
    """

    def __init__(
        self,
        greedy: GreedyFeeding,
        first: tf.Tensor,
        enter: Callable[[tf.Tensor], Tensors],
        finish: Callable[[tf.Tensor, Sequence[tf.Tensor]], tf.Tensor],
    ) -> None:
        """Take the parts: see the class."""
        self._greedy = greedy
        self._first = tf.expand_dims(first, 0)
        self._enter = enter
        self._finish = finish
        self._entered = self._enter_step(self._first)
        self._no_symbols = tf.zeros(tf.shape(first)[:1], tf.int64)
        self._symbols = stack_time(greedy.symbols) if len(greedy.symbols) else None

    def _enter_step(self, embedded: tf.Tensor) -> Tensors:
        return [tf.squeeze(part, [0]) for part in self._enter(embedded)]

    def step(self, t: Any, output: tf.Tensor, contexts: Sequence[tf.Tensor]) -> tuple[Tensors, Any]:
        """See `Feed`."""

        def fed() -> Tensors:
            symbol = self._greedy.symbol(
                lambda: self._finish(output, contexts), lambda: tf.gather(self._symbols, t)
            )
            return [*self._enter_step(self._greedy.embedded(tf.expand_dims(symbol, 0))), symbol]

        *given, symbol = tf.cond(t > 0, fed, lambda: [*self._entered, self._no_symbols])
        for part, like in zip(given, self._entered, strict=True):
            part.set_shape(like.shape)
        return given, symbol

    def given(self, symbols: tf.Tensor) -> Tensors:
        """See `Feed`."""
        return self._enter(tf.concat([self._first, self._greedy.embedded(symbols[1:])], 0))
