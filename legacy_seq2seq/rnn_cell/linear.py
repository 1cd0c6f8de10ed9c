"""One affine layer over several inputs, as the legacy cells and decoders use it.

Shapes: B batch, D_k width of the k-th input, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import require_graph


def _total_width(args: Sequence[tf.Tensor]) -> int:
    total = 0
    for position, arg in enumerate(args):
        if arg.shape.rank != 2:
            raise ValueError(f"linear: args[{position}] must be 2-D [batch, width], got shape {arg.shape}.")
        width = tf.dimension_value(arg.shape[1])
        if width is None:
            raise ValueError(f"linear: the width of args[{position}] must be known, got shape {arg.shape}.")
        total += width
    return total


def _as_list(args: Any) -> list[tf.Tensor]:
    if args is None or (tf.nest.is_nested(args) and not args):
        raise ValueError(f"linear: args must be a tensor or a non-empty list of tensors, got {args!r}.")
    return list(args) if isinstance(args, (list, tuple)) else [args]


class Linear:
    """The variables of one affine layer, made (or found) in the current variable scope.

    Args:
      args: a tensor [B, D] or a list of tensors [B, D_k]; fixes dtype and widths.
      output_size: O.
      build_bias: whether there is a bias.
      bias_initializer: zeros if None.
      kernel_initializer: the scope's, or Glorot uniform, if None.

    Variables `kernel` [sum D_k, O] and `bias` [O]. Raises ValueError for inputs that are not 2-D or of
    unknown width. Source: `_Linear` of TF 1.15's contrib `core_rnn_cell`.
    """

    def __init__(
        self,
        args: Any,
        output_size: int,
        build_bias: bool,
        bias_initializer: Any = None,
        kernel_initializer: Any = None,
    ) -> None:
        """Make or find the variables: see the class."""
        require_graph("legacy_seq2seq's linear")
        tensors = _as_list(args)
        dtype = tensors[0].dtype
        self._build_bias = build_bias
        self._weights = tf.get_variable(
            "kernel", [_total_width(tensors), output_size], dtype=dtype, initializer=kernel_initializer
        )
        if build_bias:
            # A scope's partitioner is meant for matrices: 1.15 never cut biases.
            with tf.variable_scope(tf.get_variable_scope(), auxiliary_name_scope=False) as unpartitioned:
                unpartitioned.set_partitioner(None)
                self._biases = tf.get_variable(
                    "bias",
                    [output_size],
                    dtype=dtype,
                    initializer=tf.zeros_initializer() if bias_initializer is None else bias_initializer,
                )

    @property
    def weights(self) -> tf.Tensor:
        """The kernel [sum D_k, O] as a tensor."""
        return tf.convert_to_tensor(self._weights)

    @property
    def biases(self) -> tf.Tensor:
        """The bias [O] as a tensor; there is one with `build_bias` only."""
        return tf.convert_to_tensor(self._biases)

    def __call__(self, args: Any) -> tf.Tensor:
        """Affine map of the concatenated inputs, [B, O]."""
        tensors = _as_list(args)
        joined = tensors[0] if len(tensors) == 1 else tf.concat(tensors, 1)
        product = tf.matmul(joined, self._weights)
        return tf.nn.bias_add(product, self._biases) if self._build_bias else product


def linear(
    args: Any,
    output_size: int,
    bias: bool,
    bias_initializer: Any = None,
    kernel_initializer: Any = None,
    *,
    bias_start: float | None = None,
    scope: Any = None,
) -> tf.Tensor:
    """`sum_k args[k] @ W_k (+ b)` with variables of the current scope.

    Args:
      args: a tensor [B, D] or a list of tensors [B, D_k] of one dtype.
      output_size: O.
      bias: whether to add a bias.
      bias_initializer: zeros if None; a number (0.x's fourth argument) means that constant.
      kernel_initializer: the scope's, or Glorot uniform, if None.
      bias_start: 0.x's keyword for a constant `bias_initializer`.
      scope: 0.x's keyword: open this variable scope first.

    Returns a tensor [B, O]. Raises ValueError for empty `args`, inputs that are not 2-D or of unknown
    width, and RuntimeError eagerly. Source: `_linear` of TF 1.15's contrib `core_rnn_cell`.
    """
    if bias_initializer is None and bias_start is not None:
        bias_initializer = bias_start
    if isinstance(bias_initializer, (int, float)):
        bias_initializer = tf.constant_initializer(float(bias_initializer))
    if scope is not None:
        with tf.variable_scope(scope):
            return Linear(args, output_size, bias, bias_initializer, kernel_initializer)(args)
    return Linear(args, output_size, bias, bias_initializer, kernel_initializer)(args)
