"""The arithmetic of one recurrent layer, one step forwards and one backwards, and its weights' gradients.

A step takes the input's part of the gates' arguments, biases included, as given (`pre`, one tensor or more).
The gradients of weights are not made step by step, but from all steps.

Shapes: B batch, T time steps, H units, P projection (H without one), G width of gates' arguments; "all"
tensors are [T B, N], every step of every example a row.
"""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.rnn_cell.activations import unchanged

Tensors = list[Any]

# Activations whose derivative follows from the result y alone: (y, dy) -> dx.
DERIVATIVES: dict[Callable[..., Any], Callable[[Any, Any], Any]] = {
    tf.tanh: lambda y, dy: tf.raw_ops.TanhGrad(y=y, dy=dy),
    tf.sigmoid: lambda y, dy: tf.raw_ops.SigmoidGrad(y=y, dy=dy),
    tf.nn.relu: lambda y, dy: tf.raw_ops.ReluGrad(gradients=dy, features=y),
    unchanged: lambda _, dy: dy,
}

_sigmoid_gradient = DERIVATIVES[tf.sigmoid]


def weights_gradient(rows: Any, d_product: Any) -> Any:
    """Of W in `rows @ W`, over all steps: [T B, N], [T B, M] to [N, M]."""
    return tf.matmul(rows, d_product, transpose_a=True)


class Layer:
    """What the loops need to know of a layer. The last part of its state is its output."""

    state_sizes: list[int]
    pre_sizes: list[int]  # G of each tensor of `pre`
    saved_sizes: list[int] = []  # noqa: RUF012  of what the forward step keeps for the backward step
    emitted_sizes: list[int] = []  # noqa: RUF012  of what the backward step gives for weight_gradients

    def forward(self, pre: Tensors, state: Tensors, weights: Tensors) -> tuple[Tensors, Tensors]:
        """One step: pre, each [B, G], and the state to (new state, saved)."""
        raise NotImplementedError

    def backward(
        self,
        d_new: Tensors,
        state: Tensors,
        new: Tensors,
        saved: Tensors,
        weights: Tensors,
        transposed: Tensors,
    ) -> tuple[Tensors, Tensors, Tensors]:
        """From gradients at the new state to (d_pre, gradients at the old state, emitted).

        `transposed`: the weights once more, matrices transposed, which makes the products faster.
        """
        raise NotImplementedError

    def weight_gradients(
        self, states: Tensors, new: Tensors, saved: Tensors, d_pre: Tensors, emitted: Tensors
    ) -> Tensors:
        """Gradients of the weights, from all steps."""
        raise NotImplementedError


class BasicRNN(Layer):
    """`h' = act(pre + h W)`. Weights [W [H, H]]; G = H."""

    def __init__(self, units: int, activation: Callable[..., Any]) -> None:
        """Sizes, and the activation, one of DERIVATIVES."""
        self.state_sizes = [units]
        self.pre_sizes = [units]
        self._activation = activation

    def forward(self, pre: Tensors, state: Tensors, weights: Tensors) -> tuple[Tensors, Tensors]:
        """See Layer."""
        return [self._activation(pre[0] + tf.matmul(state[0], weights[0]))], []

    def backward(
        self,
        d_new: Tensors,
        state: Tensors,
        new: Tensors,
        saved: Tensors,
        weights: Tensors,
        transposed: Tensors,
    ) -> tuple[Tensors, Tensors, Tensors]:
        """See Layer."""
        d_pre = DERIVATIVES[self._activation](new[0], d_new[0])
        return [d_pre], [tf.matmul(d_pre, transposed[0])], []

    def weight_gradients(
        self, states: Tensors, new: Tensors, saved: Tensors, d_pre: Tensors, emitted: Tensors
    ) -> Tensors:
        """See Layer."""
        return [weights_gradient(states[0], d_pre[0])]


class GRU(Layer):
    """`r, u = sigmoid(pre_g + h W_g)`, `c = act(pre_c + (r h) W_c)`, `h' = u h + (1 - u) c`.

    Weights [W_g [H, 2H], W_c [H, H]]; pre_g [B, 2H], pre_c [B, H]; saved: r, u, c and r h, [B, H] each.
    """

    def __init__(self, units: int, activation: Callable[..., Any]) -> None:
        """Sizes, and the activation, one of DERIVATIVES."""
        self.state_sizes = [units]
        self.pre_sizes = [2 * units, units]
        self.saved_sizes = [units] * 4
        self._activation = activation

    def forward(self, pre: Tensors, state: Tensors, weights: Tensors) -> tuple[Tensors, Tensors]:
        """See Layer."""
        (h,), (gate_weights, candidate_weights) = state, weights
        gates = tf.sigmoid(pre[0] + tf.matmul(h, gate_weights))
        reset, update = tf.split(gates, 2, axis=1)
        reset_h = reset * h
        candidate = self._activation(pre[1] + tf.matmul(reset_h, candidate_weights))
        return [candidate + update * (h - candidate)], [reset, update, candidate, reset_h]

    def backward(
        self,
        d_new: Tensors,
        state: Tensors,
        new: Tensors,
        saved: Tensors,
        weights: Tensors,
        transposed: Tensors,
    ) -> tuple[Tensors, Tensors, Tensors]:
        """See Layer."""
        (d_h,), (h,), (reset, update, candidate, _) = d_new, state, saved
        through_update = d_h * update
        d_candidate = DERIVATIVES[self._activation](candidate, d_h - through_update)
        d_reset_h = tf.matmul(d_candidate, transposed[1])
        d_reset = _sigmoid_gradient(reset, d_reset_h * h)
        d_update = _sigmoid_gradient(update, d_h * (h - candidate))
        d_gates = tf.concat([d_reset, d_update], 1)
        d_old = through_update + d_reset_h * reset + tf.matmul(d_gates, transposed[0])
        return [d_gates, d_candidate], [d_old], []

    def weight_gradients(
        self, states: Tensors, new: Tensors, saved: Tensors, d_pre: Tensors, emitted: Tensors
    ) -> Tensors:
        """See Layer."""
        return [weights_gradient(states[0], d_pre[0]), weights_gradient(saved[3], d_pre[1])]
