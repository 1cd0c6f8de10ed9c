"""Small programs written in the style of each era: they train, restart from their checkpoint, and decode.

Each is {file: text}, and how it is started. All learn to answer every sentence with one word.
"""

DATA_2016 = """
import os
from tensorflow.python.platform import gfile

_START_VOCAB = ["_PAD", "_GO", "_EOS", "_UNK"]
PAD_ID, GO_ID, EOS_ID, UNK_ID = range(4)


def create_vocabulary(path, data_path):
  vocab = {}
  with gfile.GFile(data_path, mode="r") as f:
    for line in f:
      for w in line.strip().split():
        if vocab.has_key(w):
          vocab[w] += 1
        else:
          vocab[w] = 1
  words = _START_VOCAB + sorted(vocab, key=vocab.get, reverse=True)
  with gfile.GFile(path, mode="w") as f:
    for w in words:
      f.write(w + "\\n")
  print "vocabulary of %d words" % len(words)


def initialize_vocabulary(path):
  rev = [line.strip() for line in gfile.GFile(path, mode="rb")]
  return dict([(x, y) for (y, x) in enumerate(rev)]), rev


def sentence_to_ids(sentence, vocab):
  return [vocab.get(w, UNK_ID) for w in sentence.strip().split()]
"""

MODEL_06 = """
import random
import numpy as np
import tensorflow as tf
from tensorflow.models.rnn import rnn_cell, seq2seq
import data_utils


class Model(object):

  def __init__(self, vocab_size, buckets, size, num_layers, batch_size, num_samples, forward_only):
    self.buckets, self.batch_size = buckets, batch_size
    self.global_step = tf.Variable(0, trainable=False)
    with tf.device("/cpu:0"):
      w = tf.get_variable("proj_w", [size, vocab_size])
      w_t = tf.transpose(w)
      b = tf.get_variable("proj_b", [vocab_size])
    output_projection = (w, b)

    def sampled_loss(inputs, labels):
      labels = tf.reshape(labels, [-1, 1])
      return tf.nn.sampled_softmax_loss(w_t, b, inputs, labels, num_samples, vocab_size)

    single_cell = rnn_cell.GRUCell(size)
    cell = single_cell
    if num_layers > 1:
      cell = rnn_cell.MultiRNNCell([single_cell] * num_layers)

    def seq2seq_f(encoder_inputs, decoder_inputs, do_decode):
      return seq2seq.embedding_attention_seq2seq(
          encoder_inputs, decoder_inputs, cell, vocab_size, vocab_size,
          output_projection=output_projection, feed_previous=do_decode)

    self.encoder_inputs = [tf.placeholder(tf.int32, shape=[None]) for _ in xrange(buckets[-1][0])]
    self.decoder_inputs = [tf.placeholder(tf.int32, shape=[None]) for _ in xrange(buckets[-1][1] + 1)]
    self.weights = [tf.placeholder(tf.float32, shape=[None]) for _ in xrange(buckets[-1][1] + 1)]
    targets = self.decoder_inputs[1:]
    self.outputs, self.losses = seq2seq.model_with_buckets(
        self.encoder_inputs, self.decoder_inputs, targets, self.weights, buckets, vocab_size,
        lambda x, y: seq2seq_f(x, y, forward_only), softmax_loss_function=sampled_loss)
    if forward_only:
      for j in xrange(len(buckets)):
        self.outputs[j] = [tf.nn.xw_plus_b(o, w, b) for o in self.outputs[j]]
    else:
      params = tf.trainable_variables()
      opt = tf.train.AdamOptimizer(0.05)
      self.updates = []
      for loss in self.losses:
        gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, params), 5.0)
        self.updates.append(opt.apply_gradients(zip(gradients, params), global_step=self.global_step))
    self.saver = tf.train.Saver(tf.all_variables())

  def batch(self, data, bucket):
    n, m = self.buckets[bucket]
    enc, dec = [], []
    for _ in xrange(self.batch_size):
      x, y = random.choice(data)
      enc.append(list(reversed(x + [data_utils.PAD_ID] * (n - len(x)))))
      dec.append(([data_utils.GO_ID] + y + [data_utils.PAD_ID] * (m + 1))[:m + 1])
    enc, dec = np.array(enc, dtype=np.int32), np.array(dec, dtype=np.int32)
    feed = {}
    for i in xrange(n):
      feed[self.encoder_inputs[i].name] = enc[:, i]
    for i in xrange(m + 1):
      feed[self.decoder_inputs[i].name] = dec[:, i]
      target = dec[:, min(i + 1, m)]
      feed[self.weights[i].name] = np.array(target != data_utils.PAD_ID, dtype=np.float32)
    return feed
"""

