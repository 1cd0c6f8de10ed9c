"""A sampled softmax whose samples depend on seed and step alone, so that a resumed training draws them again.

Shapes: N rows (steps times batch), H units, V vocabulary, S samples.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as tf

# More draws at once than a chunk of one step will ever be: keeps the seeds of two steps apart.
_DRAWS_OF_A_STEP = 1 << 20


def log_uniform_sample(num_sampled: int, range_max: int, seed: int, step: Any) -> tuple[Any, Any]:
    """Draws distinct ids from P(k) = log((k + 2) / (k + 1)) / log(V + 1), k < V, until there are S of them.

    Args:
      num_sampled: S, at most V.
      range_max: V.
      seed: any integer.
      step: integer scalar tensor: the same seed and step give the same ids.

    Returns (ids int64 [S], number of draws that it took, float32 scalar): what
    `tf.random.log_uniform_candidate_sampler(unique=True)` does with a random state of its own.
    """
    if num_sampled > range_max:
        raise ValueError(f"num_sampled must be at most the {range_max} ids there are, got {num_sampled}.")
    chunk = 2 * num_sampled
    base = tf.cast(step, tf.int64) * _DRAWS_OF_A_STEP

    def draw(count: Any, drawn: Any) -> tuple[Any, Any]:
        uniform = tf.random.stateless_uniform(
            [chunk], seed=tf.stack([tf.constant(seed, tf.int64), base + count])
        )
        ids = tf.cast(tf.exp(uniform * tf.math.log(float(range_max + 1))), tf.int64) - 1
        # Rounding may reach the end of the range.
        return count + 1, tf.concat([drawn, tf.minimum(ids, range_max - 1)], 0)

    def too_few(_: Any, drawn: Any) -> Any:
        return tf.size(tf.unique(drawn)[0]) < num_sampled

    first = draw(tf.constant(0, tf.int64), tf.zeros([0], tf.int64))
    _, drawn = tf.while_loop(
        too_few, draw, first, shape_invariants=(tf.TensorShape([]), tf.TensorShape([None]))
    )
    distinct, which = tf.unique(drawn)
    tries = tf.argmax(tf.cast(tf.equal(which, num_sampled - 1), tf.int32)) + 1
    ids = distinct[:num_sampled]
    ids.set_shape([num_sampled])
    return ids, tf.cast(tries, tf.float32)


def expected_count(ids: Any, num_sampled: int, range_max: int, tries: Any) -> Any:
    """How often an id is among S distinct ones that took `tries` draws, float32 shaped like `ids`.

    As TensorFlow's samplers reckon: S P(k) if no draw was repeated, else 1 - (1 - P(k)) ^ tries.
    """
    k = tf.cast(ids, tf.float32)
    probability = tf.math.log((k + 2) / (k + 1)) / tf.math.log(float(range_max + 1))
    repeated = -tf.math.expm1(tries * tf.math.log1p(-probability))
    return tf.where_v2(tf.equal(tries, float(num_sampled)), num_sampled * probability, repeated)


def sampled_softmax_loss(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, seed: int, step: Any
) -> Any:
    """Cross-entropy over each row's label and S sampled symbols, float32 [N].

    Args:
      weights: [V, H].
      biases: [V].
      labels: integers [N].
      inputs: [N, H].
      num_sampled: S.
      seed: any integer.
      step: integer scalar tensor, as in `log_uniform_sample`.

    Source: Jean et al. 2015 (arXiv:1412.2007); `tf.nn.sampled_softmax_loss`.
    """
    vocabulary = int(weights.shape[0])
    true = tf.cast(tf.reshape(labels, [-1, 1]), tf.int64)
    sampled, tries = log_uniform_sample(num_sampled, vocabulary, seed, step)
    return tf.nn.sampled_softmax_loss(
        weights=weights,
        biases=biases,
        labels=true,
        inputs=inputs,
        num_sampled=num_sampled,
        num_classes=vocabulary,
        sampled_values=(
            sampled,
            expected_count(true, num_sampled, vocabulary, tries),
            expected_count(sampled, num_sampled, vocabulary, tries),
        ),
    )
