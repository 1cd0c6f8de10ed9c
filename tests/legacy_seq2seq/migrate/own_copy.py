"""A program of 0.12 with a seq2seq library of its own, and a notebook, both in the style of their time."""

from era_programs import HEAD, PLACEHOLDERS, UPDATE, loop

SEQ2SEQ = '''
"""Our own attention model."""
from six.moves import xrange
from six.moves import zip

from tensorflow.python.framework import dtypes
from tensorflow.python.framework import ops
from tensorflow.python.ops import array_ops
from tensorflow.python.ops import embedding_ops
from tensorflow.python.ops import math_ops
from tensorflow.python.ops import nn_ops
from tensorflow.python.ops import rnn
from tensorflow.python.ops import rnn_cell
from tensorflow.python.ops import variable_scope
from tensorflow.python.util import nest

linear = rnn_cell._linear


def _extract_argmax_and_embed(embedding, output_projection):
  def loop_function(prev, _):
    prev = nn_ops.xw_plus_b(prev, output_projection[0], output_projection[1])
    return embedding_ops.embedding_lookup(embedding, math_ops.argmax(prev, 1))
  return loop_function


def attention_decoder(decoder_inputs, initial_state, attention_states, cell, loop_function=None):
  with variable_scope.variable_scope("attention_decoder"):
    batch_size = array_ops.shape(decoder_inputs[0])[0]
    length = attention_states.get_shape()[1].value
    size = attention_states.get_shape()[2].value
    hidden = array_ops.reshape(attention_states, [-1, length, 1, size])
    k = variable_scope.get_variable("AttnW", [1, 1, size, size])
    features = nn_ops.conv2d(hidden, k, [1, 1, 1, 1], "SAME")
    v = variable_scope.get_variable("AttnV", [size])

    def attention(query):
      if nest.is_sequence(query):
        query = array_ops.concat(1, nest.flatten(query))
      with variable_scope.variable_scope("Attention"):
        y = array_ops.reshape(linear(query, size, True), [-1, 1, 1, size])
        a = nn_ops.softmax(math_ops.reduce_sum(v * math_ops.tanh(features + y), [2, 3]))
        d = math_ops.reduce_sum(array_ops.reshape(a, [-1, length, 1, 1]) * hidden, [1, 2])
        return array_ops.reshape(d, [-1, size])

    state, outputs, prev = initial_state, [], None
    attns = array_ops.zeros(array_ops.pack([batch_size, size]), dtype=dtypes.float32)
    attns.set_shape([None, size])
    for i, inp in enumerate(decoder_inputs):
      if i > 0:
        variable_scope.get_variable_scope().reuse_variables()
      if loop_function is not None and prev is not None:
        inp = loop_function(prev, i)
      x = linear([inp, attns], inp.get_shape().with_rank(2)[1], True)
      cell_output, state = cell(x, state)
      attns = attention(state)
      with variable_scope.variable_scope("AttnOutputProjection"):
        prev = linear([cell_output, attns], cell.output_size, True)
      outputs.append(prev)
  return outputs, state


def embedding_attention_seq2seq(encoder_inputs, decoder_inputs, cell, num_symbols, size,
                                output_projection, feed_previous):
  with variable_scope.variable_scope("embedding_attention_seq2seq"):
    encoder_cell = rnn_cell.EmbeddingWrapper(cell, embedding_classes=num_symbols, embedding_size=size)
    encoder_outputs, encoder_state = rnn.rnn(encoder_cell, encoder_inputs, dtype=dtypes.float32)
    top_states = [array_ops.reshape(e, [-1, 1, cell.output_size]) for e in encoder_outputs]
    attention_states = array_ops.concat(1, top_states)
    embedding = variable_scope.get_variable("embedding", [num_symbols, size])
    loop_function = _extract_argmax_and_embed(embedding, output_projection) if feed_previous else None
    inputs = [embedding_ops.embedding_lookup(embedding, i) for i in decoder_inputs]
    outputs, state = attention_decoder(inputs, encoder_state, attention_states, cell, loop_function)
    return outputs, state, encoder_state


def sequence_loss(logits, targets, weights, softmax_loss_function, name=None):
  with ops.op_scope(logits + targets + weights, name, "sequence_loss"):
    losses = []
    for logit, target, weight in zip(logits, targets, weights):
      losses.append(softmax_loss_function(logit, target) * weight)
    return math_ops.reduce_mean(math_ops.add_n(losses) / math_ops.add_n(weights))
'''

OWN_COPY = {
    "my_seq2seq.py": SEQ2SEQ,
    "chat.py": HEAD
    + "import my_seq2seq\n"
    + PLACEHOLDERS
    + """
        cell = tf.nn.rnn_cell.GRUCell(size)
        cell = tf.nn.rnn_cell.MultiRNNCell([cell] * 2)
        w = tf.get_variable("proj_w", [size, vocab_size])
        b = tf.get_variable("proj_b", [vocab_size])

        def sampled_loss(inputs, labels):
            labels = tf.reshape(labels, [-1, 1])
            return tf.nn.sampled_softmax_loss(tf.transpose(w), b, inputs, labels, 4, vocab_size)

        outputs, _, _ = my_seq2seq.embedding_attention_seq2seq(
            self.inputs, self.decoder_inputs, cell, vocab_size, size, (w, b), forward_only)
        self.outputs = [tf.nn.xw_plus_b(o, w, b) for o in outputs]
        self.loss = my_seq2seq.sequence_loss(outputs, self.targets, self.weights, softmax_loss_function=sampled_loss)
"""
    + UPDATE
    + loop(variables="tf.global_variables()", initialize="tf.global_variables_initializer"),
}

NOTEBOOK = [
    "%matplotlib inline\n" + HEAD.strip() + "\nfrom tensorflow.contrib import legacy_seq2seq, rnn",
    PLACEHOLDERS.strip()
    + """

        cell = rnn.MultiRNNCell([rnn.BasicLSTMCell(size) for _ in range(2)])
        self.outputs, _ = legacy_seq2seq.embedding_rnn_seq2seq(
            self.inputs, self.decoder_inputs, cell, vocab_size, vocab_size, size, feed_previous=forward_only)
        self.loss = legacy_seq2seq.sequence_loss(self.outputs, self.targets, self.weights)
"""
    + UPDATE,
    *loop("tf.gfile.Exists", "tf.global_variables()", "tf.global_variables_initializer")
    .strip()
    .replace('if __name__ == "__main__":\n    ', "")
    .split("\n\n\n"),
]
