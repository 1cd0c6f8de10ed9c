"""A drop-in for `tf.contrib.legacy_seq2seq` on TensorFlow 2's `tf.compat.v1` graphs."""
