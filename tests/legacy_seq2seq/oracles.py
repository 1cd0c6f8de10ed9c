"""Cells, attention and losses in NumPy, written from the formulas, for comparison.

Shapes: B batch, I input width, H units, L attended positions, A attention width, V symbols.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Weights = dict[str, np.ndarray]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def basic_rnn(w: Weights, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, Any]:
    h = np.tanh(np.hstack([x, h]) @ w["kernel"] + w["bias"])
    return h, h


def gru(w: Weights, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, Any]:
    r, u = np.split(sigmoid(np.hstack([x, h]) @ w["gates/kernel"] + w["gates/bias"]), 2, axis=1)
    c = np.tanh(np.hstack([x, r * h]) @ w["candidate/kernel"] + w["candidate/bias"])
    h = u * h + (1 - u) * c
    return h, h


def lstm(
    w: Weights,
    x: np.ndarray,
    state: Any,
    forget_bias: float = 1.0,
    cell_clip: float | None = None,
    proj_clip: float | None = None,
) -> tuple[np.ndarray, Any]:
    """Peepholes and projection where `w` has them."""
    c, h = state
    i, j, f, o = np.split(np.hstack([x, h]) @ w["kernel"] + w["bias"], 4, axis=1)
    i = i + w.get("w_i_diag", 0) * c
    f = f + w.get("w_f_diag", 0) * c
    c = sigmoid(f + forget_bias) * c + sigmoid(i) * np.tanh(j)
    if cell_clip is not None:
        c = np.clip(c, -cell_clip, cell_clip)
    h = sigmoid(o + w.get("w_o_diag", 0) * c) * np.tanh(c)
    if "projection/kernel" in w:
        h = h @ w["projection/kernel"]
        if proj_clip is not None:
            h = np.clip(h, -proj_clip, proj_clip)
    return h, (c, h)


def under(w: Weights, scope: str) -> Weights:
    """The weights whose names begin with `scope/`, without it."""
    return {
        name.removeprefix(scope + "/"): value for name, value in w.items() if name.startswith(scope + "/")
    }


def attention_decoder(
    w: Weights,
    cell: Any,
    inputs: Sequence[np.ndarray],
    state: Any,
    states: np.ndarray,
    heads: int,
    initial: bool,
) -> list[np.ndarray]:
    """Loops over examples and positions, for `cell(x, state)` whose state is a tuple of arrays."""
    batch, length, size = states.shape

    def attend(query: np.ndarray) -> list[np.ndarray]:
        contexts = np.zeros([heads, batch, size])
        for k in range(heads):
            y = query @ w[f"Attention_{k}/kernel"] + w[f"Attention_{k}/bias"]
            for b in range(batch):
                features = [states[b, position] @ w[f"AttnW_{k}"][0, 0] for position in range(length)]
                scores = [w[f"AttnV_{k}"] @ np.tanh(feature + y[b]) for feature in features]
                for position, weight in enumerate(softmax(np.array(scores))):
                    contexts[k, b] += weight * states[b, position]
        return list(contexts)

    contexts = attend(np.hstack(state)) if initial else [np.zeros([batch, size])] * heads
    outputs = []
    for x in inputs:
        output, state = cell(np.hstack([x, *contexts]) @ w["kernel"] + w["bias"], state)
        contexts = attend(np.hstack(state))
        projection = under(w, "AttnOutputProjection")
        outputs.append(np.hstack([output, *contexts]) @ projection["kernel"] + projection["bias"])
    return outputs


def sequence_loss_by_example(
    logits: np.ndarray, targets: np.ndarray, weights: np.ndarray, average: bool
) -> np.ndarray:
    """Logits [T, B, V], targets and weights [T, B]; example by example."""
    steps, batch, _ = logits.shape
    losses = np.zeros(batch)
    for b in range(batch):
        for t in range(steps):
            losses[b] -= weights[t, b] * np.log(softmax(logits[t, b])[targets[t, b]])
        if average:
            losses[b] /= weights[:, b].sum() + 1e-12
    return losses
