"""What a decoder is fed: the given symbols, or its own previous output.

Shapes: B batch, T time steps, O output size, V symbols, E embedding size.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.choice import may_batch
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.time_major import alike, lookup_steps
from legacy_seq2seq.unrolled import LoopFunction


class GreedyFeeding:
    """A loop function that embeds the most likely symbol of the previous output, as 1.15's own.

    Where a flag is false, it embeds the symbol that is given instead. Called, it gives a step its input. The
    loop engine knows this class and takes its parts.
    """

    def __init__(
        self,
        embedding: Any,
        output_projection: Any,
        update_embedding: bool,
        flag: Any = True,
        symbols: Sequence[Any] = (),
    ) -> None:
        """Take what `extract_argmax_and_embed` takes, and a flag: True or a scalar bool tensor.

        For a tensor also the T given symbols [B].
        """
        self.embedding = embedding
        self.flag = flag
        self.symbols = symbols
        self._output_projection = output_projection
        self._update_embedding = update_embedding

    def symbol(self, previous: Callable[[], tf.Tensor], given: Callable[[], tf.Tensor]) -> tf.Tensor:
        """The symbol to feed [B], int64: of the previous output, or the given one where the flag is false."""

        def likeliest() -> tf.Tensor:
            logits = previous()
            if self._output_projection is not None:
                logits = tf.nn.xw_plus_b(logits, *self._output_projection)
            return tf.argmax(logits, 1)

        if self.flag is True:
            return likeliest()
        # Chosen inside the branch, so that a false flag costs no projection to V.
        return tf.cond(self.flag, likeliest, lambda: tf.cast(given(), tf.int64))

    def embedded(self, symbols: tf.Tensor) -> tf.Tensor:
        """Symbols of any shape [...] as [..., E]. The lookup is in no branch: its gradient stays sparse."""
        found = tf.nn.embedding_lookup(self.embedding, symbols)
        if self._update_embedding:
            return found
        if self.flag is True:
            return tf.stop_gradient(found)
        return tf.where_v2(self.flag, tf.stop_gradient(found), found)

    def __call__(self, prev: Any, i: Any) -> Any:
        """The input of step `i` [B, E], from the output of the step before."""
        symbol = self.symbol(lambda: prev, lambda: self.symbols[i])
        if self.flag is not True:
            symbol.set_shape(self.symbols[i].shape)
        return self.embedded(symbol)


@graph_only
def extract_argmax_and_embed(
    embedding: Any, output_projection: Any = None, update_embedding: bool = True
) -> LoopFunction:
    """A loop function that embeds the most likely symbol of the previous output.

    Args:
      embedding: [V, E].
      output_projection: None, or a pair (W [O, V], b [V]) that maps outputs to logits.
      update_embedding: whether gradients reach the embedding through the symbols fed back.

    Returns `loop_function(prev [B, O], i) -> [B, E]`. Raises RuntimeError eagerly.
    Source: TF 1.15 `_extract_argmax_and_embed`.
    """
    return GreedyFeeding(embedding, output_projection, update_embedding)


def as_flag(feed_previous: Any) -> Any:
    """`feed_previous` as a Python bool or a scalar bool tensor. Raises TypeError for anything else.

    NumPy's bool becomes a tensor: so it did in 1.15, where tensors keep gradients from the embedding.
    """
    if isinstance(feed_previous, bool):
        return feed_previous
    if tf.is_tensor(feed_previous) or isinstance(feed_previous, (tf.Variable, np.ndarray, np.bool_)):
        flag = tf.convert_to_tensor(feed_previous)
        if flag.dtype == tf.bool and flag.shape.rank in (0, None):
            return flag
    raise TypeError(f"feed_previous must be a bool or a scalar bool tensor, got {feed_previous!r}.")


def feeding_loop(
    feed_previous: Any,
    embedding: Any,
    symbols: Sequence[Any],
    output_projection: Any = None,
    update_embedding: bool = True,
) -> LoopFunction | None:
    """The loop function of an embedding decoder, or None where the given symbols are fed.

    Args:
      feed_previous: bool or scalar bool tensor (see `as_flag`).
      embedding: [V, E].
      symbols: T integer tensors [B]: fed where `feed_previous` is a false tensor.
      output_projection: None, or (W [O, V], b [V]).
      update_embedding: whether gradients reach the embedding through the symbols fed back.
    """
    if feed_previous is False:
        return None
    return GreedyFeeding(embedding, output_projection, update_embedding, feed_previous, symbols)


def embed(embedding: Any, symbols: Sequence[Any], loop_function: LoopFunction | None) -> list[tf.Tensor]:
    """The symbols [B] of T steps embedded [B, E], by one lookup where all are fed.

    With a loop function none but the first step is given its symbol: it stands for all.
    """
    if not symbols:
        return []
    if loop_function is not None:
        return [tf.nn.embedding_lookup(embedding, symbols[0])] * len(symbols)
    if may_batch(len(symbols)) and alike(symbols, 1):
        return lookup_steps(embedding, symbols)
    return [tf.nn.embedding_lookup(embedding, symbol) for symbol in symbols]


def check_projection(output_projection: Any, num_symbols: int, dtype: Any, check_weights: bool) -> None:
    """Raise ValueError unless `output_projection` is None or fits `num_symbols` (V)."""
    if output_projection is None:
        return
    if not isinstance(output_projection, (list, tuple)) or len(output_projection) != 2:
        raise ValueError(f"output_projection must be a pair (weights, biases), got {output_projection!r}.")
    for what, value, expected in (
        ("weights", output_projection[0], [None, num_symbols]),
        ("biases", output_projection[1], [num_symbols]),
    ):
        if what == "weights" and not check_weights:
            continue
        shape = tf.convert_to_tensor(value, dtype=dtype).shape
        if not shape.is_compatible_with(expected):
            raise ValueError(f"output_projection's {what} must have shape {expected}, got {shape}.")
