"""Public successors of names that legacy code took from TensorFlow's private modules."""

from legacy_seq2seq.migrate.public_names import MATH, NN, TOP

OPS_MODULES = frozenset(
    "array_ops math_ops nn_ops nn_impl nn control_flow_ops embedding_ops variable_scope init_ops random_ops "
    "clip_ops state_ops variables gradients gradients_impl candidate_sampling_ops data_flow_ops logging_ops "
    "string_ops sparse_ops linalg_ops functional_ops tensor_array_ops partitioned_variables check_ops "
    "parsing_ops script_ops gen_array_ops gen_math_ops gen_nn_ops gen_state_ops constant_op "
    "gen_random_ops".split()
)

# Old names in those modules, some of them with the old order of arguments, which other rules put right.
_OLD = {
    "pack": "stack",
    "unpack": "unstack",
    "mul": "multiply",
    "sub": "subtract",
    "neg": "negative",
    "select": "where",
    "inv": "reciprocal",
    "random_uniform": "random_uniform",
    "constant": "constant",
}

_FRAMEWORK = frozenset(
    "Graph Operation RegisterGradient Tensor add_to_collection add_to_collections control_dependencies "
    "convert_to_tensor device get_collection get_collection_ref get_default_graph get_default_session "
    "name_scope op_scope reset_default_graph IndexedSlices GraphKeys container colocate_with "
    "convert_to_tensor_or_indexed_slices".split()
)
_DTYPES = frozenset(
    "DType as_dtype bfloat16 bool complex64 complex128 float16 float32 float64 half double int8 int16 int32 "
    "int64 uint8 uint16 uint32 uint64 string resource variant".split()
)
_SHAPES = frozenset(("TensorShape", "Dimension", "dimension_value"))
_NEST = {
    "is_sequence": "nest.is_nested", "flatten": "nest.flatten", "map_structure": "nest.map_structure",
    "pack_sequence_as": "nest.pack_sequence_as", "assert_same_structure": "nest.assert_same_structure",
    "is_nested": "nest.is_nested",
}  # fmt: skip
_OTHERS = {
    "tensorflow.python.ops.constant_op.constant": "constant",
    "tensorflow.python.framework.constant_op.constant": "constant",
    "tensorflow.python.framework.tensor_util.constant_value": "get_static_value",
    "tensorflow.python.training.moving_averages.assign_moving_average": "",
    "tensorflow.python.training.saver.Saver": "train.Saver",
    "tensorflow.python.training.saver.latest_checkpoint": "train.latest_checkpoint",
    "tensorflow.python.training.saver.checkpoint_exists": "train.checkpoint_exists",
    "tensorflow.python.client.session.Session": "Session",
    "tensorflow.python.platform.app.run": "app.run",
}

# Private modules without a public successor that TensorFlow 2.16 to 2.21 still have.
STILL_THERE = frozenset(
    "tensorflow.python.platform tensorflow.python.platform.gfile tensorflow.python.platform.app "
    "tensorflow.python.platform.flags tensorflow.python.platform.tf_logging tensorflow.python.platform.test "
    "tensorflow.python.platform.resource_loader tensorflow.python.client tensorflow.python.client.timeline "
    "tensorflow.python.client.device_lib tensorflow.python.client.session tensorflow.python.training.saver "
    "tensorflow.python.training.moving_averages tensorflow.python.training.training_util "
    "tensorflow.python.training.optimizer tensorflow.python.training.session_run_hook "
    "tensorflow.python.training.checkpoint_utils tensorflow.python.ops.rnn tensorflow.python.ops.ctc_ops "
    "tensorflow.python.ops.lookup_ops tensorflow.python.framework.graph_util tensorflow.python.debug "
    "tensorflow.python.framework.tensor_util tensorflow.python.framework.errors "
    "tensorflow.python.framework.random_seed tensorflow.python.lib.io.file_io "
    "tensorflow.python.lib.io.tf_record tensorflow.python.util.compat tensorflow.python.util.deprecation "
    "tensorflow.python.tools.inspect_checkpoint tensorflow.python.tools.freeze_graph "
    "tensorflow.python.pywrap_tensorflow tensorflow.python.saved_model.tag_constants".split()
)


def _of_module(module: str, name: str) -> str | None:
    leaf = module.rpartition(".")[2]
    if module.startswith("tensorflow.python.ops.") and leaf in OPS_MODULES:
        name = _OLD.get(name, name)
        if name in TOP:
            return name
        if name in NN:
            return f"nn.{name}"
        return f"math.{name}" if name in MATH else None
    if module == f"tensorflow.python.{leaf}" and leaf in OPS_MODULES:  # as up to 0.12
        return _of_module(f"tensorflow.python.ops.{leaf}", name)
    # The private package itself once had all public names.
    if module == "tensorflow.python" and name in TOP | _FRAMEWORK | _DTYPES:
        return name
    if module == "tensorflow.python.framework.ops" and name in _FRAMEWORK:
        return name
    if module == "tensorflow.python.framework.dtypes" and name in _DTYPES:
        return name
    if module == "tensorflow.python.framework.tensor_shape" and name in _SHAPES:
        return name
    return _NEST.get(name) if module == "tensorflow.python.util.nest" else None


def public(full: str) -> str | None:
    """The name under tf of a full private name, None if none is known."""
    if full in _OTHERS:
        return _OTHERS[full] or None
    module, _, name = full.rpartition(".")
    return _of_module(module, name)


def is_private_module(full: str) -> bool:
    """Whether this module's names can be translated."""
    leaf = full.rpartition(".")[2]
    if full.startswith("tensorflow.python.ops.") and leaf in OPS_MODULES:
        return True
    return full in {
        "tensorflow.python.framework.ops",
        "tensorflow.python.framework.dtypes",
        "tensorflow.python.framework.tensor_shape",
        "tensorflow.python.util.nest",
    }


def is_doubtful(full: str) -> bool:
    """Whether an imported private module or name has no successor and may be gone."""
    if not full.startswith("tensorflow.python.") or public(full) is not None:
        return False
    return full not in STILL_THERE and full.rpartition(".")[0] not in STILL_THERE - {
        "tensorflow.python.platform"
    }
