"""Rule: the private parts of tf.app.flags.FLAGS."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression

_FLAGS = ("tensorflow.app.flags.FLAGS", "tensorflow.flags.FLAGS", "tensorflow.python.platform.flags.FLAGS")
# Where the values were up to 1.4: `FLAGS.__flags`, `FLAGS.__dict__["__flags"]`.
_HELD = r"([\w.]+)\.(?:__flags|__dict__\[['\"]__flags['\"]\])"


class FlagValues(Rewriter):
    """`FLAGS._parse_flags()` becomes `FLAGS(sys.argv)`, `FLAGS.__flags` `FLAGS.flag_values_dict()`.

    tf.app.flags is absl.flags since TensorFlow 1.5: https://github.com/tensorflow/tensorflow/releases/tag/v1.5.0
    """

    name = "flag-values"
    words = ("_parse_flags", "__flags", "FLAGS.__dict__", "vars(", "flags", "FLAGS.")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """`FLAGS._parse_flags()`, `FLAGS._parse_flags(args=list)`."""
        code = self.code(original_node)
        if re.fullmatch(r"vars\([\w.]*FLAGS\)", code):
            self.doubt("the values are FLAGS.flag_values_dict() now")
        if re.match(rf"{_HELD}\.(update|pop|setdefault)\(", code):
            self.doubt("FLAGS.flag_values_dict() is a copy: set the flags themselves, FLAGS.name = value")
        found = re.fullmatch(r"([\w.]+)\._parse_flags\(\s*(?:args\s*=\s*)?(.*)\)", code, re.S)
        if found is None:
            return updated_node
        self.applied()
        self.want("import sys")
        given = f"[sys.argv[0], *{found[2].strip()}]" if found[2].strip() else "sys.argv"
        return expression(f"{found[1]}({given})")

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`FLAGS.__flags`."""
        if (
            re.fullmatch(r"[\w.]*FLAGS\.__dict__", self.code(original_node))
            and original_node not in self._known
        ):
            self.doubt("the values are FLAGS.flag_values_dict() now")
        full = self.full(original_node) or ""
        if re.fullmatch(r"tensorflow(\.app|\.python\.platform)?\.flags\._[A-Za-z]\w*", full):
            self.doubt(f"{full} is gone: tf.app.flags is absl.flags now")
        return self._values(original_node, updated_node, r"([\w.]+)\.__flags")

    def leave_AssignTarget(
        self, original_node: cst.AssignTarget, updated_node: cst.AssignTarget
    ) -> cst.AssignTarget:
        """`FLAGS.new = 3` was one more attribute; now it must have been defined."""
        target = original_node.target
        found = re.fullmatch(rf"{_HELD}\[\s*['\"](\w+)['\"]\s*\]", self.code(target))
        if found is not None:
            self.applied()
            return updated_node.with_changes(target=expression(f"{found[1]}.{found[2]}"))
        owner = self.full(target.value) if isinstance(target, cst.Attribute) else None
        defined = {name for facts in self.file.tree.facts.values() for name in facts.flags}
        if (
            isinstance(target, cst.Attribute)
            and owner in _FLAGS
            and defined
            and not defined & {"*", target.attr.value}
        ):
            self.doubt(f"no flag {target.attr.value} is defined: absl refuses to set it")
        return updated_node

    def prepare(self, module: cst.Module) -> None:
        """Start without dictionaries that are read rightly."""
        self._known: set[cst.CSTNode] = set()

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """`FLAGS.__dict__["__flags"]` is looked at as a whole."""
        if "__flags" in self.code(node):
            self._known.add(node.value)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """`FLAGS.__dict__["__flags"]`."""
        return self._values(
            original_node, updated_node, r"([\w.]*FLAGS)\.__dict__\[\s*['\"]__flags['\"]\s*\]"
        )

    def _values(
        self, original: cst.BaseExpression, updated: cst.BaseExpression, pattern: str
    ) -> cst.BaseExpression:
        found = re.fullmatch(pattern, self.code(original))
        # Since 1.5 it holds flags, not values, and is still there.
        if found is None or re.search(r"[\w\]]\.value\b", self.code(self._open[-1])):
            return updated
        self.applied()
        return expression(f"{found[1]}.flag_values_dict()")
