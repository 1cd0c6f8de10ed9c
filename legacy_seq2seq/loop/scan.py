"""A loop over time steps that keeps what every step gives. It knows nothing of cells or gradients.

Shapes: T time steps, ... whatever a step has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow.compat.v1 as tf

# (time, inputs of the step, carry) -> (new carry, outputs of the step)
ScanStep = Callable[[Any, list[Any], list[Any]], tuple[list[Any], list[Any]]]


@dataclass(frozen=True)
class Track:
    """One tensor a step. A loop that reads a track which another loop has left reads it without a copy."""

    stacked: tf.Tensor  # [T, ...]; made if asked for
    array: tf.TensorArray
    begin: int = 0  # where in the array the first step lies

    def at(self, t: Any) -> tf.Tensor:
        """Of the step `t`, an int32 scalar."""
        return self.array.read(t + self.begin if self.begin else t)


@dataclass(frozen=True)
class Scanned:
    """What a loop leaves."""

    last: list[tf.Tensor]  # carry
    outputs: list[Track]
    before: list[Track]  # the carry that each step began with, if remembered
    after: list[Track]  # and ended with


def _array(steps: int, dtype: Any, shape: Any) -> tf.TensorArray:
    # Read twice: by the forward and by the backward loop.
    return tf.TensorArray(dtype, size=steps, element_shape=shape, clear_after_read=False)


def _track(source: Any) -> Track:
    if isinstance(source, Track):
        return source
    return Track(source, _array(int(source.shape[0]), source.dtype, source.shape[1:]).unstack(source))


def scan(
    step: ScanStep,
    steps: int,
    inputs: Sequence[Any],
    carry: Sequence[tf.Tensor],
    outputs: Sequence[tf.TensorSpec],
    reverse: bool = False,
    remember: bool = False,
) -> Scanned:
    """Run `step` over T steps.

    Args:
      step: from the time, the T-slices of `inputs` and the carry to the new carry and the step's outputs.
      steps: T.
      inputs: tensors [T, ...], or tracks.
      carry: tensors, what goes from step to step; dtypes and shapes stay.
      outputs: dtype and shape of each output of a step.
      reverse: from the last step to the first; the outputs keep their places.
      remember: whether to keep the carry of every step; not with `reverse`.
    """
    read = [_track(source) for source in inputs]
    carry = list(carry)
    shapes = [tensor.shape for tensor in carry]
    kept = [_array(steps + 1, x.dtype, x.shape).write(0, x) for x in carry] if remember else []
    written = [_array(steps, spec.dtype, spec.shape) for spec in outputs]

    def body(i: Any, carry: list[Any], kept: list[Any], written: list[Any]) -> Any:
        t = steps - 1 - i if reverse else i
        new_carry, made = step(t, [track.at(t) for track in read], carry)
        for tensor, shape in zip(new_carry, shapes, strict=True):
            tensor.set_shape(shape)
        kept = [array.write(i + 1, x) for array, x in zip(kept, new_carry, strict=False)]
        return i + 1, new_carry, kept, [array.write(t, x) for array, x in zip(written, made, strict=True)]

    _, last, kept, written = tf.while_loop(
        lambda i, *_: i < steps, body, [tf.constant(0), carry, kept, written], name="time"
    )
    whole = [array.stack() for array in kept]
    return Scanned(
        last,
        [Track(array.stack(), array) for array in written],
        [Track(x[:-1], array) for x, array in zip(whole, kept, strict=True)],
        [Track(x[1:], array, begin=1) for x, array in zip(whole, kept, strict=True)],
    )
