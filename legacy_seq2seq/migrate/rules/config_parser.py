"""Rule: configparser lost SafeConfigParser and readfp in Python 3.12."""

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, dotted_name

_MODULES = ("configparser", "ConfigParser", "six.moves.configparser")


class ConfigParser(Rewriter):
    """`SafeConfigParser` becomes `ConfigParser`, the same since Python 3.2; `readfp` becomes `read_file`.

    https://docs.python.org/3/whatsnew/3.12.html#configparser
    """

    name = "config-parser"
    words = ("SafeConfigParser", "readfp")

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        """Keep the local name."""
        module = dotted_name(original_node.module) if original_node.module is not None else None
        if (
            module not in _MODULES
            or isinstance(updated_node.names, cst.ImportStar)
            or module == "ConfigParser"
        ):
            return updated_node
        names = []
        for alias in updated_node.names:
            if isinstance(alias.name, cst.Name) and alias.name.value == "SafeConfigParser":
                self.applied()
                local = alias.asname or cst.AsName(name=cst.Name("SafeConfigParser"))
                alias = alias.with_changes(name=cst.Name("ConfigParser"), asname=local)
            names.append(alias)
        return updated_node.with_changes(names=names)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """The parameters of `readfp` have other names, too."""
        if not isinstance(original_node.func, cst.Attribute) or original_node.func.attr.value != "readfp":
            return updated_node
        new = {"fp": "f", "filename": "source"}
        return updated_node.with_changes(
            args=[
                arg.with_changes(keyword=cst.Name(new.get(arg.keyword.value, arg.keyword.value)))
                if arg.keyword is not None
                else arg
                for arg in updated_node.args
            ]
        )

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`configparser.SafeConfigParser`, and the method."""
        full = self.full(original_node)
        if full is not None and full in {f"{module}.SafeConfigParser" for module in _MODULES}:
            self.applied()
            return updated_node.with_changes(attr=cst.Name("ConfigParser"))
        if original_node.attr.value == "readfp":
            self.applied()
            return updated_node.with_changes(attr=cst.Name("read_file"))
        return updated_node
