"""The tutorial's model on the public functions, for checkpoints that old releases saved.

Shapes: T time, B batch, V target vocabulary.
"""

from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn_cell


class Tutorial(NamedTuple):
    graph: tf.Graph
    encoder_inputs: list[tf.Tensor]
    decoder_inputs: list[tf.Tensor]
    target_weights: list[tf.Tensor]
    logits: list[tf.Tensor]  # a bucket: [T, B, V]
    losses: list[tf.Tensor]
    learning_rate: tf.Variable
    global_step: tf.Variable


def cell(config: dict[str, Any]) -> Any:
    """The tutorial's cell; `state_is_tuple` and `cell` are beyond what it could do."""
    tuples = config.get("state_is_tuple", True)
    if config["lstm"]:
        layers = [
            rnn_cell.BasicLSTMCell(config["size"], state_is_tuple=tuples) for _ in range(config["layers"])
        ]
    else:
        layers = [rnn_cell.GRUCell(config["size"]) for _ in range(config["layers"])]
    return layers[0] if len(layers) == 1 else rnn_cell.MultiRNNCell(layers, state_is_tuple=tuples)


def tutorial(config: dict[str, Any], greedy: bool) -> Tutorial:
    """Build it; `greedy` feeds it its own symbols."""
    with tf.Graph().as_default() as graph:
        learning_rate = tf.Variable(config["lr"], trainable=False)
        global_step = tf.Variable(0, trainable=False)
        projection = None
        if config["num_samples"]:
            matrix = tf.get_variable("proj_w", [config["target_vocab"], config["size"]])
            projection = (tf.transpose(matrix), tf.get_variable("proj_b", [config["target_vocab"]]))
        sources, targets = (max(sizes) for sizes in zip(*config["buckets"], strict=True))
        encoder_inputs = [tf.placeholder(tf.int32, [None]) for _ in range(sources)]
        decoder_inputs = [tf.placeholder(tf.int32, [None]) for _ in range(targets + 1)]
        weights = [tf.placeholder(tf.float32, [None]) for _ in range(targets + 1)]

        def to_logits(output: tf.Tensor) -> tf.Tensor:
            return output if projection is None else tf.matmul(output, projection[0]) + projection[1]

        def full_softmax(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
            return tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=tf.reshape(labels, [-1]), logits=to_logits(logits)
            )

        outputs, losses = legacy_seq2seq.model_with_buckets(
            encoder_inputs,
            decoder_inputs,
            decoder_inputs[1:],
            weights,
            config["buckets"],
            lambda x, y: legacy_seq2seq.embedding_attention_seq2seq(
                x,
                y,
                cell(config),
                num_encoder_symbols=config["source_vocab"],
                num_decoder_symbols=config["target_vocab"],
                embedding_size=config["size"],
                output_projection=projection,
                feed_previous=greedy,
            ),
            softmax_loss_function=full_softmax,
        )
        logits = [tf.stack([to_logits(output) for output in bucket]) for bucket in outputs]
    return Tutorial(
        graph, encoder_inputs, decoder_inputs, weights, logits, losses, learning_rate, global_step
    )


def feed(model: Tutorial, arrays: Any, bucket: int) -> dict[tf.Tensor, np.ndarray]:
    """The recorded batch of a bucket."""
    result = {}
    for name, tensors in (
        ("encoder_inputs", model.encoder_inputs),
        ("decoder_inputs", model.decoder_inputs),
        ("target_weights", model.target_weights),
    ):
        values = arrays[f"bucket{bucket}/{name}"]
        result |= dict(zip(tensors, values, strict=False))
        # The symbol after the last one has weight 0 in the recordings.
        result |= {tensor: np.zeros_like(values[0]) for tensor in tensors[len(values) :]}
    return result
