"""Rule: `str.decode` and `encode`, in code that did not tell text from bytes."""

import ast

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name, expression

_UTF8 = frozenset(("utf-8", "utf8", "utf_8"))
_TEXT = ("input", "raw_input", "sys.stdin.readline", "sys.stdin.read")
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
        """Learn whether the module knows bytes."""
        self._knows_bytes = any(
            isinstance(node, ast.Constant) and isinstance(node.value, bytes) and node.value
            for node in ast.walk(ast.parse(self.text))
        )
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
        words = [_literal(arg.value) for arg in updated_node.args]
        if words[0] is None:
            return updated_node
        if not self.file.python2 and not self._is_text(original_node):
            return updated_node
        return (
            self._decoded(updated_node, func)
            if func.attr.value == "decode"
            else self._encoded(updated_node, func)
        )

    def _is_text(self, node: cst.Call) -> bool:
        """Whether a method is called on what can only be text, like `input()`."""
        owner = node.func.value if isinstance(node.func, cst.Attribute) else None
        while (
            isinstance(owner, cst.Call)
            and isinstance(owner.func, cst.Attribute)
            and owner.func.attr.value == "strip"
        ):
            owner = owner.func.value
        decodes = isinstance(node.func, cst.Attribute) and node.func.attr.value == "decode"
        return decodes and isinstance(owner, cst.Call) and dotted_name(owner.func) in _TEXT

    def _decoded(self, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        return call if self._is_no_text(call) else self._ensured("ensure_text", call, func)

    def _encoded(self, call: cst.Call, func: cst.Attribute) -> cst.BaseExpression:
        if self._is_no_text(call):
            return call
        if self._knows_bytes or any(name in _TAKES_BYTES for name in self._around):
            return call
        coding = str(_literal(call.args[0].value)).lower()
        if coding in _UTF8:
            return self._ensured("ensure_str", call, func)
        if coding in ("ascii", "latin1", "latin-1"):
            self.applied()
            return expression(f"{self.code(call)}.decode({self.code(call.args[0].value)})")
        self.doubt(f'"{coding}" gives bytes in Python 3: decode the result if text is meant')
        return call

    def _is_no_text(self, call: cst.Call) -> bool:
        coding = str(_literal(call.args[0].value)).lower()
        if coding not in ("hex", "base64", "string_escape", "rot13", "zlib"):
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
