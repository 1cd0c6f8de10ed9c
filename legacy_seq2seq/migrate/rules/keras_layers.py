"""Rule: tf.layers and tf.keras, which Keras 3 took from TensorFlow 1's graphs."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter


class KerasLayers(Rewriter):
    """`tf.layers.dense` and its like are named: they need tf_keras, or tf.get_variable.

    https://keras.io/keras_3/ and https://github.com/tensorflow/tensorflow/releases/tag/v2.16.1
    """

    name = "keras-layers"
    words = (".layers", ".keras")

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        """Ask."""
        full = self.full(original_node)
        if full in ("tensorflow.layers", "tensorflow.keras"):
            name = full.replace("tensorflow", "tf")
            self.doubt(f"{name} needs tf_keras and TF_USE_LEGACY_KERAS=1; or use tf.get_variable")
        return updated_node
