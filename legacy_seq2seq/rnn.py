"""Recurrent networks over lists of inputs: static_rnn, static_bidirectional_rnn, static_state_saving_rnn.

Shapes: T time steps, B batch, I input width, O output size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.choice import may_batch, use_loop
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.loop import obstacle, run_cell
from legacy_seq2seq.rnn_cell.base import assert_like_rnn_cell, initial_state_of
from legacy_seq2seq.rnn_cell.state import zeros_of_size
from legacy_seq2seq.time_major import alike, stack_time, unstack_time
from legacy_seq2seq.unrolled import LoopFunction, unroll


def _batch_size(inputs: Sequence[Any]) -> Any:
    """B, an int if any of the inputs knows it, else a scalar tensor. Checks the inputs' shapes."""
    static = None
    flat = tf.nest.flatten(inputs)
    for tensor in flat:
        shape = tensor.shape
        if shape.rank is None:
            continue
        if shape.rank == 0:
            raise ValueError(f"inputs must have a batch dimension, got the scalar {tensor!r}.")
        for axis, size in enumerate(shape.as_list()[1:], 1):
            if size is None:
                raise ValueError(
                    f"inputs must have known sizes but for the batch: dimension {axis} of {tensor!r}."
                )
        size = shape.as_list()[0]
        if static is not None and size is not None and static != size:
            raise ValueError(f"inputs must have one batch size, got {static} and {size} ({tensor!r}).")
        static = size if static is None else static
    return tf.shape(flat[0])[0] if static is None else static


def _checked_lengths(sequence_length: Any) -> tf.Tensor:
    lengths = tf.convert_to_tensor(sequence_length, name="sequence_length")
    if lengths.shape.rank not in (None, 1):
        raise ValueError(f"sequence_length must be a vector [batch], got shape {lengths.shape}.")
    return tf.cast(lengths, tf.int32)


def _one_dtype(state: Any) -> tf.DType:
    dtypes = {part.dtype.base_dtype for part in tf.nest.flatten(state)}
    if len(dtypes) != 1:
        raise ValueError(
            "dtype must be given with sequence_length where the parts of initial_state are not of one dtype, "
            f"got None and {sorted(dtype.name for dtype in dtypes)}."
        )
    return dtypes.pop()


def _check_dtypes(output: Any, zero_output: Any) -> None:
    for made, zeros in zip(tf.nest.flatten(output), tf.nest.flatten(zero_output), strict=True):
        if made.dtype != zeros.dtype:
            raise TypeError(
                "dtype, or without one the state's, must with sequence_length be that of the cell's outputs, "
                f"{made.dtype.name}, got {zeros.dtype.name}."
            )


def _keep_where(alive: tf.Tensor, new: Any, old: Any) -> Any:
    """Row by row `new` where `alive` [B], else `old`; for every tensor of the nests."""

    def choose(old_tensor: Any, new_tensor: Any) -> Any:
        if new_tensor.shape.rank == 0:
            return new_tensor
        chosen = tf.where(alive, new_tensor, old_tensor)
        chosen.set_shape(new_tensor.shape)
        return chosen

    flat = [choose(o, n) for o, n in zip(tf.nest.flatten(old), tf.nest.flatten(new), strict=True)]
    return tf.nest.pack_sequence_as(new, flat)


def over_time(
    cell: Any, inputs: Sequence[Any], initial_state: Any, loop_function: LoopFunction | None = None
) -> tuple[list[Any], Any]:
    """`cell` over T inputs by the engine that is chosen, or suits: (T outputs, last state)."""
    if not inputs:
        return [], initial_state
    if use_loop(len(inputs), obstacle(cell, inputs, initial_state, loop_function)):
        return run_cell(cell, inputs, initial_state, loop_function)
    return unroll(lambda _, inp, state: cell(inp, state), inputs, initial_state, loop_function)


