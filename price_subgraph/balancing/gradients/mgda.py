"""MGDA and MGDA-UB: the shortest vector in the convex hull of the gradients.

Sener and Koltun 2018 (after Désidéri 2012), equation 3:  min over the simplex of || sum_k w_k g_k ||^2.
Either the result is zero, and the point Pareto stationary, or it improves every task. MGDA-UB solves the
same problem with the gradients at the representation, an upper bound that costs one pass through the encoder.

The minimum over the simplex is the nonnegative least squares problem
  min over y >= 0 of || (J^T y, 1 - sum y) ||^2,  w = y / sum y.

The paper's code may divide the gradients by their norm ("l2"), loss ("loss") or both ("loss+") before it
solves, and then applies the weights to the raw gradients, which is no longer the shortest vector of anything.
Here `apply_to` says which gradients they are applied to; "normalized" by default.

A task whose gradient is zero makes the result zero: the point is stationary.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, choice, not_negative
from price_subgraph.balancing.quadratic import minimize, supports


def shortest(norms: tf.Tensor, cosines: tf.Tensor, count: int, precision: float) -> tf.Tensor:
    """Weights [K] on the simplex of the shortest convex combination of vectors."""
    silent = tf.cast(tf.equal(norms, 0.0), tf.float64)
    if count == 2:
        # Lengths relative to the longer one, so that no square leaves the range of float64.
        first, second = tf.unstack(tf.math.divide_no_nan(norms, tf.reduce_max(norms)))
        dot = first * second * cosines[0, 1]
        apart = tf.square(first - second) + 2.0 * first * second * (1.0 - cosines[0, 1])
        squares = tf.stack([tf.square(second), tf.square(first)])  # neither weight as 1 - the other
        weights = tf.where_v2(apart > 0.0, tf.math.divide_no_nan(squares - dot, apart), 0.5)
        weights = tf.clip_by_value(weights, 0.0, 1.0)
    else:
        inverse = tf.math.divide_no_nan(tf.reduce_min(norms), norms)
        matrix = cosines + inverse[:, None] * inverse[None, :]
        solution, _ = minimize(supports(matrix, count, precision, "mgda"), inverse[None, :])
        weights = inverse * solution[0]
    weights = tf.where_v2(tf.reduce_any(silent > 0.0), silent, weights)
    return weights / tf.reduce_sum(weights)


NORMALIZERS = {
    "none": lambda tasks: tf.ones_like(tasks.norms),
    "l2": lambda tasks: tasks.norms,
    "loss": lambda tasks: tasks.losses,
    "loss+": lambda tasks: tasks.losses * tasks.norms,
}


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], normalization: str, apply_to: str) -> Outcome:
    """Weights of the shortest combination of the (normalized) gradients."""
    divisors = not_negative(
        NORMALIZERS[normalization](tasks), f"mgda: {normalization!r} needs losses above zero"
    )
    inverse = tf.math.divide_no_nan(tf.ones_like(divisors), divisors)
    simplex = shortest(tasks.norms * inverse, tasks.cosines, tasks.size, tasks.precision)
    weights = simplex * inverse if apply_to == "normalized" else simplex
    return Outcome(weights, details={"weights": simplex})


def _degree(normalization: str, apply_to: str) -> float:
    return 0.0 if apply_to == "normalized" and normalization in ("l2", "loss+") else 1.0


PAPER = Paper(
    "O. Sener, V. Koltun",
    "Multi-Task Learning as Multi-Objective Optimization",
    2018,
    "NeurIPS 2018, arXiv:1810.04650",
)
PARAMETERS = {
    "normalization": choice("none", "what each gradient is divided by before solving", *NORMALIZERS),
    "apply_to": choice("normalized", "the gradients that the weights are applied to", "normalized", "raw"),
}
HOLDS = frozenset({"permutation", "non_conflict", "stationary"})

METHOD = Method(
    name="mgda",
    paper=PAPER,
    summary="the shortest vector in the convex hull of the gradients",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters=PARAMETERS,
    holds=HOLDS,
    degree=_degree,
)
UPPER_BOUND = Method(
    name="mgda_ub",
    paper=PAPER,
    summary="MGDA on the gradients at the representation",
    needs="gradients",
    levels=("representation",),
    rule=rule,
    parameters=PARAMETERS,
    holds=HOLDS,
    degree=_degree,
)
