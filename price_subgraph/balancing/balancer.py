"""From the losses of several tasks to one gradient a variable: `balance`, and `make` for several buckets.

Shape legend: K tasks, N entries of a group of gradients; losses are scalars, gradients have their variables'
shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing import gram
from price_subgraph.balancing.meeting import Meeting, at_parameters, at_representation
from price_subgraph.balancing.method import Method, Outcome, Tasks, not_negative
from price_subgraph.balancing.registry import METHODS


class Gradients(list):
    """A gradient a variable (tensor, IndexedSlices or None), shared variables first, then the tasks' own.

    Evaluating any of them advances the method's state, once a run; evaluating only the attributes does not.
    """

    weights: tf.Tensor | None = (
        None  # float64 [K]: the shared update is the weighted sum of the raw gradients
    )
    losses: tf.Tensor  # float64 [K]
    norms: tf.Tensor | None = None  # float64 [K], of the tasks' gradients where they meet
    cosines: tf.Tensor | None = None  # float64 [K, K], between them
    details: Mapping[str, tf.Tensor] = {}  # what else the method's paper defines
    update: tf.Operation  # advances the state; run with every gradient

    def tensors(self) -> list[tf.Tensor | tf.IndexedSlices]:
        """Those of the gradients that are not None."""
        return [gradient for gradient in self if gradient is not None]


class _Balanced(NamedTuple):
    gradients: list[gram.Gradient]
    outcome: Outcome
    norms: tf.Tensor | None = None
    cosines: tf.Tensor | None = None
    reads: Sequence[tf.Tensor] = ()


class Balancer:
    """A method with its state: made once for a model, called once for each bucket.

    The state is non-trainable variables of the graph that a plain Saver saves. One step is one run of the
    session that evaluates gradients of one bucket; all buckets advance the same state (averages and first
    losses are over the steps of all buckets), but for what the method's `local_state` names.
    """

    def __init__(self, method: Method, num_tasks: int, parameters: Mapping[str, Any]) -> None:
        """Creates the state's variables. Raises ValueError for a bad parameter, RuntimeError eagerly."""
        if tf.executing_eagerly():
            raise RuntimeError("balancing: expected a graph; call it inside `with tf.Graph().as_default():`")
        if num_tasks < 1:
            raise ValueError(f"num_tasks: expected at least 1, got {num_tasks}")
        self.method = method
        self.num_tasks = num_tasks
        self.parameters = method.accept(parameters, num_tasks)
        initial = method.state(num_tasks, **self.parameters)
        self.state: dict[str, tf.Variable] = {
            name: self._variable(name, value)
            for name, value in initial.items()
            if name not in method.local_state
        }
        self._local = {name: initial[name] for name in method.local_state}
        self._buffers: dict[Any, tf.Variable] = {}

    def _variable(self, name: str, value: Any, dtype: tf.DType = tf.float64) -> tf.Variable:
        with tf.name_scope(f"balancing/{self.method.name}/"):
            return tf.Variable(value, trainable=False, dtype=dtype, name=name, use_resource=True)

    def gradients(
        self,
        losses: Sequence[tf.Tensor],
        shared_variables: Sequence[tf.Variable],
        representation: Any = None,
        *,
        task_variables: Sequence[Any] = (),
    ) -> Gradients:
        """Combined gradients, as `balance` documents them."""
        if len(losses) != self.num_tasks:
            raise ValueError(f"losses: expected {self.num_tasks}, got {len(losses)}")
        scalars = [_scalar(loss, task) for task, loss in enumerate(losses)]
        shared = list(shared_variables)
        own = list(tf.nest.flatten(list(task_variables)))
        if not shared:
            raise ValueError("shared_variables: expected at least one variable, got none")
        with tf.name_scope(f"balance_{self.method.name}"):
            values = tf.stack([tf.cast(loss, tf.float64) for loss in scalars])
            if self.method.positive_losses:
                values = not_negative(values, f"{self.method.name}: expected losses above zero")
            variables = {**self.state, **{name: self._variable(name, v) for name, v in self._local.items()}}
            state = {name: variable.read_value() for name, variable in variables.items()}
            balanced = _COMBINE[self.method.needs](self, scalars, values, shared, own, representation, state)
            return self._advance(balanced, values, variables, state)

    def _advance(
        self,
        balanced: _Balanced,
        losses: tf.Tensor,
        variables: Mapping[str, tf.Variable],
        state: Mapping[str, tf.Tensor],
    ) -> Gradients:
        """Ties the state's new values to the gradients."""
        outcome = balanced.outcome
        # Everything reads the old state; a step that is not finite leaves it as it is.
        finite = tf.reduce_all(tf.math.is_finite(losses))
        if balanced.norms is not None:
            finite = tf.logical_and(finite, tf.reduce_all(tf.math.is_finite(balanced.norms)))
        new = {name: tf.where_v2(finite, value, state[name]) for name, value in outcome.state.items()}
        read = [*state.values(), *outcome.details.values(), *new.values(), *balanced.reads]
        if outcome.weights is not None:
            read.append(outcome.weights)
        with tf.control_dependencies(read):
            update = tf.group(*(variables[name].assign(value) for name, value in new.items()))
        with tf.control_dependencies([update] if new or balanced.reads else []):
            result = Gradients(None if g is None else _identity(g) for g in balanced.gradients)
        result.weights, result.losses, result.update = outcome.weights, losses, update
        result.norms, result.cosines, result.details = balanced.norms, balanced.cosines, outcome.details
        return result

    def _by_losses(
        self,
        losses: list[tf.Tensor],
        values: tf.Tensor,
        shared: list[tf.Variable],
        own: list[tf.Variable],
        representation: Any,
        state: Mapping[str, tf.Tensor],
    ) -> _Balanced:
        """One backward pass of the losses with the method's weights."""
        outcome = self.method.rule(Tasks(values, size=self.num_tasks), state, **self.parameters)
        weights = tf.unstack(tf.stop_gradient(outcome.weights))
        weights = [tf.cast(weight, loss.dtype) for weight, loss in zip(weights, losses, strict=True)]
        return _Balanced(tf.gradients(losses, [*shared, *own], grad_ys=weights), outcome)

    def _meet(
        self, losses: list[tf.Tensor], shared: list[tf.Variable], own: list[tf.Variable], representation: Any
    ) -> Meeting:
        # A loss of 0 (no example of the batch has a label) says nothing; its logarithm would say nan.
        ones = [tf.ones_like(loss) for loss in losses]
        seeds = [
            tf.math.divide_no_nan(one, tf.stop_gradient(loss)) for one, loss in zip(ones, losses, strict=True)
        ]
        seeds = seeds if self.method.logarithms else ones
        if representation is not None:
            self.method.check_representation(self.parameters, self.num_tasks)
            return at_representation(losses, seeds, shared, own, representation)
        if "parameters" not in self.method.levels:
            raise ValueError(f"{self.method.name}: works at the representation; expected a `representation`")
        return at_parameters(losses, seeds, shared, own)

    def _by_gradients(
        self,
        losses: list[tf.Tensor],
        values: tf.Tensor,
        shared: list[tf.Variable],
        own: list[tf.Variable],
        representation: Any,
        state: Mapping[str, tf.Tensor],
    ) -> _Balanced:
        """Weights out of norms and cosines, applied to the gradients where the tasks meet."""
        meeting = self._meet(losses, shared, own, representation)
        gradients = meeting.gradients
        reads: list[tf.Tensor] = []
        decay = self.method.smoothing(state, **self.parameters) if self.method.smoothing else None
        if decay is not None:
            gradients, reads = self._smooth(gradients, shared, decay)
        groups = gram.collect(gradients)
        norms, cosines = gram.measure(groups, self.num_tasks)
        finite = tf.reduce_all(tf.math.is_finite(norms))
        precision = max(np.finfo(loss.dtype.as_numpy_dtype).eps for loss in losses)
        tasks = Tasks(
            values,
            # Solvers are kept from what is not a number; the weights then are none.
            tf.where_v2(finite, norms, tf.zeros_like(norms)),
            tf.where_v2(finite, cosines, tf.eye(self.num_tasks, dtype=tf.float64)),
            float(precision),
            self.num_tasks,
        )
        outcome = self.method.rule(tasks, state, **self.parameters)
        weights = tf.where_v2(finite, outcome.weights, tf.fill([self.num_tasks], np.float64("nan")))
        combined = [gram.weigh(group, weights) for group in groups]
        return _Balanced(
            meeting.spread(gram.take_apart(groups, combined, meeting.places)),
            outcome._replace(weights=weights),
            norms,
            cosines,
            reads,
        )

    def _by_elements(
        self,
        losses: list[tf.Tensor],
        values: tf.Tensor,
        shared: list[tf.Variable],
        own: list[tf.Variable],
        representation: Any,
        state: Mapping[str, tf.Tensor],
    ) -> _Balanced:
        """The rule applied to the entries of the gradients where the tasks meet."""
        meeting = self._meet(losses, shared, own, representation)
        groups = gram.collect(meeting.gradients)
        norms, cosines = gram.measure(groups, self.num_tasks)
        combined = [self.method.rule(g.values, g.tasks, state, **self.parameters) for g in groups]
        gradients = meeting.spread(gram.take_apart(groups, combined, meeting.places))
        return _Balanced(gradients, Outcome(None), norms, cosines)

    def _smooth(
        self, gradients: list[list[gram.Gradient]], variables: list[tf.Variable], decay: tf.Tensor
    ) -> tuple[list[list[gram.Gradient]], list[tf.Tensor]]:
        """Moving averages of dense gradients, one variable a task and variable."""
        smoothed: list[list[gram.Gradient]] = []
        for task, of_task in enumerate(gradients):
            smoothed.append([])
            for variable, gradient in zip(variables, of_task, strict=True):
                if gradient is None:
                    smoothed[-1].append(None)
                    continue
                key = (task, variable.ref())
                if key not in self._buffers:
                    dtype = variable.dtype.base_dtype
                    zeros = tf.zeros(variable.shape, dtype)
                    self._buffers[key] = self._variable(f"task_{task}/{variable.op.name}", zeros, dtype)
                buffer = self._buffers[key]
                value = tf.convert_to_tensor(gradient)
                share = tf.cast(decay, value.dtype)
                smoothed[-1].append(value + share * (buffer.read_value() - value))
        pairs = [
            (self._buffers[task, variable.ref()], value)
            for task, row in enumerate(smoothed)
            for variable, value in zip(variables, row, strict=True)
            if value is not None
        ]
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(value)) for _, value in pairs])
        with tf.control_dependencies([value for _, value in pairs]):
            kept = [b.assign(tf.where_v2(finite, value, b.read_value())).op for b, value in pairs]
        return smoothed, kept


