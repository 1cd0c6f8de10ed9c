"""What a migration rule is: a text goes in, a text comes out; edits are counted, doubts become comments."""

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import libcst as cst

from legacy_seq2seq.migrate.imports import MARK, add_imports
from legacy_seq2seq.migrate.names import Names, names_of
from legacy_seq2seq.migrate.tree import SourceFile

V1 = "tensorflow.compat.v1"

_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)


@functools.lru_cache(maxsize=4)
def parse(text: str) -> cst.Module:
    """The concrete syntax tree of `text`; parsed once for the rules that follow each other."""
    return cst.parse_module(text)


@functools.lru_cache(maxsize=1)
def _sources(module: cst.Module) -> dict[int, str]:
    """For the statements of one module: their source by id."""
    return {}


def comment_of(rule: str, message: str) -> str:
    """The marked comment of a finding."""
    return f"{MARK} {rule}: {message}"


class Rule:
    """One rule. Subclasses give a name, a docstring with the API change's link, and `apply`.

    words: the rule runs on texts that contain one of them (all texts if there are none).
    """

    name: ClassVar[str]
    words: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def concerns(cls, text: str) -> bool:
        """Whether the rule may have something to do."""
        return not cls.words or any(word in text for word in cls.words)

    def apply(self, text: str, file: SourceFile) -> str:
        """The migrated text; counts its edits in `file.applied`."""
        raise NotImplementedError


class Rewriter(cst.CSTTransformer, Rule):
    """A rule that rewrites the concrete syntax tree.

    In the `leave_...` methods: `full` resolves names, `applied` counts an edit, `doubt` leaves a marked
    comment before the statement being left, `tf` and `legacy` give the expression for a name of TensorFlow
    or of this package and see to its import.
    """

    # Whether every statement is visited: for rules that collect what others need to know. The others skip
    # statements without any of their words, or of the local names for what their words name.
    everywhere: ClassVar[bool] = False

    names: Names
    file: SourceFile

    def __init__(self) -> None:
        """Start without wishes."""
        super().__init__()
        self._open: list[cst.CSTNode] = []
        self._doubts: dict[cst.CSTNode, list[str]] = {}
        self._shadows: list[set[str]] = []
        self._imports: list[str] = []
        self._count = 0
        self._skipped: set[cst.CSTNode] = set()

    def apply(self, text: str, file: SourceFile) -> str:
        """Visit the whole module once."""
        self.names, self.file = names_of(text), file
        passed = file.tree.passed_to(file.path)
        if passed:
            own = self.names.bound - {name for name in passed if name in self.names.imports}
            more = {name: full for name, full in passed.items() if name not in own}
            self.names = replace(self.names, imports={**self.names.imports, **more})
        self.text = text
        module = parse(text)
        self._header = module.header
        self._first = module.body[0] if module.body else None
        self._needed, self._codes = self._statement_words(), _sources(module)
        self.prepare(module)
        changed = module.visit(self)
        if self._count:
            file.applied[self.name] = file.applied.get(self.name, 0) + self._count
        return add_imports(changed, self._imports).code

    def prepare(self, module: cst.Module) -> None:
        """Look at the module before it is visited."""

    # --- for the rules

    def applied(self) -> None:
        """Count one edit."""
        self._count += 1

    def doubt(self, message: str) -> None:
        """Leave a marked comment before the statement that is being left."""
        assert "\n" not in message
        found = self._doubts.setdefault(self._open[-1], [])
        if comment_of(self.name, message) not in found:
            found.append(comment_of(self.name, message))

    def doubtful(self) -> bool:
        """Whether the statement that is being left has a doubt already."""
        return self._open[-1] in self._doubts

    def full(self, node: cst.CSTNode) -> str | None:
        """The full dotted name of an imported expression, `tensorflow.x` for compat.v1's too; else None."""
        name = dotted_name(node)
        owner, _, member = (name or "").partition(".")
        if owner in ("self", "cls") and member.split(".")[0] in self.names.members:
            name = member
        if name is None or name.split(".")[0] in self.shadowed():
            return None
        full = self.names.full(name)
        return full.replace(V1, "tensorflow", 1) if full is not None and full.startswith(V1) else full

    def called(self, call: cst.Call) -> str | None:
        """The full name of the function that is called, through `self.name = function`, too."""
        owner, _, member = (dotted_name(call.func) or "").partition(".")
        if owner in ("self", "cls") and member in self.names.attributes:
            return self.names.attributes[member].replace(V1, "tensorflow", 1)
        return self.full(call.func)

    def shadowed(self) -> set[str]:
        """Parameters of the functions around, which hide what is imported."""
        return set().union(*self._shadows) if self._shadows else set()

    def builtin(self, node: cst.CSTNode, *names: str) -> bool:
        """Whether `node` is one of these builtins."""
        return isinstance(node, cst.Name) and node.value in names and self.names.builtin(node.value)

    def tf(self, name: str) -> cst.BaseExpression:
        """`tf.<name>`, whatever TensorFlow is called here; imported if it is not."""
        local = self.names.local("tensorflow", V1)
        if local is None:
            self.want(f"import {V1} as tf")
        return expression(f"{local or 'tf'}.{name}")

    def legacy(self, name: str) -> cst.BaseExpression:
        """`legacy_seq2seq.<name>`, imported if it is not."""
        local = self.names.local("legacy_seq2seq")
        if local is None:
            self.want("import legacy_seq2seq")
        return expression(f"{local or 'legacy_seq2seq'}.{name}" if name else (local or "legacy_seq2seq"))

    def want(self, line: str) -> None:
        """Ask for an import at the top of the module."""
        if line not in self._imports:
            self._imports.append(line)

    def code(self, node: cst.CSTNode) -> str:
        """The source of `node`."""
        return cst.Module(body=[]).code_for_node(node)

    # --- the machinery

    def _statement_words(self) -> tuple[str, ...]:
        if self.everywhere or not self.words:
            return ()
        origins = {**self.names.imports, **self.names.attributes, **self.names.aliases}
        locals_ = [name for name, full in origins.items() if any(word in full for word in self.words)]
        return (*self.words, *locals_)

    def _is_marked(self, node: Any) -> bool:
        lines = [*node.leading_lines, *(self._header if node is self._first else ())]
        mark = comment_of(self.name, "")
        return any(line.comment is not None and line.comment.value.startswith(mark) for line in lines)

    def _mentions(self, node: cst.CSTNode) -> bool:
        code = self._codes.get(id(node))
        if code is None:
            code = self._codes[id(node)] = self.code(node)
        return any(word in code for word in self._needed)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep the statement and the shadowing parameters at hand."""
        if isinstance(node, _STATEMENTS):
            # What is marked waits for somebody's decision.
            if (self._needed and not self._mentions(node)) or self._is_marked(node):
                self._skipped.add(node)
                return False
            self._open.append(node)
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            self._shadows.append({p.name.value for p in parameters(node)})
        return super().on_visit(node)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Put the comments of doubts before the statement."""
        if original_node in self._skipped:
            return updated_node
        result = super().on_leave(original_node, updated_node)
        if isinstance(original_node, (cst.FunctionDef, cst.Lambda)):
            self._shadows.pop()
        if isinstance(original_node, _STATEMENTS):
            self._open.pop()
            comments = self._doubts.pop(original_node, [])
            if comments and isinstance(result, _STATEMENTS):
                result = self._marked(result, comments)
            elif comments and isinstance(result, cst.FlattenSentinel):
                first, *rest = result.nodes
                result = cst.FlattenSentinel([self._marked(first, comments), *rest])
        return result

    def _marked(self, statement: Any, comments: Sequence[str]) -> Any:
        lines = [cst.EmptyLine(comment=cst.Comment(comment)) for comment in comments]
        return statement.with_changes(leading_lines=[*statement.leading_lines, *lines])


