"""Rule: files of text and files of bytes, which Python 2 did not tell apart."""

import ast
import re

import libcst as cst

from legacy_seq2seq.migrate.rule import Rewriter, bind, dotted_name, expression, keyword

_OPENERS = {
    "open": ("file", "mode"),
    "io.open": ("file", "mode"),
    "codecs.open": ("filename", "mode", "encoding", "errors"),
    "gzip.open": ("filename", "mode"),
    "tensorflow.gfile.GFile": ("name", "mode"),
    "tensorflow.gfile.Open": ("name", "mode"),
    "tensorflow.gfile.FastGFile": ("name", "mode"),
}
_BINARY_NAMES = re.compile(
    r"\.(pkl|pickle|npy|npz|gz|zip|tar|tgz|h5|hdf5|bin|jpe?g|png|wav|pb)\b|pickle", re.I
)
_BINARY_USERS = r"\b(?:c?[pP]ickle|marshal|np|numpy|struct|tarfile|zipfile|joblib|dill)\.\w+\([^()]*"
_TEXT_ONLY = frozenset(("split", "replace", "startswith", "endswith", "find", "count", "index"))
_STRIPS = frozenset(("strip", "lstrip", "rstrip", "lower", "upper"))


def opener(full: str | None) -> str | None:
    """The key of the function that opens a file; a private gfile counts as the public one."""
    if full is not None and full.startswith("tensorflow.python.platform.gfile."):
        full = "tensorflow.gfile." + full.rpartition(".")[2]
    return full if full in _OPENERS else None


