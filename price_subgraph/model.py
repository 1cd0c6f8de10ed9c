"""The bucketed attention seq2seq of the `translate.py` tutorial, with heads on its encoder's final state.

Shape legend: B batch, S source length of a bucket, T target length of a bucket, H units of a layer,
L layers, V target vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell
from price_subgraph import losses
from price_subgraph.data import Batch, Buckets
from price_subgraph.heads import (
    PRICE,
    Head,
    HeadTensors,
    build_head,
    final_state,
    label_placeholder,
    price_declaration,
)

CELLS: dict[str, Callable[[int], rnn_cell.RNNCell]] = {
    "gru": rnn_cell.GRUCell,
    "lstm": rnn_cell.BasicLSTMCell,
}

SEQ2SEQ_SCOPE = "embedding_attention_seq2seq"
SEQUENCE = "sequence"
"""The decoder's task, beside those that heads are named for."""


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of a model. `num_samples` between 0 and the target vocabulary means sampled softmax.

    The `price_*` fields declare the head of 2016, which is always there; `further_heads` stand beside it.
    """

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
    price_weight: float = 1.0
    price_masked: bool = False
    lstm_part: str = "h"
    further_heads: tuple[Head, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that no model can have."""
        if self.cell not in CELLS:
            raise ValueError(f"cell: expected one of {sorted(CELLS)}, got {self.cell!r}")
        for name in ("size", "num_layers", "price_hidden", "source_vocab_size", "target_vocab_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, got {getattr(self, name)}")
        if not self.buckets or any(source < 1 or target < 2 for source, target in self.buckets):
            raise ValueError(f"buckets: expected (source, target) sizes from (1, 2) up, got {self.buckets}")
        strange = [head for head in self.further_heads if not isinstance(head, Head)]
        if strange:
            raise ValueError(f"further_heads: expected declarations (Head), got {strange[0]!r}")
        names = [head.name for head in self.heads]
        scopes = [head.scope for head in self.heads]
        if len(set(names)) < len(names) or len(set(scopes)) < len(scopes):
            raise ValueError(f"further_heads: expected names and scopes of their own, got {names}, {scopes}")

    @property
    def heads(self) -> tuple[Head, ...]:
        """The declarations of all heads, the price first."""
        price = price_declaration(
            self.price_ranges, self.price_hidden, self.price_activation, self.price_weight, self.price_masked
        )
        return (price, *self.further_heads)

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
    final_state: tf.Tensor  # float32 [B, L * H], what the heads read
    state_parts: tuple[tf.Tensor, ...]  # float32 [B, H] each: all that the encoder hands to decoder and heads
    attention_states: tf.Tensor  # float32 [B, S, H], the decoder's other way to the encoder
    logits: tf.Tensor  # float32 [T, B, V], whole softmax
    target_nll: tf.Tensor  # float32 [T, B], nats a target token by the whole softmax, 0 on padding
    heads: Mapping[str, HeadTensors]  # by name, the price first
    sequence_loss: tf.Tensor  # the tutorial's: mean over tokens of an example, then over examples
    total_loss: tf.Tensor  # sum of what the model put into LOSSES; `losses.total_loss` counts later ones, too

    @property
    def prices(self) -> tf.Tensor:
        """The placeholder of the price's classes, int32 [B]."""
        return self.price.labels

    @property
    def price(self) -> HeadTensors:
        """The head of 2016."""
        return self.heads[PRICE]

    @property
    def task_losses(self) -> dict[str, tf.Tensor]:
        """The loss of each task as it is trained, float32 []: weighted, the sequence first."""
        return {
            SEQUENCE: self.sequence_loss,
            **{name: head.weighted_loss for name, head in self.heads.items()},
        }

    def feed(self, batch: Batch) -> dict[tf.Tensor, object]:
        """The feed dictionary for a batch of this bucket."""
        return {
            self.encoder_inputs: batch.encoder_inputs,
            self.decoder_inputs: batch.decoder_inputs,
            self.target_weights: batch.target_weights,
            **{head.labels: batch.labels[name] for name, head in self.heads.items()},
        }


