"""Every recorded case of TF 1.15.5: names, shapes, initializers, outputs, states, gradients.

Another folder of the same format: pytest tests/legacy_seq2seq/test_golden.py --golden DIR
"""

from pathlib import Path
from typing import Any

import golden_cases
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq

# (outputs, gradients): float32 as asked of the package, gradients relative to the largest entry. The
# attention softmax is float32 in a float64 model too. The short floats: some units of their last place (2^-10
# and 2^-8 of the largest), as both sides round after every operation, and not after the same ones.
TOLERANCES = {
    "float64": (1e-6, 1e-5),
    "float32": (1e-5, 1e-4),
    "float16": (2e-2, 2e-2),
    "bfloat16": (4e-2, 8e-2),
}

# The recorded cases that the loop engine refuses, by words of the reason it gives. What it does with another
# folder's cases is its own decision.
_LENGTHS, _FEEDING = "sequence_length is given", "by a loop function of the user's"
REFUSED = {
    "attention_decoder-gru2-heads1-isa0-osize1-argmax_embed": _FEEDING,
    "attention_decoder-gru2-heads2-isa0-osize0-linear_prev": _FEEDING,
    "attention_decoder-lstm1nt-heads1-isa1-osize0-step_scaled": _FEEDING,
    "rnn_decoder-gru2-linear_prev": _FEEDING,
    "rnn_decoder-gruproj-argmax_embed": _FEEDING,
    "rnn_decoder-lstm1nt-step_scaled-scope": _FEEDING,
    "static_bidirectional_rnn-lengths-scope": _LENGTHS,
    "static_rnn-gru-elu-float32": "does not know the activation of GRUCell",
    "static_rnn-lstm1-lengths": _LENGTHS,
    "static_rnn-multi-lengths": _LENGTHS,
    "static_rnn-multi-of-projection-float32": "a OutputProjectionWrapper stands between layers",
    "tied_rnn_seq2seq-gru2-argmax_embed": _FEEDING,
    "tied_rnn_seq2seq-lstm1nt-step_scaled-scope": _FEEDING,
}


def loops_in(built: tf.Graph) -> list[tf.Operation]:
    return [op for op in built.get_operations() if op.type in {"While", "StatelessWhile", "Enter"}]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        given = metafunc.config.getoption("--golden")
        folders = [Path(given)] if given else [golden_cases.GOLDEN, golden_cases.GOLDEN / "more"]
        cases = [case for folder in folders for case in golden_cases.read_cases(folder)]
        metafunc.parametrize("case", cases, ids=[spec["id"] for spec, _ in cases])


def assert_close(got: np.ndarray, expected: np.ndarray, tolerance: float, what: str) -> None:
    got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    assert got.shape == expected.shape, what
    largest = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * largest, err_msg=what)


def assert_gradient_close(got: np.ndarray, expected: np.ndarray, tolerance: float, what: str) -> None:
    got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    assert got.shape == expected.shape, what
    largest = float(np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * largest, err_msg=what)


def random_source(tensor: tf.Tensor) -> tf.Tensor | None:
    """The one random op from which an initial value is made, if there is one."""
    seen, stack, found = set(), [tensor.op], []
    while stack:
        op = stack.pop()
        if op.name in seen:
            continue
        seen.add(op.name)
        if "Random" in op.type or "TruncatedNormal" in op.type:
            found.append(op.outputs[0])
        else:
            stack.extend(parent.op for parent in op.inputs)
    assert len(found) <= 1
    return found[0] if found else None


def check_initializers(
    session: tf.Session, variables: dict[str, Any], recorded: dict[str, dict[str, Any]]
) -> None:
    """Constants by their value; uniform ones by the ends of the interval, got from the generator's own."""
    sources = {name: random_source(variable.initial_value) for name, variable in variables.items()}
    for name, source in sources.items():
        kind = recorded[name]["kind"]
        assert kind in ("constant", "uniform"), f"{name}: unknown kind {recorded[name]}"
        assert (source is None) == (kind == "constant"), name
        assert source is None or source.op.type == "RandomUniform", name
    drawn = [source for source in sources.values() if source is not None]
    initial = {name: variable.initial_value for name, variable in variables.items()}
    ends = {
        end: session.run(initial, {source: np.full(source.shape, at) for source in drawn})
        for at, end in ((0.0, "min"), (1.0, "max"))
    }
    for name, source in sources.items():
        if source is None:
            assert np.all(ends["min"][name] == recorded[name]["value"]), name
            continue
        tolerance = {tf.float16: 1e-3, tf.bfloat16: 1e-2}.get(source.dtype, 1e-6)
        for end, values in ends.items():
            expected = recorded[name][end]
            np.testing.assert_allclose(values[name].astype(float), expected, tolerance, err_msg=name)


def weights_by_rule(spec: dict[str, Any]) -> dict[str, np.ndarray]:
    """The weights of a case from its seed alone (the recording's rule)."""
    random = np.random.RandomState(spec["seed"])
    scale = spec["weight_scale"]
    named = {v["name"]: v for v in spec["variables"]}
    return {
        name: random.uniform(-scale, scale, named[name]["shape"]).astype(
            tf.as_dtype(named[name]["dtype"]).as_numpy_dtype
        )
        for name in sorted(named)
    }


