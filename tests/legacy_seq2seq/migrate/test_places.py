"""The tables of where things went agree with what is there."""

import importlib

import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.migrate.places import EXPORTS, MODULES, NAMES, RENAMED
from legacy_seq2seq.migrate.private_names import public
from legacy_seq2seq.migrate.public_names import MATH, NN, TOP
from legacy_seq2seq.migrate.rules.unknown_names import is_unknown


def there(name):
    value = tf
    for part in name.split("."):
        value = getattr(value, part, None)
    return value is not None


@pytest.mark.parametrize("module", sorted(EXPORTS))
def test_exports_exist(module):
    found = importlib.import_module(module)
    missing = [n for n in EXPORTS[module] if not hasattr(found, n)]
    for name in missing:  # submodules
        importlib.import_module(f"{module}.{name}")


def test_successors_exist():
    for new in {*MODULES.values(), *NAMES.values()}:
        if new.startswith("tf."):
            assert there(new.removeprefix("tf.")), new
        else:
            module, _, name = new.rpartition(".")
            assert new in EXPORTS or name in EXPORTS[module], new


def test_renamed_names_are_new_ones():
    assert [new for new in RENAMED.values() if not there(new)] == []


@pytest.mark.parametrize(("prefix", "names"), [("", TOP), ("nn.", NN), ("math.", MATH)])
def test_public_names_exist(prefix, names):
    assert [name for name in names if not there(prefix + name)] == []


@pytest.mark.parametrize("module", ["", "nn.", "image.", "train."])
def test_nothing_that_is_there_is_called_unknown(module):
    found = tf if not module else getattr(tf, module[:-1])
    names = [name for name in dir(found) if not name.startswith("_")]
    assert len(names) > 60
    assert [name for name in names if is_unknown(f"tensorflow.{module}{name}")] == []
    assert is_unknown(f"tensorflow.{module}deconv2d")


@pytest.mark.parametrize(
    ("private", "name"),
    [
        ("tensorflow.python.ops.array_ops.stack", "stack"),
        ("tensorflow.python.ops.array_ops.pack", "stack"),
        ("tensorflow.python.ops.nn_ops.softmax", "nn.softmax"),
        ("tensorflow.python.ops.variable_scope.variable_scope", "variable_scope"),
        ("tensorflow.python.ops.control_flow_ops.while_loop", "while_loop"),
        ("tensorflow.python.ops.embedding_ops.embedding_lookup", "nn.embedding_lookup"),
        ("tensorflow.python.ops.init_ops.constant_initializer", "constant_initializer"),
        ("tensorflow.python.framework.ops.name_scope", "name_scope"),
        ("tensorflow.python.framework.dtypes.float32", "float32"),
        ("tensorflow.python.util.nest.is_sequence", "nest.is_nested"),
        ("tensorflow.python.shape", "shape"),
    ],
)
def test_private_names(private, name):
    assert public(private) == name
    assert there(name)


def test_unknown_private_names_are_left():
    assert public("tensorflow.python.ops.array_ops._something") is None
    assert public("tensorflow.python.client.timeline.Timeline") is None
