"""Records cases with the real TensorFlow 1.15.5 (Python 3.7), in the format of README.md.

Covers what functions/ does not: further cells, dropout with seeds, other rnn functions, repeated use.
Usage: python record_tf115.py OUT_DIR
"""

import hashlib
import inspect
import json
import os
import sys
import types

import mistakes
import numpy as np
import scenarios
import tensorflow as tf
from tensorflow.contrib import legacy_seq2seq
from tensorflow.contrib import rnn as contrib_rnn
from tensorflow.contrib.rnn.python.ops import core_rnn_cell

B, IN, UNITS, TIME = 3, 4, 5, 4
SEED_OF_GRAPH = 7
GRU = {"type": "GRUCell", "num_units": UNITS}
LSTM = {"type": "BasicLSTMCell", "num_units": UNITS}
FULL_LSTM = {
    "type": "LSTMCell",
    "num_units": UNITS,
    "use_peepholes": True,
    "num_proj": 3,
    "cell_clip": 0.4,
    "proj_clip": 0.3,
}
NEST = tf.contrib.framework.nest


def make_cell(spec):
    spec = dict(spec)
    kind = spec.pop("type")
    cls = getattr(tf.nn.rnn_cell, kind, None) or getattr(contrib_rnn, kind)
    for key in ("cell", "cells"):
        if key in spec:
            spec[key] = make_cell(spec[key]) if key == "cell" else [make_cell(c) for c in spec[key]]
    return cls(**spec)


class Saver:
    """A state saver that keeps its states in the recorded inputs."""

    def __init__(self, inputs):
        self.inputs = inputs

    def state(self, name):
        return self.inputs[name]

    def save_state(self, name, value):
        return tf.no_op()


def init_of(variable, session):
    source = [op for op in variable.graph.get_operations() if op.name.startswith(variable.op.name + "/Init")]
    drawn = [op for op in source if op.type == "RandomUniform"]
    if not drawn:
        values = np.unique(session.run(variable.initial_value).astype("d"))
        assert len(values) == 1, variable.name
        return {"kind": "constant", "value": float(values[0])}
    ends = [
        session.run(variable.initial_value, {drawn[0].outputs[0]: np.full(drawn[0].outputs[0].shape, e)})
        for e in (0.0, 1.0)
    ]
    return {"kind": "uniform", "min": float(ends[0].flat[0]), "max": float(ends[1].flat[0])}


def run_cell(cell, inputs, initial_state):
    outputs = []
    for x in inputs:
        y, initial_state = cell(x, initial_state)
        outputs.append(y)
    return outputs, initial_state


def value_of(spec, inputs, cell):
    if isinstance(spec, list):
        return [value_of(s, inputs, cell) for s in spec]
    if not isinstance(spec, dict):
        return spec
    ((kind, what),) = spec.items()
    size = cell.state_size if cell is not None else ()
    return {
        "$in": lambda: inputs[what],
        "$in_list": lambda: tf.unstack(inputs[what]),
        "$state": lambda: NEST.pack_sequence_as(
            size, [inputs[f"{what}/{k}"] for k in range(len(NEST.flatten(size)))]
        ),
        "$dtype": lambda: tf.as_dtype(what),
        "$saver": lambda: Saver(inputs),
    }[kind]()


def pattern(state):
    counter = iter(range(99))

    def walk(part):
        if type(part).__name__ == "LSTMStateTuple":
            return {"LSTMStateTuple": [walk(p) for p in part]}
        if isinstance(part, (tuple, list)):
            return [walk(p) for p in part]
        return next(counter)

    return walk(state)


FUNCTIONS = {
    "cell": run_cell,
    "static_rnn": tf.nn.static_rnn,
    "static_bidirectional_rnn": tf.nn.static_bidirectional_rnn,
    "static_state_saving_rnn": tf.nn.static_state_saving_rnn,
}


