"""A drop-in for `tf.contrib.legacy_seq2seq` on TensorFlow 2's `tf.compat.v1` graphs."""

from legacy_seq2seq import rnn as rnn
from legacy_seq2seq import rnn_cell
from legacy_seq2seq.attention import attention_decoder, embedding_attention_decoder
from legacy_seq2seq.buckets import model_with_buckets
from legacy_seq2seq.choice import engine as engine
from legacy_seq2seq.decoders import embedding_rnn_decoder, rnn_decoder
from legacy_seq2seq.feeding import extract_argmax_and_embed
from legacy_seq2seq.losses import all_steps_at_once as all_steps_at_once
from legacy_seq2seq.losses import sequence_loss, sequence_loss_by_example
from legacy_seq2seq.models import (
    basic_rnn_seq2seq,
    embedding_attention_seq2seq,
    embedding_rnn_seq2seq,
    embedding_tied_rnn_seq2seq,
    tied_rnn_seq2seq,
)
from legacy_seq2seq.models import embedding_attention_encoder as embedding_attention_encoder
from legacy_seq2seq.one2many import one2many_rnn_seq2seq

# The name under which most of the old code that needs it imports it.
_extract_argmax_and_embed = extract_argmax_and_embed

# What `import *` brought in TF 1.15, and the cells. What is ours alone is imported by its name.
__all__ = [
    "attention_decoder",
    "basic_rnn_seq2seq",
    "embedding_attention_decoder",
    "embedding_attention_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "model_with_buckets",
    "one2many_rnn_seq2seq",
    "rnn_cell",
    "rnn_decoder",
    "sequence_loss",
    "sequence_loss_by_example",
    "tied_rnn_seq2seq",
]
