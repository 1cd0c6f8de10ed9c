"""Checkpoints to convert: recorded ones, ones made here, and the command that converts them."""

from pathlib import Path
from typing import Any

import golden_cases
import numpy as np
import tensorflow.compat.v1 as tf

from legacy_seq2seq.migrate.__main__ import main

FOLDER = golden_cases.GOLDEN / "checkpoints"
V1 = FOLDER / "tf0.12.1-gru1-ns0-V1"
V2 = FOLDER / "tf0.12.1-gru1-ns0-V2"
PREFIX = "translate.ckpt-3"
OLD_NAME = "embedding_attention_seq2seq/RNN/GRUCell/Gates/Linear/Matrix"
NEW_NAME = "embedding_attention_seq2seq/rnn/embedding_wrapper/gru_cell/gates/kernel"


def checkpoint(*arguments: Any) -> int:
    return main(["checkpoint", *(str(argument) for argument in arguments)])


def save(prefix: Path, values: dict[str, Any], version: int = 2) -> str:
    """Save values under these names as a real Saver does."""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {name: tf.Variable(value) for name, value in values.items()}
        session.run(tf.global_variables_initializer())
        return tf.train.Saver(variables, write_version=version).save(session, str(prefix))


def read(path: Path) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(str(path))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
