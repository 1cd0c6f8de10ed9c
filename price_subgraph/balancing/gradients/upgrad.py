"""UPGrad: project every gradient onto the dual cone, then average.

Quinton and Rey 2024:  the dual cone is {d : g_k . d >= 0 for all k}, the directions that harm no
task; the update is sum_i pref_i pi(g_i), pi the projection onto it. pi(g_i) = J^T (e_i + v) with v >= 0
minimizing |J^T (e_i + v)|. In unit gradients that is a problem with the cosines alone, whatever the norms;
no regularization is added (a default of some libraries, which moves the result when norms differ).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.method import Method, Outcome, Paper, Tasks, preference
from price_subgraph.balancing.quadratic import minimize, supports

PAPER = Paper(
    "P. Quinton, V. Rey",
    "Jacobian Descent for Multi-Objective Optimization",
    2024,
    "arXiv:2406.16232",
)


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], pref: np.ndarray) -> Outcome:
    """Row i of `added` is what the projection adds to g_i / |g_i|, in unit gradients."""
    prepared = supports(tasks.cosines, tasks.size, tasks.precision, "upgrad")
    added, _ = minimize(prepared, -tasks.cosines)
    lengths = tf.constant(pref) * tasks.norms
    total = lengths + tf.linalg.matvec(added, lengths, transpose_a=True)
    return Outcome(tf.math.divide_no_nan(total, tasks.norms))


METHOD = Method(
    name="upgrad",
    paper=PAPER,
    summary="every gradient projected onto the cone that harms no task, then averaged",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"pref": preference("mean", "weights of the projected gradients")},
    holds=frozenset({"permutation", "non_conflict", "stationary"}),
)
