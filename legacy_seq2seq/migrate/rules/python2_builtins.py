"""Rule: builtins that Python 3 renamed or dropped."""

import ast
from typing import ClassVar

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression, keyword, parameters
from legacy_seq2seq.migrate.rules.guarded import Guarded


class Python2Builtins(Guarded, Rewriter):
    """`xrange`, `unicode`, `basestring`, `unichr`, `long`, `raw_input`, `reduce`, `file`, `execfile`, ...

    Names that the module binds itself, or tries under `except NameError`, are left alone.
    https://docs.python.org/3.0/whatsnew/3.0.html#builtins
    """

    name = "python2-builtins"
    words = (
        *("xrange", "unicode", "basestring", "unichr", "long", "raw_input", "reduce", "file", "execfile"),
        *("reload", "cmp", "apply", "intern", "buffer", "StandardError", "__", "sort(", "sorted("),
    )

    _renamed: ClassVar[dict[str, str]] = {
        "xrange": "range",
        "unicode": "str",
        "unichr": "chr",
        "long": "int",
        "raw_input": "input",
        "basestring": "str",
        "buffer": "memoryview",
        "StandardError": "Exception",
    }
    _imported: ClassVar[dict[str, tuple[str, str]]] = {
        "reduce": ("functools.reduce", "import functools"),
        "reload": ("importlib.reload", "import importlib"),
        "intern": ("sys.intern", "import sys"),
    }
    # Python 3 never calls them, and says nothing.
    _methods: ClassVar[dict[str, str]] = {
        "__cmp__": "write __eq__ and __lt__",
        "__div__": "call it __truediv__",
        "__idiv__": "call it __itruediv__",
        "__getslice__": "let __getitem__ take slices",
        "__setslice__": "let __setitem__ take slices",
        "__unicode__": "call it __str__",
    }

    def prepare(self, module: cst.Module) -> None:
        """Find the functions that could compare."""
        super().prepare(module)
        self._of_two = {
            node.name
            for node in ast.walk(ast.parse(self.text))
            if isinstance(node, ast.FunctionDef)
            and len([arg for arg in node.args.args if arg.arg not in ("self", "cls")]) == 2
        }

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """`def __cmp__` is never called."""
        name = original_node.name.value
        if self.file.python2 and name in self._methods:
            self.doubt(f"{name} is not called in Python 3: {self._methods[name]}")
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        """Rename a builtin wherever it is read."""
        name = original_node.value
        if not self.is_read(original_node) or not self.names.builtin(name) or self.guarded():
            return updated_node
        if name in self._renamed:
            self.applied()
            return updated_node.with_changes(value=self._renamed[name])
        if name in self._imported:
            new, line = self._imported[name]
            self.applied()
            self.want(line)
            return expression(new)
        if name == "cmp":
            self.doubt("cmp is gone: write (a > b) - (a < b), or sort by key=")
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """`file(...)` opens, `execfile(...)` reads and executes, `apply(f, args)` calls."""
        if self.guarded():
            return updated_node
        words = {arg.keyword.value for arg in original_node.args if arg.keyword is not None}
        if self.builtin(original_node.func, "unicode") and (
            len(original_node.args) > 1 or "encoding" in words
        ):
            self.applied()  # str refuses to decode what is text already
            self.want("import six")
            return updated_node.with_changes(func=expression("six.ensure_text"))
        if self.builtin(original_node.func, "file"):
            self.applied()
            return updated_node.with_changes(func=cst.Name("open"))
        if self.builtin(original_node.func, "execfile"):
            self.applied()
            path = self.code(updated_node.args[0].value)
            spaces = "".join(f", {self.code(arg.value)}" for arg in updated_node.args[1:])
            return expression(f'exec(compile(open({path}, "rb").read(), {path}, "exec"){spaces})')
        method = original_node.func.attr.value if isinstance(original_node.func, cst.Attribute) else None
        if method == "sort" or self.builtin(original_node.func, "sorted"):
            place = 0 if method == "sort" else 1
            return updated_node.with_changes(
                args=[self._key(arg, n == place) for n, arg in enumerate(updated_node.args)]
            )
        if self.builtin(original_node.func, "apply") and len(updated_node.args) == 2:
            self.applied()
            function, args = (self.code(arg.value) for arg in updated_node.args)
            return expression(f"{function}(*{args})")
        return updated_node

    def _key(self, arg: cst.Arg, first: bool) -> cst.Arg:
        """`cmp=f`, or a function in its place, as `key=functools.cmp_to_key(f)`."""
        if not (arg.keyword.value == "cmp" if arg.keyword is not None else first and self._compares(arg)):
            return arg
        self.applied()
        self.want("import functools")
        value = expression(f"functools.cmp_to_key({self.code(arg.value)})")
        return keyword(arg.with_changes(value=value), "key")

    def _compares(self, arg: cst.Arg) -> bool:
        """Whether a value is a function of two parameters: arrays and frames have a `sort` of their own."""
        if arg.star:
            return False
        if isinstance(arg.value, cst.Lambda):
            return len(parameters(arg.value)) == 2
        name = (dotted_name(arg.value) or "").rpartition(".")[2]
        return name == "cmp" or name in self._of_two