def record(case, arrays, out):
    case = dict({"dtype": "float32"}, **case, weight_scale=0.7, file="functions/{}.npz".format(case["id"]))
    kind = tf.as_dtype(case["dtype"])
    case["seed"] = int(hashlib.md5(case["id"].encode()).hexdigest()[:6], 16)
    random = np.random.RandomState(case["seed"] + 1)
    with tf.Graph().as_default():
        tf.set_random_seed(SEED_OF_GRAPH)
        inputs = {
            k: tf.constant(v.astype(kind.as_numpy_dtype) if v.dtype == np.float32 else v)
            for k, v in arrays(random).items()
        }
        stored = {"in/" + k: v for k, v in tf.Session().run(inputs).items()}
        cells = {k: make_cell(case[k]) for k in ("cell", "cell_fw", "cell_bw") if k in case}
        keywords = {k: value_of(v, inputs, cells.get("cell")) for k, v in case["args"].items()}
        keywords.update(cells)
        function = FUNCTIONS.get(case["function"]) or getattr(legacy_seq2seq, case["function"])
        result = function(**keywords)
        tensors, case["structures"] = {"outputs": tf.stack(result[0])}, {}
        for name, state in zip(("state",) if len(result) == 2 else ("state_fw", "state_bw"), result[1:]):  # noqa: B905
            case["structures"][name] = pattern(state)
            tensors.update((f"{name}/{k}", part) for k, part in enumerate(NEST.flatten(state)))
        case["outputs"] = sorted(tensors)
        variables = tf.global_variables()
        cot = {
            k: random.uniform(-1, 1, v.shape.as_list()).astype(v.dtype.as_numpy_dtype)
            for k, v in tensors.items()
        }
        scalar = tf.add_n([tf.reduce_sum(v * cot[k]) for k, v in sorted(tensors.items())])
        floats = sorted(k for k, v in inputs.items() if v.dtype.is_floating)
        grads = tf.gradients(scalar, variables + [inputs[k] for k in floats])
        names = [v.op.name for v in variables] + ["in/" + k for k in floats]
        case["grad_none"] = [n for n, g in zip(names, grads) if g is None]  # noqa: B905
        case["grad_sparse"] = [
            n
            for n, g in zip(names, grads)  # noqa: B905
            if isinstance(g, tf.IndexedSlices) and n[:3] != "in/"
        ]
        weights = np.random.RandomState(case["seed"])
        named = {v.op.name: v for v in variables}
        values = {
            n: weights.uniform(-0.7, 0.7, named[n].shape.as_list()).astype(named[n].dtype.as_numpy_dtype)
            for n in sorted(named)
        }
        with tf.Session() as session:
            case["variables"] = [
                {
                    "name": v.op.name,
                    "shape": v.shape.as_list(),
                    "dtype": v.dtype.base_dtype.name,
                    "init": init_of(v, session),
                }
                for v in variables
            ]
            session.run(
                [v.initializer for v in variables], {v.initial_value: values[v.op.name] for v in variables}
            )
            present = {n: tf.convert_to_tensor(g) for n, g in zip(names, grads) if g is not None}  # noqa: B905
            got, total, dense = session.run([tensors, scalar, present])
    stored.update(("cot/" + k, v) for k, v in cot.items())
    stored.update(("out/" + k, v) for k, v in got.items())
    stored["scalar"] = total
    for i, v in enumerate(variables):
        stored[f"var/{i}"] = values[v.op.name]
        if v.op.name in dense:
            stored[f"grad/{i}"] = dense[v.op.name]
    stored.update(("grad_in/" + k, dense["in/" + k]) for k in floats if "in/" + k in dense)
    if kind == tf.bfloat16:  # which NumPy cannot store
        short = {k for k, v in stored.items() if v.dtype == kind.as_numpy_dtype}
        stored = {k: v.astype("f") if k in short else v for k, v in stored.items()}
    np.savez_compressed(os.path.join(out, "functions", case["id"] + ".npz"), **stored)
    return case


def floats_like(*sizes):
    def arrays(random):
        made = {"inputs": random.uniform(-1, 1, [TIME, B, IN]).astype("f")}
        made.update(
            (f"initial_state/{k}", random.uniform(-1, 1, [B, size]).astype("f"))
            for k, size in enumerate(sizes)
        )
        return made

    return arrays


def with_lengths(random):
    return dict(floats_like()(random), lengths=np.array([2, 4, 0], np.int32))


def square_inputs(*sizes):
    def arrays(random):
        made = floats_like(*sizes)(random)
        made["inputs"] = random.uniform(-1, 1, [TIME, B, UNITS]).astype("f")
        return made

    return arrays


CELL_ARGS = {"inputs": {"$in_list": "inputs"}, "initial_state": {"$state": "initial_state"}}


def cell_case(name, cell, *sizes):
    return {"id": "cell-" + name, "function": "cell", "cell": cell, "args": CELL_ARGS}, floats_like(*sizes)


def rnn_case(name, cell, dtype):
    args = {"inputs": {"$in_list": "inputs"}, "dtype": {"$dtype": dtype}}
    return (
        {
            "id": f"static_rnn-{name}-{dtype}",
            "function": "static_rnn",
            "cell": cell,
            "dtype": dtype,
            "args": args,
        },
        floats_like(),
    )


def dropout(cell, **settings):
    return dict(settings, type="DropoutWrapper", cell=cell)


