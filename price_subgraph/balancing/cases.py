"""Numeric cases of the methods: reading a file of them, and running each through a graph.

Shape legend: K tasks, N entries of a gradient.

A file is a JSON list of objects: `id`; `kind`, "gradient" or "loss"; `method`; `inputs` (`grads` [K, N] or
`grads_steps` [steps, K, N], `losses` [K], and what the method remembers from before, by the name that it has
in its state); `params` of the method; `expected` values by name. A `tolerance` up to 1e-4 may be given; else
it is 1e-6, or 1e-4 where the `note` says that the reference's solver stops early or is loose. `tier` and
`crosscheck_max_abs_err` are for readers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np
import tensorflow.compat.v1 as tf

from price_subgraph.balancing.balancer import Balancer, make
from price_subgraph.balancing.registry import METHODS

TOLERANCE, LOOSE_TOLERANCE = 1e-6, 1e-4
LOOSE = re.compile(r"stop(s|ping|ped) early|solver (is|was) loose|loose solver|loose reference")
# Text for readers, not parameters; with what it must say, where only one thing is known.
REMARKS: Mapping[str, str | None] = {"form": None, "step": "first"}
FIELDS = ("id", "kind", "method", "inputs", "params", "expected")


class Result(NamedTuple):
    """How one case went."""

    id: str
    method: str
    error: float  # largest difference from what is expected, relative to its largest entry if above 1
    tolerance: float
    reason: str = ""  # why the case could not be compared

    @property
    def passed(self) -> bool:
        """Whether everything that is expected came out."""
        return not self.reason and self.error <= self.tolerance


def load(path: str | Path) -> list[Any]:
    """The cases of a file. Raises OSError, or ValueError that names file and line of what is wrong."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"expected numbers, got {constant}")

    try:
        text = Path(path).read_text(encoding="utf-8")
        cases = json.loads(text, parse_constant=refuse)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8: {error}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: line {error.lineno}: not JSON: {error.msg}") from None
    except ValueError as error:  # of `refuse`, or of a whole number with thousands of digits
        raise ValueError(f"{path}: {error}") from None
    except RecursionError:
        raise ValueError(f"{path}: nested too deeply") from None
    if not isinstance(cases, list) or not cases:
        raise ValueError(f"{path}: expected a list of cases, got {type(cases).__name__} {str(cases)[:40]}")
    return cases


def run_all(cases: list[Any]) -> Iterator[Result]:
    """Runs case by case. What is wrong with a case is its result's reason."""
    seen: set[str] = set()
    for index, case in enumerate(cases):
        name, method, tolerance = f"case {index}", "?", TOLERANCE
        try:
            _check_fields(case)
            name, method = case["id"], case["method"]
            if name in seen:
                raise ValueError(f"id: expected one of its own, got {name!r} again")
            seen.add(name)
            tolerance = _tolerance(case)
            found = KINDS[case["kind"]](case)
            yield Result(name, method, _compare(case["expected"], found), tolerance)
        except (ValueError, TypeError, OverflowError) as error:
            yield Result(name, method, np.inf, tolerance, " ".join(str(error).split())[:600])
        except tf.errors.OpError as error:
            asserted = re.search(r"assertion failed: \[(.*?)\]", error.message)
            reason = asserted[1] if asserted else " ".join(error.message.split())[:300]
            yield Result(name, method, np.inf, tolerance, reason)


def _check_fields(case: Any) -> None:
    if not isinstance(case, dict):
        raise ValueError(f"expected an object, got {type(case).__name__}")
    for name in FIELDS:
        wanted = dict if name in ("inputs", "params", "expected") else str
        if not isinstance(case.get(name), wanted):
            raise ValueError(f"{name}: expected {wanted.__name__}, got {case.get(name)!r}")
    if case["kind"] not in KINDS:
        raise ValueError(f"kind: expected one of {sorted(KINDS)}, got {case['kind']!r}")
    if case["method"] not in METHODS and case["method"] not in OPERATIONS:
        raise ValueError(f"method: expected one of {sorted([*METHODS, *OPERATIONS])}, got {case['method']!r}")
    if not case["expected"]:
        raise ValueError("expected: nothing is expected")


