"""Rule: names that TensorFlow 2 does not have, and that no other rule knows."""

import libcst as cst

from legacy_seq2seq.migrate.public_names import IMAGE, MEMBERS, NN, NN_MEMBERS, TOP, TRAIN
from legacy_seq2seq.migrate.rule import V1, aliases_of, dotted_name
from legacy_seq2seq.migrate.rules.guarded import Guarded

_KNOWN = {
    "": TOP | MEMBERS,
    "nn": NN | NN_MEMBERS,
    "image": IMAGE,
    "train": TRAIN,
}
# What other rules speak of.
_THEIRS = frozenset(("contrib", "models", "examples", "python", "keras", "estimator", "core"))


def is_unknown(full: str) -> bool:
    """Whether `tensorflow.name`, or a name of nn, image or train, is not part of TensorFlow 2."""
    module, _, name = full.removeprefix("tensorflow").removeprefix(".").rpartition(".")
    known = _KNOWN.get(module)
    if known is None or name.startswith("_") or not name:
        return False
    return name not in known and not (module == "" and name in _THEIRS)


class UnknownNames(Guarded):
    """`tf.nn.deconv2d`, or another name that tf.compat.v1 lacks, is named.

    https://www.tensorflow.org/api_docs/python/tf/compat/v1
    """

    name = "unknown-names"
    words = ("tensorflow",)
    everywhere = True

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        """Ask about `tf.name`, `tf.nn.name`, `tf.train.name` and `tf.image.name`."""
        full = self.full(original_node) or ""
        if full.startswith("tensorflow."):
            self._ask(full)
        if full in ("tensorflow.python", "tensorflow.core") and self._is_of_v1(original_node):
            self.doubt(
                f"{full.replace('tensorflow', 'tf', 1)} is not part of tf.compat.v1: use what tf has of it"
            )
        return updated_node

    def _is_of_v1(self, node: cst.Attribute) -> bool:
        """Whether `tf` of `tf.python` is the package itself, not what `import tensorflow.python` bound."""
        root = (dotted_name(node) or "").split(".")[0]
        return not self.guarded() and root not in self.names.roots

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """Ask about `from tensorflow import name`."""
        if original_node.module is not None and not original_node.relative:
            module = (dotted_name(original_node.module) or "").replace(V1, "tensorflow", 1)
            if module.split(".")[0] == "tensorflow":
                for alias in aliases_of(original_node):
                    self._ask(f"{module}.{dotted_name(alias.name)}")
        return updated_node

    def _ask(self, full: str) -> None:
        if is_unknown(full) and not self.guarded():
            name = full.replace("tensorflow", "tf", 1)
            self.doubt(f"TensorFlow 2 has no {name}: use what it has instead, or write it yourself")