CASES = [
    cell_case("nas", {"type": "NASCell", "num_units": UNITS}, 5, 5),
    cell_case(
        "nas-proj-bias", {"type": "NASCell", "num_units": UNITS, "num_proj": 3, "use_bias": True}, 5, 3
    ),
    cell_case("layernorm", {"type": "LayerNormBasicLSTMCell", "num_units": UNITS}, 5, 5),
    cell_case(
        "layernorm-gain-shift",
        {
            "type": "LayerNormBasicLSTMCell",
            "num_units": UNITS,
            "norm_gain": 0.5,
            "norm_shift": 0.1,
            "forget_bias": 0.3,
        },
        5,
        5,
    ),
    cell_case(
        "layernorm-off", {"type": "LayerNormBasicLSTMCell", "num_units": UNITS, "layer_norm": False}, 5, 5
    ),
    cell_case(
        "layernorm-dropout-seed",
        {
            "type": "LayerNormBasicLSTMCell",
            "num_units": UNITS,
            "dropout_keep_prob": 0.6,
            "dropout_prob_seed": 3,
        },
        5,
        5,
    ),
    cell_case("gru-block", {"type": "GRUBlockCell", "num_units": UNITS}, 5),
    cell_case("gru-block-v2", {"type": "GRUBlockCellV2", "num_units": UNITS}, 5),
    cell_case("lstm-block", {"type": "LSTMBlockCell", "num_units": UNITS}, 5, 5),
    cell_case(
        "lstm-block-peephole",
        {
            "type": "LSTMBlockCell",
            "num_units": UNITS,
            "use_peephole": True,
            "forget_bias": 0.5,
        },
        5,
        5,
    ),
    cell_case("dropout-seed-gru", dropout(GRU, input_keep_prob=0.7, output_keep_prob=0.6, seed=11), 5),
    cell_case("dropout-seed-lstm-state", dropout(LSTM, state_keep_prob=0.5, seed=12), 5, 5),
    cell_case(
        "dropout-seed-multi-state",
        dropout(
            {"type": "MultiRNNCell", "cells": [GRU, LSTM]}, state_keep_prob=0.5, output_keep_prob=0.8, seed=13
        ),
        5,
        5,
        5,
    ),
    cell_case(
        "device-residual-free",
        {"type": "DeviceWrapper", "cell": dict(LSTM, activation="relu"), "device": "/cpu:0"},
        5,
        5,
    ),
    cell_case(
        "dropout-variational-gru",
        dropout(
            GRU,
            variational_recurrent=True,
            dtype="float32",
            input_size=IN,
            input_keep_prob=0.7,
            output_keep_prob=0.6,
            seed=21,
        ),
        5,
    ),
    cell_case(
        "dropout-variational-multi-state",
        dropout(
            {"type": "MultiRNNCell", "cells": [LSTM, GRU]},
            variational_recurrent=True,
            dtype="float32",
            state_keep_prob=0.5,
            seed=22,
        ),
        5,
        5,
        5,
    ),
    cell_case("gru-named", dict(GRU, name="my_gru"), 5),
    cell_case(
        "multi-of-multi",
        {"type": "MultiRNNCell", "cells": [{"type": "MultiRNNCell", "cells": [GRU, GRU]}, LSTM]},
        5,
        5,
        5,
        5,
    ),
    (
        {
            "id": "cell-residual-of-dropout-multi",
            "function": "cell",
            "cell": {
                "type": "MultiRNNCell",
                "cells": [
                    GRU,
                    {"type": "ResidualWrapper", "cell": dropout(GRU, output_keep_prob=0.5, seed=5)},
                ],
            },
            "args": CELL_ARGS,
        },
        square_inputs(5, 5),
    ),
    (
        {
            "id": "static_bidirectional_rnn-gru-lstm",
            "function": "static_bidirectional_rnn",
            "cell_fw": GRU,
            "cell_bw": dict(LSTM, num_units=6),
            "args": {"inputs": {"$in_list": "inputs"}, "dtype": {"$dtype": "float32"}},
        },
        floats_like(),
    ),
    (
        {
            "id": "static_bidirectional_rnn-lengths-scope",
            "function": "static_bidirectional_rnn",
            "cell_fw": GRU,
            "cell_bw": GRU,
            "args": {
                "inputs": {"$in_list": "inputs"},
                "dtype": {"$dtype": "float32"},
                "sequence_length": {"$in": "lengths"},
                "scope": "both_ways",
            },
        },
        with_lengths,
    ),
    (
        {
            "id": "static_rnn-multi-lengths",
            "function": "static_rnn",
            "cell": {"type": "MultiRNNCell", "cells": [LSTM, GRU]},
            "args": {
                "inputs": {"$in_list": "inputs"},
                "dtype": {"$dtype": "float32"},
                "sequence_length": {"$in": "lengths"},
                "scope": "encoder",
            },
        },
        with_lengths,
    ),
    (
        {
            "id": "static_state_saving_rnn-lstm",
            "function": "static_state_saving_rnn",
            "cell": LSTM,
            "args": {
                "inputs": {"$in_list": "inputs"},
                "state_saver": {"$saver": 1},
                "state_name": ["initial_state/0", "initial_state/1"],
            },
        },
        floats_like(5, 5),
    ),
    rnn_case("gru-elu", dict(GRU, activation="elu"), "float32"),
    rnn_case(
        "multi-of-projection",
        {
            "type": "MultiRNNCell",
            "cells": [{"type": "OutputProjectionWrapper", "cell": LSTM, "output_size": 3}, GRU],
        },
        "float32",
    ),
    rnn_case("basic", {"type": "BasicRNNCell", "num_units": UNITS}, "bfloat16"),
    rnn_case("gru", GRU, "bfloat16"),
    rnn_case("lstm-full", FULL_LSTM, "bfloat16"),
    rnn_case("multi", {"type": "MultiRNNCell", "cells": [GRU, LSTM]}, "float16"),
    rnn_case("lstm-full", FULL_LSTM, "float16"),
]


