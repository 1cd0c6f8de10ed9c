"""DualProj: project the mean gradient onto the dual cone.

The rule of gradient episodic memory (Lopez-Paz and Ranzato 2017), as Quinton and Rey 2024 place
it beside UPGrad:  the point of {d : g_k . d >= 0 for all k} nearest to J^T pref, that is J^T (pref + v) with
v >= 0 minimizing |J^T (pref + v)|.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.gradients.upgrad import PAPER
from price_subgraph.balancing.method import Method, Outcome, Tasks, preference
from price_subgraph.balancing.quadratic import minimize, supports


def rule(tasks: Tasks, state: Mapping[str, tf.Tensor], pref: np.ndarray) -> Outcome:
    """Solved in unit gradients, in units of the longest one."""
    longest = tf.reduce_max(tasks.norms)
    mean = tf.constant(pref) * tf.math.divide_no_nan(tasks.norms, longest)
    prepared = supports(tasks.cosines, tasks.size, tasks.precision, "dualproj")
    added, _ = minimize(prepared, -tf.linalg.matvec(tasks.cosines, mean)[None, :])
    return Outcome(tf.math.divide_no_nan((mean + added[0]) * longest, tasks.norms))


METHOD = Method(
    name="dualproj",
    paper=PAPER,
    summary="the mean gradient projected onto the cone that harms no task",
    needs="gradients",
    levels=("parameters", "representation"),
    rule=rule,
    parameters={"pref": preference("mean", "weights of the mean")},
    holds=frozenset({"permutation", "non_conflict", "stationary"}),
)
