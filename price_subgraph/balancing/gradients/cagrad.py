"""CAGrad: within a ball around the mean gradient, the direction that is best for the worst task.

Liu et al. 2021:  max over d of min_k g_k . d  with  |d - g_0| <= c |g_0|,  g_0 the mean gradient.
Its dual is over the simplex: min_w g_w . g_0 + c |g_0| |g_w|, and d = g_0 + c |g_0| g_w / |g_w|.
`rescale` 1 divides d by 1 + c^2, 2 by 1 + c, as the authors' code offers; 0 leaves it.

Solved exactly: where the tasks S attain the worst value t, u = d - g_0 is the shortest vector with
g_k . u = t - g_k . g_0 on S, and |u| = c |g_0| is a quadratic equation for t. The set whose solution meets
all conditions is taken. If none does, the ball is not what binds (zero is in the hull of the gradients and
t = 0); then d is the point of the cone {g_k . d >= 0} nearest to g_0, which is g_0 itself if it lies inside.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, choice, number
from price_subgraph.balancing.quadratic import Supports, minimize, supports

RESCALES = {0: lambda c: 1.0, 1: lambda c: 1.0 + c**2, 2: lambda c: 1.0 + c}


def _on_the_ball(
    prepared: Supports,
    cosines: tf.Tensor,
    mean: tf.Tensor,
    lengths: tf.Tensor,
    heard: tf.Tensor,
    radius: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """(u in unit gradients [K], how far it violates the conditions []) of the best set of worst tasks."""
    masks = prepared.masks[1:]  # [M, K], without the empty set
    inverses = prepared.inverses[1:]
    reach = tf.linalg.matvec(cosines, mean)
    # t is measured in the shortest gradient of the set, so that it is of the order of 1.
    unit = tf.reduce_min(tf.where_v2(masks > 0.0, masks * lengths, 2.0), axis=1)
    slopes = masks * unit[:, None] / lengths
    from_slope = tf.linalg.matvec(inverses, slopes)
    from_reach = tf.linalg.matvec(inverses, masks * reach)
    a = tf.reduce_sum(slopes * from_slope, axis=1)
    b = tf.reduce_sum(slopes * from_reach, axis=1)
    c = tf.reduce_sum(masks * reach * from_reach, axis=1) - tf.square(radius)
    root = tf.square(b) - a * c
    worst = tf.math.divide_no_nan(b + tf.sqrt(tf.maximum(root, 0.0)), a)
    u = worst[:, None] * from_slope - from_reach
    value = tf.linalg.matvec(tf.broadcast_to(cosines, tf.shape(inverses)), u) + reach  # unit gradients . d
    asked = worst[:, None] * unit[:, None] / lengths
    short = heard * (asked - value) / (1.0 + tf.abs(asked))
    violation = tf.reduce_max(tf.maximum(-u, tf.maximum(short, tf.abs(short) * masks)), axis=1)
    violation += tf.reduce_max(masks * (1.0 - heard), axis=1)
    length = tf.sqrt(tf.reduce_sum(u * tf.linalg.matvec(cosines, u), axis=1))
    violation = tf.maximum(violation, tf.abs(length - radius)) / (1.0 + radius)
    best = tf.argmin(violation)
    return u[best], violation[best]


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], c: float, rescale: int) -> Outcome:
    """Computed in unit gradients, in units of the longest one; a zero gradient is left out."""
    longest = tf.reduce_max(tasks.norms)
    heard = tf.cast(tasks.norms > 0.0, tf.float64)
    lengths = tf.math.divide_no_nan(tasks.norms, longest) + (1.0 - heard)
    mean = heard * lengths / tasks.size  # g_0
    reach = tf.linalg.matvec(tasks.cosines, mean)  # [K], unit gradients . g_0
    radius = c * tf.sqrt(tf.reduce_sum(mean * reach))
    prepared = supports(tasks.cosines, tasks.size, tasks.precision, "cagrad")
    ball, violation = _on_the_ball(prepared, tasks.cosines, mean, lengths, heard, radius)
    cone = minimize(prepared, -reach[None, :])[0][0]
    met = violation < max(1e-6, 1e3 * tasks.precision)
    u = heard * tf.where_v2(met, tf.maximum(ball, 0.0), cone) / lengths
    simplex = tf.math.divide_no_nan(u, tf.reduce_sum(u))
    weights = heard * (1.0 / tasks.size + u) / RESCALES[rescale](c)
    return Outcome(weights, details={"weights": simplex})


METHOD = Method(
    name="cagrad",
    paper=Paper(
        "B. Liu, X. Liu, X. Jin, P. Stone, Q. Liu",
        "Conflict-Averse Gradient Descent for Multi-task Learning",
        2021,
        "NeurIPS 2021, arXiv:2110.14048",
    ),
    summary="the best direction for the worst task near the mean gradient",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={
        "c": number(0.5, "radius of the ball, in norms of the mean gradient", 0.0),
        "rescale": choice(1, "which divisor brings the length back", *RESCALES),
    },
    holds=frozenset({"permutation"}),
)