def build(spec: dict[str, Any], arrays: golden_cases.Arrays, engine: str) -> golden_cases.Built | str:
    """The case by this engine, or the reason for which the loop engine refuses it."""
    with legacy_seq2seq.engine(engine):
        try:
            built = golden_cases.build(spec, arrays)
        except ValueError as error:
            if engine == "loop" and str(error).startswith('engine "loop": '):
                return str(error)
            raise
    used = loops_in(tf.get_default_graph())
    assert engine == "auto" or bool(used) == (engine == "loop")
    return built


def check_case(case: tuple[dict[str, Any], Path], engine: str) -> bool | str:
    """Compare everything recorded, and tell whether it looped; or the reason why the loop engine refuses."""
    spec, path = case
    arrays = golden_cases.read_arrays(path, spec["dtype"])
    tolerance, gradient_tolerance = TOLERANCES[spec["dtype"]]
    with tf.Graph().as_default():
        # Dropout with seeds was recorded under this graph seed; nothing else is random.
        tf.set_random_seed(7)
        built = build(spec, arrays, engine)
        if isinstance(built, str):
            return built
        looped = bool(loops_in(tf.get_default_graph()))
        variables = {v.op.name: v for v in tf.global_variables()}

        recorded = {v["name"]: v for v in spec["variables"]}
        assert {n: (v.shape.as_list(), v.dtype.base_dtype.name) for n, v in variables.items()} == {
            n: (v["shape"], v["dtype"]) for n, v in recorded.items()
        }
        # In the order of their making, by which old code pairs them with lists of values.
        assert [v.op.name for v in tf.trainable_variables()] == list(recorded)
        assert set(built.outputs) == set(spec["outputs"])
        for key, structure in spec["structures"].items():
            if key in built.structures:
                assert built.structures[key] == structure

        cotangents = {k.removeprefix("cot/"): v for k, v in arrays.items() if k.startswith("cot/")}
        scalar = tf.add_n([tf.reduce_sum(built.outputs[k] * tf.constant(v)) for k, v in cotangents.items()])
        sources = variables | {f"in/{k}": v for k, v in built.inputs.items() if v.dtype.is_floating}
        gradients = dict(zip(sources, tf.gradients(scalar, list(sources.values())), strict=True))

        assert {k for k, g in gradients.items() if g is None} == set(spec["grad_none"])
        # Only variables' gradients were looked at for this when the cases were recorded.
        sparse = {k for k in variables if isinstance(gradients[k], tf.IndexedSlices)}
        assert sparse == set(spec["grad_sparse"])

        with tf.Session() as session:
            weights = {v["name"]: arrays[f"var/{i}"] for i, v in enumerate(spec["variables"])}
            for name, value in weights_by_rule(spec).items():
                np.testing.assert_array_equal(value, weights[name])
            check_initializers(session, variables, {name: v["init"] for name, v in recorded.items()})
            session.run(
                [v.initializer for v in variables.values()],
                {v.initial_value: weights[n] for n, v in variables.items()},
            )
            dense = {k: tf.convert_to_tensor(g) for k, g in gradients.items() if g is not None}
            outputs, total, dense = session.run([built.outputs, scalar, dense])

    for key, value in outputs.items():
        assert value.dtype == arrays[f"out/{key}"].dtype
        assert_close(value, arrays[f"out/{key}"], tolerance, key)
    assert_close(total, arrays["scalar"], 10 * tolerance, "scalar")
    for i, v in enumerate(spec["variables"]):
        if v["name"] not in spec["grad_none"]:
            assert_gradient_close(dense[v["name"]], arrays[f"grad/{i}"], gradient_tolerance, v["name"])
    for key in [k for k in arrays if k.startswith("grad_in/")]:
        name = "in/" + key.removeprefix("grad_in/").removeprefix("in/")
        assert_gradient_close(dense[name], arrays[key], gradient_tolerance, key)
    return looped


def check_by_both_engines(case: tuple[dict[str, Any], Path]) -> str | None:
    """By the engine that is chosen, then by the other one; what the loop engine says if it refuses.

    Where something loops, another part of the case may still have been unrolled: "loop" tells.
    """
    spec, path = case
    looped = check_case(case, "auto")
    if spec["function"] == "cell" or spec["function"].startswith("sequence_loss"):
        assert not looped  # single cells and losses have no time to go through
        return None
    if not looped:
        found = check_case(case, "loop")
        return found if isinstance(found, str) else None
    check_case(case, "unrolled")
    with tf.Graph().as_default():
        built = build(spec, golden_cases.read_arrays(path, spec["dtype"]), "loop")
    return built if isinstance(built, str) else None


def test_case(case: tuple[dict[str, Any], Path], request: pytest.FixtureRequest) -> None:
    refusal = check_by_both_engines(case)
    if request.config.getoption("--golden") is None:
        expected = REFUSED.get(case[0]["id"])
        assert (refusal is None) == (expected is None)
        assert refusal is None or expected in refusal
