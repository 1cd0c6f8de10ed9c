"""FairGrad: the weights under which the tasks' gains are alpha-fair.

Ban and Ji 2024, equation 4:  G w = w^(-1/alpha), w > 0, with G the gradients' inner products. alpha = 1 is
proportional fairness (Nash-MTL), alpha -> infinity the best of the worst gain.

In unit gradients and x_k = w_k |g_k| it is C x = r x^(-1/alpha), r_k = |g_k|^(1/alpha - 1), the minimum of
the convex function x C x / 2 - sum_k r_k psi(x_k). Newton's method finds it, in relative steps with a line
search, until a step changes no weight by more than 1e-12, or rounding lets it come no nearer: four to nine
steps, more where gradients nearly cancel. For alpha = 1 and two tasks x_k = 1 / sqrt(1 + cos). A large alpha
may ask for weights below what float64 can hold; what is less than 1e-30 of the largest is left where it is.

Opposite gradients have no finite solution: cosine matrices are kept definite by the relative precision of the
gradients, so that weights stay finite and the update is (close to) zero. A task without a gradient is left
out, with weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number

STEPS = 200
HALVINGS = 40
LEAST_CURVATURE = 1e-15  # of 1: what rounding leaves of a dependence between gradients
LEAST_SHARE = 1e-30  # of the largest weight: below it no gradient's dtype feels the task
CLOSE = 1e-3  # a step this small halves at least, until rounding


def fair(tasks: Tasks, alpha: float) -> tuple[tf.Tensor, tf.Tensor]:
    """(weights [K] > 0 with G w = w^(-1/alpha), Newton's steps to them, int32 [])."""
    heard = tf.cast(tasks.norms > 0.0, tf.float64)
    logs = tf.math.log(tasks.norms + (1.0 - heard))
    mean = tf.math.divide_no_nan(tf.reduce_sum(heard * logs), tf.reduce_sum(heard))
    right = tf.exp((1.0 / alpha - 1.0) * heard * (logs - mean))  # in units of the geometric mean of the norms
    definite = tasks.cosines + 2.0 * tasks.precision * tf.eye(tasks.size, dtype=tf.float64)
    if alpha == 1.0 and tasks.size == 2:
        x, steps = tf.fill([2], 1.0 / tf.sqrt(definite[0, 0] + definite[0, 1])), tf.constant(0)
    else:
        x, steps = _newton(definite, right, alpha)
    units = tf.exp(-2.0 * alpha / (alpha + 1.0) * mean)  # what the unit of the norms does to the weights
    return heard * x * units * tf.exp(heard * (mean - logs)), steps


def _newton(matrix: tf.Tensor, right: tf.Tensor, alpha: float) -> tuple[tf.Tensor, tf.Tensor]:
    power = 1.0 - 1.0 / alpha

    def objective(x: tf.Tensor) -> tf.Tensor:
        gain = tf.math.log(x) if alpha == 1.0 else x**power / power
        square = tf.reduce_sum(x * tf.matmul(x, matrix), axis=-1)
        return 0.5 * square - tf.reduce_sum(right * gain, axis=-1)

    def improve(step: tf.Tensor, x: tf.Tensor, change: tf.Tensor) -> tuple[tf.Tensor, ...]:
        # In z = log-like relative changes dx = x z the system keeps a diagonal of the order of its entries.
        barrier = right * x**power
        slope = x * tf.linalg.matvec(matrix, x) - barrier
        curvature = x[:, None] * matrix * x[None, :] + tf.linalg.diag(barrier / alpha)
        scale = tf.math.rsqrt(tf.linalg.diag_part(curvature))
        values, vectors = tf.linalg.eigh(scale[:, None] * curvature * scale[None, :])
        along = tf.linalg.matvec(vectors, scale * slope, transpose_a=True) / tf.maximum(
            values, LEAST_CURVATURE
        )
        relative = -scale * tf.linalg.matvec(vectors, along)
        gone = tf.logical_and(x < LEAST_SHARE * tf.reduce_max(x), relative < 0.0)
        relative = tf.where_v2(gone, tf.zeros_like(relative), relative)
        size = tf.reduce_max(tf.abs(relative))
        # At most a factor of e^2 at once; then the best of the halved steps.
        factors = tf.minimum(2.0 / size, 1.0) * 0.5 ** tf.range(HALVINGS, dtype=tf.float64)
        reached = objective(x * tf.exp(factors[:, None] * relative))
        # Close to the minimum the objective's differences are rounding; Newton's own step is the best.
        close = size < CLOSE
        best = tf.where_v2(close, tf.ones_like(size), factors[tf.argmin(reached)])
        stuck = tf.where_v2(close, size > 0.5 * change, tf.reduce_min(reached) >= objective(x[None, :])[0])
        return step + 1, x * tf.exp(best * relative), tf.where_v2(stuck, tf.zeros_like(size), size)

    start = right ** (alpha / (alpha + 1.0))  # the solution for orthogonal gradients
    steps, x, _ = tf.while_loop(
        lambda step, x, change: tf.logical_and(step < STEPS, change > 1e-12),
        improve,
        [tf.constant(0), start, tf.constant(1.0, tf.float64)],
        back_prop=False,
    )
    return x, steps


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], alpha: float) -> Outcome:
    """The fair weights."""
    weights, steps = fair(tasks, alpha)
    return Outcome(weights, details={"newton_steps": steps})


METHOD = Method(
    name="fairgrad",
    paper=Paper(
        "H. Ban, K. Ji",
        "Fair Resource Allocation in Multi-Task Learning",
        2024,
        "ICML 2024, arXiv:2402.15638",
    ),
    summary="alpha-fair gains of the tasks",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"alpha": number(1.0, "1 proportional, large: the worst task's gain", 0.0, 1e3, above=True)},
    holds=frozenset({"permutation", "scale_free", "non_conflict"}),
    degree=lambda alpha: (1.0 - alpha) / (1.0 + alpha),
)
