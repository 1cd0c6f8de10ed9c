"""Small models that old releases trained and saved; built by the same lines there and here.

`record_checkpoints.py` runs them under TensorFlow 0.12.1 (Python 2.7), 1.0.1 and 1.15.5, the tests on
`legacy_seq2seq`. `api` has `tf`, `cells`, `seq2seq`, `static_rnn`, `bidirectional_rnn`, `tuples` (whether
LSTM states are pairs) and `projection(size, vocabulary)`, which makes `proj_w` as the tutorial then did.

Each returns (outputs, loss, optimizer, variable scope of the update, name scope of the update).

Shapes: T time, B batch, V vocabulary.
"""

import numpy as np

T, B, V, SIZE = 3, 2, 9, 4


def symbols(api, seed):
    values = np.random.RandomState(seed).randint(0, V, [T, B]).astype("int32")
    return [api.tf.constant(row) for row in values]


def floats(api, seed, width=SIZE):
    values = np.random.RandomState(seed).uniform(-1, 1, [T, B, width]).astype("float32")
    return [api.tf.constant(row) for row in values]


def squares(api, outputs):
    return sum(api.tf.reduce_mean(api.tf.square(output - 0.3)) for output in outputs)


def sequence_loss(api, logits):
    weights = [api.tf.ones([B]) for _ in range(T)]
    return api.seq2seq.sequence_loss(logits, symbols(api, 2), weights)


def lstm_layers_with_adagrad(api):
    """Two layers (in 0.x with concatenated states), two heads, proj_w, an outer scope, a name scope."""
    tf, cells = api.tf, api.cells
    with tf.variable_scope("model"):
        matrix = api.projection(SIZE, V)
        bias = tf.get_variable("proj_b", [V])
        layers = [cells.BasicLSTMCell(SIZE, state_is_tuple=api.tuples) for _ in range(2)]
        outputs, _ = api.seq2seq.embedding_attention_seq2seq(
            symbols(api, 0),
            symbols(api, 1),
            cells.MultiRNNCell(layers, state_is_tuple=api.tuples),
            num_encoder_symbols=V,
            num_decoder_symbols=V,
            embedding_size=SIZE,
            num_heads=2,
            output_projection=(matrix, bias),
        )
        logits = [tf.matmul(output, matrix) + bias for output in outputs]
    return logits, sequence_loss(api, logits), tf.train.AdagradOptimizer(0.5), "model", "train"


def gru_layers_with_adadelta(api):
    cells = api.cells
    outputs, _ = api.seq2seq.embedding_attention_seq2seq(
        symbols(api, 0),
        symbols(api, 1),
        cells.MultiRNNCell([cells.GRUCell(SIZE) for _ in range(2)]),
        num_encoder_symbols=V,
        num_decoder_symbols=V,
        embedding_size=3,
        scope="chatbot",
    )
    return outputs, sequence_loss(api, outputs), api.tf.train.AdadeltaOptimizer(1.0), None, None


def peepholes_in_pieces_with_adam(api):
    """Matrices in pieces: variables of their own in 0.x, partitioned from 1.0 on."""
    cell = api.cells.LSTMCell(
        SIZE, use_peepholes=True, num_unit_shards=3, num_proj=5, num_proj_shards=2, state_is_tuple=True
    )
    with api.tf.variable_scope("outer"):
        outputs, _ = api.static_rnn(cell, floats(api, 0), dtype=api.tf.float32)
    return outputs, squares(api, outputs), api.tf.train.AdamOptimizer(0.1), None, None


def tied_with_momentum(api):
    outputs, _ = api.seq2seq.embedding_tied_rnn_seq2seq(
        symbols(api, 0), symbols(api, 1), api.cells.BasicRNNCell(SIZE), num_symbols=V, embedding_size=SIZE
    )
    return outputs, sequence_loss(api, outputs), api.tf.train.MomentumOptimizer(0.1, 0.9), "train", None


def wrappers_both_ways_with_rmsprop(api):
    cells = api.cells

    def layers():
        first = cells.InputProjectionWrapper(cells.GRUCell(SIZE), 3)
        second = cells.OutputProjectionWrapper(cells.BasicLSTMCell(SIZE, state_is_tuple=True), 5)
        return cells.MultiRNNCell([first, second], state_is_tuple=True)

    forward = cells.EmbeddingWrapper(cells.GRUCell(SIZE), embedding_classes=V, embedding_size=3)
    encoded, _ = api.static_rnn(forward, symbols(api, 0), dtype=api.tf.float32)
    outputs = api.bidirectional_rnn(layers(), layers(), encoded, dtype=api.tf.float32)[0]
    return outputs, squares(api, outputs), api.tf.train.RMSPropOptimizer(0.05), None, "train"


def other_cells_with_ftrl(api):
    """The fused cells, whose maths has to have the plain cells' gate order, and layer normalization."""
    cells = api.cells
    outputs = []
    for cell in (
        cells.LSTMBlockCell(SIZE, use_peephole=True),
        cells.GRUBlockCell(SIZE),
        cells.LayerNormBasicLSTMCell(SIZE),
    ):
        with api.tf.variable_scope(type(cell).__name__.lower()):
            outputs += api.static_rnn(cell, floats(api, 0), dtype=api.tf.float32)[0]
    return outputs, squares(api, outputs), api.tf.train.FtrlOptimizer(0.1), None, None


MODELS = (
    lstm_layers_with_adagrad,
    gru_layers_with_adadelta,
    peepholes_in_pieces_with_adam,
    tied_with_momentum,
    wrappers_both_ways_with_rmsprop,
    other_cells_with_ftrl,
)


def build(api, model):
    """(outputs [n, B, size], loss, clipped gradients with their variables, update) in the current graph."""
    tf = api.tf
    outputs, loss, optimizer, variable_scope, name_scope = model(api)
    variables = tf.trainable_variables()
    # Clipping waits for all gradients: without it, old releases read some variables after their updates.
    # Dense: before 1.15 some optimizers did not sum the repeated rows of embeddings' gradients.
    gradients = [tf.convert_to_tensor(gradient) for gradient in tf.gradients(loss, variables)]
    clipped, _ = tf.clip_by_global_norm(gradients, 5.0)
    pairs = list(zip(clipped, variables))  # noqa: B905 (Python 2)

    def update():
        if name_scope is None:
            return optimizer.apply_gradients(pairs)
        with tf.name_scope(name_scope):
            return optimizer.apply_gradients(pairs)

    if variable_scope is None:
        return outputs, loss, pairs, update()
    with tf.variable_scope(variable_scope):
        return outputs, loss, pairs, update()
