"""What a decoder is fed: the given symbols, or its own previous output.

Shapes: B batch, T time steps, O output size, V symbols, E embedding size.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.choice import may_batch
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.time_major import alike, lookup_steps
from legacy_seq2seq.unrolled import LoopFunction


def _argmax_symbol(previous: tf.Tensor, output_projection: Any) -> tf.Tensor:
    """The most likely symbol [B], int64, from an output [B, V], or [B, O] with a projection to V."""
    if output_projection is not None:
        previous = tf.nn.xw_plus_b(previous, output_projection[0], output_projection[1])
    return tf.argmax(previous, 1)


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

    def loop_function(prev: Any, _: Any) -> Any:
        embedded = tf.nn.embedding_lookup(embedding, _argmax_symbol(prev, output_projection))
        return embedded if update_embedding else tf.stop_gradient(embedded)

    return loop_function


def as_flag(feed_previous: Any) -> Any:
    """`feed_previous` as a Python bool or a scalar bool tensor. Raises TypeError for anything else."""
    if isinstance(feed_previous, (bool, np.bool_)):
        return bool(feed_previous)
    if tf.is_tensor(feed_previous) or isinstance(feed_previous, (tf.Variable, np.ndarray)):
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
    if isinstance(feed_previous, bool):
        return (
            extract_argmax_and_embed(embedding, output_projection, update_embedding)
            if feed_previous
            else None
        )

    def loop_function(prev: Any, i: int) -> Any:
        # The symbol is chosen inside the branch, so that a false flag costs no projection to V; the lookup
        # is outside, so that the embedding's gradient stays sparse.
        symbol = tf.cond(
            feed_previous,
            lambda: _argmax_symbol(prev, output_projection),
            lambda: tf.cast(symbols[i], tf.int64),
        )
        symbol.set_shape(symbols[i].shape)
        embedded = tf.nn.embedding_lookup(embedding, symbol)
        if update_embedding:
            return embedded
        return tf.where_v2(feed_previous, tf.stop_gradient(embedded), embedded)

    return loop_function


def embed(embedding: Any, symbols: Sequence[Any], loop_function: LoopFunction | None) -> list[tf.Tensor]:
    """The symbols [B] of T steps embedded [B, E], by one lookup where all are fed."""
    if loop_function is None and may_batch(len(symbols)) and alike(symbols, 1):
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
