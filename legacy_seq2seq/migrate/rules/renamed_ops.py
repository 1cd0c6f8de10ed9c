"""Rule: functions that only changed their names."""

from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.places import RENAMED
from legacy_seq2seq.migrate.rule import V1, Rewriter, aliases_of, dotted_name, local_name


class RenamedOps(Rewriter):
    """`pack/unpack`, `mul/sub/neg`, `select`, `initialize_all_variables`, the summaries: today's names.

    TensorFlow 1.0, "Breaking Changes to the API": https://github.com/tensorflow/tensorflow/releases/tag/v1.0.0
    and 0.12, deprecations: https://github.com/tensorflow/tensorflow/releases/tag/v0.12.0
    """

    name = "renamed-ops"
    words = tuple(sorted({old.rpartition(".")[2] for old in RENAMED}))

    _keywords: ClassVar[dict[str, dict[str, str]]] = {
        "image_summary": {"tag": "name", "max_images": "max_outputs"},
        "audio_summary": {"tag": "name"},
        "scalar_summary": {"tags": "name", "values": "tensor"},
        "histogram_summary": {"tag": "name"},
        "batch_matmul": {"adj_x": "adjoint_a", "adj_y": "adjoint_b", "x": "a", "y": "b"},
        "select": {"t": "x", "e": "y"},
        "train.SummaryWriter": {"graph_def": "graph"},
    }

    def _old(self, node: cst.CSTNode) -> str | None:
        full = self.full(node)
        return full.removeprefix("tensorflow.") if full and full.startswith("tensorflow.") else None

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rename `tf.pack` and its like."""
        old = self._old(original_node)
        if old in RENAMED:
            self.applied()
            return self.tf(RENAMED[old])
        if old == "batch_matmul":
            self.applied()
            return self.tf("matmul")
        return updated_node

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """`from tensorflow import pack` becomes `from tensorflow import stack as pack`."""
        if original_node.module is None or dotted_name(original_node.module) not in ("tensorflow", V1):
            return updated_node
        if isinstance(original_node.names, cst.ImportStar):
            return updated_node
        aliases = []
        for alias in aliases_of(updated_node):
            new = RENAMED.get(alias.name.value, "") if isinstance(alias.name, cst.Name) else ""
            if new and "." not in new:
                self.applied()
                local = alias.asname or cst.AsName(name=cst.Name(local_name(alias)))
                alias = alias.with_changes(name=cst.Name(new), asname=local)
            aliases.append(alias)
        return updated_node.with_changes(names=aliases)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Rename the keywords that went with it; a writer takes the graph, not its definition."""
        old = self._old(original_node.func)
        if old is None:
            return updated_node
        args = []
        for arg in updated_node.args:
            new = self._keywords.get(old, {}).get(arg.keyword.value) if arg.keyword else None
            if new is not None:
                arg = arg.with_changes(keyword=cst.Name(new))
            if old == "train.SummaryWriter" and isinstance(arg.value, cst.Attribute):
                if arg.value.attr.value == "graph_def":
                    arg = arg.with_changes(value=arg.value.with_changes(attr=cst.Name("graph")))
            args.append(arg)
        return updated_node.with_changes(args=args)