MAIN_06 = """
import sys
import numpy as np
import tensorflow as tf
from tensorflow.python.platform import gfile

import data_utils, seq2seq_model

reload(sys)
sys.setdefaultencoding("utf-8")

tf.app.flags.DEFINE_string("dir", ".", "where everything is")
tf.app.flags.DEFINE_string("log_dir", "logs", "named like a flag of absl")
tf.app.flags.DEFINE_integer("size", 8.0, "units")
tf.app.flags.DEFINE_boolean("decode", False, "talk")
FLAGS = tf.app.flags.FLAGS
_buckets = [(3, 4), (5, 6)]


def create_model(session, vocab, forward_only):
  model = seq2seq_model.Model(len(vocab), _buckets, FLAGS.size, 2, 1 if forward_only else 8, 4, forward_only)
  ckpt = tf.train.get_checkpoint_state(FLAGS.dir)
  if ckpt and gfile.Exists(ckpt.model_checkpoint_path):
    print "Reading model parameters from %s" % ckpt.model_checkpoint_path
    model.saver.restore(session, ckpt.model_checkpoint_path)
  else:
    print "Created model with fresh parameters."
    session.run(tf.initialize_all_variables())
  return model


def train():
  data_utils.create_vocabulary(FLAGS.dir + "/vocab", FLAGS.dir + "/lines")
  vocab, _ = data_utils.initialize_vocabulary(FLAGS.dir + "/vocab")
  data = [[], []]
  for line in open(FLAGS.dir + "/lines"):
    ids = data_utils.sentence_to_ids(line, vocab)
    data[len(ids) > 3].append((ids, [vocab["yes"]] * 3 + [data_utils.EOS_ID]))
  with tf.Session() as sess:
    model = create_model(sess, vocab, False)
    for report in xrange(2):
      loss = 0.0
      for step in xrange(14):
        bucket = step % 2
        _, one = sess.run([model.updates[bucket], model.losses[bucket]], model.batch(data[bucket], bucket))
        loss += one / 14
      print ("step %d loss %.4f"
             % (model.global_step.eval(), loss))
      model.saver.save(sess, FLAGS.dir + "/model.ckpt", global_step=model.global_step)


def decode():
  vocab, rev = data_utils.initialize_vocabulary(FLAGS.dir + "/vocab")
  with tf.Session() as sess:
    model = create_model(sess, vocab, True)
    ids = data_utils.sentence_to_ids(tf.compat.as_bytes("how are"), vocab)
    logits = sess.run(model.outputs[0], model.batch([(ids, [])], 0))
    outputs = [int(np.argmax(logit, axis=1)) for logit in logits]
    if data_utils.EOS_ID in outputs:
      outputs = outputs[:outputs.index(data_utils.EOS_ID)]
    print "> " + " ".join(map(lambda o: rev[o], outputs))


def main(_):
  if FLAGS.decode:
    decode()
  else:
    train()

if __name__ == "__main__":
  tf.app.run()
"""

PACKAGE_06 = {
    "bot/__init__.py": "import data_utils\nimport seq2seq_model\n",
    "bot/data_utils.py": DATA_2016,
    "bot/seq2seq_model.py": MODEL_06,
    "bot/translate.py": MAIN_06,
}