class Model(NamedTuple):
    """All buckets over one set of variables."""

    config: ModelConfig
    buckets: tuple[Bucket, ...]
    seq2seq_variables: tuple[tf.Variable, ...]
    encoder_variables: tuple[tf.Variable, ...]  # those of them that the encoder's final state depends on
    head_variables: Mapping[str, tuple[tf.Variable, ...]]
    global_step: tf.Variable

    @property
    def price_variables(self) -> tuple[tf.Variable, ...]:
        """Those of the head of 2016."""
        return self.head_variables[PRICE]

    @property
    def variables(self) -> tuple[tf.Variable, ...]:
        """All that is trained."""
        return (*self.seq2seq_variables, *(v for own in self.head_variables.values() for v in own))


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
    prefix = f"{outer}/" if outer else ""

    def inside(scope: str) -> tuple[tf.Variable, ...]:
        return tuple(variable for variable in variables if variable.name.startswith(f"{prefix}{scope}/"))

    head_variables = {head.name: inside(head.scope) for head in config.heads}
    in_heads = {variable.ref() for own in head_variables.values() for variable in own}
    return Model(
        config,
        tuple(buckets),
        tuple(variable for variable in variables if variable.ref() not in in_heads),
        inside(f"{SEQ2SEQ_SCOPE}/rnn"),
        head_variables,
        global_step,
    )


def _build_bucket(config: ModelConfig, name: str, size: tuple[int, int]) -> Bucket:
    source_size, target_size = size
    with tf.name_scope(name) as scope:
        encoder_inputs = tf.placeholder(tf.int32, [source_size, None], "encoder_inputs")
        decoder_inputs = tf.placeholder(tf.int32, [target_size, None], "decoder_inputs")
        target_weights = tf.placeholder(tf.float32, [target_size, None], "target_weights")
        label_inputs = {PRICE: tf.placeholder(tf.int32, [None], "prices")}
        # Step i is judged by decoder input i + 1; the last step's target has weight 0.
        targets = tf.concat([decoder_inputs[1:], tf.zeros_like(decoder_inputs[:1])], axis=0)
        projection, sampled_loss = _sampled_softmax(config) if config.sampled else (None, None)

        outputs, encoder_state, attention_states = _seq2seq(
            config, encoder_inputs, decoder_inputs, projection
        )
        sequence_loss = legacy_seq2seq.sequence_loss(
            outputs,
            tf.unstack(targets),
            tf.unstack(target_weights),
            softmax_loss_function=sampled_loss,
        )
        state = final_state(encoder_state, config.lstm_part)
        built = {}
        for head in config.heads:
            # A seed's weights hang on the number of operations before them, so that further heads and what
            # they are told come behind all that stood there without them.
            if head.name not in label_inputs:
                label_inputs[head.name] = label_placeholder(head)
            built[head.name] = build_head(head, state, label_inputs[head.name])
        losses.add_losses(scope, sequence_loss, *(head.weighted_loss for head in built.values()))

        logits = tf.stack(outputs)
        if projection is not None:
            logits = tf.tensordot(logits, projection[0], axes=1) + projection[1]
        return Bucket(
            scope,
            encoder_inputs,
            decoder_inputs,
            target_weights,
            state,
            tuple(tf.nest.flatten(encoder_state)),
            attention_states,
            logits,
            _target_nll(logits, targets) * target_weights,
            built,
            sequence_loss,
            losses.total_loss(scope),
        )


def _seq2seq(
    config: ModelConfig,
    encoder_inputs: tf.Tensor,
    decoder_inputs: tf.Tensor,
    projection: tuple[tf.Tensor, tf.Tensor] | None,
) -> tuple[list[tf.Tensor], object, tf.Tensor]:
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
    return outputs, encoder_state, attention_states


def _target_nll(logits: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    """The cross-entropy [T, B] of logits [T, B, V].

    TensorFlow's sparse operation makes its gradient at once, element by element, and evaluations would wait
    for that.
    """
    shifted = logits - tf.stop_gradient(tf.reduce_max(logits, axis=-1, keepdims=True))
    return tf.log(tf.reduce_sum(tf.exp(shifted), axis=-1)) - tf.gather(shifted, targets, batch_dims=2)


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
