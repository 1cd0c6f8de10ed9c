"""Reads recorded cases of old TensorFlow and rebuilds their graphs with this package.

The format is that of tests/golden/README.md: nothing here knows a particular case.
"""

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

Arrays = dict[str, np.ndarray]


def read_cases(folder: Path) -> list[tuple[dict[str, Any], Path]]:
    """(specification, file of arrays) of every case in a golden folder, or in its `functions` alone."""
    index = folder / "functions" / "cases.json"
    if not index.exists():
        index = folder / "cases.json"
    specs = json.loads(index.read_text(encoding="utf-8"))["cases"]
    roots = (index.parent.parent, index.parent)

    def arrays_of(spec: dict[str, Any]) -> Path:
        candidates = [root / spec["file"] for root in roots] + [index.parent / Path(spec["file"]).name]
        return next((path for path in candidates if path.exists()), candidates[0])

    return [(spec, arrays_of(spec)) for spec in specs]


def read_arrays(path: Path, dtype: str = "float32") -> Arrays:
    """The arrays of a case of this dtype. NumPy has no bfloat16: it comes as float32, or as raw bytes."""
    with np.load(path) as stored:
        arrays = {key: stored[key] for key in stored.files}
    if dtype != "bfloat16":
        return arrays
    short = tf.bfloat16.as_numpy_dtype
    raw = {key: array.view(short) for key, array in arrays.items() if array.dtype.kind == "V"}
    widened = {} if raw else {k: a.astype(short) for k, a in arrays.items() if a.dtype == np.float32}
    return arrays | raw | widened


def make_cell(spec: dict[str, Any]) -> Any:
    """A fresh cell from its JSON."""
    settings = dict(spec)
    cell_class = getattr(rnn_cell, settings.pop("type"))
    copies = settings.pop("repeat_same_object", None)
    if copies is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cell_class([make_cell(settings.pop("cell"))] * copies, **settings)
    if "cell" in settings:
        settings["cell"] = make_cell(settings["cell"])
    if "cells" in settings:
        settings["cells"] = [make_cell(inner) for inner in settings["cells"]]
    if settings.get("residual_fn") == "scaled":
        settings["residual_fn"] = lambda inputs, outputs: 0.5 * inputs + 2 * outputs
    return cell_class(**settings)


def _loop_function(name: str, inputs: dict[str, tf.Tensor]) -> Any:
    return {
        "linear_prev": lambda prev, i: tf.matmul(prev, inputs["loop_w"]),
        "step_scaled": lambda prev, i: tf.matmul(prev, inputs["loop_w"]) * (i + 1),
        "argmax_embed": lambda prev, i: tf.nn.embedding_lookup(inputs["loop_emb"], tf.argmax(prev, 1)),
    }[name]


def _squared_onehot(labels: Any, logits: Any) -> Any:
    return tf.reduce_sum(tf.square(logits - tf.one_hot(labels, logits.shape[-1], dtype=logits.dtype)), -1)


def _smoothed_ce(labels: Any, logits: Any) -> Any:
    depth = int(logits.shape[-1])
    smooth = 0.9 * tf.one_hot(labels, depth, dtype=logits.dtype) + 0.1 / depth
    return -tf.reduce_sum(smooth * tf.nn.log_softmax(logits), -1)


LOSS_FUNCTIONS = {"squared_onehot": _squared_onehot, "smoothed_ce": _smoothed_ce}


class StateSaver:
    """Has its states in the recorded inputs and forgets what is saved."""

    def __init__(self, inputs: dict[str, tf.Tensor]) -> None:
        self._inputs = inputs

    def state(self, name: str) -> tf.Tensor:
        return self._inputs[name]

    def save_state(self, name: str, value: tf.Tensor) -> tf.Operation:
        return tf.no_op()


