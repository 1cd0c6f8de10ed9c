"""Rule: what later versions of Python 3 removed from the standard library."""

import ast

import libcst as cst

from legacy_seq2seq.migrate.names import dotted
from legacy_seq2seq.migrate.rule import aliases_of, dotted_name, expression, local_name, module_path
from legacy_seq2seq.migrate.rules.guarded import Guarded


class RemovedStdlib(Guarded):
    """`imp.reload`, `pkg_resources.parse_version`, `distutils`, `collections.Mapping`: today's names.

    https://docs.python.org/3/whatsnew/3.12.html#removed and https://docs.python.org/3/whatsnew/3.10.html#removed
    """

    name = "removed-stdlib"
    words = (
        "imp",
        "pkg_resources",
        "distutils",
        "collections",
        "clock",
        "getargspec",
        "parser",
        "izip_longest",
        "string.",
        "gcd",
        "base64",
        "cElementTree",
        "sets",
        "exceptions",
        "md5",
        "sha",
        "urllib",
    )

    def prepare(self, module: cst.Module) -> None:
        """Find out which of the modules are still used after their names have moved."""
        super().prepare(module)
        uses = {
            self.names.full(dotted(node) or "")
            for node in ast.walk(ast.parse(self.text))
            if isinstance(node, (ast.Attribute, ast.Name))
        }
        self._uses = {full for full in uses if full is not None}

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
        """Every import that is split is a line of its own."""
        pieces = [self._pieces(statement) for statement in updated_node.body]
        if pieces == [[statement] for statement in updated_node.body]:
            return updated_node
        self.applied()
        new = [piece for some in pieces for piece in some]
        if not new:
            return cst.RemoveFromParent()
        if len(updated_node.body) > 1:
            clean = [piece.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for piece in new]
            return updated_node.with_changes(body=clean)
        lines = [cst.SimpleStatementLine([piece]) for piece in new]
        lines[0] = updated_node.with_changes(body=[new[0]])
        return lines[0] if len(lines) == 1 else cst.FlattenSentinel(lines)

    def _pieces(self, statement: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
        if isinstance(statement, cst.Import):
            return self._imported(statement)
        if isinstance(statement, cst.ImportFrom):
            return self._taken(statement)
        return [statement]

    def _taken(self, node: cst.ImportFrom) -> list[cst.BaseSmallStatement]:
        """`from collections import OrderedDict, Mapping`: what has moved from its new place."""
        module = dotted_name(node.module) if node.module is not None else None
        if module is None or node.relative or self._is_own(module):
            return [node]
        advice = _NO_SUCCESSOR.get(module.split(".")[0])
        kept: list[cst.ImportAlias] = []
        moved: list[cst.BaseSmallStatement] = []
        for alias in aliases_of(node):
            new = _MOVED.get(f"{module}.{dotted_name(alias.name)}")
            if new is None:
                kept.append(alias)
                continue
            home, _, name = new.rpartition(".")
            asname = None if local_name(alias) == name else cst.AsName(name=cst.Name(local_name(alias)))
            found = cst.ImportAlias(name=cst.Name(name), asname=asname)
            moved.append(cst.ImportFrom(module=module_path(home), names=[found]))
        if advice is not None and (kept or isinstance(node.names, cst.ImportStar)) and not self.guarded():
            self.doubt(f"the module {module} was removed from Python: {advice}")
        if not moved:
            return [node]
        if not kept:
            return moved
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return [node.with_changes(names=kept), *moved]

    def _imported(self, node: cst.Import) -> list[cst.BaseSmallStatement]:
        """`import imp`: it goes if all that is used of it has moved, else it is named."""
        kept = []
        for alias in node.names:
            module = dotted_name(alias.name) or ""
            root = module.split(".")[0]
            if module in _MOVED and alias.asname is not None:
                alias = alias.with_changes(name=module_path(_MOVED[module]))
            if root not in _NO_SUCCESSOR or self._is_own(module):
                kept.append(alias)
                continue
            used = {full for full in self._uses if full.startswith(root + ".")}
            longest = {full for full in used if not any(other.startswith(full + ".") for other in used)}
            if longest and all(_moves(full) for full in longest):
                continue
            if not self.guarded():
                self.doubt(f"the module {module} was removed from Python: {_NO_SUCCESSOR[root]}")
            kept.append(alias)
        if kept == list(node.names):
            return [node]
        if not kept:
            return []
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return [node.with_changes(names=kept)]

    def _is_own(self, module: str) -> bool:
        return module.split(".", maxsplit=1)[0] in self.file.tree.modules_beside(self.file.path)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rewrite a use."""
        full = self.full(original_node) or ""
        new = _MOVED.get(full)
        if full.startswith("string.") and full.removeprefix("string.") in _STRING_FUNCTIONS:
            self.doubt(f"{full} is gone: text has it as a method, `text.{original_node.attr.value}(...)`")
        if new is None:
            return updated_node
        self.applied()
        self.want(f"import {new.rpartition('.')[0]}")
        return expression(new)


def _moves(full: str) -> bool:
    """Whether a name, or what it is an attribute of, has a new place."""
    return any(full == old or full.startswith(old + ".") for old in _MOVED)


_ABCS = (
    "Mapping MutableMapping Sequence MutableSequence Iterable Iterator Callable Hashable Set MutableSet Sized"
)
_MOVED = {
    "imp.reload": "importlib.reload",
    "pkg_resources.parse_version": "packaging.version.parse",
    "distutils.version.LooseVersion": "packaging.version.Version",
    "distutils.version.StrictVersion": "packaging.version.Version",
    "distutils.core.setup": "setuptools.setup",
    "distutils.core.Extension": "setuptools.Extension",
    "distutils.core.Command": "setuptools.Command",
    "distutils.dir_util.copy_tree": "shutil.copytree",
    "distutils.spawn.find_executable": "shutil.which",
    "inspect.getargspec": "inspect.getfullargspec",
    "time.clock": "time.perf_counter",
    "string.letters": "string.ascii_letters",
    "string.lowercase": "string.ascii_lowercase",
    "string.uppercase": "string.ascii_uppercase",
    "itertools.izip_longest": "itertools.zip_longest",
    "fractions.gcd": "math.gcd",
    "base64.encodestring": "base64.encodebytes",
    "base64.decodestring": "base64.decodebytes",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
    **{f"collections.{name}": f"collections.abc.{name}" for name in _ABCS.split()},
    **{f"urllib.{name}": f"urllib.request.{name}" for name in ("urlopen", "urlretrieve", "URLopener")},
    **{
        f"urllib.{name}": f"urllib.parse.{name}"
        for name in "urlencode quote quote_plus unquote unquote_plus".split()
    },
}
_STRING_FUNCTIONS = frozenset(
    "join joinfields split lower upper strip lstrip rstrip replace find zfill".split()
)
_NO_SUCCESSOR = {
    "imp": "use importlib",
    "parser": "use ast, or your own module of this name by its package",
    "distutils": "use setuptools or packaging",
    "asynchat": "use asyncio",
    "asyncore": "use asyncio",
    "commands": "use subprocess",
    "sets": "use set and frozenset",
    "exceptions": "they are builtins",
    "md5": "use hashlib",
    "sha": "use hashlib",
    "urllib2": "use urllib.request and urllib.error",
    "cgi": "use urllib.parse or a web framework",
    "pipes": "use subprocess and shlex",
}
