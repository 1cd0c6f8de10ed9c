"""What old programs do with cells and scopes: run under TF 1.15.5 to record, under this package to test.

Every scenario is called with a namespace `api` (attributes tf, cells, seq2seq, static_rnn, linear) inside a
fresh graph. Its variables, or the kind of exception it raised, are compared; what it returns, too.
Written for Python 3.7, as the recording runs there.
"""

import copy


def _inputs(api, width=5, steps=2):
    return [api.tf.zeros([3, width]) for _ in range(steps)]


def _symbols(api, steps=2):
    return [api.tf.zeros([3], api.tf.int32) for _ in range(steps)]


def _state(api, cell):
    return cell.zero_state(3, api.tf.float32)


def _step(api, cell, **kwargs):
    return cell(_inputs(api)[0], _state(api, cell), **kwargs)


def _attention(api, cell, **kwargs):
    return api.seq2seq.embedding_attention_seq2seq(_symbols(api), _symbols(api), cell, 7, 6, 5, **kwargs)


def _names(variables):
    return [v.op.name for v in variables]


def two_fresh_cells_in_one_scope(api):
    _step(api, api.cells.GRUCell(5))
    _step(api, api.cells.GRUCell(5))


def one_cell_in_two_scopes(api):
    cell = api.cells.GRUCell(5)
    for scope in ("a", "b"):
        with api.tf.variable_scope(scope):
            _step(api, cell)


def fresh_cells_under_reuse(api):
    for reuse in (None, True):
        with api.tf.variable_scope("model", reuse=reuse):
            _step(api, api.cells.MultiRNNCell([api.cells.GRUCell(5), api.cells.BasicLSTMCell(5)]))


def fresh_cells_under_auto_reuse(api):
    for _ in range(2):
        with api.tf.variable_scope("model", reuse=api.tf.AUTO_REUSE):
            _step(api, api.cells.LSTMCell(5, use_peepholes=True, num_proj=3))


def fresh_cells_in_one_scope_entered_twice(api):
    for _ in range(2):
        with api.tf.variable_scope("model"):
            _step(api, api.cells.GRUCell(5))


def fresh_cells_under_reuse_without_variables(api):
    with api.tf.variable_scope("model", reuse=True):
        _step(api, api.cells.GRUCell(5))


def cell_with_reuse_argument(api):
    _step(api, api.cells.GRUCell(5))
    _step(api, api.cells.GRUCell(5, reuse=True))


def scope_argument_of_a_cell(api):
    cell = api.cells.BasicLSTMCell(5)
    _step(api, cell, scope="mine")
    _step(api, cell, scope="other")


def scope_argument_of_a_multi_cell(api):
    _step(api, api.cells.MultiRNNCell([api.cells.GRUCell(5)]), scope="mine")


def scope_argument_of_wrappers(api):
    cell = api.cells.DropoutWrapper(api.cells.ResidualWrapper(api.cells.GRUCell(5)))
    _step(api, cell, scope="mine")
    _step(api, api.cells.OutputProjectionWrapper(api.cells.GRUCell(5), 4), scope="other")


def same_name_twice(api):
    _step(api, api.cells.GRUCell(5, name="mine"))
    _step(api, api.cells.GRUCell(5, name="mine"))


def multi_cell_of_one_object(api):
    _step(api, api.cells.MultiRNNCell([api.cells.GRUCell(5)] * 3))


def users_cell_with_call(api):
    class MyGRUCell2D(api.cells.RNNCell):
        @property
        def state_size(self):
            return 5

        @property
        def output_size(self):
            return 5

        def call(self, inputs, state):
            w = api.tf.get_variable("w", [5, 5])
            with api.tf.variable_scope("inner"):
                output = api.linear([inputs, state], 5, True)
            return api.tf.matmul(output, w), output

    cell = MyGRUCell2D()
    api.static_rnn(cell, _inputs(api), dtype=api.tf.float32)
    _step(api, api.cells.MultiRNNCell([MyGRUCell2D(), MyGRUCell2D(name="given")]))
    return sorted(_names(cell.trainable_variables))