# The loop around a model: what differs by era is the model and a few words.
LOOP = """
WORDS = ["_PAD", "_GO", "_EOS", "how", "are", "you", "yes", "no", "maybe"]
LINES = [[3, 4, 5], [4, 5, 3], [5, 3, 4]]


def feed(model, rows, targets):
    values = {{}}
    for t in range(3):
        values[model.inputs[t]] = [row[t] for row in rows]
    for t in range(4):
        values[model.decoder_inputs[t]] = [([1] + y)[t] for y in targets]
        values[model.targets[t]] = [y[t] for y in targets]
        values[model.weights[t]] = [1.0 for _ in targets]
    return values


def create(session, forward_only):
    model = Model(len(WORDS), 8, forward_only)
    saver = tf.train.Saver({variables})
    state = tf.train.get_checkpoint_state("save")
    if state and {exists}(state.model_checkpoint_path):
        print("Reading model parameters from %s" % state.model_checkpoint_path)
        saver.restore(session, state.model_checkpoint_path)
    else:
        print("Created model with fresh parameters.")
        session.run({initialize}())
    return model, saver


def train():
    if not os.path.isdir("save"):
        os.makedirs("save")
    with tf.Session() as session:
        model, saver = create(session, False)
        for report in range(2):
            loss = 0.0
            for _ in range(12):
                values = feed(model, LINES, [[6, 6, 6, 2]] * 3)
                _, one = session.run([model.update, model.loss], values)
                loss += one / 12
            step = session.run(model.global_step)
            print("step %d loss %.4f" % (step, loss))
            saver.save(session, "save/model.ckpt", global_step=step)


def decode():
    with tf.Session() as session:
        model, _ = create(session, True)
        logits = session.run(model.outputs, feed(model, LINES[:1], [[0, 0, 0, 0]]))
        outputs = [int(np.argmax(logit, axis=1)) for logit in logits]
        if 2 in outputs:
            outputs = outputs[:outputs.index(2)]
        print("> " + " ".join([WORDS[o] for o in outputs]))


if __name__ == "__main__":
    decode() if sys.argv[1:] == ["decode"] else train()
"""

HEAD = """
import os
import sys
import numpy as np
import tensorflow as tf
"""

PLACEHOLDERS = """
class Model(object):
    def __init__(self, vocab_size, size, forward_only):
        self.inputs = [tf.placeholder(tf.int32, shape=[None]) for _ in range(3)]
        self.decoder_inputs = [tf.placeholder(tf.int32, shape=[None]) for _ in range(4)]
        self.targets = [tf.placeholder(tf.int32, shape=[None]) for _ in range(4)]
        self.weights = [tf.placeholder(tf.float32, shape=[None]) for _ in range(4)]
        self.global_step = tf.Variable(0, trainable=False)
"""

UPDATE = """
        if not forward_only:
            params = tf.trainable_variables()
            gradients, _ = tf.clip_by_global_norm(tf.gradients(self.loss, params), 5.0)
            self.update = tf.train.AdamOptimizer(0.05).apply_gradients(
                zip(gradients, params), global_step=self.global_step)
"""


def loop(exists="tf.gfile.Exists", variables="tf.all_variables()", initialize="tf.initialize_all_variables"):
    """The loop with an era's names."""
    return LOOP.format(exists=exists, variables=variables, initialize=initialize)


ERA_09 = {
    "chat.py": HEAD
    + PLACEHOLDERS
    + """
        cell = tf.nn.rnn_cell.BasicLSTMCell(size, state_is_tuple=False)
        cell = tf.nn.rnn_cell.MultiRNNCell([cell] * 2, state_is_tuple=False)
        w = tf.get_variable("proj_w", [size, vocab_size])
        b = tf.get_variable("proj_b", [vocab_size])

        def sampled_loss(inputs, labels):
            labels = tf.reshape(labels, [-1, 1])
            return tf.nn.sampled_softmax_loss(tf.transpose(w), b, inputs, labels, 4, vocab_size)

        outputs, state = tf.nn.seq2seq.embedding_rnn_seq2seq(
            self.inputs, self.decoder_inputs, cell, vocab_size, vocab_size, size,
            output_projection=(w, b), feed_previous=forward_only)
        self.outputs = [tf.nn.xw_plus_b(o, w, b) for o in outputs]
        self.loss = tf.nn.seq2seq.sequence_loss(outputs, self.targets, self.weights, softmax_loss_function=sampled_loss)
        tf.scalar_summary("loss", self.loss)
        self.joined = tf.concat(0, [tf.expand_dims(tf.mul(o, 2.0), 0) for o in self.outputs])
        writer = tf.train.SummaryWriter("logs", tf.get_default_graph().as_graph_def())
"""
    + UPDATE
    + loop()
}

