"""The bucketed attention seq2seq of the `translate.py` tutorial, with the price head on its encoder.

Shape legend: B batch, S source length of a bucket, T target length of a bucket, H units of a layer,
L layers, V target vocabulary, K price ranges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from price_subgraph import heads, losses
from price_subgraph.data import Batch, Buckets

CELLS: dict[str, Callable[[int], rnn_cell.RNNCell]] = {
    "gru": rnn_cell.GRUCell,
    "lstm": rnn_cell.BasicLSTMCell,
}

SEQ2SEQ_SCOPE = "embedding_attention_seq2seq"


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of a model. `num_samples` between 0 and the target vocabulary means sampled softmax."""

    source_vocab_size: int
    target_vocab_size: int
    buckets: Buckets
    price_ranges: int
    size: int = 64
    num_layers: int = 1
    cell: str = "gru"
    num_samples: int = 0
    price_hidden: int = 32
    price_activation: str = "sigmoid"
    lstm_part: str = "h"

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that no model can have."""
        if self.cell not in CELLS:
            raise ValueError(f"cell: expected one of {sorted(CELLS)}, got {self.cell!r}")
        for name in ("size", "num_layers", "price_hidden", "source_vocab_size", "target_vocab_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, got {getattr(self, name)}")
        if not self.buckets or any(source < 1 or target < 2 for source, target in self.buckets):
            raise ValueError(f"buckets: expected (source, target) sizes from (1, 2) up, got {self.buckets}")

    @property
    def sampled(self) -> bool:
        """Whether training samples the softmax, as the tutorial decides it."""
        return 0 < self.num_samples < self.target_vocab_size


class Bucket(NamedTuple):
    """The tensors of one bucket; all scalars are float32 []."""

    scope: str  # absolute name scope, with its final slash
    encoder_inputs: tf.Tensor  # int32 [S, B] placeholder
    decoder_inputs: tf.Tensor  # int32 [T, B] placeholder
    target_weights: tf.Tensor  # float32 [T, B] placeholder
    prices: tf.Tensor  # int32 [B] placeholder
    final_state: tf.Tensor  # float32 [B, L * H], where the gradients of both tasks meet
    logits: tf.Tensor  # float32 [T, B, V], whole softmax
    target_nll: tf.Tensor  # float32 [T, B], nats a target token by the whole softmax, 0 on padding
    price: heads.PriceHead
    sequence_loss: tf.Tensor  # the tutorial's: mean over tokens of an example, then over examples
    total_loss: tf.Tensor  # sum of what this bucket put into LOSSES

    def feed(self, batch: Batch) -> dict[tf.Tensor, object]:
        """The feed dictionary for a batch of this bucket."""
        return {
            self.encoder_inputs: batch.encoder_inputs,
            self.decoder_inputs: batch.decoder_inputs,
            self.target_weights: batch.target_weights,
            self.prices: batch.labels["price"],
        }


class Model(NamedTuple):
    """All buckets over one set of variables."""

    config: ModelConfig
    buckets: tuple[Bucket, ...]
    seq2seq_variables: tuple[tf.Variable, ...]
    price_variables: tuple[tf.Variable, ...]
    global_step: tf.Variable


def build_model(config: ModelConfig) -> Model:
    """Builds every bucket in the default graph; variable names are those of TF 1.15's tutorial.

    Raises RuntimeError when called eagerly.
    """
    if tf.executing_eagerly():
        raise RuntimeError("build_model: expected a graph; call it inside `with tf.Graph().as_default():`")
    global_step = tf.train.get_or_create_global_step()
    outer = tf.get_variable_scope().name
    others = {variable.ref() for variable in tf.trainable_variables()}
    buckets = []
    for index, size in enumerate(config.buckets):
        with tf.variable_scope(tf.get_variable_scope(), reuse=True if index else None):
            buckets.append(_build_bucket(config, f"bucket_{index}", size))
    variables = [variable for variable in tf.trainable_variables() if variable.ref() not in others]
    head = f"{outer}/{heads.PRICE_SCOPE}/" if outer else f"{heads.PRICE_SCOPE}/"
    in_head = [variable.name.startswith(head) for variable in variables]
    return Model(
        config,
        tuple(buckets),
        tuple(v for v, price in zip(variables, in_head, strict=True) if not price),
        tuple(v for v, price in zip(variables, in_head, strict=True) if price),
        global_step,
    )


def _build_bucket(config: ModelConfig, name: str, size: tuple[int, int]) -> Bucket:
    source_size, target_size = size
    with tf.name_scope(name) as scope:
        encoder_inputs = tf.placeholder(tf.int32, [source_size, None], "encoder_inputs")
        decoder_inputs = tf.placeholder(tf.int32, [target_size, None], "decoder_inputs")
        target_weights = tf.placeholder(tf.float32, [target_size, None], "target_weights")
        prices = tf.placeholder(tf.int32, [None], "prices")
        # Step i is judged by decoder input i + 1; the last step's target has weight 0.
        targets = tf.concat([decoder_inputs[1:], tf.zeros_like(decoder_inputs[:1])], axis=0)
        projection, sampled_loss = _sampled_softmax(config) if config.sampled else (None, None)

        outputs, encoder_state = _seq2seq(config, encoder_inputs, decoder_inputs, projection)
        sequence_loss = legacy_seq2seq.sequence_loss(
            outputs,
            tf.unstack(targets),
            tf.unstack(target_weights),
            softmax_loss_function=sampled_loss,
        )
        state = heads.final_state(encoder_state, config.lstm_part)
        price = heads.price_head(
            state, prices, config.price_ranges, config.price_hidden, config.price_activation
        )
        losses.add_losses(scope, sequence_loss, price.loss)

        logits = tf.stack(outputs)
        if projection is not None:
            logits = tf.tensordot(logits, projection[0], axes=1) + projection[1]
        nll = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
        return Bucket(
            scope,
            encoder_inputs,
            decoder_inputs,
            target_weights,
            prices,
            state,
            logits,
            nll * target_weights,
            price,
            sequence_loss,
            losses.total_loss(scope),
        )


def _seq2seq(
    config: ModelConfig,
    encoder_inputs: tf.Tensor,
    decoder_inputs: tf.Tensor,
    projection: tuple[tf.Tensor, tf.Tensor] | None,
) -> tuple[list[tf.Tensor], object]:
    """`embedding_attention_seq2seq` out of its public halves, so that the encoder's state can be tapped."""
    with tf.variable_scope(SEQ2SEQ_SCOPE):
        attention_states, encoder_state = legacy_seq2seq.embedding_attention_encoder(
            tf.unstack(encoder_inputs), _cell(config), config.source_vocab_size, config.size
        )
        cell = _cell(config)
        if projection is None:
            cell = rnn_cell.OutputProjectionWrapper(cell, config.target_vocab_size)
        outputs, _ = legacy_seq2seq.embedding_attention_decoder(
            tf.unstack(decoder_inputs),
            encoder_state,
            attention_states,
            cell,
            config.target_vocab_size,
            config.size,
            output_size=config.target_vocab_size if projection is None else None,
            output_projection=projection,
        )
    return outputs, encoder_state


def _cell(config: ModelConfig) -> rnn_cell.RNNCell:
    layers = [CELLS[config.cell](config.size) for _ in range(config.num_layers)]
    return layers[0] if config.num_layers == 1 else rnn_cell.MultiRNNCell(layers)


def _sampled_softmax(
    config: ModelConfig,
) -> tuple[tuple[tf.Tensor, tf.Tensor], Callable[[tf.Tensor, tf.Tensor], tf.Tensor]]:
    """The tutorial's output projection ([H, V], [V]) and its sampled loss over it."""
    weights = tf.get_variable("proj_w", [config.target_vocab_size, config.size])
    biases = tf.get_variable("proj_b", [config.target_vocab_size])

    @legacy_seq2seq.all_steps_at_once
    def sampled_loss(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.nn.sampled_softmax_loss(
            weights=weights,
            biases=biases,
            labels=tf.reshape(labels, [-1, 1]),
            inputs=logits,
            num_sampled=config.num_samples,
            num_classes=config.target_vocab_size,
        )

    return (tf.transpose(weights), biases), sampled_loss
