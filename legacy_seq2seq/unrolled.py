"""The engine that unrolls: one copy of the step in the graph for every time step.

Every function of this package that goes through time does it here.

Shapes: T time steps; whatever the step makes of its inputs.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

LoopFunction = Callable[[Any, int], Any]
Step = Callable[[int, Any, Any], tuple[Any, Any]]


def unroll(
    step: Step, inputs: Sequence[Any], carry: Any, loop_function: LoopFunction | None = None
) -> tuple[list[Any], Any]:
    """Run `output, carry = step(i, input, carry)` over the T inputs; returns (outputs, last carry).

    From the second step on, the input is `loop_function(previous output, i)` if there is such a function.
    Variables made in the first step are reused by the others through the current variable scope.
    """
    outputs: list[Any] = []
    for i, given in enumerate(inputs):
        if i == 1:
            tf.get_variable_scope().reuse_variables()
        fed = given
        if loop_function is not None and outputs:
            with tf.variable_scope("loop_function", reuse=True):
                fed = loop_function(outputs[-1], i)
        output, carry = step(i, fed, carry)
        outputs.append(output)
    return outputs, carry
