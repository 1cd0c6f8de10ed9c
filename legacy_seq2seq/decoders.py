"""Decoders without attention: rnn_decoder, embedding_rnn_decoder.

Shapes: B batch, T time steps, I input width, O the cell's output size, V symbols, E embedding size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.feeding import as_flag, check_projection, embed, feeding_loop
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.rnn import over_time
from legacy_seq2seq.unrolled import LoopFunction


@graph_only
def rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    loop_function: LoopFunction | None = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Run `cell` as a decoder.

    Args:
      decoder_inputs: list of T tensors [B, I].
      initial_state: the cell's state to start from.
      cell: an RNNCell.
      loop_function: if given, step i > 0 is fed `loop_function(output of step i - 1, i)`, i a Python int,
        and only the first of `decoder_inputs` is used.
      scope: variable scope, `rnn_decoder` if None.

    Returns (list of T outputs [B, O], last state). Raises RuntimeError eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.rnn_decoder`.
    """
    with tf.variable_scope(scope or "rnn_decoder"):
        return over_time(cell, list(decoder_inputs), initial_state, loop_function)


@graph_only
def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An `rnn_decoder` over embedded symbols.

    Args:
      decoder_inputs: list of T integer tensors [B].
      initial_state: the cell's state to start from.
      cell: an RNNCell; without `output_projection` its outputs are the logits [B, V].
      num_symbols: V.
      embedding_size: E.
      output_projection: None, or (W [O, V], b [V]), used to find the symbol that is fed back.
      feed_previous: bool or scalar bool tensor; True feeds every step after the first the most likely
        symbol of the previous output.
      update_embedding_for_previous: False keeps gradients from the embedding through symbols fed back.
      scope: variable scope, `embedding_rnn_decoder` if None.

    Returns (list of T outputs [B, O], last state); the outputs are not projected. Variable `embedding`
    [V, E] of the scope's dtype. Raises ValueError if the projection does not fit V, TypeError for another
    `feed_previous`, RuntimeError eagerly. Source: TF 1.15 `tf.contrib.legacy_seq2seq.embedding_rnn_decoder`.
    """
    feed_previous = as_flag(feed_previous)
    with tf.variable_scope(scope or "embedding_rnn_decoder") as own_scope:
        check_projection(output_projection, num_symbols, own_scope.dtype, check_weights=True)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        symbols = [tf.convert_to_tensor(entry) for entry in decoder_inputs]
        loop_function = feeding_loop(
            feed_previous, embedding, symbols, output_projection, update_embedding_for_previous
        )
        embedded = embed(embedding, symbols, loop_function)
        return rnn_decoder(embedded, initial_state, cell, loop_function=loop_function)
