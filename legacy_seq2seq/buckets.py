"""Models for several lengths with shared variables: model_with_buckets.

Shapes: B batch, T time steps, V symbols.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.losses import LossFunction, sequence_loss, sequence_loss_by_example


@graph_only
def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Any, Any], tuple[Any, Any]],
    softmax_loss_function: LossFunction | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[Any], list[Any]]:
    """Build one subgraph a bucket; all share the variables of the first.

    Args:
      encoder_inputs: list of tensors, at least as many as the last bucket's encoder length.
      decoder_inputs: list of tensors for the decoder.
      targets: list of int tensors [B], at least as many as the last bucket's decoder length.
      weights: list of float tensors [B], as many.
      buckets: list of (encoder length, decoder length), the longest last.
      seq2seq: `seq2seq(encoder_inputs, decoder_inputs) -> (list of outputs, state)`.
      softmax_loss_function: as in `sequence_loss_by_example`.
      per_example_loss: whether a bucket's loss is [B] instead of the batch's mean.
      name: name scope, `model_with_buckets` if None.

    Returns (outputs, losses), lists with one entry a bucket. Raises ValueError if an input list is shorter
    than the last bucket, IndexError for no buckets, RuntimeError eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.model_with_buckets`.
    """
    if not buckets:
        raise IndexError("buckets must hold at least one (encoder length, decoder length), got none.")
    encoder_length, decoder_length = buckets[-1]
    for argument, given, needed in (
        ("encoder_inputs", encoder_inputs, encoder_length),
        ("targets", targets, decoder_length),
        ("weights", weights, decoder_length),
    ):
        if len(given) < needed:
            raise ValueError(f"{argument} must hold the last bucket's {needed} steps, got {len(given)}.")

    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    outputs, losses = [], []
    with tf.name_scope(name, "model_with_buckets", [*encoder_inputs, *decoder_inputs, *targets, *weights]):
        for j, (encoder_length, decoder_length) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if j > 0 else None):
                bucket_outputs, _ = seq2seq(encoder_inputs[:encoder_length], decoder_inputs[:decoder_length])
                outputs.append(bucket_outputs)
                losses.append(
                    loss_of(
                        bucket_outputs,
                        targets[:decoder_length],
                        weights[:decoder_length],
                        softmax_loss_function=softmax_loss_function,
                    )
                )
    return outputs, losses