def users_cell_with_build(api):
    class _HTMLCell(api.cells.RNNCell):
        @property
        def state_size(self):
            return 5

        @property
        def output_size(self):
            return 5

        def build(self, _):
            self.kernel = self.add_variable("deep/kernel", [5, 5])
            self.fixed = self.add_variable("fixed", [5], trainable=False)
            self.built = True

        def call(self, inputs, state):
            output = api.tf.matmul(inputs, self.kernel) + state + self.fixed
            return output, output

    cell = _HTMLCell()
    api.static_rnn(cell, _inputs(api), dtype=api.tf.float32)
    api.seq2seq.basic_rnn_seq2seq(_inputs(api), _inputs(api), _HTMLCell())
    # 1.15 lists a variable of build twice.
    return [sorted(set(_names(v))) for v in (cell.trainable_variables, cell.non_trainable_variables)]


def users_cell_of_tf_0(api):
    class OldCell(api.cells.RNNCell):
        def __init__(self, units):
            self._units = units

        @property
        def state_size(self):
            return self._units

        @property
        def output_size(self):
            return self._units

        def __call__(self, inputs, state, scope=None):
            with api.tf.variable_scope(scope or type(self).__name__):
                output = api.linear([inputs, state], self._units, True)
            return output, output

    _attention(api, api.cells.MultiRNNCell([OldCell(5), OldCell(5)]))


def attention_twice_with_fresh_cells(api):
    _attention(api, api.cells.GRUCell(5), scope="a")
    _attention(api, api.cells.GRUCell(5), scope="b")


def attention_twice_in_one_scope(api):
    _attention(api, api.cells.GRUCell(5))
    _attention(api, api.cells.GRUCell(5))


def attention_with_initial_attention(api):
    _attention(api, api.cells.BasicLSTMCell(5), num_heads=2, initial_state_attention=True)


def attention_under_scope_with_initializer_and_regularizer(api):
    tf = api.tf
    with tf.variable_scope("m", initializer=tf.constant_initializer(0.5), regularizer=tf.nn.l2_loss):
        _attention(api, api.cells.GRUCell(5))
    with tf.Session() as session:
        values = {v.op.name: session.run(v.initial_value) for v in tf.global_variables()}
    halves = sorted(name for name, value in values.items() if (value == 0.5).all())
    return [halves, len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))]


def attention_under_scope_with_dtype(api):
    with api.tf.variable_scope("m", dtype=api.tf.float64):
        outputs, _ = _attention(api, api.cells.GRUCell(5))
    return [outputs[0].dtype.name] + [v.dtype.base_dtype.name for v in api.tf.global_variables()]


def one_to_many_with_one_object(api):
    cell = api.cells.GRUCell(5)
    inputs = {"x": _symbols(api), 2: _symbols(api)}
    api.seq2seq.one2many_rnn_seq2seq(_symbols(api), inputs, cell, {"x": cell, 2: cell}, 7, {"x": 6, 2: 5}, 5)


def basic_models_in_two_scopes_with_one_cell(api):
    cell = api.cells.GRUCell(5)
    api.static_rnn(cell, _inputs(api), dtype=api.tf.float32)
    api.seq2seq.rnn_decoder(_inputs(api), _state(api, cell), cell)
    api.seq2seq.tied_rnn_seq2seq(_inputs(api), _inputs(api), cell)


def static_rnn_twice_with_fresh_cells(api):
    for _ in range(2):
        api.static_rnn(api.cells.GRUCell(5), _inputs(api), dtype=api.tf.float32)


def buckets_with_fresh_cells_and_outer_scope(api):
    def seq2seq(x, y):
        cell = api.cells.MultiRNNCell([api.cells.GRUCell(5) for _ in range(2)])
        return api.seq2seq.embedding_attention_seq2seq(x, y, cell, 7, 6, 5)

    weights = [api.tf.ones([3]) for _ in range(2)]
    with api.tf.variable_scope("model"):
        api.seq2seq.model_with_buckets(
            _symbols(api), _symbols(api), _symbols(api), weights, [(1, 1), (2, 2)], seq2seq
        )


