"""What a balancing method is: an entry of METHODS, and what its rule is given and gives back.

Shape legend: K tasks. Everything a rule computes with is float64, whatever the model's dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

PROPERTIES: Mapping[str, str] = {
    "permutation": "the order of the tasks does not matter",
    "scale_free": "multiplying one task's gradient by a positive number leaves the update's direction",
    "non_conflict": "to first order the update makes no task worse",
    "stationary": "the update vanishes where a convex combination of the gradients does",
}


class Paper(NamedTuple):
    """Where a rule comes from."""

    authors: str
    title: str
    year: int
    where: str  # venue, and arXiv number where there is one


class Tasks(NamedTuple):
    """What a rule knows of the tasks. Rules of losses are given no norms and no cosines.

    A task without a gradient has norm 0 and cosine 0 with all others; every cosine with itself is 1.
    """

    losses: tf.Tensor  # [K]
    norms: Any = None  # [K], of each task's gradient
    cosines: Any = None  # [K, K], between the gradients
    precision: float = 2.3e-16  # relative rounding error of the gradients' dtype
    size: int = 0  # K


class Outcome(NamedTuple):
    """What a rule decides."""

    weights: tf.Tensor  # [K]: the update is sum_k weights_k g_k of the raw gradients
    state: Mapping[str, tf.Tensor] = {}  # new values of the method's variables, after this step
    details: Mapping[str, tf.Tensor] = {}  # what else the paper defines, for diagnostics and checks


def not_negative(values: tf.Tensor, message: str) -> tf.Tensor:
    """`values` themselves; running them is an InvalidArgumentError with `message` if any is below zero."""
    fine = tf.reduce_all(tf.logical_not(values < 0.0))  # NaN passes, and shows in the gradients
    with tf.control_dependencies([tf.debugging.Assert(fine, [message])]):
        return tf.identity(values)


Rule = Callable[..., Outcome]  # (tasks, state, **parameters)
Initial = Callable[..., Mapping[str, Any]]  # (K, **parameters) -> initial values of the state


class Parameter(NamedTuple):
    """A parameter of a method: its default, and what it may be."""

    default: Any
    meaning: str
    expected: str
    accept: Callable[[Any, int], Any]  # (value, K) -> the value in use; raises ValueError or TypeError


def number(
    default: float | None, meaning: str, low: float = -np.inf, high: float = np.inf, above: bool = False
) -> Parameter:
    """A finite number from `low` (or strictly `above` it) up to `high`."""

    def accept(value: Any, count: int) -> float:
        result = float(value)
        if isinstance(value, (bool, str)) or not np.isfinite(result) or not low <= result <= high:
            raise ValueError
        if above and result == low:
            raise ValueError
        return result

    lower = "" if low == -np.inf else f" {'above' if above else 'from'} {low:g}"
    upper = "" if high == np.inf else f" up to {high:g}"
    return Parameter(default, meaning, f"a number{lower}{upper}", accept)


def whole(default: int | None, meaning: str, low: int) -> Parameter:
    """An integer from `low` up, of 64 bits."""

    def accept(value: Any, count: int) -> int:
        if isinstance(value, (bool, str)) or int(value) != value or not low <= value < 2**63:
            raise ValueError
        return int(value)

    return Parameter(default, meaning, f"a whole number from {low} up, of 64 bits", accept)


def task(default: int, meaning: str) -> Parameter:
    """The number of a task, the first being 0."""
    index = whole(default, meaning, 0)

    def accept(value: Any, count: int) -> int:
        result: int = index.accept(value, count)
        if result >= count:
            raise ValueError
        return result

    return Parameter(default, meaning, "the number of a task, from 0 up", accept)


def choice(default: Any, meaning: str, *values: Any) -> Parameter:
    """One of a few values."""

    def accept(value: Any, count: int) -> Any:
        if isinstance(value, bool) or value not in values:
            raise ValueError
        return value

    return Parameter(default, meaning, f"one of {list(values)}", accept)


def per_task(
    default: float | None,
    meaning: str,
    low: float = -np.inf,
    high: float = np.inf,
    less: int = 0,
    words: Mapping[str, Callable[[int], float]] | None = None,
) -> Parameter:
    """A number a task (K - `less` of them), or one for all of them, or one of some `words` for one."""

    def accept(value: Any, count: int) -> np.ndarray:
        length = count - less
        if isinstance(value, str):
            value = {name: make(count) for name, make in (words or {}).items()}[value]
        array = np.asarray(value, np.float64)
        fine = np.isfinite(array) & (array >= low) & (array <= high)
        if array.shape not in ((), (length,)) or not np.all(fine):
            raise ValueError
        return np.broadcast_to(array, (length,)).copy()

    named = "".join(f", or {word!r}" for word in words or ())
    lower = "" if low == -np.inf else f" from {low:g}"
    upper = "" if high == np.inf else f" up to {high:g}"
    return Parameter(default, meaning, f"a number{lower}{upper}, or a list of one a task{named}", accept)


def preference(default: Any, meaning: str) -> Parameter:
    """Nonnegative weights a task; "mean" is 1/K each."""
    return per_task(default, meaning, low=0.0, words={"mean": lambda count: 1.0 / count})


def _no_state(count: int, **parameters: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Method:
    """One way to combine the gradients of several tasks.

    `needs` says what the rule looks at: "losses" (their weights are then put on the losses: one backward
    pass), "gradients" (norms and cosines of the tasks' gradients), or "elements" (every entry of them: the
    rule is then called (values [K', N], state, **parameters) and gives the combined [N]).
    `holds` are the PROPERTIES that the contract tests check; `degree` is d where multiplying all gradients by
    c multiplies the update by c^d, a function of the parameters, None where there is no such d. All methods
    give finite updates for finite gradients.
    """

    name: str
    paper: Paper
    summary: str
    needs: str
    levels: tuple[str, ...]
    rule: Callable[..., Any]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    holds: frozenset[str] = frozenset()
    two_tasks: frozenset[str] = frozenset()  # what else holds for K = 2
    degree: Callable[..., float | None] = lambda **parameters: 1.0
    state: Initial = _no_state
    local_state: frozenset[str] = frozenset()  # what of the state every call (bucket) has for itself
    positive_losses: bool = False  # a loss below zero is an error
    logarithms: bool = False  # the gradients are those of the losses' logarithms
    smoothing: Callable[..., tf.Tensor | None] | None = (
        None  # (state, **parameters) -> decay of the gradients
    )

    @property
    def passes(self) -> str:
        """Backward passes a step, in words."""
        if self.levels == ("loss",):
            return "1"
        at_state = "1 through the encoder, 1 through each task's own part"
        return at_state if "parameters" not in self.levels else f"K; at the representation {at_state}"

    @property
    def defaults(self) -> dict[str, Any]:
        """The parameters that it runs with where none are given."""
        return {name: parameter.default for name, parameter in self.parameters.items()}

    def accept(self, parameters: Mapping[str, Any], count: int) -> dict[str, Any]:
        """Checked parameters, defaults filled in. Raises ValueError that names a bad one."""
        unknown = sorted(set(parameters) - set(self.parameters))
        if unknown:
            raise ValueError(f"{self.name}: no parameter {unknown[0]!r}; it has {sorted(self.parameters)}")
        accepted: dict[str, Any] = {}
        for name, parameter in self.parameters.items():
            value = parameters.get(name, parameter.default)
            if value is None and parameter.default is None:
                accepted[name] = None
                continue
            try:
                accepted[name] = parameter.accept(value, count)
            except (ValueError, TypeError, KeyError, OverflowError):
                raise ValueError(
                    f"{self.name}: {name}: expected {parameter.expected} ({count} tasks), got {value!r}"
                ) from None
        return accepted

    def check_representation(self, parameters: Mapping[str, Any], count: int) -> None:
        """Raises ValueError if with these accepted parameters it cannot work at a representation."""
        fresh = self.state(count, **parameters)
        if self.smoothing and self.smoothing(fresh, **parameters) is not None:
            raise ValueError(f"{self.name}: smoothing needs the parameters, not a representation")
