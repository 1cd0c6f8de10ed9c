"""A loop over time steps that keeps what every step gives. It knows nothing of cells or gradients.

Shapes: T time steps, ... whatever a step has.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

# (inputs of the step, carry) -> (new carry, outputs of the step)
ScanStep = Callable[[list[Any], list[Any]], tuple[list[Any], list[Any]]]


def _array(steps: int, dtype: Any, shape: Any) -> tf.TensorArray:
    # Read twice: by the forward and by the backward loop.
    return tf.TensorArray(dtype, size=steps, element_shape=shape, clear_after_read=False)


def scan(
    step: ScanStep,
    inputs: Sequence[tf.Tensor],
    carry: Sequence[tf.Tensor],
    outputs: Sequence[tf.TensorSpec],
    reverse: bool = False,
) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """Run `step` over T steps.

    Args:
      step: from the T-slices of `inputs` and the carry to the new carry and the step's outputs.
      inputs: tensors [T, ...], T known.
      carry: tensors, what goes from step to step; dtypes and shapes stay.
      outputs: dtype and shape of each output of a step.
      reverse: from the last step to the first; the outputs keep their places.

    Returns (last carry, outputs [T, ...]).
    """
    steps = int(inputs[0].shape[0])
    read = [_array(steps, x.dtype, x.shape[1:]).unstack(x) for x in inputs]
    written = [_array(steps, spec.dtype, spec.shape) for spec in outputs]
    carry = list(carry)
    shapes = [tensor.shape for tensor in carry]

    def body(i: Any, carry: list[Any], written: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        t = steps - 1 - i if reverse else i
        new_carry, made = step([array.read(t) for array in read], carry)
        for tensor, shape in zip(new_carry, shapes, strict=True):
            tensor.set_shape(shape)
        return i + 1, new_carry, [array.write(t, x) for array, x in zip(written, made, strict=True)]

    _, last, arrays = tf.while_loop(
        lambda i, *_: i < steps, body, [tf.constant(0), carry, written], name="time"
    )
    return last, [array.stack() for array in arrays]
