"""Rule: `str.decode` and `encode`, in code that did not tell text from bytes."""

import ast
import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_UTF8 = frozenset(("utf-8", "utf8", "utf_8"))
_TEXT = ("input", "raw_input", "sys.stdin.readline", "sys.stdin.read")
_TEXT_FILES = re.compile(r"(io\.)?open|([\w.]+\.)?(Fast)?GFile")
# Of a text file, or of text: what they give is text, or lists of it.
_TEXT_METHODS = frozenset("read readline readlines strip lstrip rstrip lower upper replace split".split())
# What needs bytes, and takes what `encode` gives.
_TAKES_BYTES = ("hashlib", "md5", "base64", "urlopen", "Request", "send", "sendall", "b64encode", "sha1")


class StringCoding(Rewriter):
    """`x.decode("utf-8")` in Python 2's files becomes `six.ensure_text(x)`, which takes text and bytes.

    `x.encode("utf-8")` becomes text again in modules without bytes of their own. six comes with TensorFlow.
    https://docs.python.org/3.0/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
    """

    name = "string-coding"
    words = (".decode(", ".encode(")

    def prepare(self, module: cst.Module) -> None:
        """Learn whether the module knows bytes, and which names hold text whatever the Python."""
        tree = ast.parse(self.text)
        self._knows_bytes = any(
            isinstance(node, ast.Constant) and isinstance(node.value, bytes) and node.value
            for node in ast.walk(tree)
        )
        self._text_names = _text_names(tree)
        self._around: list[str] = []

    def visit_Call(self, node: cst.Call) -> None:
        """Remember the calls around."""
        self._around.append((dotted_name(node.func) or "").rpartition(".")[2])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Replace one coding method."""
        self._around.pop()
        func = updated_node.func
        if not isinstance(func, cst.Attribute) or func.attr.value not in ("decode", "encode"):
            return updated_node
        if self.full(original_node.func) is not None or not updated_node.args:
            return updated_node
        if _literal(updated_node.args[0].value) is None:
            named = re.search(r"encoding|coding|charset|codec", self.code(updated_node.args[0]), re.I)
            if named is None or not self.file.python2:
                return updated_node
        # What decodes text and bytes alike is right whatever the Python.
        either = self.file.undecided and func.attr.value == "decode"
        if not self.file.python2 and not either and not self._is_text(original_node):
            return updated_node
        return (
            self._decoded(updated_node, func)
            if func.attr.value == "decode"
            else self._encoded(updated_node, func)
        )

    def _is_text(self, node: cst.Call) -> bool:
        """Whether `decode` is called on what can only be text, like `input()` or a line of a text file."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "decode":
            return False
        owner = ast.parse(f"({self.code(node.func.value)})", mode="eval").body
        return _gives_text(owner, self._text_names)

    def _decoded(self, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        return call if self._is_no_text(call) else self._ensured("ensure_text", call, func)

    def _encoded(self, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        if self._is_no_text(call):
            return call
        if self._knows_bytes or any(name in _TAKES_BYTES for name in self._around):
            return call
        coding = str(_literal(call.args[0].value)).lower()
        if coding in _UTF8 or _literal(call.args[0].value) is None:
            return self._ensured("ensure_str", call, func)
        if coding in ("ascii", "latin1", "latin-1"):
            self.applied()
            return expression(f"{self.code(call)}.decode({self.code(call.args[0].value)})")
        self.doubt(f'"{coding}" gives bytes in Python 3: decode the result if text is meant')
        return call

    def _is_no_text(self, call: cst.Call) -> bool:
        coding = str(_literal(call.args[0].value)).lower().replace("-", "_")
        if coding not in (
            "hex",
            "base64",
            "string_escape",
            "unicode_escape",
            "rot13",
            "rot_13",
            "zlib",
            "bz2",
        ):
            return False
        self.doubt(f'"{coding}" is no text encoding: use the module codecs, binascii or base64')
        return True

    def _ensured(self, function: str, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        self.applied()
        self.want("import six")
        args = [cst.Arg(func.value, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))]
        return cst.Call(func=expression(f"six.{function}"), args=[*args, *call.args])


def _literal(node: cst.BaseExpression) -> str | None:
    if not isinstance(node, cst.SimpleString):
        return None
    value = node.evaluated_value
    return value if isinstance(value, str) else None


def _gives_text(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is text, a file of text or a list of it, if these names are."""
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Subscript):
        return _gives_text(node.value, names)
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    if _TEXT_FILES.fullmatch(called):
        modes = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "mode")]
        return all(isinstance(mode, ast.Constant) and "b" not in str(mode.value) for mode in modes)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
        return called in _TEXT or _gives_text(node.func.value, names)
    return called in _TEXT


def _text_names(tree: ast.Module) -> set[str]:
    """The names that a module gives to text files, to their lines and to parts of these."""
    bindings: list[tuple[ast.expr | None, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            bindings += [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.For | ast.comprehension):
            bindings.append((node.target, node.iter))
        elif isinstance(node, ast.withitem):
            bindings.append((node.optional_vars, node.context_expr))
    names: set[str] = set()
    while found := {
        target.id
        for target, value in bindings
        if isinstance(target, ast.Name) and target.id not in names and _gives_text(value, names)
    }:
        names |= found
    return names
