"""Whole sequence-to-sequence models.

Shapes: B batch, L encoder time steps, T decoder time steps, H the cell's output size, V_e and V_d symbols of
encoder and decoder, E embedding size, O output size (V_d, or H with an output projection).
"""

import copy
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.attention import embedding_attention_decoder
from legacy_seq2seq.feeding import as_flag
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.rnn import static_rnn
from legacy_seq2seq.rnn_cell import EmbeddingWrapper, OutputProjectionWrapper


@graph_only
def embedding_attention_encoder(
    encoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    embedding_size: int,
    dtype: Any = None,
) -> tuple[tf.Tensor, Any]:
    """The encoder half of `embedding_attention_seq2seq`, in the current variable scope.

    Args:
      encoder_inputs: list of L integer tensors [B].
      cell: an RNNCell; a copy of it encodes, so that `cell` itself is free for the decoder.
      num_encoder_symbols: V_e.
      embedding_size: E.
      dtype: of the initial state and so of the variables; the scope's if None.

    Returns (attention_states [B, L, H], the encoder's final state, nested like `cell.state_size`). Variables
    lie under `rnn/embedding_wrapper`. Raises as `static_rnn` does.
    """
    encoder_cell = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
    if dtype is None:
        dtype = tf.get_variable_scope().dtype
    outputs, state = static_rnn(encoder_cell, encoder_inputs, dtype=dtype)
    return tf.stack(outputs, axis=1), state


@graph_only
def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """Embedding encoder, and a decoder that attends to the encoder's outputs.

    Args:
      encoder_inputs: list of L integer tensors [B].
      decoder_inputs: list of T integer tensors [B].
      cell: an RNNCell; the encoder uses a copy with weights of its own.
      num_encoder_symbols: V_e.
      num_decoder_symbols: V_d.
      embedding_size: E, of both embeddings.
      num_heads: attention heads.
      output_projection: None: the outputs are logits [B, V_d]; or (W [H, V_d], b [V_d]): the outputs are
        [B, H], and the pair finds the symbols that are fed back.
      feed_previous: bool or scalar bool tensor; True feeds every step after the first the most likely
        symbol of the previous output. A tensor, true or not, lets no gradient reach the embedding through
        symbols fed back.
      dtype: of the model; the scope's if None.
      scope: variable scope, `embedding_attention_seq2seq` if None.
      initial_state_attention: whether the first step already attends.

    Returns (list of T outputs [B, O], the decoder's last state). Raises as `static_rnn` and
    `embedding_attention_decoder` do. Source: TF 1.15 `tf.contrib.legacy_seq2seq.embedding_attention_seq2seq`.
    """
    feed_previous = as_flag(feed_previous)
    with tf.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype):
        attention_states, encoder_state = embedding_attention_encoder(
            encoder_inputs, cell, num_encoder_symbols, embedding_size
        )
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols
        return embedding_attention_decoder(
            decoder_inputs,
            encoder_state,
            attention_states,
            cell,
            num_decoder_symbols,
            embedding_size,
            num_heads=num_heads,
            output_size=output_size,
            output_projection=output_projection,
            feed_previous=feed_previous,
            update_embedding_for_previous=isinstance(feed_previous, bool),
            initial_state_attention=initial_state_attention,
        )
