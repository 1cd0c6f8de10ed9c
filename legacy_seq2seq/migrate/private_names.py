"""Public successors of names that legacy code took from TensorFlow's private modules."""

# In tf, tf.nn and tf.math: what tensorflow.python.ops's modules hold and TensorFlow 2.16 to 2.21 publish.
_TOP = frozenset(
    "AggregationMethod Assert ConditionalAccumulator ConditionalAccumulatorBase FIFOQueue FixedLenFeature "
    "FixedLenSequenceFeature GradientTape PaddingFIFOQueue Print PriorityQueue QueueBase "
    "RandomShuffleQueue SparseConditionalAccumulator SparseFeature TensorArray TensorArraySpec "
    "UnconnectedGradients VarLenFeature Variable VariableAggregation VariableScope "
    "VariableSynchronization abs accumulate_n acos acosh add add_n all_variables angle approx_top_k "
    "arg_max arg_min argmax argmin as_string asin asinh assert_equal assert_greater assert_greater_equal "
    "assert_integer assert_less assert_less_equal assert_near assert_negative assert_non_negative "
    "assert_non_positive assert_none_equal assert_positive assert_proper_iterable assert_rank "
    "assert_rank_at_least assert_rank_in assert_same_float_dtype assert_scalar assert_type "
    "assert_variables_initialized assign assign_add assign_sub atan atan2 atanh batch_gather "
    "batch_scatter_update batch_to_space batch_to_space_nd betainc bincount bitcast boolean_mask "
    "broadcast_dynamic_shape broadcast_static_shape broadcast_to case cast ceil check_numerics cholesky "
    "cholesky_solve clip_by_average_norm clip_by_global_norm clip_by_norm clip_by_value complex concat "
    "cond conj constant constant_initializer conv conv2d_backprop_filter_v2 conv2d_backprop_input_v2 cos "
    "cosh count_nonzero count_up_to create_partitioned_variables cross cumprod cumsum custom_gradient "
    "decode_base64 decode_compressed decode_csv decode_json_example decode_raw delete_session_tensor "
    "depth_to_space dequantize deserialize_many_sparse diag diag_part digamma div div_no_nan divide "
    "dynamic_partition dynamic_stitch edit_distance einsum encode_base64 ensure_shape equal erf erfc exp "
    "expand_dims expm1 extract_image_patches extract_volume_patches eye fake_quant_with_min_max_args "
    "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
    "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
    "fake_quant_with_min_max_vars_per_channel_gradient fill fingerprint fixed_size_partitioner floor "
    "floor_div floordiv floormod foldl foldr gather gather_nd get_local_variable get_session_handle "
    "get_session_tensor get_variable get_variable_scope global_norm global_variables "
    "global_variables_initializer glorot_normal_initializer glorot_uniform_initializer gradients greater "
    "greater_equal group guarantee_const hessians identity identity_n igamma igammac imag "
    "initialize_all_variables initialize_local_variables initialize_variables invert_permutation "
    "is_finite is_inf is_nan is_non_decreasing is_numeric_tensor is_strictly_increasing "
    "is_variable_initialized less less_equal lgamma lin_space linspace local_variables "
    "local_variables_initializer log log1p log_sigmoid logical_and logical_not logical_or logical_xor "
    "matmul matrix_band_part matrix_determinant matrix_diag matrix_diag_part matrix_inverse "
    "matrix_set_diag matrix_solve matrix_solve_ls matrix_square_root matrix_transpose "
    "matrix_triangular_solve maximum meshgrid min_max_variable_partitioner minimum mod model_variables "
    "moving_average_variables multinomial multiply name_scope negative no_op no_regularizer norm "
    "not_equal numpy_function one_hot ones ones_initializer ones_like orthogonal_initializer pad "
    "parallel_stack parse_example parse_single_example parse_single_sequence_example parse_tensor "
    "placeholder placeholder_with_default polygamma pow py_func qr quantize quantize_v2 quantized_concat "
    "random_gamma random_normal random_normal_initializer random_poisson random_shuffle random_uniform "
    "random_uniform_initializer range rank real realdiv reciprocal reduce_all reduce_any reduce_join "
    "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum regex_replace repeat "
    "report_uninitialized_variables required_space_to_batch_paddings reshape reverse reverse_sequence "
    "reverse_v2 rint round rsqrt saturate_cast scalar_mul scan scatter_add scatter_div scatter_max "
    "scatter_min scatter_mul scatter_nd scatter_nd_add scatter_nd_sub scatter_nd_update scatter_sub "
    "scatter_update searchsorted segment_max segment_mean segment_min segment_prod segment_sum "
    "self_adjoint_eig self_adjoint_eigvals sequence_mask serialize_many_sparse serialize_sparse "
    "serialize_tensor setdiff1d shape shape_n sigmoid sign sin sinh size slice space_to_batch "
    "space_to_batch_nd space_to_depth sparse_add sparse_concat sparse_fill_empty_rows sparse_mask "
    "sparse_matmul sparse_maximum sparse_merge sparse_minimum sparse_placeholder sparse_reduce_max "
    "sparse_reduce_max_sparse sparse_reduce_sum sparse_reduce_sum_sparse sparse_reorder "
    "sparse_reset_shape sparse_reshape sparse_retain sparse_segment_mean sparse_segment_sqrt_n "
    "sparse_segment_sum sparse_slice sparse_softmax sparse_split sparse_tensor_dense_matmul "
    "sparse_tensor_to_dense sparse_to_dense sparse_to_indicator sparse_transpose split sqrt square "
    "squared_difference squeeze stop_gradient strided_slice string_join string_split string_strip "
    "string_to_hash_bucket string_to_hash_bucket_fast string_to_hash_bucket_strong string_to_number "
    "substr subtract svd tan tanh tensor_scatter_add tensor_scatter_nd_update tensor_scatter_sub "
    "tensor_scatter_update tensordot tile timestamp to_bfloat16 to_complex128 to_complex64 to_double "
    "to_float to_int32 to_int64 trace trainable_variables transpose truediv truncated_normal "
    "truncated_normal_initializer truncatediv truncatemod tuple uniform_unit_scaling_initializer unique "
    "unique_with_counts unravel_index unsorted_segment_max unsorted_segment_mean unsorted_segment_min "
    "unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum variable_axis_size_partitioner "
    "variable_creator_scope variable_op_scope variable_scope variables_initializer "
    "variance_scaling_initializer where where_v2 while_loop zeros zeros_initializer zeros_like zeta ".split()
)
_NN = frozenset(
    "all_candidate_sampler approx_max_k approx_min_k atrous_conv2d atrous_conv2d_transpose avg_pool "
    "avg_pool1d avg_pool2d avg_pool3d avg_pool_v2 batch_norm_with_global_normalization "
    "batch_normalization bias_add collapse_repeated compute_accidental_hits compute_average_loss conv1d "
    "conv1d_transpose conv2d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose conv3d "
    "conv3d_backprop_filter conv3d_backprop_filter_v2 conv3d_transpose conv_transpose convolution crelu "
    "ctc_beam_search_decoder ctc_beam_search_decoder_v2 ctc_greedy_decoder ctc_loss ctc_loss_v2 "
    "ctc_unique_labels depthwise_conv2d depthwise_conv2d_native depthwise_conv2d_native_backprop_filter "
    "depthwise_conv2d_native_backprop_input dilation2d dropout elu embedding_lookup "
    "embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler fractional_avg_pool "
    "fractional_max_pool fused_batch_norm in_top_k l2_loss l2_normalize leaky_relu "
    "learned_unigram_candidate_sampler local_response_normalization log_poisson_loss log_softmax "
    "log_uniform_candidate_sampler lrn max_pool max_pool1d max_pool2d max_pool3d max_pool_v2 "
    "max_pool_with_argmax moments nce_loss normalize_moments pool quantized_avg_pool quantized_conv2d "
    "quantized_max_pool quantized_relu_x relu relu6 relu_layer safe_embedding_lookup_sparse "
    "sampled_softmax_loss scale_regularization_loss selu separable_conv2d "
    "sigmoid_cross_entropy_with_logits softmax softmax_cross_entropy_with_logits "
    "softmax_cross_entropy_with_logits_v2 softplus softsign sparse_softmax_cross_entropy_with_logits "
    "sufficient_statistics swish top_k uniform_candidate_sampler weighted_cross_entropy_with_logits "
    "weighted_moments with_space_to_batch xw_plus_b zero_fraction ".split()
)
_MATH = frozenset(
    "cumulative_logsumexp erfcinv erfinv multiply_no_nan ndtri nextafter polyval reciprocal_no_nan "
    "reduce_euclidean_norm reduce_std reduce_variance sobol_sample xdivy xlog1py xlogy ".split()
)

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


def _of_module(module: str, name: str) -> str | None:
    leaf = module.rpartition(".")[2]
    if module.startswith("tensorflow.python.ops.") and leaf in OPS_MODULES:
        name = _OLD.get(name, name)
        if name in _TOP:
            return name
        if name in _NN:
            return f"nn.{name}"
        return f"math.{name}" if name in _MATH else None
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
