"""The import of TensorFlow on a command line."""

import builtins

import pytest

from legacy_seq2seq.quiet import silence_tensorflow


def test_interrupted_while_tensorflow_is_imported(monkeypatch):
    """The command ends as any interrupted one, without a traceback through TensorFlow."""
    original = builtins.__import__

    def interrupted(name, *arguments, **options):
        if name.startswith("tensorflow"):
            raise KeyboardInterrupt
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        silence_tensorflow()
    assert ended.value.code == 130
