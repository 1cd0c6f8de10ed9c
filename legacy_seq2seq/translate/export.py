"""The trained model as SavedModels, one a bucket, as TensorFlow Serving takes them.

Shapes: B batch (free), S source length, T target length of the bucket.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import tensorflow.compat.v1 as tf

from legacy_seq2seq.translate import checkpoints
from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.search import Search
from legacy_seq2seq.translate.settings import Settings

# TensorFlow Serving looks for a folder named by a number, the version, below a model's.
_VERSION = "1"


def export(settings: Settings, prefix: str, folder: str) -> list[Path]:
    """Writes FOLDER/bucket_SxT/1 for every bucket, with the weights of the checkpoint `prefix`.

    Signature `serving_default`: input `source_ids` int32 [B, S], ids in the sentence's order, PAD (0) behind;
    outputs `target_ids` int32 [B, T], the end mark (2) and PAD behind the translation, and
    `log_probability` float32 [B]. The search is the settings' (--beam_size, --length_penalty).

    Returns the folders. Raises TranslateError if one is there already, or the checkpoint does not fit.
    """
    written = [
        Path(folder) / f"bucket_{source}x{target}" / _VERSION for source, target in settings.bucket_sizes
    ]
    for path in written:
        if path.exists():
            raise TranslateError(f"--export {folder}: expected no {path} yet, which would be overwritten")
    for path, (source_length, target_length) in zip(written, settings.bucket_sizes, strict=True):
        temporary = path.parent / f".{_VERSION}.tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable_scope().set_use_resource(True)
            source_ids = tf.placeholder(tf.int32, [None, source_length], "source_ids")
            found = Search(settings).build(source_ids, target_length)
            checkpoints.restore(session, tf.train.Saver(tf.global_variables()), prefix)
            tf.saved_model.simple_save(
                session,
                str(temporary),
                {"source_ids": source_ids},
                {"target_ids": found.target_ids, "log_probability": found.log_probability},
            )
        os.replace(temporary, path)
    return written
