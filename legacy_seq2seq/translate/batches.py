"""Batches as the model is fed with them: sources reversed behind their padding, targets after GO.

Shapes: B batch, S source length of a bucket, T target length of a bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from legacy_seq2seq.translate.data_utils import GO_ID, PAD_ID

Ids = Sequence[int]


class Batch(NamedTuple):
    """One list entry a time step, as `Seq2SeqModel.step` takes them."""

    encoder_inputs: list[np.ndarray]  # S arrays int32 [B]
    decoder_inputs: list[np.ndarray]  # T arrays int32 [B]
    target_weights: list[np.ndarray]  # T arrays float32 [B]


def padded(rows: Iterable[Ids], width: int) -> np.ndarray:
    """The rows side by side, int32 [B, width], PAD behind them. Every row must have at most `width` ids."""
    rows = list(rows)
    lengths = np.fromiter(map(len, rows), np.intp, len(rows))
    matrix = np.full((len(rows), width), PAD_ID, np.int32)
    filled = np.arange(width) < lengths[:, np.newaxis]
    matrix[filled] = np.fromiter(chain.from_iterable(rows), np.int32, int(lengths.sum()))
    return matrix


def assemble(pairs: Sequence[tuple[Ids, Ids]], bucket: tuple[int, int]) -> Batch:
    """A batch of (source ids, target ids) for a bucket (S, T).

    Sources are padded, then reversed: the padding comes first. Decoder inputs are GO, the target, padding.
    The weight is 1 where the next decoder input is a symbol, 0 where it is padding and at the last step. As
    in the tutorial, a source that is too long keeps its last S ids and a target its first T - 1.
    Source: `get_batch` of the tutorial's `seq2seq_model.py`.
    """
    source_length, target_length = bucket
    return assemble_padded(
        padded((source[-source_length:] for source, _ in pairs), source_length),
        padded((target[: target_length - 1] for _, target in pairs), target_length - 1),
    )


def assemble_padded(sources: np.ndarray, targets: np.ndarray) -> Batch:
    """The same of sources [B, S] and targets [B, T - 1] that are padded behind."""
    decoder = np.concatenate([np.full((len(targets), 1), GO_ID, np.int32), targets], axis=1)
    weights = np.zeros(decoder.shape, np.float32)
    weights[:, :-1] = targets != PAD_ID
    return Batch(_steps(sources[:, ::-1]), _steps(decoder), _steps(weights))


def _steps(matrix: np.ndarray) -> list[np.ndarray]:
    """[B, time] as one contiguous array [B] a time step."""
    return list(np.ascontiguousarray(matrix.T))
