"""Rule: paths of somebody else's machine."""

import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter

_PATH = re.compile(
    r"^(/(home|Users|root|mnt|media|var|opt|data\d*|ssd\d*|disk\d*|scratch|srv|export|Volumes|usr/local)/"
    r"|[A-Za-z]:[\\/])\S|^/(home|Users)/$"
)


class AbsolutePath(Rewriter):
    """`"/home/somebody/data"`: a hard-coded absolute path is named.

    Nothing of TensorFlow's, but the first thing that fails: https://docs.python.org/3/library/os.path.html
    """

    name = "absolute-path"
    words = (
        "/home/",
        "/Users/",
        "/root/",
        "/mnt/",
        "/media/",
        "/var/",
        "/opt/",
        "/data",
        "/ssd",
        "/disk",
        "/scratch/",
        "/srv/",
        "/export/",
        "/Volumes/",
        "/usr/local/",
        ":\\",
        ":/",
    )

    def prepare(self, module: cst.Module) -> None:
        """Start without ends of paths."""
        self._ends: set[cst.CSTNode] = set()

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        """In `folder + "/data/x"` the path is not absolute."""
        self._ends.add(node.right)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        """`"x" "/data/y"`."""
        self._ends.add(node.right)

    def visit_Expr(self, node: cst.Expr) -> bool:
        """Docstrings are no paths."""
        return not isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        """Ask."""
        value = original_node.evaluated_value
        if original_node in self._ends:
            return updated_node
        if isinstance(value, str) and _PATH.match(value) and "\n" not in value and "://" not in value:
            self.doubt(f"the path {value[:60]!r} is of another machine: is it there?")
        return updated_node