@graph_only
def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Run `cell` over a list of inputs.

    Args:
      cell: an RNNCell.
      inputs: list of T tensors [B, I] (or [B] symbols for an EmbeddingWrapper), or nests of them.
      initial_state: state to start from; zeros of `dtype` if None.
      dtype: of the initial state when it is not given; with `sequence_length` also of the outputs, which
        are otherwise of the state's.
      sequence_length: int vector [B]: after its end an example's outputs are zeros and its state stays;
        None means T for all.
      scope: variable scope, `rnn` if None.

    Returns (list of T outputs [B, O], last state). Raises TypeError if `cell` is not a cell, `inputs` not a
    sequence, or with `sequence_length` the outputs are of another dtype; ValueError if `inputs` is empty, of
    unknown widths or of differing batch sizes, if neither `initial_state` nor `dtype` is given, or with
    `sequence_length` the states' dtypes differ and `dtype` is not given; RuntimeError eagerly.
    Source: TF 1.15 `tf.nn.static_rnn`.
    """
    assert_like_rnn_cell("cell", cell)
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list of tensors, one a time step, got {inputs!r}.")
    if not inputs:
        raise ValueError("inputs must hold at least one time step, got none.")
    inputs = [tf.nest.map_structure(tf.convert_to_tensor, entry) for entry in inputs]
    with tf.variable_scope(scope or "rnn"):
        batch_size = _batch_size(inputs)
        if initial_state is None:
            if dtype is None:
                raise ValueError("dtype must be given when initial_state is not, got None for both.")
            initial_state = initial_state_of(cell, batch_size, dtype)
        if sequence_length is None:
            return over_time(cell, inputs, initial_state)

        use_loop(len(inputs), "sequence_length is given")
        lengths = _checked_lengths(sequence_length)
        zero_output = zeros_of_size(cell.output_size, batch_size, dtype or _one_dtype(initial_state))

        def step(time: int, inp: Any, state: Any) -> tuple[Any, Any]:
            output, new_state = cell(inp, state)
            _check_dtypes(output, zero_output)
            alive = tf.less(time, lengths)
            return _keep_where(alive, output, zero_output), _keep_where(alive, new_state, state)

        return unroll(step, inputs, initial_state)


@graph_only
def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """Run one cell forwards and another backwards over a list of inputs.

    Args:
      cell_fw: an RNNCell, output size O_f.
      cell_bw: an RNNCell, output size O_b.
      inputs: list of T tensors [B, I].
      initial_state_fw: state to start from; zeros of `dtype` if None.
      initial_state_bw: the same for the backward cell.
      dtype: of the initial states when they are not given.
      sequence_length: int vector [B]: the backward cell starts at each example's own end.
      scope: variable scope, `bidirectional_rnn` if None; the cells' are `fw` and `bw` in it.

    Returns (list of T outputs [B, O_f + O_b], forward state, backward state). Raises as `static_rnn` does.
    Source: TF 1.15 `tf.nn.static_bidirectional_rnn`.
    """
    assert_like_rnn_cell("cell_fw", cell_fw)
    assert_like_rnn_cell("cell_bw", cell_bw)
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list of tensors, one a time step, got {inputs!r}.")
    if not inputs:
        raise ValueError("inputs must hold at least one time step, got none.")
    with tf.variable_scope(scope or "bidirectional_rnn"):
        with tf.variable_scope("fw") as fw_scope:
            forward, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=fw_scope
            )
        with tf.variable_scope("bw") as bw_scope:
            backward, state_bw = static_rnn(
                cell_bw,
                _reversed(inputs, sequence_length),
                initial_state_bw,
                dtype,
                sequence_length,
                scope=bw_scope,
            )
    backward = _reversed(backward, sequence_length)
    if may_batch(len(inputs)) and alike(forward, 2) and alike(backward, 2):
        joined = tf.concat([stack_time(forward), stack_time(backward)], 2)
        return unstack_time(joined), state_fw, state_bw
    flat = [
        [tf.concat([f, b], 1) for f, b in zip(tf.nest.flatten(fw), tf.nest.flatten(bw), strict=True)]
        for fw, bw in zip(forward, backward, strict=True)
    ]
    outputs = [tf.nest.pack_sequence_as(fw, parts) for fw, parts in zip(forward, flat, strict=True)]
    return outputs, state_fw, state_bw


def _reversed(steps: Sequence[Any], lengths: Any) -> list[Any]:
    """The steps in reverse order; with lengths, each example's own steps, its padding staying last."""
    if lengths is None:
        return list(reversed(steps))

    def reverse(*parts: Any) -> Any:
        turned = tf.reverse_sequence(tf.stack(parts), lengths, seq_axis=0, batch_axis=1)
        return tf.unstack(turned, num=len(parts))

    by_part = [reverse(*parts) for parts in zip(*(tf.nest.flatten(step) for step in steps), strict=True)]
    return [
        tf.nest.pack_sequence_as(step, list(parts))
        for step, parts in zip(steps, zip(*by_part, strict=True), strict=True)
    ]


@graph_only
def static_state_saving_rnn(
    cell: Any,
    inputs: Sequence[Any],
    state_saver: Any,
    state_name: Any,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """A `static_rnn` that takes its first state from `state_saver` and gives the last one back to it.

    Args:
      cell: an RNNCell.
      inputs: list of T tensors [B, I].
      state_saver: an object with `state(name)` and `save_state(name, value)`, which returns an operation.
      state_name: a name, or for a cell whose state is a tuple a tuple of names, one for each tensor.
      sequence_length: as in `static_rnn`.
      scope: as in `static_rnn`.

    Returns (list of T outputs, last state); the last output carries the saving along. Raises ValueError if
    `state_name` is not a tuple exactly when the state is one, or differs from it in length.
    Source: TF 1.15 `tf.nn.static_state_saving_rnn`.
    """
    size = cell.state_size
    names, sizes = tf.nest.flatten(state_name), tf.nest.flatten(size)
    if tf.nest.is_nested(size) != tf.nest.is_nested(state_name) or len(names) != len(sizes):
        raise ValueError(
            "state_name must be one name, or where the state is a tuple a tuple of names, for the state size "
            f"{size}, got {state_name!r}."
        )
    initial_state = tf.nest.pack_sequence_as(size, [state_saver.state(name) for name in names])
    outputs, state = static_rnn(
        cell, inputs, initial_state=initial_state, sequence_length=sequence_length, scope=scope
    )
    parts = tf.nest.flatten(state)
    saving = [state_saver.save_state(name, part) for name, part in zip(names, parts, strict=True)]
    with tf.control_dependencies(saving):
        outputs[-1] = tf.nest.map_structure(tf.identity, outputs[-1])
        state = tf.nest.map_structure(tf.identity, state)
    return outputs, state
