"""Rule: TensorFlow 1's behaviour is switched on where the program starts."""

import libcst as cst

from legacy_seq2seq.migrate.imports import import_of, is_docstring
from legacy_seq2seq.migrate.rule import V1, Rewriter

_CALL = "disable_v2_behavior"


class ProgramStart(Rewriter):
    """`tf.disable_v2_behavior()` after the import of TensorFlow, where a program or a notebook starts.

    TensorFlow 2.0: https://www.tensorflow.org/guide/migrate
    """

    name = "program-start"

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        """Add the call, and the import if there is none."""
        if not self.file.program or _CALL in self.text or "disable_eager_execution" in self.text:
            return updated_node
        self.applied()
        body = list(updated_node.body)
        local = self.names.local(V1, "tensorflow")
        place = next((n for n, line in enumerate(body, 1) if local and self._imports_it(line)), None)
        new: list[cst.BaseStatement] = [cst.parse_statement(f"{local or 'tf'}.{_CALL}()")]
        if place is None:
            place = next((n for n, line in enumerate(body) if not _first(line)), len(body))
            local = "tf"
            new = [cst.parse_statement(f"import {V1} as tf"), cst.parse_statement(f"tf.{_CALL}()")]
        while place < len(body) and self._imports_it(body[place]):
            place += 1
        return updated_node.with_changes(body=[*body[:place], *new, *body[place:]])

    def _imports_it(self, statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
        found = import_of(statement)
        if not isinstance(found, cst.Import):
            return False
        return any(self.code(alias.name) in ("tensorflow", V1) for alias in found.names)


def _first(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    """Whether nothing may stand before the statement."""
    found = import_of(statement)
    future = (
        isinstance(found, cst.ImportFrom)
        and isinstance(found.module, cst.Name)
        and found.module.value == "__future__"
    )
    return is_docstring(statement) or future
