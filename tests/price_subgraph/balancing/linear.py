"""Tasks with given gradients: loss_k = level_k + g_k . theta at theta = 0, for every method in one graph."""

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing import METHODS, make

SIZE = 7
# Draws that would differ from run to run are pinned, so that two runs can be compared.
PINNED = {
    "pcgrad": {"order": "index"},
    "gradvac": {"order": "index"},
    "graddrop": {"uniform": np.linspace(0.05, 0.95, SIZE)},
}
CONFIG = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True


class Bench:
    """All methods (or the named ones with parameters) on the same K tasks; `run` feeds their gradients."""

    def __init__(self, count, dtype=np.float64, size=SIZE, methods=None):
        self.graph = tf.Graph()
        self.count, self.size, self.dtype = count, size, dtype
        self.balanced, self.balancers = {}, {}
        chosen = methods or {name: (name, PINNED.get(name, {})) for name in METHODS}
        with self.graph.as_default():
            tf.set_random_seed(7)
            self.given = tf.placeholder(dtype, [count, size])
            self.levels = tf.placeholder(dtype, [count])
            theta = tf.get_variable("theta", [size], dtype, tf.zeros_initializer())
            state = tf.identity(theta)
            losses = tf.unstack(self.levels + tf.linalg.matvec(self.given, state))
            for key, (name, parameters) in chosen.items():
                balancer = make(name, count, **parameters)
                at_state = balancer.method.levels == ("representation",)
                self.balancers[key] = balancer
                self.balanced[key] = balancer.gradients(losses, [theta], state if at_state else None)
            self.init = tf.global_variables_initializer()
            self.session = tf.Session(config=CONFIG)
        self.reset()

    def reset(self):
        self.session.run(self.init)

    def run(self, gradients, levels=None, reset=True, fetch=lambda balanced: balanced[0]):
        """What `fetch` takes of every method, at the first step if `reset`."""
        if reset:
            self.reset()
        levels = np.ones(self.count) if levels is None else levels
        feed = {self.given: np.asarray(gradients, self.dtype), self.levels: np.asarray(levels, self.dtype)}
        wanted = {key: fetch(balanced) for key, balanced in self.balanced.items()}
        return self.session.run({k: v for k, v in wanted.items() if v is not None}, feed)

    def state(self, key):
        return self.session.run(self.balancers[key].state)
