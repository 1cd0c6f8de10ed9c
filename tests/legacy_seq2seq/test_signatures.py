"""Argument names, order and defaults against those of TF 1.15.5."""

import inspect
import json
from typing import Any

import golden_cases
import pytest

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

RECORDED = json.loads((golden_cases.GOLDEN / "more" / "signatures.json").read_text(encoding="utf-8"))
SIGNATURES = RECORDED["signatures"]
MODULES = {"legacy_seq2seq": legacy_seq2seq, "rnn": rnn, "rnn_cell": rnn_cell}


def described(function: Any) -> list[list[Any]]:
    """As recorded: name, kind, default's repr (functions and dtypes by their name)."""
    found = []
    for p in inspect.signature(function).parameters.values():
        default = p.default
        if default is not p.empty:
            default = repr(getattr(default, "name", getattr(default, "__name__", default)))
        found.append([p.name, p.kind.name, None if p.default is p.empty else default])
    return found


@pytest.mark.parametrize("name", sorted(SIGNATURES))
def test_signature(name: str) -> None:
    module, function = name.split(".")
    target = getattr(MODULES[module], function)
    if inspect.isclass(target):
        target = target.__init__
    recorded = SIGNATURES[name]
    ours = described(target)
    assert ours[: len(recorded)] == recorded
    # What is ours alone can only be given by keyword.
    assert all(kind == "KEYWORD_ONLY" for _, kind, _ in ours[len(recorded) :])


def test_a_star_brings_the_thirteen_functions_and_the_cells() -> None:
    thirteen = {name.split(".")[1] for name in SIGNATURES if name.startswith("legacy_seq2seq.")}
    assert len(thirteen) == 13
    brought: dict[str, Any] = {}
    exec("from legacy_seq2seq import *", brought)
    assert set(brought) - {"__builtins__"} == thirteen | {"rnn_cell"}


def test_what_is_ours_alone_is_imported_by_name() -> None:
    from legacy_seq2seq import (  # noqa: F401, PLC0415
        all_steps_at_once,
        embedding_attention_encoder,
        engine,
        extract_argmax_and_embed,
        rnn,
    )


def test_old_private_names_are_the_public_ones() -> None:
    assert legacy_seq2seq._extract_argmax_and_embed is legacy_seq2seq.extract_argmax_and_embed
    assert rnn_cell._linear is rnn_cell.linear
