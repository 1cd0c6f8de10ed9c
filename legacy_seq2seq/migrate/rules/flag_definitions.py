"""Rule: flags that absl, which tf.app.flags is now, refuses."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, expression, keyword, simple

_ABSL = frozenset(
    "log_dir v verbosity logger_levels stderrthreshold showprefixforinfo logtostderr alsologtostderr "
    "run_with_pdb pdb_post_mortem pdb run_with_profiling profile_file use_cprofile_for_profiling "
    "only_check_args flagfile undefok help helpshort helpfull helpxml".split()
)


class FlagDefinitions(Rewriter):
    """`DEFINE_integer("n", 1e5, ...)` gets an integer; a flag named like absl's (`log_dir`) may replace it.

    tf.app.flags is absl.flags since TensorFlow 1.5: https://github.com/tensorflow/tensorflow/releases/tag/v1.5.0,
    https://abseil.io/docs/python/guides/flags
    """

    name = "flag-definitions"
    words = ("DEFINE_",)

    def prepare(self, module: cst.Module) -> None:
        """Know the names at the top that are floats: `RATE = 1e3`."""
        self._floats = {
            target.value
            for line in module.body
            if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Assign)
            for target in [line.body[0].targets[0].target]
            if isinstance(target, cst.Name) and isinstance(line.body[0].value, cst.Float)
        }

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Mend one definition."""
        func = original_node.func
        name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
        if not isinstance(name, str) or not name.startswith("DEFINE_") or not simple(updated_node):
            return updated_node
        args = list(updated_node.args)
        if not args:
            return updated_node
        flag = args[0].value
        if isinstance(flag, cst.SimpleString) and flag.evaluated_value in _ABSL:
            if not any(arg.keyword is not None and arg.keyword.value == "allow_override" for arg in args):
                self.applied()
                args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
                args.append(keyword(cst.Arg(expression("True")), "allow_override"))
        updated_node = updated_node.with_changes(args=args)
        return self._default(updated_node, name)

    def _default(self, call: cst.Call, function: str) -> cst.Call:
        place = next(
            (
                n
                for n, arg in enumerate(call.args)
                if arg.keyword and arg.keyword.value in ("default", "default_value")
            ),
            1 if len(call.args) > 1 and call.args[1].keyword is None else None,
        )
        if place is None:
            return call
        default = call.args[place].value
        args = list(call.args)
        if function == "DEFINE_integer" and isinstance(default, cst.Float):
            value = float(default.evaluated_value)
            self.applied()
            if value.is_integer():
                args[place] = args[place].with_changes(value=expression(str(int(value))))
                return call.with_changes(args=args)
            return call.with_changes(func=_renamed(call.func, "DEFINE_float"))
        if function == "DEFINE_integer" and self._is_float(default):
            self.applied()
            args[place] = args[place].with_changes(value=expression(f"int({self.code(default)})"))
            return call.with_changes(args=args)
        if function == "DEFINE_string" and self.code(default) in ("True", "False"):
            self.applied()
            args[place] = args[place].with_changes(value=expression(f'"{self.code(default)}"'))
            return call.with_changes(args=args)
        if function == "DEFINE_string" and isinstance(default, (cst.Integer, cst.Float)):
            self.applied()
            args[place] = args[place].with_changes(value=expression(f'"{default.value}"'))
            return call.with_changes(args=args)
        return call

    def _is_float(self, node: cst.BaseExpression) -> bool:
        """Whether arithmetic gives a float: `100 * 1e3`, `10 / 2`."""
        if isinstance(node, cst.UnaryOperation):
            return self._is_float(node.expression)
        if not isinstance(node, cst.BinaryOperation):
            return isinstance(node, cst.Float) or getattr(node, "value", None) in self._floats
        if isinstance(node.operator, cst.Divide):
            return True
        return self._is_float(node.left) or self._is_float(node.right)


def _renamed(func: cst.BaseExpression, name: str) -> cst.BaseExpression:
    if isinstance(func, cst.Attribute):
        return func.with_changes(attr=cst.Name(name))
    return cst.Name(name)