def signatures():
    def of(function):
        return [
            [
                p.name,
                p.kind.name,
                None
                if p.default is p.empty
                else repr(getattr(p.default, "name", getattr(p.default, "__name__", p.default))),
            ]
            for p in inspect.signature(function).parameters.values()
        ]

    names = [n for n in dir(legacy_seq2seq) if inspect.isroutine(getattr(legacy_seq2seq, n))]
    found = {"legacy_seq2seq." + n: of(getattr(legacy_seq2seq, n)) for n in names}
    for n in ("static_rnn", "static_bidirectional_rnn", "static_state_saving_rnn"):
        found["rnn." + n] = of(getattr(tf.nn, n))
    for n in ("RNNCell", "BasicRNNCell", "GRUCell", "BasicLSTMCell", "LSTMCell", "MultiRNNCell"):
        found["rnn_cell." + n] = of(getattr(tf.nn.rnn_cell, n).__init__)
    for n in ("Dropout", "Residual", "Device"):
        # The class itself takes (*args, **kwargs) and hands them to its base.
        bases = getattr(tf.nn.rnn_cell, n + "Wrapper").__mro__
        (base,) = [b for b in bases if b.__name__ == n + "WrapperBase"]
        found[f"rnn_cell.{n}Wrapper"] = of(base.__init__)
    for n in ("Embedding", "InputProjection", "OutputProjection"):
        found[f"rnn_cell.{n}Wrapper"] = of(getattr(contrib_rnn, n + "Wrapper").__init__)
    for n in ("NASCell", "LayerNormBasicLSTMCell", "GRUBlockCell", "GRUBlockCellV2", "LSTMBlockCell"):
        found["rnn_cell." + n] = of(getattr(contrib_rnn, n).__init__)
    found["rnn_cell.linear"] = of(core_rnn_cell._linear)
    return found


def namespace():
    """What scenarios and mistakes call."""
    names = [n for n in dir(tf.nn.rnn_cell) if n[0].isupper()]
    cells = types.SimpleNamespace(**{n: getattr(tf.nn.rnn_cell, n) for n in names})
    for n in ("EmbeddingWrapper", "OutputProjectionWrapper", "GRUBlockCell"):
        setattr(cells, n, getattr(contrib_rnn, n))
    return types.SimpleNamespace(
        tf=tf,
        cells=cells,
        seq2seq=legacy_seq2seq,
        rnn=tf.nn,
        static_rnn=tf.nn.static_rnn,
        linear=core_rnn_cell._linear,
    )


def scopes():
    return {scenario.__name__: scenarios.outcome(scenario, namespace()) for scenario in scenarios.SCENARIOS}


def kinds():
    return {name: mistakes.kind(mistake, namespace()) for name, mistake in mistakes.MISTAKES.items()}


if __name__ == "__main__":
    out_dir = sys.argv[1]
    os.makedirs(os.path.join(out_dir, "functions"), exist_ok=True)
    recorded = [record(case, arrays, out_dir) for case, arrays in CASES]
    made_with = {"tensorflow": tf.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    for path, content in (
        ("functions/cases.json", {"made_with": dict(made_with, graph_seed=SEED_OF_GRAPH), "cases": recorded}),
        ("signatures.json", {"made_with": made_with, "signatures": signatures()}),
        ("scopes.json", {"made_with": made_with, "scenarios": scopes()}),
        ("mistakes.json", {"made_with": made_with, "kinds": kinds()}),
    ):
        with open(os.path.join(out_dir, path), "w") as f:
            json.dump(content, f, indent=1, sort_keys=True)
            f.write("\n")
