"""From cells to what the loops run: layers, and what is done for all time steps before and after them.

One table, PLANS, from a cell's exact type (a subclass may do anything) to how it is taken apart. Variables
are made in the scopes and in the order in which the cell's own call makes them.

Shapes: T time steps, B batch, I input width, G width of gates' arguments, O output size, E embedding
size.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_seq2seq import rnn_cell
from legacy_seq2seq.loop.layers import GRU, BasicRNN, Layer
from legacy_seq2seq.loop.lstm import LSTM
from legacy_seq2seq.loop.weights import cut
from legacy_seq2seq.rnn_cell.linear import Linear
from legacy_seq2seq.rnn_cell.state import size_of
from legacy_seq2seq.time_major import flat_time, steps_again

Tensors = list[Any]


class Recurrent(NamedTuple):
    """A layer with its weights as tensors."""

    layer: Layer
    inputs: list[Tensors]  # [W [I, G], b [G]] for each tensor of `pre`
    weights: Tensors  # of the recurrence, as the layer wants them

    def pre(self, inputs: Any) -> Tensors:
        """The inputs' part of the gates' arguments: [T, B, I] to [T, B, G], each."""
        rows = flat_time(inputs)
        return [steps_again(tf.nn.bias_add(tf.matmul(rows, w), b), inputs) for w, b in self.inputs]


@dataclass
class Plan:
    """How a cell is taken apart: `before`, the layers, `after`, all over whole time."""

    recurrent: list[Recurrent]
    split: Callable[[Any], Tensors]  # the cell's state to the parts of all layers, from below
    join: Callable[[Tensors], Any]  # and back
    before: list[Callable[[Any], Any]] = field(default_factory=list)
    after: list[Callable[[Any], Any]] = field(default_factory=list)

    def by_layer(self, state: Any, batch: Any) -> list[Tensors]:
        """The parts of the cell's state, for each layer its own. `batch`: B as the inputs' shape has it."""
        own = [recurrent.layer.state_sizes for recurrent in self.recurrent]
        sizes = [size for of_layer in own for size in of_layer]
        parts = [_shaped(part, [batch, size]) for part, size in zip(self.split(state), sizes, strict=True)]
        return cut(parts, [len(of_layer) for of_layer in own])


def _shaped(part: Any, shape: list[Any]) -> Any:
    """`part` with all that is known of its shape: a loop keeps the shapes that it begins with."""
    merged = part.shape.merge_with(shape)
    if merged.as_list() == part.shape.as_list():
        return part
    part = tf.identity(part)
    part.set_shape(merged)
    return part


# (cell, inputs of a step, of which shape and dtype count, dtype of the state) -> plan
Planner = Callable[[Any, tf.TensorSpec, tf.DType], Plan]


def _pieces(kernel: Any, rows: int) -> list[Any]:
    """A kernel's rows for the inputs, and the `rows` for the state."""
    kernel = tf.convert_to_tensor(kernel)
    return tf.split(kernel, [int(kernel.shape[0]) - rows, rows], axis=0)


def _single(recurrent: Recurrent) -> Plan:
    return Plan([recurrent], lambda state: [state], lambda parts: parts[0])


