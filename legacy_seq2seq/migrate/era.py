"""Which TensorFlow release a file was written for, found out from the names and call forms that it uses."""

import ast
from collections.abc import Iterable, Iterator

from legacy_seq2seq.migrate.names import Names, dotted

Version = tuple[int, int]
# From the oldest to the newest release that a file can have been written for.
Range = tuple[Version, Version]

OLDEST, NEWEST = (0, 5), (1, 15)
ANY: Range = (OLDEST, NEWEST)

# What --era takes.
ERAS: dict[str, Version] = {
    "0.6": (0, 6),
    "0.8": (0, 8),
    "0.12": (0, 12),
    "1.0": (1, 0),
    "1.2": (1, 2),
    "1.15": (1, 15),
}

_GONE_IN_0_7 = ((0, 5), (0, 6))
_GONE_IN_1_0 = ((0, 5), (0, 12))
_FROM_0_12 = ((0, 12), NEWEST)
_FROM_1_0 = ((1, 0), NEWEST)
_ONLY_1_0 = ((1, 0), (1, 1))
_FROM_1_2 = ((1, 2), NEWEST)
_FROM_1_4 = ((1, 4), NEWEST)

# A name, or anything under it, was there in these releases only.
_NAMES: dict[str, Range] = {
    **dict.fromkeys(
        ("models.rnn.seq2seq", "models.rnn.rnn_cell", "models.rnn.rnn", "models.rnn.linear"), _GONE_IN_0_7
    ),
    **dict.fromkeys(("nn.rnn_cell.linear", "python.ops.rnn_cell.linear"), ((0, 5), (0, 8))),
    **dict.fromkeys(
        (
            *("models.rnn.translate", "models.rnn.ptb", "nn.seq2seq", "python.ops.seq2seq"),
            *("nn.rnn", "nn.bidirectional_rnn", "nn.state_saving_rnn"),
            *("pack", "unpack", "mul", "sub", "neg", "select", "batch_matmul", "complex_abs", "inv"),
            *("scalar_summary", "histogram_summary", "image_summary", "merge_summary", "merge_all_summaries"),
            *("train.SummaryWriter", "python.ops.array_ops.pack", "python.ops.math_ops.mul"),
        ),
        _GONE_IN_1_0,
    ),
    **dict.fromkeys(
        (
            *("global_variables", "global_variables_initializer", "local_variables_initializer"),
            *("summary.scalar", "summary.histogram", "summary.merge_all", "summary.FileWriter"),
            *("stack", "unstack", "multiply", "subtract", "negative", "train.checkpoint_exists"),
        ),
        _FROM_0_12,
    ),
    **dict.fromkeys(
        ("contrib.legacy_seq2seq", "contrib.seq2seq", "layers", "contrib.rnn.GRUCell"), _FROM_1_0
    ),
    **dict.fromkeys(
        ("contrib.rnn.BasicLSTMCell", "contrib.rnn.LSTMCell", "contrib.rnn.MultiRNNCell"), _FROM_1_0
    ),
    **dict.fromkeys(
        (
            *("contrib.rnn.core_rnn_cell", "contrib.rnn.python.ops.core_rnn"),
            *("contrib.rnn.python.ops.core_rnn_cell_impl", "contrib.rnn.core_rnn"),
        ),
        _ONLY_1_0,
    ),
    **dict.fromkeys(("nn.static_rnn", "contrib.data", "train.get_or_create_global_step"), _FROM_1_2),
    **dict.fromkeys(("data", "AUTO_REUSE"), _FROM_1_4),
    "compat.v1": ((1, 13), NEWEST),
}


def _is_integer(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def _names_labels(node: ast.AST) -> bool:
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    name = dotted(node)
    return name is not None and ("label" in name or "target" in name)


def _call_form(function: str, call: ast.Call) -> Range | None:
    """What the arguments of a call give away."""
    args, keywords = call.args, {keyword.arg for keyword in call.keywords}
    if function.endswith(".concat") and len(args) >= 2:
        if _is_integer(args[0]):
            return _GONE_IN_1_0
        return _FROM_1_0 if _is_integer(args[1]) else None
    if function.endswith((".concat", ".split")):
        if keywords & {"concat_dim", "split_dim", "num_split"}:
            return _GONE_IN_1_0
        if "axis" in keywords:
            return _FROM_1_0
    if function.endswith(".split") and len(args) == 3 and _is_integer(args[0]) != _is_integer(args[2]):
        return _GONE_IN_1_0 if _is_integer(args[0]) else _FROM_1_0
    if function.endswith((".sampled_softmax_loss", ".nce_loss")) and len(args) >= 4:
        if _names_labels(args[2]) != _names_labels(args[3]):
            return _FROM_1_0 if _names_labels(args[2]) else _GONE_IN_1_0
    if function.endswith(".embedding_attention_seq2seq") and len(args) + len(keywords - {None}) <= 8:
        if len(args) <= 5 and None not in keywords and "embedding_size" not in keywords:
            return ((0, 5), (0, 7))
    if function.endswith(".model_with_buckets") and len(args) >= 7 and isinstance(args[6], ast.Lambda):
        return _GONE_IN_0_7
    return None


def _evidence(tree: ast.AST, names: Names) -> Iterator[Range]:
    for full in (*names.imports.values(), *names.aliases.values()):
        yield from _of_name(full)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == "__deepcopy__":
            yield _FROM_1_2
        if isinstance(node, ast.Attribute):
            full_name = names.full(dotted(node) or "")
            if full_name is not None:
                yield from _of_name(full_name)
        if isinstance(node, ast.Call):
            function = names.full(dotted(node.func) or "")
            form = _call_form(function, node) if function and function.startswith("tensorflow") else None
            if form is not None:
                yield form


def _of_name(full: str) -> Iterator[Range]:
    if not full.startswith("tensorflow."):
        return
    name = full.removeprefix("tensorflow.")
    while name:
        if name in _NAMES:
            yield _NAMES[name]
            return
        name = name.rpartition(".")[0]


def migrated(names: Names) -> bool:
    """Whether the module has been migrated before."""
    return any(
        full == "legacy_seq2seq" or full.startswith(("legacy_seq2seq.", "tensorflow.compat.v1"))
        for full in names.imports.values()
    )


def joined(ranges: Iterable[Range]) -> Range | None:
    """The releases that agree with all of the evidence, None if there is none."""
    low, high = ANY
    for a, b in ranges:
        low, high = max(low, a), min(high, b)
    return (low, high) if low <= high else None


def era_of(tree: ast.AST, names: Names) -> Range:
    """The releases that a module can be written for; contradicting evidence leaves all between open."""
    if migrated(names):
        return (NEWEST, NEWEST)
    ranges = list(_evidence(tree, names))
    found = joined(ranges)
    if found is None:
        low, high = max(a for a, _ in ranges), min(b for _, b in ranges)
        return (high, low)
    return found


def narrowed(path: str, own: Range, others: dict[str, Range]) -> Range:
    """`own` narrowed by the files of its folder, of the folder around it, and so on, while they agree."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        prefix = folder + "/" if folder else ""
        around = joined(era for other, era in others.items() if other.startswith(prefix))
        together = joined([own, around]) if around is not None else None
        if together is None:
            break
        own = together
    return own
