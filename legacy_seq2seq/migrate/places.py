"""Where things went: TensorFlow's old names and where their successors are."""

# Modules whose every name is found in one successor under the same name.
MODULES: dict[str, str] = {
    **dict.fromkeys(
        (
            "tensorflow.nn.seq2seq",
            "tensorflow.contrib.legacy_seq2seq",
            "tensorflow.contrib.legacy_seq2seq.python.ops.seq2seq",
            "tensorflow.models.rnn.seq2seq",
            "tensorflow.python.ops.seq2seq",
        ),
        "legacy_seq2seq",
    ),
    **dict.fromkeys(
        (
            "tensorflow.nn.rnn_cell",
            "tensorflow.python.ops.nn.rnn_cell",
            "tensorflow.models.rnn.rnn_cell",
            "tensorflow.python.ops.rnn_cell",
            "tensorflow.python.ops.rnn_cell_impl",
            "tensorflow.contrib.rnn.core_rnn_cell",
            "tensorflow.contrib.rnn.core_rnn_cell_impl",
            "tensorflow.contrib.rnn.python.ops.core_rnn_cell",
            "tensorflow.contrib.rnn.python.ops.core_rnn_cell_impl",
            "tensorflow.contrib.rnn.python.ops.rnn_cell",
            "tensorflow.contrib.rnn.python.ops.gru_ops",
            "tensorflow.contrib.rnn.python.ops.lstm_ops",
        ),
        "legacy_seq2seq.rnn_cell",
    ),
    "tensorflow.models.rnn.linear": "legacy_seq2seq.rnn_cell",
    **dict.fromkeys(
        ("tensorflow.models.rnn.translate", "tensorflow.models.tutorials.rnn.translate"),
        "legacy_seq2seq.translate",
    ),
}

_CELLS = (
    "BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper EmbeddingWrapper GRUBlockCell GRUBlockCellV2 "
    "GRUCell InputProjectionWrapper LSTMBlockCell LSTMCell LSTMStateTuple LayerNormBasicLSTMCell "
    "MultiRNNCell NASCell OutputProjectionWrapper RNNCell ResidualWrapper"
).split()

# The modules that held both cells and the functions that run them.
_RNN_MODULES = (
    "tensorflow.contrib.rnn",
    "tensorflow.contrib.rnn.core_rnn",
    "tensorflow.contrib.rnn.python.ops.core_rnn",
    "tensorflow.models.rnn.rnn",
    "tensorflow.python.ops.rnn",
)

_RNN_FUNCTIONS: dict[str, str] = {
    "rnn": "legacy_seq2seq.rnn.static_rnn",
    "static_rnn": "legacy_seq2seq.rnn.static_rnn",
    "bidirectional_rnn": "legacy_seq2seq.rnn.static_bidirectional_rnn",
    "static_bidirectional_rnn": "legacy_seq2seq.rnn.static_bidirectional_rnn",
    "state_saving_rnn": "legacy_seq2seq.rnn.static_state_saving_rnn",
    "static_state_saving_rnn": "legacy_seq2seq.rnn.static_state_saving_rnn",
    "dynamic_rnn": "tf.nn.dynamic_rnn",
    "bidirectional_dynamic_rnn": "tf.nn.bidirectional_dynamic_rnn",
    "raw_rnn": "tf.nn.raw_rnn",
}

# Single names: old full name -> new one, "tf." standing for tensorflow.compat.v1.
NAMES: dict[str, str] = {
    **{f"{m}.{old}": new for m in _RNN_MODULES for old, new in _RNN_FUNCTIONS.items()},
    **{f"tensorflow.nn.{old}": new for old, new in _RNN_FUNCTIONS.items() if not new.startswith("tf.")},
    **{f"{m}.{cell}": f"legacy_seq2seq.rnn_cell.{cell}" for m in _RNN_MODULES for cell in _CELLS},
    **{f"{m}._linear": "legacy_seq2seq.rnn_cell.linear" for m in _RNN_MODULES},
    **{
        f"{m}._RNNCell": "legacy_seq2seq.rnn_cell.RNNCell"
        for m, new in MODULES.items()
        if new == "legacy_seq2seq.rnn_cell"
    },
    "tensorflow.models.rnn.linear.linear": "legacy_seq2seq.rnn_cell.linear",
}

# What the successors have; anything else under an old name is a finding.
EXPORTS: dict[str, frozenset[str]] = {
    "legacy_seq2seq": frozenset(
        "attention_decoder basic_rnn_seq2seq embedding_attention_decoder embedding_attention_seq2seq "
        "embedding_rnn_decoder embedding_rnn_seq2seq embedding_tied_rnn_seq2seq extract_argmax_and_embed "
        "_extract_argmax_and_embed model_with_buckets one2many_rnn_seq2seq rnn rnn_cell rnn_decoder "
        "sequence_loss sequence_loss_by_example tied_rnn_seq2seq all_steps_at_once engine "
        "embedding_attention_encoder translate".split()
    ),
    "legacy_seq2seq.rnn_cell": frozenset([*_CELLS, "Linear", "linear", "_linear", "_Linear"]),
    "legacy_seq2seq.rnn": frozenset(("static_rnn", "static_bidirectional_rnn", "static_state_saving_rnn")),
    "legacy_seq2seq.translate": frozenset(("data_utils", "seq2seq_model", "translate")),
    "legacy_seq2seq.translate.data_utils": frozenset(
        "basic_tokenizer create_vocabulary data_to_token_ids get_wmt_enfr_dev_set get_wmt_enfr_train_set "
        "gunzip_file initialize_vocabulary maybe_download prepare_data prepare_wmt_data "
        "sentence_to_token_ids START_VOCAB PAD_ID GO_ID EOS_ID UNK_ID _START_VOCAB _PAD _GO _EOS _UNK "
        "_WORD_SPLIT _DIGIT_RE _WMT_ENFR_TRAIN_URL _WMT_ENFR_DEV_URL os re".split()
    ),
    "legacy_seq2seq.translate.seq2seq_model": frozenset(("Seq2SeqModel",)),
    "legacy_seq2seq.translate.translate": frozenset(
        "create_model data_utils decode main read_data self_test train".split()
    ),
}

# Renamed functions and classes of TensorFlow itself with unchanged arguments.
RENAMED: dict[str, str] = {
    "pack": "stack",
    "unpack": "unstack",
    "mul": "multiply",
    "sub": "subtract",
    "neg": "negative",
    "select": "where",
    "inv": "reciprocal",
    "complex_abs": "abs",
    "listdiff": "setdiff1d",
    "batch_cholesky": "cholesky",
    "batch_cholesky_solve": "cholesky_solve",
    "batch_self_adjoint_eig": "self_adjoint_eig",
    "batch_svd": "svd",
    **{
        f"batch_matrix_{name}": f"matrix_{name}"
        for name in (
            "band_part determinant diag diag_part inverse set_diag solve solve_ls transpose triangular_solve"
        ).split()
    },
    "image.per_image_whitening": "image.per_image_standardization",
    "initialize_all_variables": "global_variables_initializer",
    "initialize_local_variables": "local_variables_initializer",
    "initialize_variables": "variables_initializer",
    "all_variables": "global_variables",
    "scalar_summary": "summary.scalar",
    "histogram_summary": "summary.histogram",
    "image_summary": "summary.image",
    "audio_summary": "summary.audio",
    "merge_summary": "summary.merge",
    "merge_all_summaries": "summary.merge_all",
    "train.SummaryWriter": "summary.FileWriter",
    "python.platform.flags": "app.flags",
    "python.platform.gfile": "gfile",
    "python.platform.app": "app",
}
