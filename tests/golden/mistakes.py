"""Mistakes in the arguments of functions and cells: run under TF 1.15.5 to record their kinds, here to test.

Every one is called with the namespace of scenarios.py, which has `rnn` too, inside a fresh graph.
Written for Python 3.7, as the recording runs there.
"""

B, H = 2, 4


def _floats(api, *shape):
    return api.tf.placeholder(api.tf.float32, list(shape) or [B, H])


def _ids(api):
    return api.tf.placeholder(api.tf.int32, [B])


def _gru(api):
    return api.cells.GRUCell(H)


def _seq2seq(api):
    return lambda x, y: api.seq2seq.basic_rnn_seq2seq(x, y, _gru(api))


class _Names:
    """A state saver."""

    def __init__(self, api):
        self.api = api

    def state(self, name):
        return _floats(self.api)

    def save_state(self, name, value):
        return self.api.tf.no_op()


MISTAKES = {
    "no inputs": lambda api: api.rnn.static_rnn(_gru(api), [], dtype=api.tf.float32),
    "inputs not a list": lambda api: api.rnn.static_rnn(_gru(api), _floats(api), dtype=api.tf.float32),
    "no dtype": lambda api: api.rnn.static_rnn(_gru(api), [_floats(api)]),
    "unknown width": lambda api: api.rnn.static_rnn(_gru(api), [_floats(api, B, None)], dtype=api.tf.float32),
    "scalars": lambda api: api.rnn.static_rnn(_gru(api), [api.tf.zeros([])], dtype=api.tf.float32),
    "two batch sizes": lambda api: api.rnn.static_rnn(
        _gru(api), [_floats(api, 2, H), _floats(api, 3, H)], dtype=api.tf.float32
    ),
    "lengths not a vector": lambda api: api.rnn.static_rnn(
        _gru(api), [_floats(api)], dtype=api.tf.float32, sequence_length=3
    ),
    "bidirectional, no inputs": lambda api: api.rnn.static_bidirectional_rnn(
        _gru(api), _gru(api), [], dtype=api.tf.float32
    ),
    "bidirectional, no cell": lambda api: api.rnn.static_bidirectional_rnn(
        _gru(api), None, [_floats(api)], dtype=api.tf.float32
    ),
    "one name for two states": lambda api: api.rnn.static_state_saving_rnn(
        api.cells.BasicLSTMCell(H), [_floats(api)], _Names(api), "h"
    ),
    "three names for two states": lambda api: api.rnn.static_state_saving_rnn(
        api.cells.BasicLSTMCell(H), [_floats(api)], _Names(api), ("c", "h", "x")
    ),
    "attention without inputs": lambda api: api.seq2seq.attention_decoder(
        [], _floats(api), _floats(api, B, 3, H), _gru(api)
    ),
    "no heads": lambda api: api.seq2seq.attention_decoder(
        [_floats(api)], _floats(api), _floats(api, B, 3, H), _gru(api), num_heads=0
    ),
    "attention states of unknown size": lambda api: api.seq2seq.attention_decoder(
        [_floats(api)], _floats(api), _floats(api, B, 3, None), _gru(api)
    ),
    "flat attention states": lambda api: api.seq2seq.attention_decoder(
        [_floats(api)], _floats(api), _floats(api, B, 3), _gru(api)
    ),
    "attention inputs of unknown width": lambda api: api.seq2seq.attention_decoder(
        [_floats(api, B, None)], _floats(api), _floats(api, B, 3, H), _gru(api)
    ),
    "projection weights": lambda api: api.seq2seq.embedding_rnn_decoder(
        [_ids(api)], _floats(api), _gru(api), 5, 3, output_projection=(_floats(api, H, 6), _floats(api, 5))
    ),
    "projection biases": lambda api: api.seq2seq.embedding_attention_decoder(
        [_ids(api)],
        _floats(api),
        _floats(api, B, 3, H),
        _gru(api),
        5,
        3,
        output_projection=(_floats(api, H, 5), _floats(api, 6)),
    ),
    "projection not a pair": lambda api: api.seq2seq.embedding_tied_rnn_seq2seq(
        [_ids(api)], [_ids(api)], _gru(api), 5, 3, output_projection=_floats(api, H, 5)
    ),
    "losses of several lengths": lambda api: api.seq2seq.sequence_loss(
        [_floats(api)] * 3, [_ids(api)] * 2, [_floats(api, B)] * 3
    ),
    "short encoder inputs": lambda api: api.seq2seq.model_with_buckets(
        [_ids(api)], [_ids(api)] * 3, [_ids(api)] * 3, [_floats(api, B)] * 3, [(2, 3)], None
    ),
    "short targets": lambda api: api.seq2seq.model_with_buckets(
        [_ids(api)] * 2, [_ids(api)] * 3, [_ids(api)] * 2, [_floats(api, B)] * 3, [(2, 3)], None
    ),
    "short weights": lambda api: api.seq2seq.model_with_buckets(
        [_ids(api)] * 2, [_ids(api)] * 3, [_ids(api)] * 3, [_floats(api, B)], [(2, 3)], None
    ),
    "layers not a list": lambda api: api.cells.MultiRNNCell(_gru(api)),
    "no layers": lambda api: api.cells.MultiRNNCell([]),
    "a layer that is no cell": lambda api: api.cells.MultiRNNCell([_gru(api), H]),
    "tuples in a concatenated state": lambda api: api.cells.MultiRNNCell(
        [api.cells.BasicLSTMCell(H)], state_is_tuple=False
    ),
    "a state that is no tuple": lambda api: api.cells.MultiRNNCell([_gru(api), _gru(api)])(
        _floats(api), _floats(api)
    ),
    "an LSTM's state that is no pair": lambda api: api.cells.BasicLSTMCell(H)(_floats(api), _floats(api)),
    "cell inputs of unknown width": lambda api: _gru(api)(_floats(api, B, None), _floats(api)),
    "unknown keyword": lambda api: api.cells.GRUCell(H, units=3),
    "unknown activation": lambda api: api.cells.GRUCell(H, activation="thanh"),
    "probability": lambda api: api.cells.DropoutWrapper(_gru(api), 1.5),
    "probability tensor": lambda api: api.cells.DropoutWrapper(
        _gru(api), state_keep_prob=api.tf.constant(-0.5)
    ),
    "variational without dtype": lambda api: api.cells.DropoutWrapper(
        _gru(api), 1.0, 0.5, variational_recurrent=True
    ),
    "variational without size": lambda api: api.cells.DropoutWrapper(
        _gru(api), 0.5, variational_recurrent=True, dtype=api.tf.float32
    ),
    "visitor": lambda api: api.cells.DropoutWrapper(_gru(api), dropout_state_filter_visitor=True),
    "residual shapes": lambda api: api.cells.ResidualWrapper(_gru(api))(_floats(api, B, 3), _floats(api)),
    "wrapped thing": lambda api: api.cells.ResidualWrapper(3),
    "no classes": lambda api: api.cells.EmbeddingWrapper(_gru(api), 0, 3),
    "no outputs": lambda api: api.cells.OutputProjectionWrapper(_gru(api), 0),
    "no block size": lambda api: api.cells.GRUBlockCell(),
    "no initial state": lambda api: _gru(api).get_initial_state(batch_size=2),
    "linear of nothing": lambda api: api.linear([], 3, True),
    "linear of vectors": lambda api: api.linear([_floats(api), _floats(api, B)], 3, True),
    "linear of unknown width": lambda api: api.linear(_floats(api, B, None), 3, True),
    "scope too early": lambda api: _gru(api).scope_name,
    "an LSTM's state of three": lambda api: api.cells.BasicLSTMCell(H)(_floats(api), [_floats(api)] * 3),
    "losses of nothing": lambda api: api.seq2seq.sequence_loss([], [], []),
    "losses by example of nothing": lambda api: api.seq2seq.sequence_loss_by_example([], [], []),
    "no buckets": lambda api: api.seq2seq.model_with_buckets(
        [_floats(api)], [_floats(api)], [_ids(api)], [_floats(api, B)], [], _seq2seq(api)
    ),
    "a bucket without targets": lambda api: api.seq2seq.model_with_buckets(
        [_floats(api)], [_floats(api)], [_ids(api)], [_floats(api, B)], [(1, 0)], _seq2seq(api)
    ),
    "short decoder inputs": lambda api: api.seq2seq.model_with_buckets(
        [_floats(api)] * 2, [_floats(api)], [_ids(api)] * 2, [_floats(api, B)] * 2, [(2, 2)], _seq2seq(api)
    ),
    "an encoder without inputs": lambda api: api.seq2seq.basic_rnn_seq2seq([], [_floats(api)], _gru(api)),
    "attention fed by itself without inputs": lambda api: api.seq2seq.embedding_attention_seq2seq(
        [_ids(api)], [], _gru(api), 5, 5, 3, feed_previous=True
    ),
    "lengths and states of two dtypes": lambda api: api.rnn.static_rnn(
        api.cells.BasicLSTMCell(H),
        [_floats(api)],
        initial_state=(_floats(api), api.tf.zeros([B, H], api.tf.float64)),
        sequence_length=[1, 1],
    ),
    "lengths and outputs of another dtype": lambda api: api.rnn.static_rnn(
        _gru(api), [_floats(api)], initial_state=_floats(api), dtype=api.tf.float64, sequence_length=[1, 1]
    ),
}


def kind(mistake, api):
    """The name of the exception's kind in Python itself, or None if there was none."""
    with api.tf.Graph().as_default():
        try:
            mistake(api)
        except Exception as error:
            return next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
    return None