def decoders_without_steps(api):
    tf, seq2seq, gru = api.tf, api.seq2seq, api.cells.GRUCell
    found = [
        seq2seq.rnn_decoder([], tf.zeros([3, 5]), gru(5)),
        seq2seq.rnn_decoder((), tf.zeros([3, 5]), gru(5), loop_function=lambda prev, i: prev),
        seq2seq.basic_rnn_seq2seq(_inputs(api), [], gru(5)),
        seq2seq.tied_rnn_seq2seq(_inputs(api), [], gru(5)),
    ]
    for feed in (False, True):
        with tf.variable_scope(str(feed)):
            found += [
                seq2seq.embedding_rnn_decoder([], tf.zeros([3, 5]), gru(5), 7, 5, feed_previous=feed),
                seq2seq.embedding_rnn_seq2seq(_symbols(api), [], gru(5), 7, 6, 5, feed_previous=feed),
                seq2seq.embedding_tied_rnn_seq2seq(_symbols(api), [], gru(5), 7, 5, feed_previous=feed),
            ]
    many, states = seq2seq.one2many_rnn_seq2seq(
        _symbols(api), {"x": []}, gru(5), {"x": gru(5)}, 7, {"x": 6}, 5
    )
    return [[len(outputs), state.shape.as_list()] for outputs, state in [*found, (many["x"], states["x"])]]


def _two_dtypes(api, **kwargs):
    tf = api.tf

    class Mixed(api.cells.RNNCell):
        @property
        def state_size(self):
            return (5, 5)

        @property
        def output_size(self):
            return 5

        def call(self, inputs, state):
            first, second = state
            return second + tf.cast(inputs, second.dtype), (first + 1, second + 1)

    state = tf.zeros([3, 5]), tf.zeros([3, 5], tf.float64)
    outputs, state = api.static_rnn(Mixed(), _inputs(api), initial_state=state, **kwargs)
    return [x.dtype.name for x in (*outputs, *state)]


def states_of_two_dtypes(api):
    return [_two_dtypes(api), _two_dtypes(api, dtype=api.tf.float32)]


def states_of_two_dtypes_and_lengths(api):
    return _two_dtypes(api, dtype=api.tf.float64, sequence_length=[1, 0, 2])


def states_of_two_dtypes_and_lengths_without_dtype(api):
    return _two_dtypes(api, sequence_length=[1, 0, 2])


def states_of_two_dtypes_and_lengths_with_the_other_dtype(api):
    return _two_dtypes(api, dtype=api.tf.float32, sequence_length=[1, 0, 2])


def scope_setting_of_a_copied_cell(api):
    with api.tf.variable_scope("a") as scope:
        pass
    for given in ("mine", scope):
        with api.tf.variable_scope("elsewhere"):
            _step(api, copy.deepcopy(api.cells.GRUCell(5, _scope=given)))


def scope_setting_of_a_models_cell(api):
    api.seq2seq.basic_rnn_seq2seq(_inputs(api), _inputs(api), api.cells.GRUCell(5, _scope="mine"))


def scope_setting_of_a_models_cell_under_auto_reuse(api):
    with api.tf.variable_scope("model", reuse=api.tf.AUTO_REUSE):
        api.seq2seq.basic_rnn_seq2seq(_inputs(api), _inputs(api), api.cells.GRUCell(5, _scope="mine"))


def settings_of_a_copied_cell(api):
    class Own(api.cells.GRUCell):
        def __init__(self):
            super().__init__(5, trainable=False, name="own")
            self.table = {"a": [1, 2]}

    cell = Own()
    cell.later = (3, "x")
    twin = copy.deepcopy(cell)
    _step(api, twin)
    _step(api, copy.deepcopy(api.cells.GRUCell(5, name="own", reuse=True)))
    return [
        twin.table,
        twin.table is cell.table,
        twin.later,
        twin.trainable,
        len(api.tf.trainable_variables()),
    ]


def reuse_setting_of_a_copied_cell(api):
    _step(api, copy.deepcopy(api.cells.GRUCell(5, reuse=True)))


def variables_of_cells(api):
    cell = api.cells.OutputProjectionWrapper(
        api.cells.MultiRNNCell([api.cells.GRUCell(5), api.cells.DropoutWrapper(api.cells.GRUCell(5))]), 4
    )
    _step(api, cell)
    return [sorted(_names(cell.trainable_variables)), sorted(_names(cell.weights))]


SCENARIOS = [
    value for name, value in sorted(globals().items()) if callable(value) and not name.startswith("_")
]


def outcome(scenario, api):
    """The variables and the result of a scenario, or the exception's kind."""
    with api.tf.Graph().as_default():
        try:
            result = scenario(api)
        except (ValueError, TypeError) as error:
            return {"raises": type(error).__name__}
        return {
            "variables": sorted([v.op.name, v.shape.as_list()] for v in api.tf.global_variables()),
            "result": result,
        }