def _tolerance(case: Mapping[str, Any]) -> float:
    given = case.get("tolerance")
    if given is None:
        return LOOSE_TOLERANCE if LOOSE.search(str(case.get("note", ""))) else TOLERANCE
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not number or not 0 < given <= LOOSE_TOLERANCE:
        raise ValueError(f"tolerance: expected a positive number up to {LOOSE_TOLERANCE:g}, got {given!r}")
    return float(given)


def _array(name: str, value: Any, rank: int) -> np.ndarray:
    try:
        array = np.asarray(value, np.float64)
    except (ValueError, TypeError, OverflowError):
        array = np.array(np.nan)  # refused below
    if array.ndim != rank or not array.size or not np.all(np.isfinite(array)):
        raise ValueError(f"{name}: expected finite numbers in {rank} dimensions, got {str(value)[:60]}")
    return array


def _compare(expected: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    worst = 0.0
    for name, value in expected.items():
        if name not in found:
            raise ValueError(f"expected: no {name!r} here; there is {sorted(found)}")
        wanted, got = np.asarray(value, np.float64), np.asarray(found[name])
        if wanted.shape != got.shape:
            raise ValueError(f"expected: {name}: shape {got.shape} came, {wanted.shape} was expected")
        error = np.max(np.abs(got - wanted), initial=0.0) / max(1.0, np.max(np.abs(wanted), initial=0.0))
        worst = max(worst, float(error)) if np.isfinite(error) else np.inf
    return worst


def _parameters(case: Mapping[str, Any], **defaults: Any) -> dict[str, Any]:
    """The case's parameters, with `defaults` where the method has them and the case does not say."""
    known = METHODS[case["method"]].parameters
    given = dict(case["params"])
    for name, only in REMARKS.items():
        if given.pop(name, only) != only and only is not None:
            raise ValueError(f"params: {name}: expected {only!r}, got {case['params'][name]!r}")
    return {**{name: value for name, value in defaults.items() if name in known}, **given}


def _gradient_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks whose gradients are the given ones: loss_k = L_k + g_k . theta at theta = 0."""
    if case["method"] in OPERATIONS:
        return OPERATIONS[case["method"]](case)
    inputs = {name: value for name, value in case["inputs"].items() if value is not None}
    if ("grads" in inputs) == ("grads_steps" in inputs):
        raise ValueError("inputs: expected either 'grads' or 'grads_steps'")
    steps = (
        _array("grads_steps", inputs.pop("grads_steps"), 3)
        if "grads_steps" in inputs
        else _array("grads", inputs.pop("grads"), 2)[None]
    )
    losses = np.broadcast_to(_losses(inputs, "losses", steps.shape[1]), steps.shape[:2])
    found = _run(case, steps, losses, inputs, _parameters(case, order="index", apply_to="raw"))
    if "combined_on_normalized" in case["expected"]:
        normalized = _run(
            case, steps, losses, inputs, _parameters(case, order="index", apply_to="normalized")
        )
        found["combined_on_normalized"] = normalized["combined"]
    return found


def _loss_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks with the given losses and one variable each: the gradients are the weights of the losses."""
    inputs = {name: value for name, value in case["inputs"].items() if value is not None}
    vectors = [value for value in inputs.values() if isinstance(value, list)]
    if not vectors:
        raise ValueError("inputs: expected a list of a number a task")
    count = len(vectors[0])
    if "losses_before" in inputs:
        steps = [_losses(inputs, name, count) for name in ("losses_before", "losses_after") if name in inputs]
    else:
        steps = [_losses(inputs, "losses", count)]
    gradients = np.broadcast_to(np.eye(count), [len(steps), count, count])
    found = _run(case, gradients, np.array(steps), inputs, _parameters(case))
    return {**found, "grad_losses": found["combined"]}


def _losses(inputs: dict[str, Any], name: str, count: int) -> np.ndarray:
    losses = _array(name, inputs.pop(name), 1) if name in inputs else np.ones(count)
    if losses.shape != (count,):
        raise ValueError(f"{name}: expected {count} losses, got {losses.size}")
    return losses


def _run(
    case: Mapping[str, Any],
    gradients: np.ndarray,
    losses: np.ndarray,
    inputs: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that came out: values of the first step, `..._steps` of all, state after the last."""
    inputs, parameters = dict(inputs), dict(parameters)
    count, size = gradients.shape[1:]
    if "uniform" in inputs and "uniform" in METHODS[case["method"]].parameters:
        parameters["uniform"] = _array("uniform", inputs.pop("uniform"), 1)
    with tf.Graph().as_default(), tf.Session(config=_CONFIG) as session:
        given, levels = tf.placeholder(tf.float64, [count, size]), tf.placeholder(tf.float64, [count])
        theta = tf.get_variable("theta", [size], tf.float64, tf.zeros_initializer())
        state = tf.identity(theta)
        tasks = tf.unstack(levels + tf.linalg.matvec(given, state))
        balancer = make(case["method"], count, **parameters)
        at_state = "representation" in balancer.method.levels and "parameters" not in balancer.method.levels
        balanced = balancer.gradients(tasks, [theta], state if at_state else None)
        session.run(tf.global_variables_initializer())
        _remember(session, balancer, inputs)
        fetched = {"combined": balanced[0], **balanced.details}
        if balanced.weights is not None:
            fetched.setdefault("weights", balanced.weights)
        steps = [
            session.run(fetched, {given: g, levels: level})
            for g, level in zip(gradients, losses, strict=True)
        ]
        after = session.run(balancer.state)
    found = {f"{name}_steps": [step[name] for step in steps] for name in fetched}
    found.update({f"new_{name}": value for name, value in after.items()})
    return {**found, **after, **steps[0]}


def _remember(session: tf.Session, balancer: Balancer, inputs: dict[str, Any]) -> None:
    """Puts what is left of the inputs into the method's state."""
    if "initial_grads" in inputs and "initial_norms" in balancer.state:
        inputs["initial_norms"] = np.linalg.norm(
            _array("initial_grads", inputs.pop("initial_grads"), 2), axis=1
        )
    for name, value in inputs.items():
        if name not in balancer.state:
            raise ValueError(f"inputs: {balancer.method.name} knows no {name!r}")
        variable = balancer.state[name]
        array = _array(name, value, variable.shape.rank)
        if array.shape != tuple(variable.shape):
            raise ValueError(f"{name}: expected shape {tuple(variable.shape)}, got {array.shape}")
        session.run(variable.assign(array))


def _clip(case: Mapping[str, Any]) -> dict[str, Any]:
    """The clipping that follows every method."""
    if set(case["params"]) != {"clip_norm"} or set(case["inputs"]) != {"vector"}:
        raise ValueError("expected inputs of 'vector' and params of 'clip_norm'")
    vector = _array("vector", case["inputs"]["vector"], 1)
    clip_norm = float(_array("clip_norm", case["params"]["clip_norm"], 0))
    with tf.Graph().as_default(), tf.Session(config=_CONFIG) as session:
        clipped, norm = tf.clip_by_global_norm([tf.constant(vector)], clip_norm)
        combined, length = session.run([clipped[0], norm])
    return {"combined": combined, "global_norm": length}


OPERATIONS = {"clip_by_global_norm": _clip}
KINDS = {"gradient": _gradient_case, "loss": _loss_case}

_CONFIG = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
# Each graph runs once or twice: optimizing it takes longer than running it.
_CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True