class TextFiles(Rewriter):
    """Files that Python 2 opened as bytes and used as text are opened as text, those for pickle as bytes.

    Text keeps bytes that are not UTF-8 (errors="surrogateescape"). Modules that write `b"..."` themselves
    are left alone. https://docs.python.org/3.0/whatsnew/3.0.html#text-vs-data-instead-of-unicode-vs-8-bit
    """

    name = "text-files"
    words = ("open(", "GFile(", "Open(", "FastGFile(")

    def prepare(self, module: cst.Module) -> None:
        """Learn whether the module knows bytes, and which names hold files for pickle or csv."""
        tree = ast.parse(self.text)
        self._knows_bytes = any(
            isinstance(node, ast.Constant) and isinstance(node.value, bytes) and node.value
            for node in ast.walk(tree)
        )
        self._functions: list[str] = [self.text]
        self._bound: dict[cst.CSTNode, str] = {}
        self._uses: dict[cst.CSTNode, str] = {}
        self._inside: list[str] = []
        self._split: set[cst.CSTNode] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Uses of a file are looked for in its function."""
        self._functions.append(self.code(node))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Back to the code around."""
        self._functions.pop()
        return updated_node

    def visit_With(self, node: cst.With) -> None:
        """`with open(...) as f`: the file is used in this block only, whatever `f` is elsewhere."""
        for item in node.items:
            if item.asname is not None and isinstance(item.asname.name, cst.Name):
                self._bound[item.item] = item.asname.name.value
                self._uses[item.item] = self.code(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        """`f = open(...)`."""
        if isinstance(node.targets[0].target, cst.Name):
            name = node.targets[0].target.value
            self._bound[node.value] = name
            # Up to where the name is given to something else.
            after = self._functions[-1].partition(self.code(node))[2]
            self._uses[node.value] = re.split(rf"(?<![\w.]){name}\s*=(?!=)|\bas {name}\b", after)[0]

    def visit_Call(self, node: cst.Call) -> None:
        """Remember the calls around, `pickle.load(open(...))`."""
        self._inside.append(dotted_name(node.func) or "")
        file = _read_from(node)
        if file is not None:
            self._split.add(file)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Decide the mode of one file."""
        self._inside.pop()
        full = self.full(original_node.func)
        if full is None and self.builtin(original_node.func, "open"):
            full = "open"
        function = opener(full)
        bound = bind(updated_node, _OPENERS[function]) if function is not None else None
        if function is None or bound is None:
            return updated_node
        given = bound.get("mode")
        mode = "r" if given is None else _literal(given.value)
        if mode is None:
            return updated_node
        universal, mode = "U" in mode, mode.replace("U", "") or "r"
        if function == "gzip.open" and not set(mode) & {"b", "t"}:
            as_text = original_node in self._split or self._is_used_as_text(original_node, function)
            mode += "b" if as_text else ""
        wanted = mode if "encoding" in bound else self._wanted(original_node, function, mode)
        if wanted == mode and universal and given is not None:
            self.applied()  # all line ends are read alike
            plain = given.with_changes(value=expression(f'"{mode}"'))
            return updated_node.with_changes(
                args=[plain if arg is given else arg for arg in updated_node.args]
            )
        if wanted == mode:
            if "b" in mode and self._is_used_as_text(original_node, function):
                self.doubt(
                    "it is opened as bytes, and its lines are split or written as text: open it as text"
                )
            elif "b" in mode and self._meets_decoded_text(original_node, function):
                self.doubt(
                    "its lines are bytes now: text that this module decodes never equals them; "
                    "decode them, too, or open it as text"
                )
            return updated_node
        self.applied()
        value = expression(f'"{wanted}"')
        if given is None:
            args = [*updated_node.args, cst.Arg(value)] if len(updated_node.args) == 1 else updated_node.args
        else:
            args = [arg.with_changes(value=value) if arg is given else arg for arg in updated_node.args]
        if "b" not in wanted and not function.startswith("tensorflow"):
            args = [*args, *self._encoding(function)]
        return updated_node.with_changes(args=args)

    def _encoding(self, function: str) -> list[cst.Arg]:
        words = {"encoding": '"utf-8"', "errors": '"surrogateescape"'}
        return [keyword(cst.Arg(expression(value)), word) for word, value in words.items()]

    def _wanted(self, node: cst.Call, function: str, mode: str) -> str:
        name = self._bound.get(node)
        if self._is_for_pickle(name, self._used(node)):
            return mode if "b" in mode or function == "gzip.open" else mode + "b"
        path = self.code(node.args[0]) if node.args else ""
        keywords = {arg.keyword.value for arg in node.args if arg.keyword is not None}
        # Early releases gave text, whatever the mode and the Python.
        gave_text = self.file.python2 or (self.file.undecided and function.startswith("tensorflow"))
        if "b" not in mode or self._knows_bytes or "encoding" in keywords:
            return mode
        if not gave_text and node not in self._split:
            return mode
        if (_BINARY_NAMES.search(path) and function != "gzip.open") or "decode(" in self._functions[-1]:
            return mode
        if name and re.search(rf"{_BINARY_USERS}\b{name}\b", self._used(node)):
            return mode
        return mode.replace("b", "t" if function == "gzip.open" else "")

    def _used(self, node: cst.Call) -> str:
        """The code in which a file that is opened here is used."""
        return self._uses.get(node, self._functions[-1])

    def _is_used_as_text(self, node: cst.Call, function: str) -> bool:
        """Whether lines read from the file are split by text, or text is written to it.

        A file of TensorFlow's takes text in whatever mode.
        """
        name, code = self._bound.get(node), self._used(node)
        if name is None or ".decode(" in code or "as_text(" in code or "as_str(" in code:
            return False
        loops = re.findall(rf"\bfor (\w+) in {name}\b", code)
        lists = re.findall(rf"(\w+) = {name}\.readlines\(\)", code)
        loops += [line for each in lists for line in re.findall(rf"\bfor (\w+) in {each}\b", code)]
        split = any(re.search(rf"\b{line}\.(strip\(\)\.)?split\(\s*['\"]", code) for line in loops)
        written = re.search(rf"\b{name}\.write\((['\"]|[^\n]*\+ ?['\"])", code)
        return split or (written is not None and not function.startswith("tensorflow"))

    def _meets_decoded_text(self, node: cst.Call, function: str) -> bool:
        """Whether lines stay bytes in a module that decodes others, and were text in early releases."""
        if not function.startswith("tensorflow") or self.file.era[0] >= (1, 0) or ".decode(" not in self.text:
            return False
        if re.search(r"\bdecode\(|\bas_(bytes|text|str)\(", self._functions[-1]):
            return False
        name = self._bound.get(node)
        return name is not None and re.search(rf"\b{name}\.readlines?\(", self._used(node)) is not None

    def _is_for_pickle(self, name: str | None, code: str) -> bool:
        if any(re.match(r"c?[pP]ickle\.(load|dump)$", called) for called in self._inside[-1:]):
            return True
        pattern = rf"\bc?[pP]ickle\.(load\(\s*{name}\b|dump\([^\n]*,\s*{name}\b)"
        return name is not None and re.search(pattern, code) is not None


def _read_from(node: cst.Call) -> cst.CSTNode | None:
    """The opened file in `open(path, "rb").read().split("\\n")`, which can only be text."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _TEXT_ONLY:
        return None
    if not node.args or _literal(node.args[0].value) is None:
        return None
    read = node.func.value
    while isinstance(read, cst.Call) and isinstance(read.func, cst.Attribute):
        if read.func.attr.value in ("read", "readline"):
            return read.func.value
        if read.func.attr.value not in _STRIPS:
            return None
        read = read.func.value
    return None


def _literal(node: cst.BaseExpression) -> str | None:
    if not isinstance(node, cst.SimpleString):
        return None
    value = node.evaluated_value
    return value if isinstance(value, str) else None
