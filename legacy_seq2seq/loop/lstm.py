"""The arithmetic of an LSTM layer: see layers.py.

Shapes: B batch, T time steps, H units, P projection (H without one); gates in the order i, j, f, o.
"""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.loop.layers import DERIVATIVES, Layer, Tensors, weights_gradient

_sigmoid_gradient = DERIVATIVES[tf.sigmoid]


def _clip(x: Any, limit: float | None) -> Any:
    return x if limit is None else tf.clip_by_value(x, -limit, limit)


def _clip_gradient(x: Any, dy: Any, limit: float | None) -> Any:
    return dy if limit is None else tf.where_v2(tf.abs(x) <= limit, dy, tf.zeros_like(dy))


class LSTM(Layer):
    """`i, j, f, o = pre + h W`; `c' = clip(sigmoid(f + w_f c) c + sigmoid(i + w_i c) act(j))`;
    `h' = clip((sigmoid(o + w_o c') act(c')) W_p)`.

    The forget bias is part of `pre`. State [c [B, H], h [B, P]]; weights [W [P, 4H]], then w_f, w_i, w_o [H]
    with peepholes, then W_p [H, P] with a projection; G = 4H; saved: the gates i, j, f, o [B, H] after their
    activations.
    """

    def __init__(
        self,
        units: int,
        activation: Callable[..., Any],
        peepholes: bool = False,
        projection: int | None = None,
        cell_clip: float | None = None,
        projection_clip: float | None = None,
    ) -> None:
        """Sizes, the activation (one of DERIVATIVES), and what of the full LSTM there is."""
        self.state_sizes = [units, projection or units]
        self.pre_sizes = [4 * units]
        self.saved_sizes = [units] * 4
        self.emitted_sizes = [projection] if projection else []
        self._activation = activation
        self._peepholes = peepholes
        self._projected = bool(projection)
        self._cell_clip = cell_clip
        self._projection_clip = projection_clip if projection else None

    def _new_output(self, o: Any, c: Any, weights: Tensors) -> tuple[Any, Any]:
        """(h' before clipping, clipped)."""
        h = o * self._activation(c)
        if self._projected:
            h = tf.matmul(h, weights[-1])
        return h, _clip(h, self._projection_clip)

    def forward(self, pre: Tensors, state: Tensors, weights: Tensors) -> tuple[Tensors, Tensors]:
        """See Layer."""
        c, h = state
        i, j, f, o = tf.split(pre[0] + tf.matmul(h, weights[0]), 4, axis=1)
        if self._peepholes:
            f += weights[1] * c
            i += weights[2] * c
        i, j, f = tf.sigmoid(i), self._activation(j), tf.sigmoid(f)
        new_c = _clip(f * c + i * j, self._cell_clip)
        o = tf.sigmoid(o + weights[3] * new_c if self._peepholes else o)
        return [new_c, self._new_output(o, new_c, weights)[1]], [i, j, f, o]

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
        (d_c, d_h), (c, _), (new_c, _), (i, j, f, o) = d_new, state, new, saved
        derivative = DERIVATIVES[self._activation]
        emitted = []
        if self._projected:
            if self._projection_clip is not None:
                d_h = _clip_gradient(self._new_output(o, new_c, weights)[0], d_h, self._projection_clip)
            emitted = [d_h]
            d_h = tf.matmul(d_h, transposed[-1])
        shown = self._activation(new_c)
        d_o = _sigmoid_gradient(o, d_h * shown)
        d_c += derivative(shown, d_h * o)
        if self._peepholes:
            d_c += d_o * weights[3]
        if self._cell_clip is not None:
            d_c = _clip_gradient(f * c + i * j, d_c, self._cell_clip)
        d_i = _sigmoid_gradient(i, d_c * j)
        d_j = derivative(j, d_c * i)
        d_f = _sigmoid_gradient(f, d_c * c)
        d_old_c = d_c * f
        if self._peepholes:
            d_old_c += d_f * weights[1] + d_i * weights[2]
        d_pre = tf.concat([d_i, d_j, d_f, d_o], 1)
        return [d_pre], [d_old_c, tf.matmul(d_pre, transposed[0])], emitted

    def weight_gradients(
        self, states: Tensors, new: Tensors, saved: Tensors, d_pre: Tensors, emitted: Tensors
    ) -> Tensors:
        """See Layer."""
        (c, h), (new_c, _) = states, new
        gradients = [weights_gradient(h, d_pre[0])]
        if self._peepholes:
            d_i, _, d_f, d_o = tf.split(d_pre[0], 4, axis=1)
            gradients += [tf.reduce_sum(d * x, 0) for d, x in ((d_f, c), (d_i, c), (d_o, new_c))]
        if self._projected:
            gradients.append(weights_gradient(saved[3] * self._activation(new_c), emitted[0]))
        return gradients
