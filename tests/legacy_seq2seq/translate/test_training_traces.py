"""Ten training steps as the tutorial took them on TensorFlow 1.15.5."""

from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from golden_cases import GOLDEN, read_arrays
from recorded import model_of, training_cases

CASES = training_cases()


def initialize(session: tf.Session, values: dict[str, np.ndarray]) -> None:
    """Every variable of the graph by its initializer, or to its value here."""
    variables = tf.global_variables()
    feed = {v.initial_value: values[v.op.name] for v in variables if v.op.name in values}
    session.run([v.initializer for v in variables], feed)


def tolerance(spec: dict[str, Any], what: str) -> float:
    """1e-4, but never less than twenty times what one unit in the last place changes."""
    return max(1e-4, 20 * spec["sensitivity_to_1ulp"][what])


def assert_close(actual: np.ndarray, expected: np.ndarray, tolerance: float, what: str) -> None:
    """Within `tolerance` of the largest entry: small ones have the rounding of large ones."""
    np.testing.assert_allclose(
        actual, expected, rtol=0, atol=tolerance * np.abs(expected).max(), err_msg=what
    )


def of_step(arrays: dict[str, np.ndarray], step: int) -> list[list[np.ndarray]]:
    return [list(arrays[f"{what}/{step}"]) for what in ("encoder_inputs", "decoder_inputs", "target_weights")]


@pytest.mark.parametrize("spec", CASES, ids=lambda spec: spec["id"])
def test_trace(spec: dict[str, Any]) -> None:
    arrays = read_arrays(GOLDEN / spec["file"])
    names = [variable["name"] for variable in spec["variables"]]
    with tf.Graph().as_default(), tf.Session() as session:
        model = model_of(spec, optimizer=spec["optimizer"])
        assert [v.op.name for v in tf.trainable_variables()] == names
        slots = "Adadelta" if spec["optimizer"] == "adadelta" else "none"
        assert [v.op.name for v in tf.global_variables() if slots not in v.op.name] == [
            name for name in spec["all_variables"] if slots not in name
        ]
        initialize(session, {name: arrays[f"initial/{i}"] for i, name in enumerate(names)})
        losses, norms = [], []
        for step in range(spec["steps"]):
            assert session.run(model.learning_rate) == pytest.approx(arrays["learning_rate"][step], rel=1e-7)
            norm, loss, nothing = model.step(
                session, *of_step(arrays, step), int(arrays["bucket_id"][step]), False
            )
            assert nothing is None
            losses.append(loss)
            norms.append(norm)
            if step == 0:
                after = session.run(tf.trainable_variables())
                for i, value in enumerate(after):
                    assert_close(value, arrays[f"after_step0/{i}"], 1e-4, names[i])
            if step + 1 == spec["decay_applied_after_steps"]:
                session.run(model.learning_rate_decay_op)
        np.testing.assert_allclose(losses, arrays["loss"], rtol=tolerance(spec, "loss"))
        np.testing.assert_allclose(norms, arrays["gradient_norm"], rtol=tolerance(spec, "gradient_norm"))
        assert session.run(model.global_step) == spec["steps"]
        variables = {v.op.name: v for v in tf.global_variables()}
        for i, name in enumerate(names):
            # Each variable relative to its largest entry, as gradients in float32 are compared.
            assert_close(session.run(variables[name]), arrays[f"final/{i}"], tolerance(spec, "final"), name)
            for slot, recorded in (("Adadelta", "final_accum"), ("Adadelta_1", "final_accum_update")):
                if f"{recorded}/{i}" in arrays:
                    # They differ by 1e-5 at most.
                    value = session.run(variables[f"{name}/{slot}"])
                    assert_close(value, arrays[f"{recorded}/{i}"], 5e-5, f"{name}/{slot}")


@pytest.mark.parametrize("spec", [CASES[0], CASES[4]], ids=lambda spec: spec["id"])
def test_decoding_with_the_final_weights(spec: dict[str, Any]) -> None:
    arrays = read_arrays(GOLDEN / spec["file"])
    with tf.Graph().as_default(), tf.Session() as session:
        model = model_of(spec, forward_only=True)
        names = [variable["name"] for variable in spec["variables"]]
        initialize(session, {name: arrays[f"final/{i}"] for i, name in enumerate(names)})
        for bucket in range(len(spec["buckets"])):
            inputs = [
                list(arrays[f"decode/{bucket}/{what}"])
                for what in ("encoder_inputs", "decoder_inputs", "target_weights")
            ]
            nothing, loss, logits = model.step(session, *inputs, bucket, True)
            assert nothing is None
            np.testing.assert_allclose(logits, arrays[f"decode/{bucket}/logits"], rtol=1e-4, atol=1e-5)
            assert loss == pytest.approx(float(arrays[f"decode/{bucket}/loss"]), rel=1e-4)
