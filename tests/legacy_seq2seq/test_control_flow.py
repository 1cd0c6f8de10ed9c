"""The loop engine in the other worlds of TensorFlow 2: v1 loops, ref variables, the one-thread executor."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Trains nothing: prints the loss and the norm of the gradients by both engines, and the loop's operations.
PROGRAM = """
import copy
import sys
import numpy as np
import tensorflow.compat.v1 as tf
how = sys.argv[1]
if how == "v1_behavior":
    tf.disable_v2_behavior()
if how == "v1_loops":
    tf.disable_control_flow_v2()
import legacy_seq2seq
from legacy_seq2seq import rnn_cell
options = tf.ConfigProto()
if how == "one_thread_executor":
    options.experimental.executor_type = "SINGLE_THREADED_EXECUTOR"
for engine in ("loop", "unrolled"):
    with tf.Graph().as_default() as built, legacy_seq2seq.engine(engine):
        if how == "ref_variables":
            tf.get_variable_scope().set_use_resource(False)
        random = np.random.RandomState(1)
        steps = [tf.unstack(tf.constant(random.randint(0, 7, [t, 3]))) for t in (4, 5)]
        cell = rnn_cell.MultiRNNCell([rnn_cell.GRUCell(4), rnn_cell.BasicLSTMCell(4)])
        outputs, _ = legacy_seq2seq.embedding_attention_seq2seq(*steps, cell, 7, 7, 3)
        with tf.variable_scope("feeding_itself"):
            fed, _ = legacy_seq2seq.embedding_rnn_seq2seq(
                *steps, copy.deepcopy(cell), 7, 7, 3, feed_previous=tf.constant(True)
            )
        outputs = [a + b for a, b in zip(outputs, fed)]
        loss = legacy_seq2seq.sequence_loss(outputs, steps[1], [tf.ones([3])] * 5)
        variables = sorted(tf.trainable_variables(), key=lambda v: v.name)
        norm = tf.global_norm(tf.gradients(loss, variables))
        values = {v.initial_value: random.uniform(-0.5, 0.5, v.shape.as_list()) for v in variables}
        with tf.Session(config=options) as session:
            session.run([v.initializer for v in variables], values)
            numbers = session.run([loss, norm])
        told = {"Enter", "StatelessWhile", "While", "VariableV2"}
        print(engine, *numbers, *sorted({op.type for op in built.get_operations()} & told))
"""


@pytest.mark.parametrize(
    ("how", "operations"),
    [
        ("v1_behavior", {"Enter", "VariableV2"}),
        ("v1_loops", {"Enter"}),
        ("ref_variables", {"StatelessWhile", "VariableV2"}),
        ("one_thread_executor", {"StatelessWhile", "While"}),
    ],
)
def test_both_engines_agree(how: str, operations: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loop, unrolled = (line.split() for line in done.stdout.splitlines())
    assert loop[0] == "loop"
    assert set(loop[3:]) == operations
    assert not set(unrolled[3:]) & {"Enter", "StatelessWhile", "While"}
    for got, expected in zip(loop[1:3], unrolled[1:3], strict=True):
        assert float(got) == pytest.approx(float(expected), rel=1e-5)