_COMBINE: Mapping[str, Callable[..., _Balanced]] = {
    "losses": Balancer._by_losses,
    "gradients": Balancer._by_gradients,
    "elements": Balancer._by_elements,
}


def make(method: str, num_tasks: int, **parameters: Any) -> Balancer:
    """A balancer of `num_tasks` tasks, for a model that has several buckets (or only one).

    Call it outside of control flow, once a model, before the first `gradients`. Raises ValueError for a
    method that is not in METHODS or a parameter that the method does not take.
    """
    if method not in METHODS:
        raise ValueError(f"method: expected one of {sorted(METHODS)}, got {method!r}")
    return Balancer(METHODS[method], num_tasks, parameters)


def balance(
    losses: Sequence[tf.Tensor],
    shared_variables: Sequence[tf.Variable],
    method: str = "sum",
    representation: Any = None,
    *,
    task_variables: Sequence[Any] = (),
    **parameters: Any,
) -> Gradients:
    """Gradients of several tasks, combined by a method: `opt.apply_gradients(zip(balance(...), variables))`.

    Args:
      losses: K scalar tensors, the main task (the sequence) first.
      shared_variables: what several tasks train, the encoder's. Here the method combines.
      method: a key of METHODS.
      representation: None: gradients are combined variable by variable, with K backward passes. A tensor, or
        any nesting of them (all layers' final states, a cell's state): where the tasks meet; they are
        combined there, and one pass goes back through the encoder. A tuple (such a representation, list of
        others), or `Representation`: the others are further ways from a task to the encoder, such as the
        attention states; what flows back through them is passed unchanged in the same pass. Gradients by
        ways that are not named are passed unchanged, too, at the cost of another pass. Methods on losses do
        not need it.
      task_variables: variables (or lists of them) that are not combined: each gets the plain sum of the
        tasks' gradients, with the weighted losses for the methods on losses.
      parameters: of the method.

    Returns `Gradients`, a list along shared_variables + task_variables; its `weights` [K] and others are for
    diagnostics. Raises ValueError for an unknown method or parameter, for a loss that is not a scalar, and
    where a representation is not on a task's way to the shared variables.
    """
    return make(method, len(losses), **parameters).gradients(
        losses, shared_variables, representation, task_variables=task_variables
    )


def _scalar(loss: tf.Tensor, task: int) -> tf.Tensor:
    tensor = tf.convert_to_tensor(loss)
    if tensor.shape.rank not in (0, None) or not tensor.dtype.is_floating:
        raise ValueError(
            f"losses[{task}]: expected a scalar of floats, got {tensor.dtype.name} {tensor.shape}"
        )
    return tensor


def _identity(gradient: gram.Gradient) -> gram.Gradient:
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(tf.identity(gradient.values), gradient.indices, gradient.dense_shape)
    return tf.identity(gradient)
