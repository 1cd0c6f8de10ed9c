"""What a module gets by a star: from TensorFlow's modules, and from its neighbours in the tree."""

from dataclasses import replace

from legacy_seq2seq.migrate.names import BUILTINS, Names
from legacy_seq2seq.migrate.places import EXPORTS, MODULES, NAMES, RENAMED
from legacy_seq2seq.migrate.private_names import public
from legacy_seq2seq.migrate.public_names import TOP

_V1 = "tensorflow.compat.v1"
# What `import *` of the package brought besides functions.
_MEMBERS = frozenset(
    "nn train app flags gfile summary contrib image logging errors python_io test compat layers losses "
    "Session InteractiveSession float16 float32 float64 int8 int16 int32 int64 uint8 uint16 string bool "
    "complex64 complex128 bfloat16 double half newaxis TensorShape Tensor OpError".split()
)
# Builtins that the star of the package did not hide.
_KEPT_BUILTINS = frozenset(("print", "map", "type", "vars"))


def given_by(module: str, name: str) -> bool:
    """Whether `from module import *` of an old TensorFlow bound `name`."""
    if module in ("tensorflow", _V1):
        return name not in _KEPT_BUILTINS and (name in TOP or name in _MEMBERS or name in RENAMED)
    if f"{module}.{name}" in NAMES:
        return True
    return name in EXPORTS.get(MODULES.get(module, ""), ()) or public(f"{module}.{name}") is not None


def taken(names: Names) -> dict[str, list[str]]:
    """Module -> the names that this one reads and has by that module's star alone."""
    found: dict[str, list[str]] = {}
    for name in names.unbound():
        # The star that comes last wins.
        for module in reversed(names.stars):
            if given_by(module, name) and (name not in BUILTINS or module in ("tensorflow", _V1)):
                found.setdefault(module, []).append(name)
                break
    return found


def resolved(names: Names) -> Names:
    """The bindings with what the stars of TensorFlow's modules give."""
    more = {name: f"{module}.{name}" for module, taken_ in taken(names).items() for name in taken_}
    return replace(names, imports={**more, **names.imports}) if more else names
