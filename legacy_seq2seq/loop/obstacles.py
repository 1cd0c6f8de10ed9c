"""What stands against a loop: the reasons for which a call is unrolled.

Shapes: B batch, I input width.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq import rnn_cell
from legacy_seq2seq.feeding import GreedyFeeding
from legacy_seq2seq.loop.layers import DERIVATIVES
from legacy_seq2seq.loop.plan import PLANS
from legacy_seq2seq.time_major import alike

# What a step of a cell is made of; a plan knows these of its class, as they stand here.
_METHODS = ("__call__", "call", "build")
_OF_CLASSES = {kind: [getattr(kind, name) for name in _METHODS] for kind in PLANS}


def _in_kind(cell: Any) -> str | None:
    """Why there is no plan for `cell`: a foreign class, or a user's method on the object or its class."""
    kind = type(cell)
    if kind not in PLANS:
        return f"the cell {kind.__name__} is not one that it knows"
    own = any(name in vars(cell) for name in _METHODS)
    if own or [getattr(kind, name) for name in _METHODS] != _OF_CLASSES[kind]:
        return f"a method of {kind.__name__} has been replaced"
    return None


def _in_cell(cell: Any, inside: bool = False) -> str | None:
    """Why `cell` cannot be taken apart, or None if it can. `inside`: it is a layer among others."""
    name = type(cell).__name__
    found = _in_kind(cell)
    if found is not None:
        return found
    if type(cell) is rnn_cell.MultiRNNCell:
        return next(filter(None, (_in_cell(layer, inside=True) for layer in cell._cells)), None)
    if hasattr(cell, "_cell"):
        return f"a {name} stands between layers" if inside else _in_cell(cell._cell)
    if not any(cell._activation is known for known in DERIVATIVES):
        return f"it does not know the activation of {name}"
    if any(tf.is_tensor(getattr(cell, what, None)) for what in ("_forget_bias", "_cell_clip", "_proj_clip")):
        return f"a setting of {name} is a tensor"
    return None


def _takes_symbols(cell: Any) -> bool:
    while hasattr(cell, "_cell"):
        if type(cell) is rnn_cell.EmbeddingWrapper:
            return True
        cell = cell._cell
    return False


def _in_state(cell: Any, state: Any) -> str | None:
    try:
        tf.nest.assert_same_structure(cell.state_size, state)
    except (TypeError, ValueError):
        return f"the state {state!r} is not nested like the cell's state size {cell.state_size!r}"
    parts = tf.nest.flatten(state)
    for part, size in zip(parts, tf.nest.flatten(cell.state_size), strict=True):
        if not tf.is_tensor(part) or part.dtype != parts[0].dtype or not part.dtype.is_floating:
            return "the parts of the state are not tensors of one floating dtype"
        if not part.shape.is_compatible_with([None, size]) or part.shape.rank is None:
            return f"a part of the state has shape {part.shape}, not [batch, {size}]"
    return None


def _in_inputs(cell: Any, inputs: Sequence[Any], dtype: tf.DType) -> str | None:
    if _takes_symbols(cell):
        single = alike(inputs, 2) and inputs[0].shape[1] == 1
        if not (alike(inputs, 1) or single) or not inputs[0].dtype.is_integer:
            return "the inputs are not all integer tensors [batch] of one dtype"
        return None
    if not alike(inputs, 2) or tf.dimension_value(inputs[0].shape[1]) is None:
        return "the inputs are not all tensors [batch, width] of one dtype and known width"
    if inputs[0].dtype != dtype:
        return f"the inputs are {inputs[0].dtype.name} and the state is {dtype.name}"
    return None


def _in_feeding(loop_function: Any, first: Any) -> str | None:
    """`first`: the first step's input, which the embedded symbols must be like."""
    if type(loop_function) is not GreedyFeeding:
        return "what a step is fed depends on the previous output by a loop function of the user's"
    embedding = loop_function.embedding
    if isinstance(embedding, (list, tuple)) or not hasattr(embedding, "shape"):
        return "the embedding is not one tensor or variable"
    dtype, shape = embedding.dtype.base_dtype, embedding.shape[1:]
    if dtype != first.dtype or not shape.is_compatible_with(first.shape[1:]):
        return (
            f"the embedded symbols are {dtype.name} {shape}, and the inputs of the first step "
            f"{first.dtype.name} {first.shape[1:]}"
        )
    symbols = loop_function.symbols
    if symbols and not (alike(symbols, 1) and symbols[0].dtype.is_integer):
        return "the given symbols are not all integer tensors [batch] of one dtype"
    return None


def _in_place() -> str | None:
    context = tf.get_default_graph()._get_control_flow_context()  # None with TensorFlow 2's control flow
    if context is not None and context.GetWhileContext() is not None:
        return "it is called inside a tf.while_loop of TensorFlow 1, whose gradient does not enter a loop's"
    return None


def obstacle(cell: Any, inputs: Sequence[Any], state: Any, loop_function: Any = None) -> str | None:
    """Why a loop over `inputs` cannot be built, or None if it can."""
    given = inputs if loop_function is None else inputs[:1]
    found = _in_place() or _in_cell(cell) or _in_state(cell, state)
    found = found or _in_inputs(cell, given, tf.nest.flatten(state)[0].dtype)
    if found is None and loop_function is not None:
        found = _in_feeding(loop_function, inputs[0])
    return found


def obstacle_to_attention(
    cell: Any, inputs: Sequence[Any], state: Any, loop_function: Any, attention_states: Any, dtype: tf.DType
) -> str | None:
    """The same for a decoder with attention; `dtype` that of its variables."""
    found = obstacle(cell, inputs, state, loop_function)
    if found is not None:
        return found
    inner = cell
    while hasattr(inner, "_cell"):
        if type(inner) is not rnn_cell.OutputProjectionWrapper:
            return f"a {type(inner).__name__} stands between the attention and the cell"
        inner = inner._cell
    if not inputs[0].dtype == attention_states.dtype == dtype:
        return "inputs, attention states and variables differ in dtype"
    return None