ERA_012 = {
    "chat.py": HEAD
    + PLACEHOLDERS
    + """
        cell = tf.nn.rnn_cell.BasicLSTMCell(size)
        cell = tf.nn.rnn_cell.MultiRNNCell([cell] * 2)
        embedding = tf.get_variable("embedding", [vocab_size, size])
        w = tf.get_variable("softmax_w", [size, vocab_size])
        b = tf.get_variable("softmax_b", [vocab_size])
        encoded = tf.nn.embedding_lookup(embedding, tf.pack(self.inputs, axis=1))
        steps = [tf.squeeze(x, [1]) for x in tf.split(1, 3, encoded)]
        _, state = tf.nn.rnn(cell, steps, dtype=tf.float32)

        def loop_function(prev, _):
            symbol = tf.stop_gradient(tf.argmax(tf.matmul(prev, w) + b, 1))
            return tf.nn.embedding_lookup(embedding, symbol)

        outputs, _ = tf.nn.seq2seq.rnn_decoder(
            [tf.nn.embedding_lookup(embedding, x) for x in self.decoder_inputs], state, cell,
            loop_function=loop_function if forward_only else None)
        output = tf.reshape(tf.concat(1, outputs), [-1, size])
        logits = tf.reshape(tf.matmul(output, w) + b, [-1, 4, vocab_size])
        self.outputs = [tf.squeeze(x, [1]) for x in tf.split(1, 4, logits)]
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(logits, tf.pack(self.targets, axis=1))
        self.loss = tf.reduce_mean(losses)
"""
    + UPDATE
    + loop(variables="tf.global_variables()", initialize="tf.global_variables_initializer")
}

ERA_10 = {
    "seq2seq_wrapper.py": HEAD
    + PLACEHOLDERS
    + """
        cell = tf.contrib.rnn.core_rnn_cell.DropoutWrapper(
            tf.contrib.rnn.core_rnn_cell.BasicLSTMCell(size, state_is_tuple=True), output_keep_prob=1.0)
        stacked = tf.contrib.rnn.core_rnn_cell.MultiRNNCell([cell]*2, state_is_tuple=True)
        w_t = tf.get_variable("proj_w", [vocab_size, size])
        b = tf.get_variable("proj_b", [vocab_size])

        def sampled_loss(labels, inputs):
            return tf.nn.sampled_softmax_loss(w_t, b, tf.reshape(labels, [-1, 1]), inputs, 4, vocab_size)

        with tf.variable_scope("decoder") as scope:
            outputs, _ = tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
                self.inputs, self.decoder_inputs, stacked, vocab_size, vocab_size, size,
                output_projection=(tf.transpose(w_t), b))
            scope.reuse_variables()
            tests, _ = tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
                self.inputs, self.decoder_inputs, stacked, vocab_size, vocab_size, size,
                output_projection=(tf.transpose(w_t), b), feed_previous=True)
        self.outputs = [tf.matmul(o, tf.transpose(w_t)) + b for o in tests]
        self.loss = tf.contrib.legacy_seq2seq.sequence_loss(
            outputs, self.targets, self.weights, vocab_size, softmax_loss_function=sampled_loss)
"""
    + UPDATE
    + loop("os.path.exists", "tf.global_variables()", "tf.global_variables_initializer").replace(
        'if __name__ == "__main__":', "def main():"
    ),
    "chat.py": "import tensorflow as tf\nimport seq2seq_wrapper\n\nseq2seq_wrapper.main()\n",
}

ERA_14 = {
    "chat.py": HEAD
    + "import copy\nfrom tensorflow.contrib import rnn, legacy_seq2seq\n"
    + PLACEHOLDERS
    + """
        def single_cell():
            return rnn.GRUCell(size)

        cell = rnn.MultiRNNCell([single_cell() for _ in range(2)])
        w = tf.get_variable("proj_w", [size, vocab_size])
        b = tf.get_variable("proj_b", [vocab_size])

        def sampled_loss(labels, logits):
            labels = tf.reshape(labels, [-1, 1])
            return tf.nn.sampled_softmax_loss(weights=tf.transpose(w), biases=b, labels=labels,
                                              inputs=logits, num_sampled=4, num_classes=vocab_size)

        def seq2seq_f(x, y):
            return legacy_seq2seq.embedding_attention_seq2seq(
                x, y, copy.deepcopy(cell), vocab_size, vocab_size, size,
                output_projection=(w, b), feed_previous=forward_only)

        outputs, losses = legacy_seq2seq.model_with_buckets(
            self.inputs, self.decoder_inputs, self.targets, self.weights, [(2, 3), (3, 4)], seq2seq_f,
            softmax_loss_function=sampled_loss)
        self.loss = tf.add_n(losses)
        self.outputs = [tf.nn.xw_plus_b(o, w, b) for o in outputs[-1]]
"""
    + UPDATE
    + loop("tf.train.checkpoint_exists", "tf.global_variables()", "tf.global_variables_initializer")
}
