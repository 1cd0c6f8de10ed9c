"""Rule: TensorFlow 1's names are in tensorflow.compat.v1."""

import libcst as cst

from legacy_seq2seq.migrate.public_names import MODULES
from legacy_seq2seq.migrate.rule import V1, Rewriter, dotted_name, expression


class V1Import(Rewriter):
    """`import tensorflow as tf` becomes `import tensorflow.compat.v1 as tf`.

    TensorFlow 2.0: https://www.tensorflow.org/guide/migrate
    """

    name = "v1-import"
    words = ("tensorflow",)

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        """The package itself, under the name that it has."""
        aliases = []
        for alias in updated_node.names:
            if dotted_name(alias.name) == "tensorflow":
                self.applied()
                local = alias.asname or cst.AsName(name=cst.Name("tensorflow"))
                alias = alias.with_changes(name=expression(V1), asname=local)
            elif alias.asname is not None and (dotted_name(alias.name) or "").startswith("tensorflow."):
                module = (dotted_name(alias.name) or "").removeprefix("tensorflow.")
                if module in MODULES:
                    self.applied()
                    alias = alias.with_changes(name=expression(f"{V1}.{module}"))
            aliases.append(alias)
        return updated_node.with_changes(names=aliases)

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """`from tensorflow import placeholder`."""
        module = dotted_name(original_node.module) if original_node.module is not None else None
        if original_node.relative or module is None:
            return updated_node
        if module.rpartition(".")[0] == "tensorflow" and module.rpartition(".")[2] in MODULES:
            self.applied()
            return updated_node.with_changes(module=expression(module.replace("tensorflow", V1, 1)))
        if module != "tensorflow":
            return updated_node
        names = original_node.names
        if not isinstance(names, cst.ImportStar) and all(_is_module(alias) for alias in names):
            return updated_node
        self.applied()
        return updated_node.with_changes(module=expression(V1))


def _is_module(alias: cst.ImportAlias) -> bool:
    """Whether the name is a package that compat.v1 has not."""
    return dotted_name(alias.name) in {"python", "core", "contrib", "models", "examples", "keras"}
