"""Nash-MTL: the gradients' combination as the tasks' bargaining solution.

Navon et al. 2022, claim 3.1:  G a = 1 / a, a > 0, with G the gradients' inner products; it is FairGrad with
alpha = 1, and solved as there: exactly, at every step, from this step's gradients alone. (The authors
approximate it by a sequence of convex programs, and keep the old weights where their solver gives up.)
For two tasks a_k = 1 / (|g_k| sqrt(1 + cos)). The update has norm sqrt(K); as in the authors' code it is
cut to `max_norm` if that is above 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow.compat.v1 as tf

from price_subgraph.balancing.gradients.fairgrad import fair
from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, number


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], max_norm: float) -> Outcome:
    """The bargaining weights."""
    weights, steps = fair(tasks, 1.0)
    if max_norm:
        units = weights * tasks.norms
        square = tf.reduce_sum(units * tf.linalg.matvec(tasks.cosines, units))
        length = tf.sqrt(tf.maximum(square, 0.0))
        weights *= tf.where_v2(length > max_norm, max_norm / length, tf.ones_like(length))
    return Outcome(weights, details={"newton_steps": steps})


METHOD = Method(
    name="nash_mtl",
    paper=Paper(
        "A. Navon, A. Shamsian, I. Achituve, H. Maron, K. Kawaguchi, G. Chechik, E. Fetaya",
        "Multi-Task Learning as a Bargaining Game",
        2022,
        "ICML 2022, arXiv:2202.01017",
    ),
    summary="the bargaining solution: equal relative gains",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"max_norm": number(1.0, "the update's norm is cut to it; 0: not at all", 0.0)},
    holds=frozenset({"permutation", "scale_free", "non_conflict"}),
    degree=lambda max_norm: 0.0,
)
