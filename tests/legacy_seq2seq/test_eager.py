"""Called eagerly, everything explains itself; importing switches nothing."""

import subprocess
import sys
from typing import Any

import pytest
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

X = [[1.0, 2.0]]
IDS = [0]

CALLS: dict[str, Any] = {
    "rnn_decoder": lambda c: legacy_seq2seq.rnn_decoder([X], X, c),
    "basic_rnn_seq2seq": lambda c: legacy_seq2seq.basic_rnn_seq2seq([X], [X], c),
    "tied_rnn_seq2seq": lambda c: legacy_seq2seq.tied_rnn_seq2seq([X], [X], c),
    "embedding_rnn_decoder": lambda c: legacy_seq2seq.embedding_rnn_decoder([IDS], X, c, 3, 2),
    "embedding_rnn_seq2seq": lambda c: legacy_seq2seq.embedding_rnn_seq2seq([IDS], [IDS], c, 3, 3, 2),
    "embedding_tied_rnn_seq2seq": lambda c: legacy_seq2seq.embedding_tied_rnn_seq2seq([IDS], [IDS], c, 3, 2),
    "attention_decoder": lambda c: legacy_seq2seq.attention_decoder([X], X, [[X]], c),
    "embedding_attention_decoder": lambda c: legacy_seq2seq.embedding_attention_decoder(
        [IDS], X, [X], c, 3, 2
    ),
    "embedding_attention_encoder": lambda c: legacy_seq2seq.embedding_attention_encoder([IDS], c, 3, 2),
    "embedding_attention_seq2seq": lambda c: legacy_seq2seq.embedding_attention_seq2seq(
        [IDS], [IDS], c, 3, 3, 2
    ),
    "one2many_rnn_seq2seq": lambda c: legacy_seq2seq.one2many_rnn_seq2seq(
        [IDS], {"a": [IDS]}, c, {"a": c}, 3, {"a": 3}, 2
    ),
    "sequence_loss": lambda c: legacy_seq2seq.sequence_loss([X], [IDS], [[1.0]]),
    "sequence_loss_by_example": lambda c: legacy_seq2seq.sequence_loss_by_example([X], [IDS], [[1.0]]),
    "model_with_buckets": lambda c: legacy_seq2seq.model_with_buckets(
        [X], [X], [IDS], [[1.0]], [(1, 1)], lambda x, y: (y, None)
    ),
    "extract_argmax_and_embed": lambda c: legacy_seq2seq.extract_argmax_and_embed(X),
    "static_rnn": lambda c: rnn.static_rnn(c, [X], dtype=tf.float32),
    "static_bidirectional_rnn": lambda c: rnn.static_bidirectional_rnn(c, c, [X], dtype=tf.float32),
    "static_state_saving_rnn": lambda c: rnn.static_state_saving_rnn(c, [X], None, "a"),
    "linear": lambda c: rnn_cell.linear(X, 2, True),
    "GRUCell": lambda c: c(X, X),
    "zero_state": lambda c: c.zero_state(1, tf.float32),
    "MultiRNNCell": lambda c: rnn_cell.MultiRNNCell([c]).zero_state(1, tf.float32),
    "DropoutWrapper": lambda c: rnn_cell.DropoutWrapper(c)(X, X),
    "EmbeddingWrapper": lambda c: rnn_cell.EmbeddingWrapper(c, 3, 2)(IDS, X),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_eager_call_explains_what_to_do(call: Any) -> None:
    assert tf.executing_eagerly()
    with pytest.raises(RuntimeError, match=r"called eagerly.*with tf\.Graph\(\)\.as_default\(\)"):
        call(rnn_cell.GRUCell(2))


def test_every_public_function_is_tried() -> None:
    # Which engine builds can be chosen anywhere.
    public = {
        name
        for module in (legacy_seq2seq, rnn)
        for name, value in vars(module).items()
        if hasattr(value, "__wrapped__") and not name.startswith("_") and name != "engine"
    }
    assert public <= set(CALLS)
    assert len(public) == 18


IN_ANOTHER_PROCESS = """
import sys
import tensorflow.compat.v1 as tf
before = (tf.executing_eagerly(), tf.resource_variables_enabled(), tf.control_flow_v2_enabled())
modules = set(sys.modules)
import legacy_seq2seq
assert before == (tf.executing_eagerly(), tf.resource_variables_enabled(), tf.control_flow_v2_enabled())
assert before == (True, True, True)
assert not [name for name in set(sys.modules) - modules if "keras" in name]

tf.disable_v2_behavior()
sys.path[:0] = [sys.argv[1]]
import golden_cases, test_golden
ran = 0
for case in golden_cases.read_cases(golden_cases.GOLDEN):
    if case[0]["id"] in sys.argv[2:]:
        test_golden.check_by_both_engines(case)
        ran += 1
with tf.Graph().as_default():
    legacy_seq2seq.rnn_cell.GRUCell(2)(tf.zeros([1, 2]), tf.zeros([1, 2]))
    assert "Resource" not in type(tf.global_variables()[0]).__name__
print("ran", ran)
"""


def test_import_switches_nothing_and_old_behaviour_works() -> None:
    cases = [
        "embedding_attention_seq2seq-gru2-fptT-proj1-heads2-isa1",
        "embedding_rnn_seq2seq-lstm1-fptF-proj0",
        "one2many_rnn_seq2seq-lstm2-fptT",
        "model_with_buckets-embedding_attention_seq2seq-gru2-perex0-softmax-fpF-nb2",
        "static_rnn-lstm1-lengths",
    ]
    result = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, __file__.rsplit("/", 1)[0], *cases],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert f"ran {len(cases)}" in result.stdout
