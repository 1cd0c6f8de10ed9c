"""One encoder and several decoders: one2many_rnn_seq2seq.

Every cell has weights of its own, except where the caller gives one object for several.

Shapes: B batch, L encoder time steps, T decoder time steps, V_e and V_d symbols of encoder and decoder, E
embedding size.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.decoders import embedding_rnn_decoder
from legacy_seq2seq.feeding import as_flag
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.rnn import static_rnn
from legacy_seq2seq.rnn_cell import EmbeddingWrapper, OutputProjectionWrapper


@graph_only
def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs_dict: Mapping[Any, Sequence[Any]],
    enc_cell: Any,
    dec_cells_dict: Mapping[Any, Any],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: Mapping[Any, int],
    embedding_size: int,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[dict[Any, list[Any]], dict[Any, Any]]:
    """One embedding encoder and several embedding decoders that start from its last state.

    Args:
      encoder_inputs: list of L integer tensors [B].
      decoder_inputs_dict: for every decoder's name its list of integer tensors [B].
      enc_cell: the encoder's RNNCell.
      dec_cells_dict: for every name its RNNCell. An object that stands in more than one place shares its
        weights between them, with a warning.
      num_encoder_symbols: V_e.
      num_decoder_symbols_dict: for every name V_d.
      embedding_size: E, of all embeddings.
      feed_previous: bool or scalar bool tensor. Unlike in the other models, a true tensor trains the
        embeddings through the symbols fed back just as True does.
      dtype: of the model; the scope's if None.
      scope: variable scope, `one2many_rnn_seq2seq` if None.

    Returns (outputs by name, each a list of logits [B, V_d]; last states by name). Raises as `static_rnn`
    and `embedding_rnn_decoder` do. Source: TF 1.15 `tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq`.
    """
    feed_previous = as_flag(feed_previous)
    cells = [enc_cell, *(dec_cells_dict[name] for name in decoder_inputs_dict)]
    if len({id(cell) for cell in cells}) < len(cells):
        warnings.warn(
            "one2many_rnn_seq2seq: one cell object stands for several of the encoder and the decoders, "
            "which share its weights, as in TF 1.2 to 1.15. Give each a cell (or a copy.deepcopy) of its "
            "own if that is not meant.",
            stacklevel=3,
        )
    outputs, states = {}, {}
    with tf.variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as own_scope:
        encoder_cell = EmbeddingWrapper(enc_cell, num_encoder_symbols, embedding_size)
        _, encoder_state = static_rnn(encoder_cell, encoder_inputs, dtype=own_scope.dtype)
        for name, decoder_inputs in decoder_inputs_dict.items():
            with tf.variable_scope(f"one2many_decoder_{name}"):
                outputs[name], states[name] = embedding_rnn_decoder(
                    decoder_inputs,
                    encoder_state,
                    OutputProjectionWrapper(dec_cells_dict[name], num_decoder_symbols_dict[name]),
                    num_decoder_symbols_dict[name],
                    embedding_size,
                    feed_previous=feed_previous,
                )
    return outputs, states
