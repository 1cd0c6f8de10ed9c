"""The tutorial's model: a bucketed attention seq2seq with its training steps, under the legacy names.

Shapes: B batch, S source length of a bucket, T target length of a bucket, H units, V target vocabulary.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from legacy_seq2seq.graphs import require_graph
from legacy_seq2seq.translate.batches import Batch, assemble, assemble_padded
from legacy_seq2seq.translate.reader import BucketData
from legacy_seq2seq.translate.sampling import sampled_softmax_loss
from legacy_seq2seq.translate.updates import (
    LOSS_SCALES,
    OPTIMIZERS,
    clipped_updates,
    float32_storage,
    storage_dtype,
)

Buckets = Sequence[tuple[int, int]]
# By bucket: (source ids, target ids with EOS) pairs.
Data = Mapping[int, Sequence[Any]] | Sequence[Sequence[Any]]


class Seq2SeqModel:
    """An attention seq2seq over buckets, trained by clipped gradients, or decoding greedily.

    Args:
      source_vocab_size: symbols of the source.
      target_vocab_size: V.
      buckets: (S, T) pairs, the longest last; a pair of sentences fits if its source has at most S symbols
        and its target, GO added, at most T.
      size: H, of every layer and of the embeddings.
      num_layers: layers of encoder and decoder.
      max_gradient_norm: gradients are clipped to this global norm.
      batch_size: B that `get_batch` draws; may be set on the model at any time.
      learning_rate: to begin with.
      learning_rate_decay_factor: what one run of `learning_rate_decay_op` multiplies it by.
      use_lstm: BasicLSTMCell instead of GRUCell.
      num_samples: samples of the sampled softmax; none is used unless 0 < num_samples < V.
      forward_only: build a decoder that is fed its own symbols, and no updates.
      dtype: tf.float32; tf.float16 and tf.bfloat16 compute in it and keep the weights in float32.
      optimizer: "sgd" or "adadelta" (rho 0.95, epsilon 1e-8).
      dropout_keep_prob: probability with which each input of a layer is kept in training.
      num_heads: attention heads.

    Attributes: `encoder_inputs`, `decoder_inputs`, `target_weights` (lists of placeholders [B]); by bucket
    `outputs` (T tensors; logits [B, V] when forward_only or without sampling, else [B, H]), `losses`, and
    unless forward_only `gradient_norms` and `updates`; `learning_rate`, `learning_rate_decay_op`,
    `global_step`, `saver`; the arguments `source_vocab_size`, `target_vocab_size`, `buckets`, `batch_size`.

    Variables are named as in TF 1.2 to 1.15. Raises ValueError for an unknown optimizer or a probability
    outside (0, 1], RuntimeError eagerly. Source: the tutorial's `seq2seq_model.py` on TF 1.15.
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        buckets: Buckets,
        size: int,
        num_layers: int,
        max_gradient_norm: float,
        batch_size: int,
        learning_rate: float,
        learning_rate_decay_factor: float,
        use_lstm: bool = False,
        num_samples: int = 512,
        forward_only: bool = False,
        dtype: Any = tf.float32,
        optimizer: str = "sgd",
        dropout_keep_prob: float = 1.0,
        num_heads: int = 1,
    ) -> None:
        """Build the graph: see the class."""
        require_graph("Seq2SeqModel")
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {optimizer!r}.")
        if not 0 < dropout_keep_prob <= 1:
            raise ValueError(f"dropout_keep_prob must be in (0, 1], got {dropout_keep_prob!r}.")
        self.source_vocab_size = source_vocab_size
        self.target_vocab_size = target_vocab_size
        self.buckets = buckets
        self.batch_size = batch_size
        self.dtype = tf.as_dtype(dtype)
        self.loss_scale = LOSS_SCALES.get(self.dtype)
        storage = storage_dtype(dtype)
        self.learning_rate = tf.Variable(float(learning_rate), trainable=False, dtype=storage)
        self.learning_rate_decay_op = self.learning_rate.assign(
            self.learning_rate * learning_rate_decay_factor
        )
        self.global_step = tf.Variable(0, trainable=False)
        self._size, self._num_layers, self._num_heads = size, num_layers, num_heads
        self._cell_class = rnn_cell.BasicLSTMCell if use_lstm else rnn_cell.GRUCell
        self._dropout: tf.Tensor | None = None
        self._keep_prob = dropout_keep_prob
        if dropout_keep_prob < 1 and not forward_only:
            # 1 unless a training step feeds it: `step` also evaluates on this graph.
            self._dropout = tf.placeholder_with_default(tf.ones([], self.dtype), [], "dropout_keep_prob")

        steps = range(max(source for source, _ in buckets))
        self.encoder_inputs = [tf.placeholder(tf.int32, [None], f"encoder{i}") for i in steps]
        steps = range(max(target for _, target in buckets) + 1)
        self.decoder_inputs = [tf.placeholder(tf.int32, [None], f"decoder{i}") for i in steps]
        self.target_weights = [tf.placeholder(dtype, [None], f"weight{i}") for i in steps]
        with tf.variable_scope(
            tf.get_variable_scope(), custom_getter=float32_storage, auxiliary_name_scope=False
        ):
            self._build(num_samples, forward_only)
        if not forward_only:
            self.gradient_norms, self.updates = clipped_updates(
                self.losses,
                OPTIMIZERS[optimizer](self.learning_rate),
                max_gradient_norm,
                self.global_step,
                self.loss_scale,
            )
        self.saver = tf.train.Saver(tf.global_variables())

    def _build(self, num_samples: int, forward_only: bool) -> None:
        projection, loss_function = None, _cross_entropy
        if 0 < num_samples < self.target_vocab_size:
            projection, loss_function = self._sampled_softmax(num_samples)

        def seq2seq(encoder_inputs: Any, decoder_inputs: Any) -> Any:
            return legacy_seq2seq.embedding_attention_seq2seq(
                encoder_inputs,
                decoder_inputs,
                self._cell(),
                num_encoder_symbols=self.source_vocab_size,
                num_decoder_symbols=self.target_vocab_size,
                embedding_size=self._size,
                num_heads=self._num_heads,
                output_projection=projection,
                feed_previous=forward_only,
                dtype=self.dtype,
            )

        # Losses are float32 in every model: float16 knows neither 1e-12 nor sums over large batches.
        weights = [tf.cast(w, storage_dtype(self.dtype)) for w in self.target_weights]
        self.outputs, self.losses = legacy_seq2seq.model_with_buckets(
            self.encoder_inputs,
            self.decoder_inputs,
            self.decoder_inputs[1:],  # step i is judged by decoder input i + 1
            weights,
            self.buckets,
            seq2seq,
            softmax_loss_function=legacy_seq2seq.all_steps_at_once(loss_function),
        )
        if forward_only and projection is not None:
            self.outputs = [
                [tf.nn.xw_plus_b(output, *projection) for output in outputs] for outputs in self.outputs
            ]

    def _cell(self) -> rnn_cell.RNNCell:
        layers: list[rnn_cell.RNNCell] = [self._cell_class(self._size) for _ in range(self._num_layers)]
        if self._dropout is not None:
            layers = [rnn_cell.DropoutWrapper(cell, input_keep_prob=self._dropout) for cell in layers]
        return layers[0] if len(layers) == 1 else rnn_cell.MultiRNNCell(layers)

    def _sampled_softmax(self, num_samples: int) -> tuple[tuple[Any, Any], Any]:
        """The projection from outputs to logits ([H, V], [V]), and the loss that samples it."""
        storage = storage_dtype(self.dtype)
        weights = tf.get_variable("proj_w", [self.target_vocab_size, self._size], dtype=storage)
        biases = tf.get_variable("proj_b", [self.target_vocab_size], dtype=storage)
        graph_seed, _ = tf.get_seed(None)
        seed = random.SystemRandom().getrandbits(31) if graph_seed is None else graph_seed

        def sampled_loss(labels: Any, logits: Any) -> Any:
            inputs = tf.cast(logits, storage)
            return sampled_softmax_loss(weights, biases, labels, inputs, num_samples, seed, self.global_step)

        projection = (tf.cast(tf.transpose(weights), self.dtype), tf.cast(biases, self.dtype))
        return projection, sampled_loss

    def step(
        self,
        session: tf.Session,
        encoder_inputs: Sequence[Any],
        decoder_inputs: Sequence[Any],
        target_weights: Sequence[Any],
        bucket_id: int,
        forward_only: bool,
    ) -> tuple[Any, Any, Any]:
        """Run one training step, or only the losses and outputs of a batch.

        Args:
          session: holds the variables.
          encoder_inputs: S integer arrays [B], as `get_batch` gives them.
          decoder_inputs: T integer arrays [B].
          target_weights: T float arrays [B].
          bucket_id: which bucket (S, T).
          forward_only: do not train.

        Returns (gradient norm, loss, None) of a training step, (None, loss, T outputs) otherwise. Raises
        ValueError if a list has not the bucket's length, or if a training step is asked of a model that was
        built with forward_only.
        """
        source_length, target_length = self.buckets[bucket_id]
        for argument, given, expected in (
            ("encoder_inputs", encoder_inputs, source_length),
            ("decoder_inputs", decoder_inputs, target_length),
            ("target_weights", target_weights, target_length),
        ):
            if len(given) != expected:
                raise ValueError(
                    f"{argument} must hold one array for each of the {expected} time steps of bucket "
                    f"{bucket_id} {tuple(self.buckets[bucket_id])}, got {len(given)}."
                )
        feed = dict(zip(self.encoder_inputs, encoder_inputs, strict=False))
        feed.update(zip(self.decoder_inputs, decoder_inputs, strict=False))
        feed.update(zip(self.target_weights, target_weights, strict=False))
        # The target of the last step, whose weight is 0.
        feed[self.decoder_inputs[target_length]] = np.zeros_like(decoder_inputs[0])
        if forward_only:
            loss, *outputs = session.run([self.losses[bucket_id], *self.outputs[bucket_id]], feed)
            return None, loss, outputs
        if not hasattr(self, "updates"):
            raise ValueError("step: this model was built with forward_only=True and cannot be trained.")
        if self._dropout is not None:
            feed[self._dropout] = self._keep_prob
        _, norm, loss = session.run(
            [self.updates[bucket_id], self.gradient_norms[bucket_id], self.losses[bucket_id]], feed
        )
        return norm, loss, None

    def get_batch(self, data: Data, bucket_id: int) -> Batch:
        """Draw `batch_size` pairs of a bucket with Python's `random`, with replacement.

        Args:
          data: by bucket a sequence of (source ids, target ids with EOS) pairs.
          bucket_id: which bucket (S, T).

        Returns (encoder inputs: S arrays int32 [B], reversed, their padding first; decoder inputs: T arrays
        int32 [B], GO first; target weights: T arrays float32 [B]). The same state of `random` gives the same
        batch as in the tutorial. Raises IndexError for an empty bucket.
        """
        pairs = data[bucket_id]
        if not len(pairs):
            raise IndexError(f"get_batch: there is no pair in bucket {bucket_id} {self.buckets[bucket_id]}.")
        size = self.buckets[bucket_id]
        drawn = [random.choice(range(len(pairs))) for _ in range(self.batch_size)]
        if isinstance(pairs, BucketData) and tuple(pairs.size) == tuple(size):
            found = pairs.batch(drawn)
            return assemble_padded(found.source, found.target[:, :-1])
        return assemble([pairs[index] for index in drawn], size)


def _cross_entropy(labels: Any, logits: Any) -> Any:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=labels, logits=tf.cast(logits, storage_dtype(logits.dtype))
    )