def parameters(node: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """All the parameters of a function, stars included."""
    params = node.params
    found = [*params.posonly_params, *params.params, *params.kwonly_params]
    found.extend(star for star in (params.star_arg, params.star_kwarg) if isinstance(star, cst.Param))
    return found


def dotted_name(node: cst.CSTNode) -> str | None:
    """`a.b.c` of a chain of attributes, else None."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    return ".".join([node.value, *reversed(parts)])


def expression(text: str) -> cst.BaseExpression:
    """Parse an expression."""
    return cst.parse_expression(text)


def module_path(text: str) -> cst.Attribute | cst.Name:
    """A dotted module name."""
    node = cst.parse_expression(text)
    assert isinstance(node, (cst.Attribute, cst.Name))
    return node


def aliases_of(node: cst.ImportFrom) -> list[cst.ImportAlias]:
    """What is imported by name: nothing if it is `*`."""
    return [] if isinstance(node.names, cst.ImportStar) else list(node.names)


def local_name(alias: cst.ImportAlias) -> str:
    """The local name that an import binds (for `import a.b`: `a.b`)."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return dotted_name(alias.name) or ""


def keyword(arg: cst.Arg, name: str) -> cst.Arg:
    """The argument given by keyword."""
    equal = cst.AssignEqual(
        whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
    )
    return arg.with_changes(keyword=cst.Name(name), equal=equal)


def simple(call: cst.Call) -> bool:
    """Whether the call has no `*args` or `**kwargs`, so that its arguments can be counted."""
    return all(arg.star == "" for arg in call.args)


def bind(call: cst.Call, params: Sequence[str]) -> dict[str, cst.Arg] | None:
    """Parameter -> argument; None if that cannot be told."""
    if not simple(call):
        return None
    positional = [arg for arg in call.args if arg.keyword is None]
    if len(positional) > len(params):
        return None
    bound = dict(zip(params, positional, strict=False))
    bound.update({arg.keyword.value: arg for arg in call.args if arg.keyword is not None})
    return bound


def is_integer(node: cst.CSTNode) -> bool:
    """Whether the expression is an integer literal, signed or not."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, (cst.Minus, cst.Plus)):
        node = node.expression
    return isinstance(node, cst.Integer)


def without(call: cst.Call, dropped: cst.Arg) -> cst.Call:
    """The call without one argument; what follows it keeps its whitespace."""
    args = [arg for arg in call.args if arg is not dropped]
    if args and call.args[-1] is dropped:
        args[-1] = args[-1].with_changes(comma=dropped.comma)
    return call.with_changes(args=args)


def renamed(text: str, old: str, new: str) -> str:
    """`text` with the word `old` replaced."""
    return re.sub(rf"\b{re.escape(old)}\b", new, text)
