"""Trains and saves the models of `trained_models.py` under an old TensorFlow.

Usage: python record_checkpoints.py OUT_DIR, once with each of 0.12.1 (Python 2.7), 1.0.1 (Python 3.6) and
1.15.5 (Python 3.7). A checkpoint is saved after two updates; the .npz beside it has the outputs and the loss
there, and the losses after each of two updates more.
"""

import os
import sys
import types

import numpy as np
import tensorflow as tf
import trained_models


def first(*names):
    """The first of these attributes of tf that this release has."""
    for name in names:
        found = tf
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    raise AttributeError(names)


class Cells(object):  # noqa: UP004
    def __getattr__(self, name):
        return first("nn.rnn_cell." + name, "contrib.rnn." + name)


OLD = tf.__version__.startswith("0.")


def projection(size, vocabulary):
    if OLD:
        return tf.get_variable("proj_w", [size, vocabulary])
    return tf.transpose(tf.get_variable("proj_w", [vocabulary, size]))


def main(folder):
    api = types.ModuleType("api")
    api.tf, api.cells, api.tuples, api.projection = tf, Cells(), not OLD, projection
    api.seq2seq = first("contrib.legacy_seq2seq", "nn.seq2seq")
    api.static_rnn = first("nn.static_rnn", "contrib.rnn.static_rnn", "nn.rnn")
    api.bidirectional_rnn = first(
        "nn.static_bidirectional_rnn", "contrib.rnn.static_bidirectional_rnn", "nn.bidirectional_rnn"
    )
    for model in trained_models.MODELS:
        with tf.Graph().as_default():
            tf.set_random_seed(7)
            outputs, loss, _, update = trained_models.build(api, model)
            config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
            with tf.Session(config=config) as session:
                session.run(first("global_variables_initializer", "initialize_all_variables")())
                for _ in range(2):
                    session.run(update)
                versions = (1, 2) if OLD and model is trained_models.MODELS[0] else (2,)
                for version in versions:
                    name = "-".join(["tf" + tf.__version__, model.__name__, "V" + str(version)])
                    target = os.path.join(folder, name)
                    os.makedirs(target)
                    path = tf.train.Saver(write_version=version).save(
                        session, os.path.join(target, "model.ckpt"), global_step=2, write_meta_graph=False
                    )
                    # A relative path, so that the folder can be moved.
                    tf.train.update_checkpoint_state(target, os.path.basename(path))
                arrays = {"outputs/" + str(i): value for i, value in enumerate(session.run(outputs))}
                losses = [session.run(loss)]
                for _ in range(2):
                    session.run(update)
                    losses.append(session.run(loss))
                name = "tf" + tf.__version__ + "-" + model.__name__ + ".npz"
                np.savez_compressed(os.path.join(folder, name), losses=np.array(losses), **arrays)


if __name__ == "__main__":
    main(sys.argv[1])
