"""Small inputs and models that the tests of the engines share."""

from typing import Any

import graph
import tensorflow.compat.v1 as tf

import legacy_seq2seq

B, V, E, H = 3, 7, 4, 5


def loops() -> int:
    return sum(op.type in {"While", "StatelessWhile"} for op in tf.get_default_graph().get_operations())


def steps_of(count: int, seed: int, width: int | None = None) -> list[tf.Tensor]:
    values = graph.symbols(count, B, V, seed) if width is None else graph.floats([count, B, width], seed)
    return tf.unstack(tf.constant(values))


def seq2seq(cell: Any, source: int = 4, target: int = 5, **kwargs: Any) -> Any:
    return legacy_seq2seq.embedding_attention_seq2seq(
        steps_of(source, 1), steps_of(target, 2), cell, V, V, E, **kwargs
    )
