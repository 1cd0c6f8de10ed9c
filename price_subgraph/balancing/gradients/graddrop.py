"""GradDrop: at every entry, keep the gradients of one sign.

Chen et al. 2020, algorithm 1:  P = (1 + sum_k g_k / sum_k |g_k|) / 2 is how purely positive an entry is;
with U uniform on [0, 1), task k's entry is kept where P > U if it is positive, where P < U if negative.
A task's `leak` lets that share of its gradient through regardless. The update is the sum of what is kept.

At the representation the same is done for every entry of every example. (The paper also describes a variant
that multiplies by the activation's sign and decides once for the batch; it is not meant for signed states.)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Paper, Parameter, per_task, whole


def rule(
    values: tf.Tensor,
    tasks: tuple[int, ...],
    state: Mapping[str, tf.Tensor],
    leak: object,
    uniform: object,
    seed: int | None,
) -> tf.Tensor:
    """[N]: the kept entries of `values` [K', N], summed."""
    largest = tf.reduce_max(tf.abs(values), axis=0)
    scaled = tf.math.divide_no_nan(values, largest)  # a sum of 1e-40s is not a number to divide by
    total = tf.reduce_sum(tf.abs(scaled), axis=0)
    purity = 0.5 * (1.0 + tf.math.divide_no_nan(tf.reduce_sum(scaled, axis=0), total))
    drawn = (
        tf.random_uniform(tf.shape(purity), dtype=values.dtype, seed=seed)
        if uniform is None
        else tf.reshape(tf.cast(tf.convert_to_tensor(uniform), values.dtype), tf.shape(purity))
    )
    kept = tf.where_v2(values > 0.0, purity > drawn, purity < drawn)
    share = tf.gather(tf.cast(leak, values.dtype), tasks)[:, None]
    return tf.reduce_sum((share + (1.0 - share) * tf.cast(kept, values.dtype)) * values, axis=0)


def _drawn(value: object, count: int) -> object:
    if not (tf.is_tensor(value) or isinstance(value, (list, np.ndarray))):
        raise ValueError
    return value


METHOD = Method(
    name="graddrop",
    paper=Paper(
        "Z. Chen, J. Ngiam, Y. Huang, T. Luong, H. Kretzschmar, Y. Chai, D. Anguelov",
        "Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout",
        2020,
        "NeurIPS 2020, arXiv:2010.06808",
    ),
    summary="at every entry the gradients of one sign, drawn by how pure it is",
    needs="elements",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "leak": per_task(0.0, "share that passes regardless", 0.0, 1.0),
        "uniform": Parameter(
            None, "the draws, instead of random ones", "a tensor or array [N], one an entry", _drawn
        ),
        "seed": whole(None, "of the draws, instead of the graph's", 0),
    },
    holds=frozenset({"permutation"}),
)
