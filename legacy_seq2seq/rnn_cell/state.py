"""Cell states: the LSTM's pair, sizes, zeros.

Shapes: B batch, S one entry of a (nested) state size.
"""

from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf


class LSTMStateTuple(NamedTuple):
    """The state of an LSTM: `c` the cell [B, units], `h` the output [B, units or projection]."""

    c: Any
    h: Any

    @property
    def dtype(self) -> tf.DType:
        """The one dtype of both parts; TypeError if they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(
                f"LSTMStateTuple: c and h must have one dtype, got {self.c.dtype} and {self.h.dtype}."
            )
        return self.c.dtype


def size_of(units: Any) -> int:
    """A state or output size as an int (TF1 code passes ints, Dimensions and TensorShapes)."""
    dims = tf.TensorShape(units).as_list() if isinstance(units, (tf.TensorShape, list)) else [units]
    return int(tf.dimension_value(dims[-1]))


def zeros_of_size(size: Any, batch_size: Any, dtype: tf.DType) -> Any:
    """Zeros [B, S] for every entry of the nest `size`; `batch_size` an int or a scalar tensor."""

    def zeros(entry: Any) -> tf.Tensor:
        dims = entry.as_list() if isinstance(entry, tf.TensorShape) else [tf.dimension_value(entry)]
        return tf.zeros(tf.stack([batch_size, *dims]), dtype=dtype)

    return tf.nest.map_structure(zeros, size)
