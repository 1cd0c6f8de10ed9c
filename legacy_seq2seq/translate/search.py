"""Beam search in the graph, over the variables of `Seq2SeqModel`.

A hypothesis is ranked by log P / ((5 + length) / 6) ^ a, its end mark counted (Wu et al. 2016,
arXiv:1609.08144, eq. 14, without coverage). One that has ended stays in the beam as it is. The search ends
when no hypothesis can outrank the best that has ended, at the latest at the bucket's target length.

Shapes: B batch, K beam size, S source length, T target length, H units, V target vocabulary, A heads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from legacy_seq2seq.attention_step import AttentionStep
from legacy_seq2seq.translate.data_utils import EOS_ID, GO_ID, PAD_ID
from legacy_seq2seq.translate.settings import Settings
from legacy_seq2seq.translate.updates import float32_storage, storage_dtype

_IMPOSSIBLE = -float("inf")


class Found(NamedTuple):
    """The best hypothesis of every sentence."""

    target_ids: tf.Tensor  # int32 [B, T]: symbols, the end mark, padding
    log_probability: tf.Tensor  # float32 [B], nats, the end mark counted
    attention: tf.Tensor  # float32 [B, steps, A, S], S in the order of the source; zero behind the end mark


class _Beam(NamedTuple):
    """What goes from step to step."""

    step: Any  # int32 []
    symbols: Any  # int32 [B, K, step]
    log_probability: Any  # float32 [B, K]
    length: Any  # int32 [B, K]
    ended: Any  # bool [B, K]
    attention: Any  # float32 [B, K, step, A, S]
    contexts: Any  # [B K, A H]
    state: Any  # nest of [B K, ...]


@dataclass(frozen=True)
class Search:
    """Builds searches with the model that the settings describe, and their beam."""

    settings: Settings

    def build(self, source_ids: tf.Tensor, target_length: int) -> Found:
        """A search for sources int32 [B, S], in their own order and padded behind.

        Uses (or makes) the variables of `Seq2SeqModel` in the current variable scope.
        """
        with tf.variable_scope(
            tf.get_variable_scope(), custom_getter=float32_storage, auxiliary_name_scope=False
        ):
            projection = self._projection()
            with tf.variable_scope("embedding_attention_seq2seq", dtype=self.settings.dtype):
                reversed_steps = tf.unstack(tf.transpose(tf.reverse(source_ids, [1])))
                attended, state = legacy_seq2seq.embedding_attention_encoder(
                    reversed_steps, self._cell(), self.settings.from_vocab_size, self.settings.size
                )
                with tf.variable_scope("embedding_attention_decoder"):
                    vocabulary = self.settings.to_vocab_size
                    embedding = tf.get_variable("embedding", [vocabulary, self.settings.size])
                    with tf.variable_scope("attention_decoder"):
                        return self._run(attended, state, embedding, projection, target_length)

    def _cell(self) -> rnn_cell.RNNCell:
        cell = rnn_cell.BasicLSTMCell if self.settings.use_lstm else rnn_cell.GRUCell
        layers = [cell(self.settings.size) for _ in range(self.settings.num_layers)]
        return layers[0] if len(layers) == 1 else rnn_cell.MultiRNNCell(layers)

    def _projection(self) -> tuple[Any, Any] | None:
        """The sampled softmax's, ([H, V], [V])."""
        vocabulary = self.settings.to_vocab_size
        if not 0 < self.settings.num_samples < vocabulary:
            return None
        dtype = self.settings.dtype
        weights = tf.get_variable("proj_w", [vocabulary, self.settings.size], dtype=dtype)
        return tf.transpose(weights), tf.get_variable("proj_b", [vocabulary], dtype=dtype)

    def _run(self, attended: Any, state: Any, embedding: Any, projection: Any, target_length: int) -> Found:
        settings, beam_size = self.settings, self.settings.beam_size
        cell, output_size = self._cell(), settings.size
        if projection is None:
            output_size = settings.to_vocab_size
            cell = rnn_cell.OutputProjectionWrapper(cell, output_size)
        decoder = AttentionStep(
            attended, cell, settings.size, output_size, settings.num_heads, settings.dtype, beam_size
        )
        batch = tf.shape(attended)[0]
        length = int(attended.shape[1])

        def step(*parts: Any) -> Any:
            beam = _Beam(*parts)
            go = tf.fill([batch, beam_size], GO_ID)
            last = tf.cond(beam.step > 0, lambda: beam.symbols[:, :, -1], lambda: go)
            inputs = tf.nn.embedding_lookup(embedding, tf.reshape(last, [-1]))
            made = decoder(inputs, beam.contexts, beam.state)
            output = made.output if projection is None else tf.nn.xw_plus_b(made.output, *projection)
            logits = tf.cast(output, storage_dtype(output.dtype))
            return self._extend(beam, tf.reshape(logits, [batch, beam_size, settings.to_vocab_size]), made)

        def goes_on(*parts: Any) -> Any:
            return tf.reduce_any(self._may_improve(_Beam(*parts), target_length))

        first = _Beam(
            tf.constant(0),
            tf.zeros([batch, beam_size, 0], tf.int32),
            # One hypothesis to begin with: the others must not repeat it.
            tf.tile([[0.0] + [_IMPOSSIBLE] * (beam_size - 1)], [batch, 1]),
            tf.zeros([batch, beam_size], tf.int32),
            tf.zeros([batch, beam_size], tf.bool),
            tf.zeros([batch, beam_size, 0, settings.num_heads, length]),
            decoder.no_contexts(batch * beam_size),
            tf.nest.map_structure(lambda part: tf.repeat(part, beam_size, axis=0), state),
        )
        shapes = tf.nest.map_structure(lambda part: part.shape, first)
        shapes = shapes._replace(
            symbols=tf.TensorShape([None, beam_size, None]),
            attention=tf.TensorShape([None, beam_size, None, settings.num_heads, length]),
        )
        last = _Beam(
            *tf.while_loop(goes_on, step, list(first), list(shapes), maximum_iterations=target_length)
        )
        return self._best(last, target_length)

    def _extend(self, beam: _Beam, logits: Any, made: Any) -> list[Any]:
        """The K best continuations [B, K] of all hypotheses, for logits [B, K, V]."""
        beam_size = self.settings.beam_size
        width = min(beam_size, self.settings.to_vocab_size)
        # By logits: sums of logarithms are rounded, and a beam of 1 must choose as argmax does.
        values, symbols = tf.math.top_k(logits, width)
        gains = values - tf.reduce_logsumexp(logits, 2, keepdims=True)
        ended = beam.ended[:, :, tf.newaxis]
        gains = tf.where_v2(ended, [0.0] + [_IMPOSSIBLE] * (width - 1), gains)
        symbols = tf.where_v2(ended, PAD_ID, symbols)
        totals = beam.log_probability[:, :, tf.newaxis] + gains  # [B, K, width]
        length = beam.length + tf.cast(tf.logical_not(beam.ended), tf.int32)
        ranks = totals / self._penalty(length)[:, :, tf.newaxis]
        _, chosen = tf.math.top_k(_flat(ranks), beam_size)
        parent = chosen // width

        def of_parent(values: Any) -> Any:
            return tf.gather(values, parent, batch_dims=1)

        symbol = tf.gather(_flat(symbols), chosen, batch_dims=1)
        shape = tf.concat([tf.shape(parent), tf.shape(made.weights)[1:]], 0)
        # Steps behind the end mark have no attention of their own.
        weights = tf.reshape(tf.cast(made.weights, tf.float32), shape)
        weights *= tf.cast(tf.logical_not(beam.ended), tf.float32)[:, :, tf.newaxis, tf.newaxis]
        rows = tf.reshape(parent + tf.range(tf.shape(parent)[0])[:, tf.newaxis] * beam_size, [-1])
        history = tf.concat([beam.attention, weights[:, :, tf.newaxis]], 2)
        return [
            beam.step + 1,
            tf.concat([of_parent(beam.symbols), symbol[:, :, tf.newaxis]], 2),
            tf.gather(_flat(totals), chosen, batch_dims=1),
            of_parent(length),
            tf.logical_or(of_parent(beam.ended), tf.equal(symbol, EOS_ID)),
            of_parent(history),
            tf.gather(made.contexts, rows),
            tf.nest.map_structure(lambda part: tf.gather(part, rows), made.state),
        ]

    def _penalty(self, length: Any) -> Any:
        return ((5.0 + tf.cast(length, tf.float32)) / 6.0) ** self.settings.length_penalty

    def _rank(self, beam: _Beam) -> Any:
        return beam.log_probability / self._penalty(beam.length)

    def _may_improve(self, beam: _Beam, target_length: int) -> Any:
        """[B]: whether a hypothesis may still outrank the best that has ended."""
        best = tf.reduce_max(tf.where_v2(beam.ended, self._rank(beam), _IMPOSSIBLE), 1)
        # log P only falls, and no penalty is larger than that of the longest.
        hope = beam.log_probability / self._penalty(target_length)
        return tf.reduce_max(tf.where_v2(beam.ended, _IMPOSSIBLE, hope), 1) > best

    def _best(self, beam: _Beam, target_length: int) -> Found:
        winner = tf.argmax(self._rank(beam), 1, output_type=tf.int32)

        def of_winner(values: Any) -> Any:
            return tf.gather(values, winner, batch_dims=1)

        missing = target_length - tf.shape(beam.symbols)[2]
        symbols = tf.pad(of_winner(beam.symbols), [[0, 0], [0, missing]], constant_values=PAD_ID)
        symbols.set_shape([None, target_length])
        return Found(symbols, of_winner(beam.log_probability), tf.reverse(of_winner(beam.attention), [3]))


def _flat(values: Any) -> Any:
    """[B, K, N] as [B, K N]."""
    _, hypotheses, size = values.shape.as_list()
    return tf.reshape(values, [tf.shape(values)[0], hypotheses * size])
