"""The import of TensorFlow on a command line."""

import builtins
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.quiet import silence_tensorflow


def test_interrupted_while_tensorflow_is_imported(monkeypatch):
    """The command ends as any interrupted one, without a traceback through TensorFlow."""
    original = builtins.__import__

    def interrupted(name, *arguments, **options):
        if name.startswith("tensorflow"):
            raise KeyboardInterrupt
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises((SystemExit, KeyboardInterrupt)) as ended:  # the second would end all the tests
        silence_tensorflow()
    assert (ended.type, *ended.value.args) == (SystemExit, 130)


def test_interrupted_while_the_translate_program_is_imported(monkeypatch):
    original, verbosity = builtins.__import__, tf.logging.get_verbosity()

    def interrupted(name, *arguments, **options):
        if name == "legacy_seq2seq.translate.translate":
            raise KeyboardInterrupt
        return original(name, *arguments, **options)

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.setattr(builtins, "__import__", interrupted)
    try:
        with pytest.raises((SystemExit, KeyboardInterrupt)) as ended:
            runpy.run_module("legacy_seq2seq.translate.__main__", run_name="imported")
    finally:
        tf.logging.set_verbosity(verbosity)
    assert (ended.type, *ended.value.args) == (SystemExit, 130)


def test_converting_a_checkpoint_is_quiet(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    command = [
        sys.executable,
        "-m",
        "legacy_seq2seq.migrate",
        "checkpoint",
        "none",
        "--out",
        str(tmp_path / "x"),
    ]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "none" in line
