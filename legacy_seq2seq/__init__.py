"""A drop-in for `tf.contrib.legacy_seq2seq` on TensorFlow 2's `tf.compat.v1` graphs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from legacy_seq2seq import rnn as rnn
    from legacy_seq2seq import rnn_cell
    from legacy_seq2seq.attention import attention_decoder, embedding_attention_decoder
    from legacy_seq2seq.buckets import model_with_buckets
    from legacy_seq2seq.choice import engine as engine
    from legacy_seq2seq.decoders import embedding_rnn_decoder, rnn_decoder
    from legacy_seq2seq.feeding import extract_argmax_and_embed as extract_argmax_and_embed
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
_OURS = ("all_steps_at_once", "embedding_attention_encoder", "engine", "extract_argmax_and_embed", "rnn")
# Where the names are that are not modules themselves.
_HOMES = ("attention", "buckets", "choice", "decoders", "feeding", "losses", "models", "one2many")
# The name under which most of the old code that needs it imports it.
_FORMER_NAMES = {"_extract_argmax_and_embed": "extract_argmax_and_embed"}


def __getattr__(name: str) -> Any:
    """Imports what is used: a command line can quieten TensorFlow before that is imported."""
    wanted = _FORMER_NAMES.get(name, name)
    if wanted not in (*__all__, *_OURS):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if wanted in ("rnn", "rnn_cell"):
        return import_module(f"{__name__}.{wanted}")
    homes = (import_module(f"{__name__}.{home}") for home in _HOMES)
    value = next(getattr(home, wanted) for home in homes if hasattr(home, wanted))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_OURS})
