"""Whole sequence-to-sequence models: basic, tied, embedding, embedding_tied, embedding_attention.

Encoder and decoder have weights of their own, the encoder those of a copy of the cell, except in the tied
models.

Shapes: B batch, L encoder time steps, T decoder time steps, H the cell's output size, V_e and V_d symbols of
encoder and decoder, E embedding size, O output size (V_d, or H with an output projection).
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.attention import embedding_attention_decoder
from legacy_seq2seq.decoders import embedding_rnn_decoder, rnn_decoder
from legacy_seq2seq.feeding import as_flag, check_projection, embed, feeding_loop
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.rnn import static_rnn
from legacy_seq2seq.rnn_cell import EmbeddingWrapper, OutputProjectionWrapper
from legacy_seq2seq.rnn_cell.copying import twin_of
from legacy_seq2seq.time_major import stack_time
from legacy_seq2seq.unrolled import LoopFunction


@graph_only
def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An encoder RNN whose last state starts a decoder RNN; each has weights of its own.

    Args:
      encoder_inputs: list of L tensors [B, I].
      decoder_inputs: list of T tensors [B, I'].
      cell: an RNNCell; the encoder uses a copy.
      dtype: of the encoder's initial state.
      scope: variable scope, `basic_rnn_seq2seq` if None.

    Returns (list of T outputs [B, H], the decoder's last state). Raises as `static_rnn` does.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.basic_rnn_seq2seq`.
    """
    with tf.variable_scope(scope or "basic_rnn_seq2seq"):
        _, encoder_state = static_rnn(twin_of(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, encoder_state, cell)


@graph_only
def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: LoopFunction | None = None,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """A `basic_rnn_seq2seq` whose encoder and decoder share one cell's weights.

    Args:
      encoder_inputs: list of L tensors [B, I].
      decoder_inputs: list of T tensors [B, I].
      cell: an RNNCell, used by both.
      loop_function: as in `rnn_decoder`.
      dtype: of the encoder's initial state.
      scope: variable scope under `combined_tied_rnn_seq2seq`, `tied_rnn_seq2seq` if None.

    Returns (list of T outputs [B, H], the decoder's last state). Raises as `static_rnn` does.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.tied_rnn_seq2seq`.
    """
    with tf.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, encoder_state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        tf.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, encoder_state, cell, loop_function=loop_function, scope=scope)


@graph_only
def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Embedding encoder, and an embedding decoder that starts from its last state.

    Args:
      encoder_inputs: list of L integer tensors [B].
      decoder_inputs: list of T integer tensors [B].
      cell: an RNNCell; the encoder uses a copy with weights of its own.
      num_encoder_symbols: V_e.
      num_decoder_symbols: V_d.
      embedding_size: E, of both embeddings.
      output_projection: None: the outputs are logits [B, V_d]; or (W [H, V_d], b [V_d]): the outputs are
        [B, H], and the pair finds the symbols that are fed back.
      feed_previous: bool or scalar bool tensor, as in `embedding_attention_seq2seq`.
      dtype: of the model; the scope's if None.
      scope: variable scope, `embedding_rnn_seq2seq` if None.

    Returns (list of T outputs [B, O], the decoder's last state). Raises as `static_rnn` and
    `embedding_rnn_decoder` do. Source: TF 1.15 `tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq`.
    """
    feed_previous = as_flag(feed_previous)
    with tf.variable_scope(scope or "embedding_rnn_seq2seq", dtype=dtype) as own_scope:
        encoder_cell = EmbeddingWrapper(twin_of(cell), num_encoder_symbols, embedding_size)
        _, encoder_state = static_rnn(encoder_cell, encoder_inputs, dtype=own_scope.dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
        return embedding_rnn_decoder(
            decoder_inputs,
            encoder_state,
            cell,
            num_decoder_symbols,
            embedding_size,
            output_projection=output_projection,
            feed_previous=feed_previous,
            update_embedding_for_previous=isinstance(feed_previous, bool),
        )


@graph_only
def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An embedding encoder and decoder that share the cell's weights and one embedding.

    Args:
      encoder_inputs: list of L integer tensors [B].
      decoder_inputs: list of T integer tensors [B].
      cell: an RNNCell, used by both.
      num_symbols: V, of the shared embedding.
      embedding_size: E.
      num_decoder_symbols: width of the logits; V if None.
      output_projection: None: the outputs are logits; or (W [H, V], b [V]): the outputs are [B, H].
      feed_previous: bool or scalar bool tensor, as in `embedding_attention_seq2seq`.
      dtype: of the model; the scope's if None.
      scope: variable scope, `embedding_tied_rnn_seq2seq` if None.

    Returns (list of T outputs, the decoder's last state). Raises ValueError if the projection does not fit V,
    and as `static_rnn` does. Source: TF 1.15 `tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq`.
    """
    feed_previous = as_flag(feed_previous)
    with tf.variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as own_scope:
        dtype = own_scope.dtype
        check_projection(output_projection, num_symbols, dtype, check_weights=True)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        symbols = [tf.convert_to_tensor(entry) for entry in decoder_inputs]
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols or num_symbols)
        loop_function = feeding_loop(
            feed_previous, embedding, symbols, output_projection, isinstance(feed_previous, bool)
        )
        return tied_rnn_seq2seq(
            embed(embedding, [tf.convert_to_tensor(entry) for entry in encoder_inputs], None),
            embed(embedding, symbols, loop_function),
            cell,
            loop_function=loop_function,
            dtype=dtype,
        )


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
    encoder_cell = EmbeddingWrapper(twin_of(cell), num_encoder_symbols, embedding_size)
    if dtype is None:
        dtype = tf.get_variable_scope().dtype
    outputs, state = static_rnn(encoder_cell, encoder_inputs, dtype=dtype)
    return tf.transpose(stack_time(outputs), [1, 0, 2]), state


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
