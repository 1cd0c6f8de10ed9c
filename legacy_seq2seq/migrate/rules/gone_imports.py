"""Rule: imports of what is gone, dropped where nothing needs them any more, else named."""

import ast

import libcst as cst

from legacy_seq2seq.migrate.places import MODULES, NAMES
from legacy_seq2seq.migrate.private_names import is_doubtful, is_private_module, public
from legacy_seq2seq.migrate.rule import aliases_of, dotted_name
from legacy_seq2seq.migrate.rules.guarded import Guarded

_GONE = ("tensorflow.contrib", "tensorflow.models", "tensorflow.examples")
_ADVICE = {
    "tensorflow.models.rnn.ptb": "copy the reader of the release it was in, or read your text file yourself",
    "tensorflow.examples": "copy the example's reader, or load the data with tf.keras.datasets",
    "tensorflow.contrib.tensorboard": "it is `from tensorboard.plugins import projector` now",
}


def _is_gone(full: str) -> bool:
    within = any(full == root or full.startswith(root + ".") for root in _GONE)
    return (
        within
        or full in MODULES
        or full in NAMES
        or is_private_module(full)
        or public(full) is not None
        or full in ("tensorflow.python.ops.rnn", "tensorflow.python.ops")
    )


class GoneImports(Guarded):
    """Imports of `tensorflow.contrib`, `tensorflow.models` and private modules that no line uses any more.

    What is still used is a finding: tf.contrib and the models package are not part of TensorFlow 2,
    https://github.com/tensorflow/community/blob/master/rfcs/20180907-contrib-sunset.md
    """

    name = "gone-imports"
    words = ("tensorflow",)

    def prepare(self, module: cst.Module) -> None:
        """Count the uses of every name."""
        super().prepare(module)
        self._used = {node.id for node in ast.walk(ast.parse(self.text)) if isinstance(node, ast.Name)}

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        """Keep the aliases that are used."""
        if original_node.relative or original_node.module is None:
            return updated_node
        module = dotted_name(original_node.module) or ""
        if isinstance(original_node.names, cst.ImportStar):
            if any(module == root or module.startswith(root + ".") for root in _GONE):
                self._advise(module)
            return updated_node
        for alias in aliases_of(original_node):
            self._ask_private(f"{module}.{alias.name.value}", alias)
        kept = [a for a in aliases_of(updated_node) if not self._drop(f"{module}.{a.name.value}", a)]
        if len(kept) == len(aliases_of(updated_node)):
            return updated_node
        if not kept:
            return cst.RemoveFromParent()
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=kept)

    def leave_Import(
        self, original_node: cst.Import, updated_node: cst.Import
    ) -> cst.Import | cst.RemovalSentinel:
        """The same for `import tensorflow.contrib.rnn`."""
        for alias in original_node.names:
            self._ask_private(dotted_name(alias.name) or "", alias)
        kept = [a for a in updated_node.names if not self._drop(dotted_name(a.name) or "", a)]
        if len(kept) == len(updated_node.names):
            return updated_node
        if not kept:
            return cst.RemoveFromParent()
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=kept)

    def _ask_private(self, full: str, alias: cst.ImportAlias) -> None:
        """A private name that is still used and has no public one."""
        if self._is_used(full, alias) and is_doubtful(full) and not self.guarded():
            self.doubt(f"{full} is private to TensorFlow, and may be gone or another: use what tf has of it")

    def _drop(self, full: str, alias: cst.ImportAlias) -> bool:
        if not _is_gone(full):
            return False
        if not self._is_used(full, alias):
            self.applied()
            return True
        if any(full.startswith(root) for root in _GONE):
            self._advise(full)
        return False

    def _is_used(self, full: str, alias: cst.ImportAlias) -> bool:
        if isinstance(alias.name, cst.Attribute) and alias.asname is None:
            return full in self.text.replace(f"import {full}", "", 1)
        local = alias.asname.name if alias.asname is not None else alias.name
        return isinstance(local, cst.Name) and local.value in self._used

    def _advise(self, full: str) -> None:
        if self.guarded():
            return  # code that provides for its absence
        advice = next((text for root, text in _ADVICE.items() if full.startswith(root)), None)
        self.doubt(f"{full} is not part of TensorFlow 2: {advice or 'write out what you need of it'}")
