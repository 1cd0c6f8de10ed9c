"""What TensorFlow called its variables: one `Layer` a scope, one line a variable, all releases side by side.

The names were read from graphs of 0.12.1, 1.0.1, 1.1.0, 1.2.1 and 1.15.5. 1.2 to 1.15 agree (but for
GRUBlockCell), and so do 1.0 and 1.1.

Shapes are written as words: `4h` is four times h, `r` rows (input width + units), h units, p projection,
i input width, e embedding width, n symbols, v attention width, o output width; a number is itself.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple


class Known(NamedTuple):
    """A variable: its shape, and the names it had before 1.2.

    In names, `{k}` is a number that stays, and `{shard}` one of several pieces along the first axis.
    """

    shape: str
    old: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """A scope whose contents TensorFlow names.

    Attributes:
      scope: its name from 1.2 to 1.15, or None if the caller chooses it.
      old_scopes: its other names.
      variables: what is in it, by the name in 1.15 relative to the scope.
      sign: if `scope` is None, a variable by which such a scope is known.
      role: "cell", "wrapper" (in 0.x and 1.0 the wrapped cell stood beside it, from 1.2 inside it), "part".
      note: what is to be said when the rule is used.
    """

    scope: str | None
    old_scopes: tuple[str, ...]
    variables: dict[str, Known]
    sign: str = ""
    role: str = "cell"
    note: str = ""


def _affine(kernel: str, bias: str, where: str = "", old: str | None = None) -> dict[str, Known]:
    """`linear()` in a scope: Linear/Matrix in 0.x, weights in 1.0, kernel from 1.2; biases alike."""
    old = where if old is None else old
    return {
        f"{where}kernel": Known(kernel, (f"{old}Linear/Matrix", f"{where}weights")),
        f"{where}bias": Known(bias, (f"{old}Linear/Bias", f"{where}biases")),
    }


def _norm(part: str) -> dict[str, Known]:
    return {f"{part}/gamma": Known("h"), f"{part}/beta": Known("h")}


CELLS = (
    Layer("basic_rnn_cell", ("BasicRNNCell",), _affine("r h", "h")),
    # Columns: r, u. The same in every release.
    Layer(
        "gru_cell",
        ("GRUCell",),
        _affine("r 2h", "2h", "gates/", "Gates/") | _affine("r h", "h", "candidate/", "Candidate/"),
    ),
    Layer(
        "gru_cell",
        ("GRUBlockCell",),
        {"w_ru": Known("r 2h"), "b_ru": Known("2h"), "w_c": Known("r h"), "b_c": Known("h")},
    ),
    # Columns of all LSTMs: i, j, f, o. The same in every release.
    Layer("basic_lstm_cell", ("BasicLSTMCell",), _affine("r 4h", "4h")),
    Layer(
        "lstm_cell",
        ("LSTMCell", "LSTMBlockCell"),
        {
            "kernel": Known("r 4h", ("W_{shard}", "W", "weights")),
            "bias": Known("4h", ("B", "b", "biases")),
            "w_f_diag": Known("h", ("W_F_diag", "wcf")),
            "w_i_diag": Known("h", ("W_I_diag", "wci")),
            "w_o_diag": Known("h", ("W_O_diag", "wco")),
            "projection/kernel": Known("h p", ("W_P_{shard}", "projection/weights")),
        },
    ),
    Layer(
        "layer_norm_basic_lstm_cell",
        ("LayerNormBasicLSTMCell",),
        {
            "kernel": Known("r 4h", ("linear/weights", "weights")),
            "bias": Known("4h", ("linear/biases", "biases")),
            **_norm("input"),
            **_norm("transform"),
            **_norm("forget"),
            **_norm("output"),
            **_norm("state"),
        },
    ),
    Layer(
        "nas_cell",
        (),
        {
            "recurrent_kernel": Known("s 8h"),
            "kernel": Known("i 8h"),
            "bias": Known("8h"),
            "projection_weights": Known("h s"),
        },
    ),
    Layer(
        "coupled_input_forget_gate_lstm_cell",
        ("CoupledInputForgetGateLSTMCell",),
        {"W_{k}": Known("x 3h"), "B": Known("3h"), "W_F_diag": Known("h"), "W_O_diag": Known("h")},
    ),
    Layer(
        "attention_cell_wrapper",
        ("AttentionCellWrapper",),
        {
            **_affine("x i", "i"),
            "attention/attn_w": Known("1 1 a v", ("Attention/AttnW",)),
            "attention/attn_v": Known("v", ("Attention/AttnV",)),
            **_affine("q v", "v", "attention/", "Attention/"),
            **_affine("y o", "o", "attn_output_projection/", "AttnOutputProjection/"),
        },
    ),
    Layer("multi_rnn_cell", ("MultiRNNCell",), {}),
)

# Outermost first, where several stand in one scope.
WRAPPERS = (
    Layer("embedding_wrapper", ("EmbeddingWrapper",), {"embedding": Known("n e")}, role="wrapper"),
    Layer("output_projection_wrapper", ("OutputProjectionWrapper",), _affine("h o", "o"), role="wrapper"),
    Layer("input_projection_wrapper", ("InputProjectionWrapper",), _affine("x i", "i"), role="wrapper"),
)

# Known by what is in them.
PARTS = (
    Layer(
        None,
        (),
        {
            "AttnW_{k}": Known("1 1 a v"),
            "AttnV_{k}": Known("v"),
            **_affine("x i", "i"),
            **_affine("q v", "v", "Attention_{k}/"),
            **_affine("y o", "o", "AttnOutputProjection/"),
        },
        sign="AttnW_0",
        role="part",
    ),
    Layer(
        None,
        (),
        {"kernel": Known("x o", ("Linear/Matrix",)), "bias": Known("o", ("Linear/Bias",))},
        sign="Linear/Matrix",
        role="part",
        note="{old} was taken for TensorFlow's linear(); if your program makes it by a function of its own, "
        "convert with --keep {old}",
    ),
)

LAYERS: dict[str, list[Layer]] = {}
for _layer in (*CELLS, *WRAPPERS):
    for _name in (_layer.scope, *_layer.old_scopes):
        LAYERS.setdefault(str(_name), []).append(_layer)

# Scopes that 0.x functions opened by themselves.
FUNCTION_SCOPES = {"RNN": "rnn", "BiRNN": "bidirectional_rnn"}
DIRECTIONS = {"FW": "fw", "BW": "bw"}
# Where RNN can only be the function's own scope.
SEQ2SEQ_SCOPES = {
    "basic_rnn_seq2seq",
    "embedding_rnn_seq2seq",
    "embedding_attention_seq2seq",
    "one2many_rnn_seq2seq",
    *FUNCTION_SCOPES,
    *DIRECTIONS,
}

OLD_SCOPES = {name for layer in (*CELLS, *WRAPPERS) for name in layer.old_scopes}
# GRUBlockCell was still called so in 1.2: it tells nothing about the release.
ERA_0 = OLD_SCOPES - {"GRUBlockCell"}

# Names that every release gave alike, and what they are.
SAME_NAMES = tuple(
    (re.compile(rf"(?:.*/)?{pattern}"), what)
    for pattern, what in (
        (r"(?:embedding_(?:attention|rnn)_decoder|embedding_tied_rnn_seq2seq)/embedding", "embedding"),
        (r"(?:\w*proj_w|\w*proj_b)", "output projection"),
        (r"beta[12]_power(?:_\d+)?", "Adam's power"),
        (r"Variable(?:_\d+)?", "variable without a name"),
        (r"global_step", "step"),
    )
)

# The last part of a slot's name without its number: the optimizer's name.
SLOT_NAMES = frozenset(
    {
        "AMSGrad",
        "AdaMax",
        "Adadelta",
        "Adagrad",
        "AdagradDA",
        "Adam",
        "ExponentialMovingAverage",
        "Ftrl",
        "LazyAdam",
        "Momentum",
        "Nadam",
        "PowerSign",
        "ProximalAdagrad",
        "RMSProp",
    }
)
