# mypy: ignore-errors
"""A process that builds the translate tutorial's model and runs training steps when told to.

`python benchmark_tutorial.py MODEL_AS_JSON`: one JSON command a line on stdin, one JSON answer a line on
stdout. It runs by itself, under TensorFlow 1.15 (then with `tf.contrib.legacy_seq2seq`) on Python 3.7 as well
as here (then with `legacy_seq2seq`): the model is the same lines.

Shapes: B batch, H units, V vocabulary, S samples; placeholders [B], lists of them one a time step.
"""

import sys

sys.path.pop(0)  # this folder, whose statistics.py is not Python's

import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow

if tensorflow.__version__.startswith("1."):
    import warnings

    warnings.simplefilter("ignore")
    tf = tensorflow
    tf.logging.set_verbosity(tf.logging.ERROR)
    seq2seq = tf.contrib.legacy_seq2seq
    rnn_cell = tf.nn.rnn_cell
else:
    tf = tensorflow.compat.v1
    import legacy_seq2seq as seq2seq
    from legacy_seq2seq import rnn_cell

CELLS = {"gru": "GRUCell", "lstm": "BasicLSTMCell"}


class Tutorial:
    """The model of all given buckets, with its training steps."""

    def __init__(self, model, buckets):
        """Build it in the default graph."""
        longest = [max(lengths) for lengths in zip(*buckets)]  # noqa: B905  (Python 3.7)
        self.buckets = buckets
        self.encoder = [tf.placeholder(tf.int32, [None]) for _ in range(longest[0])]
        self.decoder = [tf.placeholder(tf.int32, [None]) for _ in range(longest[1] + 1)]
        self.weights = [tf.placeholder(tf.float32, [None]) for _ in range(longest[1])]
        size, vocabulary = model["size"], model["vocabulary"]
        transposed = tf.get_variable("proj_w", [vocabulary, size])
        biases = tf.get_variable("proj_b", [vocabulary])

        def sampled(labels, logits):
            return tf.nn.sampled_softmax_loss(
                weights=transposed,
                biases=biases,
                labels=tf.reshape(labels, [-1, 1]),
                inputs=logits,
                num_sampled=model["samples"],
                num_classes=vocabulary,
            )

        def network(encoder, decoder):
            layers = [getattr(rnn_cell, CELLS[model["cell"]])(size) for _ in range(model["layers"])]
            return seq2seq.embedding_attention_seq2seq(
                encoder,
                decoder,
                rnn_cell.MultiRNNCell(layers),
                num_encoder_symbols=vocabulary,
                num_decoder_symbols=vocabulary,
                embedding_size=size,
                output_projection=(tf.transpose(transposed), biases),
            )

        at_once = getattr(seq2seq, "all_steps_at_once", None)
        _, losses = seq2seq.model_with_buckets(
            self.encoder,
            self.decoder,
            self.decoder[1:],
            self.weights,
            buckets,
            network,
            softmax_loss_function=at_once(sampled) if at_once else sampled,
        )
        optimizer = tf.train.GradientDescentOptimizer(0.5)
        variables = tf.trainable_variables()
        self.steps = []
        for loss in losses:
            gradients, norm = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
            update = optimizer.apply_gradients(list(zip(gradients, variables)))  # noqa: B905
            self.steps.append([update, norm, loss])

    def feed(self, model, bucket):
        """Random symbols, every weight 1."""
        random = np.random.RandomState(bucket)
        source, target = self.buckets[bucket]

        def symbols():
            return random.randint(0, model["vocabulary"], model["batch"])

        values = {tensor: symbols() for tensor in self.encoder[:source] + self.decoder[: target + 1]}
        values.update({tensor: np.ones(model["batch"], "float32") for tensor in self.weights[:target]})
        return values


class Worker:
    """Answers the commands: each method one."""

    def __init__(self, model):
        """Nothing is built yet."""
        self.model = model
        self.version = tensorflow.__version__

    def build(self):
        """Build all buckets; seconds, nodes of the graph."""
        started = time.perf_counter()
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(0)
            self.tutorial = Tutorial(self.model, self.model["buckets"])
            self.session = tf.Session()
            self.session.run(tf.global_variables_initializer())
        self.feeds = [self.tutorial.feed(self.model, b) for b in range(len(self.model["buckets"]))]
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "nodes": len(graph.get_operations()), "version": self.version}

    def step(self, bucket):
        """One training step; seconds, loss."""
        started = time.perf_counter()
        _, _, loss = self.session.run(self.tutorial.steps[bucket], self.feeds[bucket])
        return {"seconds": time.perf_counter() - started, "loss": float(loss)}

    def nodes(self, bucket):
        """Nodes of a graph with this bucket alone, placeholders not counted."""
        with tf.Graph().as_default() as graph:
            Tutorial(self.model, [self.model["buckets"][bucket]])
            return {"nodes": sum(op.type != "Placeholder" for op in graph.get_operations())}

    def peak(self, size, rounds):
        """Seconds of each of some products of two square matrices."""
        with tf.Graph().as_default(), tf.Session() as session:
            operands = [tf.Variable(tf.random_normal([size, size])) for _ in range(2)]
            session.run(tf.global_variables_initializer())
            product = tf.matmul(*operands).op
            seconds = []
            for _ in range(rounds):
                started = time.perf_counter()
                session.run(product)
                seconds.append(time.perf_counter() - started)
        return {"seconds": seconds}

    def profile(self, bucket):
        """Seconds of one step by type of operation (summed over threads)."""
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        traced = tf.RunMetadata()
        self.session.run(self.tutorial.steps[bucket], self.feeds[bucket], options, traced)
        found = {}
        for device in traced.step_stats.dev_stats:
            for node in device.node_stats:
                kind = node.timeline_label.split(" = ")[-1].split("(")[0].strip()
                spent = (node.op_end_rel_micros - node.op_start_rel_micros) / 1e6
                found[kind] = found.get(kind, 0.0) + spent
        return {"seconds": found}


def serve(worker, commands, answers):
    """Until the commands end."""
    for line in commands:
        command = json.loads(line)
        answer = getattr(worker, command.pop("do"))(**command)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    # What libraries print must not come between the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(Worker(json.loads(sys.argv[1])), sys.stdin, out)
