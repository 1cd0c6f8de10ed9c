"""Rule: looking for a checkpoint as if it were one file."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import dotted_name
from legacy_seq2seq.migrate.rules.scoped import Scoped

_TESTS = frozenset(
    (
        "tensorflow.gfile.Exists",
        "tensorflow.python.platform.gfile.Exists",
        "tensorflow.io.gfile.exists",
        "os.path.exists",
        "os.path.isfile",
    )
)


class CheckpointExists(Scoped):
    """`gfile.Exists(ckpt.model_checkpoint_path)` becomes `tf.train.checkpoint_exists(...)`.

    V2 checkpoints, the default since TensorFlow 0.12, are several files, none of this name: training
    silently started from nothing: https://github.com/tensorflow/tensorflow/releases/tag/v0.12.0
    """

    name = "checkpoint-exists"
    words = ("Exists", "exists", "isfile")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Replace the test where the argument is a checkpoint's path."""
        if self.full(original_node.func) not in _TESTS or len(updated_node.args) != 1:
            return updated_node
        argument = original_node.args[0].value
        if not self._is_checkpoint(argument):
            return updated_node
        self.applied()
        # Its one argument has another name there.
        args = [cst.Arg(updated_node.args[0].value, comma=updated_node.args[0].comma)]
        if original_node.args[0].keyword is None:
            args = list(updated_node.args)
        return updated_node.with_changes(func=self.tf("train.checkpoint_exists"), args=args)

    def _is_checkpoint(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Call) and self.builtin(node.func, "str") and len(node.args) == 1:
            return self._is_checkpoint(node.args[0].value)
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
            return self.code(node.left)[1:-1] == "%s" and self._is_checkpoint(node.right)
        code = self.code(node)
        if isinstance(node, cst.Attribute) and node.attr.value == "model_checkpoint_path":
            return True
        name = dotted_name(node)
        if name is not None:
            given = rf"(?<![\w.]){re.escape(name)}\s*(=|\bin\b)\s*[^=\n]*"
            if re.search(rf"{given}(model_checkpoint_path|latest_checkpoint\()", self._near(name)):
                return True
        restored = rf"\.restore\(\s*(sess\s*=\s*)?[\w.]+\s*,\s*(save_path\s*=\s*)?{re.escape(code)}\s*\)"
        return re.search(restored, self._near(name or "")) is not None

    def _near(self, name: str) -> str:
        """Where to look for a name: an attribute may be set in another method."""
        return self.text if name.startswith("self.") else self.here()