def _plan_basic_rnn(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    with cell.entered(inputs):
        of_inputs, of_state = _pieces(cell._kernel, cell.output_size)
        layer = BasicRNN(cell.output_size, cell._activation)
        return _single(Recurrent(layer, [[of_inputs, tf.convert_to_tensor(cell._bias)]], [of_state]))


def _plan_gru(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    units = cell.output_size
    with cell.entered(inputs):
        gates_of_inputs, gates_of_state = _pieces(cell._gate_kernel, units)
        candidate_of_inputs, candidate_of_state = _pieces(cell._candidate_kernel, units)
        return _single(
            Recurrent(
                GRU(units, cell._activation),
                [
                    [gates_of_inputs, tf.convert_to_tensor(cell._gate_bias)],
                    [candidate_of_inputs, tf.convert_to_tensor(cell._candidate_bias)],
                ],
                [gates_of_state, candidate_of_state],
            )
        )


def _plan_lstm(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    units, outputs = cell._num_units, cell.output_size
    full = isinstance(cell, rnn_cell.LSTMCell)
    with cell.entered(inputs):
        of_inputs, of_state = _pieces(cell._kernel, outputs)
        weights = [of_state]
        if full and cell._use_peepholes:
            weights += [cell._w_f_diag, cell._w_i_diag, cell._w_o_diag]
        if full and cell._num_proj:
            weights.append(cell._proj_kernel)
        layer = LSTM(
            units,
            cell._activation,
            peepholes=full and cell._use_peepholes,
            projection=cell._num_proj if full else None,
            cell_clip=cell._cell_clip if full else None,
            projection_clip=cell._proj_clip if full else None,
        )
        # The forget bias belongs to the gate's argument at every step: it joins the stored one.
        forget = tf.constant(cell._forget_bias, dtype, [units])
        biases = cell._bias + tf.pad(forget, [[2 * units, units]])
        recurrent = Recurrent(layer, [[of_inputs, biases]], [tf.convert_to_tensor(w) for w in weights])
    if cell._state_is_tuple:
        return Plan([recurrent], list, lambda parts: rnn_cell.LSTMStateTuple(*parts))
    return Plan([recurrent], lambda state: tf.split(state, [units, outputs], axis=1), _concatenated)


def _concatenated(parts: Tensors) -> Any:
    return tf.concat(parts, 1)


def _plan_layers(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    plans: list[Plan] = []
    with cell.entered(inputs):
        for index, layer in enumerate(cell._cells):
            with tf.variable_scope(f"cell_{index}"):
                plans.append(plan(layer, inputs, dtype))
            inputs = tf.TensorSpec([inputs.shape[0], layer.output_size], dtype)
    counts = [sum(len(r.layer.state_sizes) for r in p.recurrent) for p in plans]

    def split(state: Any) -> Tensors:
        if not cell._state_is_tuple:
            state = tf.split(state, [size_of(layer.state_size) for layer in cell._cells], axis=1)
        return [part for p, own in zip(plans, state, strict=True) for part in p.split(own)]

    def join(parts: Tensors) -> Any:
        states = []
        for p, count in zip(plans, counts, strict=True):
            states.append(p.join(parts[:count]))
            parts = parts[count:]
        return tuple(states) if cell._state_is_tuple else _concatenated(states)

    return Plan([r for p in plans for r in p.recurrent], split, join)


def _plan_embedding(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    with cell.entered(inputs):
        embedding = cell.table(dtype)
        inner = plan(cell._cell, tf.TensorSpec([inputs.shape[0], cell._embedding_size], dtype), dtype)

    def lookup(symbols: Any) -> Any:
        """[T, B] or [T, B, 1] to [T, B, E]."""
        if symbols.shape.rank == 3:
            symbols = tf.squeeze(symbols, 2)
        with tf.device("/cpu:0"):
            return tf.nn.embedding_lookup(embedding, symbols)

    inner.before.insert(0, lookup)
    return inner


def _over_time(affine: Linear, activation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: steps_again(activation(affine(flat_time(x))), x)


def _plan_input_projection(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    with cell.entered(inputs):
        affine = Linear(inputs, cell._num_proj, True)
        inner = plan(cell._cell, tf.TensorSpec([inputs.shape[0], cell._num_proj], dtype), dtype)
    inner.before.insert(0, _over_time(affine, cell._activation))
    return inner


def _plan_output_projection(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    with cell.entered(inputs):
        inner = plan(cell._cell, inputs, dtype)
        output = tf.TensorSpec([inputs.shape[0], cell._cell.output_size], dtype)
        inner.after.append(_over_time(Linear(output, cell.output_size, True), cell._activation))
    return inner


PLANS: dict[type, Planner] = {
    rnn_cell.BasicRNNCell: _plan_basic_rnn,
    rnn_cell.GRUCell: _plan_gru,
    rnn_cell.GRUBlockCell: _plan_gru,
    rnn_cell.GRUBlockCellV2: _plan_gru,
    rnn_cell.BasicLSTMCell: _plan_lstm,
    rnn_cell.LSTMCell: _plan_lstm,
    rnn_cell.LSTMBlockCell: _plan_lstm,
    rnn_cell.MultiRNNCell: _plan_layers,
    rnn_cell.EmbeddingWrapper: _plan_embedding,
    rnn_cell.InputProjectionWrapper: _plan_input_projection,
    rnn_cell.OutputProjectionWrapper: _plan_output_projection,
}


def plan(cell: Any, inputs: tf.TensorSpec, dtype: tf.DType) -> Plan:
    """Take `cell` apart, making its variables, for inputs of a step like `inputs` and a state of `dtype`."""
    return PLANS[type(cell)](cell, inputs, dtype)
