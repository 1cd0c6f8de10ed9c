"""Rule: the cells and the seq2seq functions, which live in this package now."""

import libcst as cst

from legacy_seq2seq.migrate.places import EXPORTS, MODULES, NAMES
from legacy_seq2seq.migrate.rule import Rewriter, aliases_of, dotted_name, expression, local_name, module_path


def successor(full: str) -> str | None:
    """The new full name of an old one (a module or something in it), None if it did not move here."""
    module, rest = full, ""
    while module:
        if module in NAMES or module in MODULES:
            return NAMES.get(module, MODULES.get(module, "")) + rest
        module, _, leaf = module.rpartition(".")
        rest = f".{leaf}{rest}"
    return None


class Relocated(Rewriter):
    """`tf.nn.seq2seq`, `tf.contrib.legacy_seq2seq`, `tf.nn.rnn_cell`, `tf.contrib.rnn`: `legacy_seq2seq`.

    tf.contrib went in TensorFlow 2.0 (https://github.com/tensorflow/community/blob/master/rfcs/20180907-contrib-sunset.md),
    tf.nn.seq2seq in 1.0 (https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0); Keras 3 blocks
    the cells (https://github.com/keras-team/keras/issues/18467).
    """

    name = "relocated"
    words = (
        *("nn.seq2seq", "legacy_seq2seq", "rnn_cell", "contrib", "models.rnn", "models.tutorials", "nn.rnn"),
        *("bidirectional_rnn", "tensorflow.python", "tf.python", "static_rnn", "state_saving_rnn"),
    )

    def _new(self, full: str | None) -> str | None:
        new = successor(full) if full is not None else None
        if new is None:
            return None
        module, _, name = new.rpartition(".")
        known = EXPORTS.get(module)
        if known is not None and name not in known and new not in EXPORTS:
            self.doubt(
                f"{full} has no successor in {module}: write it out, or copy it from the release it was in"
            )
            return None
        return new

    def _expression(self, new: str) -> cst.BaseExpression:
        self.applied()
        if new.startswith("tf."):
            return self.tf(new.removeprefix("tf."))
        if new.startswith("legacy_seq2seq.translate"):
            self.want("import legacy_seq2seq.translate")
            return expression(new)
        return self.legacy(new.removeprefix("legacy_seq2seq").removeprefix("."))

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rewrite uses, the longest known name first."""
        full = self.full(original_node)
        if full is None:
            return updated_node
        if original_node in self._inner:
            return updated_node
        new = self._new(full)
        kept = dotted_name(original_node.value) is not None and self._kept(original_node)
        return updated_node if new is None or kept else self._expression(new)

    def _kept(self, node: cst.Attribute) -> bool:
        """Whether the import that the name comes through is itself rewritten, so that the use may stay."""
        root = (dotted_name(node) or "").split(".")[0]
        if root in self.names.aliases:
            origin = self.names.aliases[root]
            return origin in MODULES
        origin = self.names.imports.get(root, "")
        return origin in MODULES or origin in NAMES or origin.rpartition(".")[0] in MODULES

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """`tf.nn.seq2seq` inside `tf.nn.seq2seq.sequence_loss` is rewritten as a part of it."""
        inner = node.value
        full = self.full(node)
        while isinstance(inner, cst.Attribute) and full is not None:
            self._inner.add(inner)
            inner = inner.value

    def prepare(self, module: cst.Module) -> None:
        """Start without inner names."""
        self._inner: set[cst.CSTNode] = set()

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.BaseSmallStatement | cst.FlattenSentinel[cst.BaseSmallStatement]:
        """Import from the new place; one statement may become several."""
        if original_node.relative or original_node.module is None:
            return updated_node
        module = dotted_name(original_node.module) or ""
        if isinstance(original_node.names, cst.ImportStar):
            return self._star(module, updated_node)
        groups: dict[str, list[cst.ImportAlias]] = {}
        for alias in aliases_of(updated_node):
            full = f"{module}.{alias.name.value}"
            new = self._new(full)
            if new is None:
                groups.setdefault(module, []).append(alias)
                continue
            self.applied()
            new = new.replace("tf.", "tensorflow.compat.v1.", 1) if new.startswith("tf.") else new
            home, _, name = new.rpartition(".")
            groups.setdefault(home, []).append(_alias(alias, name))
        if list(groups) == [module]:
            return updated_node
        homes = list(groups)
        if self.doubtful() and module in groups:  # the comment comes before the first
            homes.sort(key=lambda home: home != module)
        statements = [_import(home, groups[home], updated_node) for home in homes]
        return statements[0] if len(statements) == 1 else cst.FlattenSentinel(statements)

    def _star(self, module: str, node: cst.ImportFrom) -> cst.ImportFrom:
        new = MODULES.get(module) or (
            "legacy_seq2seq.rnn_cell" if module == "tensorflow.contrib.rnn" else None
        )
        if new is None:
            return node
        self.applied()
        return node.with_changes(module=expression(new))

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        """Imports that came from one statement stand on lines of their own."""
        if len(original_node.body) != 1 or len(updated_node.body) == 1:
            return updated_node
        first, *rest = (
            small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for small in updated_node.body
        )
        return cst.FlattenSentinel(
            [
                updated_node.with_changes(body=[first]),
                *(cst.SimpleStatementLine(body=[small]) for small in rest),
            ]
        )

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        """`import tensorflow.models.rnn.rnn_cell as c` from the new place."""
        aliases = []
        for alias in updated_node.names:
            new = self._new(dotted_name(alias.name)) if alias.asname is not None else None
            if new is not None:
                self.applied()
                alias = alias.with_changes(name=expression(new))
            aliases.append(alias)
        return updated_node.with_changes(names=aliases)


def _alias(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    """The alias under the old local name."""
    local = local_name(alias)
    if not name or name == local:
        return cst.ImportAlias(name=cst.Name(local))
    return cst.ImportAlias(name=cst.Name(name), asname=cst.AsName(name=cst.Name(local)))


def _import(home: str, aliases: list[cst.ImportAlias], old: cst.ImportFrom) -> cst.BaseSmallStatement:
    clean = [alias.with_changes(comma=cst.MaybeSentinel.DEFAULT) for alias in aliases]
    if not home:  # the package itself: import legacy_seq2seq [as seq2seq]
        return cst.Import(names=clean)
    return cst.ImportFrom(module=module_path(home), names=clean)