class _Arguments:
    """Turns the JSON of arguments into tensors; `inputs` holds the arrays `in/<k>` as constants."""

    def __init__(self, arrays: Arrays) -> None:
        self.inputs = {
            k.removeprefix("in/"): tf.constant(v) for k, v in arrays.items() if k.startswith("in/")
        }

    def value(self, spec: Any, cell: Any = None) -> Any:
        if isinstance(spec, list):
            return [self.value(entry, cell) for entry in spec]
        if not isinstance(spec, dict):
            return spec
        if len(spec) != 1 or not next(iter(spec)).startswith("$"):
            return {key: self.value(entry, cell) for key, entry in spec.items()}
        ((kind, what),) = spec.items()
        return getattr(self, kind.replace("$", "_"))(what, cell)

    def _in(self, name: str, cell: Any) -> tf.Tensor:
        return self.inputs[name]

    def _in_list(self, name: str, cell: Any) -> list[tf.Tensor]:
        return tf.unstack(self.inputs[name])

    def _state(self, name: str, cell: Any) -> Any:
        size = cell.state_size
        parts = [self.inputs[f"{name}/{k}"] for k in range(len(tf.nest.flatten(size)))]
        return tf.nest.pack_sequence_as(size, parts)

    def _bool_tensor(self, value: int, cell: Any) -> tf.Tensor:
        # A placeholder: nothing can look through it.
        return tf.placeholder_with_default(bool(value), [])

    def _dtype(self, name: str, cell: Any) -> tf.DType:
        return tf.as_dtype(name)

    def _loop(self, name: str, cell: Any) -> Any:
        return _loop_function(name, self.inputs)

    def _saver(self, _: int, cell: Any) -> Any:
        return StateSaver(self.inputs)

    def _loss_fn(self, name: str, cell: Any) -> Any:
        return LOSS_FUNCTIONS[name]

    def _seq2seq(self, spec: dict[str, Any], cell: Any) -> Any:
        def seq2seq(encoder_inputs: Any, decoder_inputs: Any) -> Any:
            cell = make_cell(spec["cell"])
            function = getattr(legacy_seq2seq, spec["function"])
            return function(encoder_inputs, decoder_inputs, cell, **self.value(spec["args"], cell))

        return seq2seq


@dataclass
class Built:
    """What a case's call gave: tensors under the names of the recording, and the nests of the states."""

    outputs: dict[str, tf.Tensor]
    structures: dict[str, Any]
    inputs: dict[str, tf.Tensor]


def _pattern(state: Any) -> Any:
    """The nest of a state in the recording's notation."""
    counter = iter(range(len(tf.nest.flatten(state))))

    def walk(part: Any) -> Any:
        if isinstance(part, rnn_cell.LSTMStateTuple):
            return {"LSTMStateTuple": [walk(entry) for entry in part]}
        if isinstance(part, (tuple, list)):
            return [walk(entry) for entry in part]
        return next(counter)

    return walk(state)


def _run_cell(cell: Any, inputs: list[tf.Tensor], initial_state: Any) -> Any:
    outputs, state = [], initial_state
    for entry in inputs:
        output, state = cell(entry, state)
        outputs.append(output)
    return outputs, state


def _call(spec: dict[str, Any], arguments: _Arguments) -> Any:
    cells = {}
    for key in ("cell", "enc_cell", "cell_fw", "cell_bw"):
        if key in spec:
            cells[key] = make_cell(spec[key])
    if "dec_cells_dict" in spec:
        cells["dec_cells_dict"] = {name: make_cell(inner) for name, inner in spec["dec_cells_dict"].items()}
    keywords = arguments.value(spec["args"], cells.get("cell")) | cells
    functions = {"cell": _run_cell}
    for name in ("static_rnn", "static_bidirectional_rnn", "static_state_saving_rnn"):
        functions[name] = getattr(rnn, name, None)
    function = functions.get(spec["function"]) or getattr(legacy_seq2seq, spec["function"])
    return function(**keywords)


def build(spec: dict[str, Any], arrays: Arrays) -> Built:
    """Rebuild a case in the current graph."""
    arguments = _Arguments(arrays)
    if spec.get("outer_scope"):
        with tf.variable_scope(spec["outer_scope"]):
            result = _call(spec, arguments)
    else:
        result = _call(spec, arguments)
    outputs: dict[str, tf.Tensor] = {}
    structures: dict[str, Any] = {}

    def add_state(name: str, state: Any) -> None:
        for k, part in enumerate(tf.nest.flatten(state)):
            outputs[f"{name}/{k}"] = part
        structures[name] = _pattern(state)

    if spec["function"].startswith("sequence_loss"):
        outputs["loss"] = result
    elif spec["function"] == "model_with_buckets":
        for j, (steps, loss) in enumerate(zip(*result, strict=True)):
            outputs[f"bucket{j}/outputs"] = tf.stack(steps)
            outputs[f"bucket{j}/loss"] = loss
    elif spec["function"] == "one2many_rnn_seq2seq":
        for name in result[0]:
            outputs[f"{name}/outputs"] = tf.stack(result[0][name])
            add_state(f"{name}/state", result[1][name])
    else:
        steps, *states = result
        outputs["outputs"] = tf.stack(steps)
        for name, state in zip(
            ["state"] if len(states) == 1 else ["state_fw", "state_bw"], states, strict=True
        ):
            add_state(name, state)
    return Built(outputs, structures, arguments.inputs)
