"""Adadelta as TensorFlow 0.12 to 1.2 computed it, which the 2016 post ran.

Zeiler 2012 (and TensorFlow 1.15): with a = accum, u = accum_update, g the gradient,

    a <- rho a + (1 - rho) g^2;  step = sqrt(u + eps) / sqrt(a + eps) g;  u <- rho u + (1 - rho) step^2

and the variable goes back by rate * step. The old kernels wrote the step as an unevaluated expression, which
the last line computed anew, after u had moved: the variable went back by sqrt(new u + eps) / sqrt(a + eps) g.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import tensorflow.compat.v1 as tf


class Adadelta2016Optimizer(tf.train.Optimizer):
    """Adadelta with the root of accum_update taken after its update.

    Slots are named as those of `tf.train.AdadeltaOptimizer`. A sparse gradient moves the rows that it names,
    rows that it names repeatedly once, by their sum.
    """

    def __init__(
        self,
        learning_rate: float | Callable[[], float] = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-8,
        name: str = "Adadelta",
    ) -> None:
        """Arguments as those of `tf.train.AdadeltaOptimizer`."""
        super().__init__(use_locking=False, name=name)
        self._learning_rate = learning_rate
        self._rho = rho
        self._epsilon = epsilon
        self._rate: tf.Tensor | None = None

    def _create_slots(self, var_list: Sequence[tf.Variable]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "accum", self._name)
            self._zeros_slot(variable, "accum_update", self._name)

    def _prepare(self) -> None:
        rate = self._learning_rate
        self._rate = tf.convert_to_tensor(rate() if callable(rate) else rate, name="learning_rate")

    def _moved(
        self, grad: tf.Tensor, accum: tf.Tensor, accum_update: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """What the variable goes back by, and the new accumulators; all of grad's shape."""
        accum = self._rho * accum + (1 - self._rho) * tf.square(grad)
        scaled = tf.math.rsqrt(accum + self._epsilon) * grad
        step = tf.sqrt(accum_update + self._epsilon) * scaled
        accum_update = self._rho * accum_update + (1 - self._rho) * tf.square(step)
        rate = tf.cast(self._rate, grad.dtype)
        return rate * tf.sqrt(accum_update + self._epsilon) * scaled, accum, accum_update

    def _slots_of(self, var: tf.Variable) -> tuple[tf.Variable, tf.Variable]:
        return self.get_slot(var, "accum"), self.get_slot(var, "accum_update")

    def _apply_dense(self, grad: tf.Tensor, var: tf.Variable) -> tf.Operation:
        slots = self._slots_of(var)
        back, *new = self._moved(grad, *(slot.read_value() for slot in slots))
        with tf.control_dependencies([back, *new]):  # everything is computed from the old slots
            return tf.group(
                tf.assign_sub(var, back),
                *(tf.assign(slot, value) for slot, value in zip(slots, new, strict=True)),
            )

    def _resource_apply_dense(self, grad: tf.Tensor, handle: tf.Variable) -> tf.Operation:
        return self._apply_dense(grad, handle)

    def _apply_rows(self, grad: tf.Tensor, var: tf.Variable, indices: tf.Tensor) -> tf.Operation:
        slots = self._slots_of(var)
        back, *new = self._moved(grad, *(tf.gather(slot, indices) for slot in slots))
        with tf.control_dependencies([back, *new]):
            return tf.group(
                tf.scatter_sub(var, indices, back),
                *(tf.scatter_update(slot, indices, rows) for slot, rows in zip(slots, new, strict=True)),
            )

    def _apply_sparse(self, grad: tf.IndexedSlices, var: tf.Variable) -> tf.Operation:
        return self._apply_rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(
        self, grad: tf.Tensor, handle: tf.Variable, indices: tf.Tensor
    ) -> tf.Operation:
        return self._apply_rows(grad, handle, indices)
