"""Rule: Python 2's implicit relative imports."""

import re
from collections.abc import Sequence

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, module_path


class RelativeImports(Rewriter):
    """`import data_utils` inside a package: `from . import data_utils`; as a script as before.

    `import sub.module` loads the module and binds `sub`, as it did.

    https://peps.python.org/pep-0328/
    """

    name = "relative-imports"
    words = ("import",)

    def prepare(self, module: cst.Module) -> None:
        """Find out which modules lie beside this one, and whether it may be run as a script."""
        self._beside = self.file.tree.modules_beside(self.file.path) if self._in_package() else set()
        self._beside.discard("__init__")
        self._tries: list[str] = []
        self._init = self.file.path.rpartition("/")[2] == "__init__.py"

    def _in_package(self) -> bool:
        return not self.file.notebook and self.file.tree.is_package(self.file.path)

    def visit_Try(self, node: cst.Try) -> None:
        """Imports that are tried in two ways already are left alone."""
        self._tries.append(self.code(node))

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try:
        """Leave it."""
        self._tries.pop()
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """Split off what lies beside; try it both ways, unless this is the package's own module."""
        if not self._beside:
            return updated_node
        if len(original_node.body) > 1:
            return self._apart(updated_node)
        relative, rest = self._split(original_node.body[0])
        if not relative or self._is_tried(original_node.body[0]):
            return updated_node
        self.applied()
        new: list[cst.BaseStatement] = []
        if rest is not None:
            new.append(updated_node.with_changes(body=[rest]))
        for inside, outside in relative:
            statement = cst.SimpleStatementLine(body=[inside])
            new.append(statement if self._init else _either(inside, outside))
        if rest is None:
            new[0] = new[0].with_changes(leading_lines=updated_node.leading_lines)
        return new[0] if len(new) == 1 else cst.FlattenSentinel(new)

    def _apart(
        self, line: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """`import model; import os` on lines of their own."""
        if not any(self._split(small)[0] and not self._is_tried(small) for small in line.body):
            return line
        clean = [small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for small in line.body]
        lines = [cst.SimpleStatementLine([small]) for small in clean]
        lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
        lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
        new: list[cst.BaseStatement] = []
        for each in lines:
            done = self.leave_SimpleStatementLine(each, each)
            new += done.nodes if isinstance(done, cst.FlattenSentinel) else [done]
        return cst.FlattenSentinel(new)

    def _is_tried(self, statement: cst.BaseSmallStatement) -> bool:
        """Whether a `try` around imports the same in another way."""
        names = re.findall(r"\w+", self.code(statement))
        beside = [name for name in names if name in self._beside]
        return any(
            len(re.findall(rf"(?m)^\s*(?:from|import)\b.*\b{name}\b", code)) > 1
            for code in self._tries
            for name in beside
        )

    def _split(
        self, statement: cst.BaseSmallStatement
    ) -> tuple[list[tuple[cst.ImportFrom, cst.BaseSmallStatement]], cst.BaseSmallStatement | None]:
        if isinstance(statement, cst.ImportFrom) and not statement.relative and statement.module is not None:
            if (dotted_name(statement.module) or "").split(".")[0] not in self._beside:
                return [], statement
            return [(statement.with_changes(relative=[cst.Dot()]), statement)], None
        if not isinstance(statement, cst.Import):
            return [], statement
        pairs: list[tuple[cst.ImportFrom, cst.BaseSmallStatement]] = []
        kept = []
        for alias in statement.names:
            if isinstance(alias.name, cst.Name) and alias.name.value in self._beside:
                clean = alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)
                pairs.append((_from_here([clean]), cst.Import(names=[clean])))
            elif (dotted_name(alias.name) or "").split(".")[0] in self._beside:
                pairs += _below(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT))
            else:
                kept.append(alias)
        if not kept:
            return pairs, None
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return pairs, statement.with_changes(names=kept)


def _below(alias: cst.ImportAlias) -> list[tuple[cst.ImportFrom, cst.BaseSmallStatement]]:
    """`import sub.a.b`: what it binds is `sub`, or `as c` the module itself."""
    home, _, leaf = (dotted_name(alias.name) or "").rpartition(".")
    module = module_path(home)
    plain = cst.Import(names=[alias])
    if alias.asname is not None:
        name = cst.ImportAlias(name=cst.Name(leaf), asname=alias.asname)
        return [(cst.ImportFrom(module=module, relative=[cst.Dot()], names=[name]), plain)]
    # The module is loaded under a name that nothing else has, the package bound.
    hidden = cst.AsName(name=cst.Name(f"_{home.replace('.', '_')}_{leaf}"))
    loaded = cst.ImportAlias(name=cst.Name(leaf), asname=hidden)
    root = cst.ImportAlias(name=cst.Name(home.split(".")[0]))
    return [
        (cst.ImportFrom(module=module, relative=[cst.Dot()], names=[loaded]), plain),
        (_from_here([root]), cst.Import(names=[root])),
    ]


def _from_here(aliases: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    return cst.ImportFrom(module=None, relative=[cst.Dot()], names=aliases)


def _either(inside: cst.BaseSmallStatement, outside: cst.BaseSmallStatement) -> cst.Try:
    """Try to import as a part of the package, else as what lies beside the script."""
    return cst.Try(
        body=cst.IndentedBlock([cst.SimpleStatementLine([inside])]),
        handlers=[
            cst.ExceptHandler(
                type=cst.Name("ImportError"),
                whitespace_after_except=cst.SimpleWhitespace(" "),
                body=cst.IndentedBlock([cst.SimpleStatementLine([outside])]),
            )
        ],
    )
