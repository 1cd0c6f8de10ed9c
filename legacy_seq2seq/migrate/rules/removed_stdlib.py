"""Rule: what later versions of Python 3 removed from the standard library."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression


class RemovedStdlib(Rewriter):
    """`imp.reload`, `pkg_resources.parse_version`, `distutils`, `collections.Mapping`: today's names.

    https://docs.python.org/3/whatsnew/3.12.html#removed and https://docs.python.org/3/whatsnew/3.10.html#removed
    """

    name = "removed-stdlib"
    words = (
        "imp",
        "pkg_resources",
        "distutils",
        "collections.",
        "clock",
        "getargspec",
        "parser",
        "izip_longest",
        "string.",
    )

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """Import from the new place under the local name."""
        module = dotted_name(original_node.module) if original_node.module is not None else None
        names = updated_node.names
        if module is None or original_node.relative or isinstance(names, cst.ImportStar) or len(names) != 1:
            return updated_node
        new = _MOVED.get(f"{module}.{names[0].name.value}")
        if new is None:
            return updated_node
        self.applied()
        home, _, name = new.rpartition(".")
        local = names[0].asname.name if names[0].asname is not None else names[0].name
        asname = None if self.code(local) == name else cst.AsName(name=cst.ensure_type(local, cst.Name))
        return updated_node.with_changes(
            module=expression(home), names=[cst.ImportAlias(name=cst.Name(name), asname=asname)]
        )

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Rewrite a use."""
        new = _MOVED.get(self.full(original_node) or "")
        if new is None:
            return updated_node
        self.applied()
        self.want(f"import {new.rpartition('.')[0]}")
        return expression(new)

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        """Name what has no successor."""
        for alias in original_node.names:
            name = dotted_name(alias.name)
            if name in _NO_SUCCESSOR and name not in self.file.tree.modules_beside(self.file.path):
                self.doubt(f"the module {name} was removed from Python: {_NO_SUCCESSOR[name]}")
        return updated_node


_ABCS = (
    "Mapping MutableMapping Sequence MutableSequence Iterable Iterator Callable Hashable Set MutableSet Sized"
)
_MOVED = {
    "imp.reload": "importlib.reload",
    "pkg_resources.parse_version": "packaging.version.parse",
    "distutils.version.LooseVersion": "packaging.version.Version",
    "distutils.version.StrictVersion": "packaging.version.Version",
    "distutils.dir_util.copy_tree": "shutil.copytree",
    "distutils.spawn.find_executable": "shutil.which",
    "inspect.getargspec": "inspect.getfullargspec",
    "time.clock": "time.perf_counter",
    "string.letters": "string.ascii_letters",
    "string.lowercase": "string.ascii_lowercase",
    "string.uppercase": "string.ascii_uppercase",
    "itertools.izip_longest": "itertools.zip_longest",
    **{f"collections.{name}": f"collections.abc.{name}" for name in _ABCS.split()},
}
_NO_SUCCESSOR = {
    "imp": "use importlib",
    "parser": "use ast, or your own module of this name by its package",
    "distutils": "use setuptools or packaging",
    "asynchat": "use asyncio",
    "asyncore": "use asyncio",
    "commands": "use subprocess",
    "cgi": "use urllib.parse or a web framework",
    "pipes": "use subprocess and shlex",
}
