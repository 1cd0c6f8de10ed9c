"""How DropoutWrapper drops: masks of every step or of a whole run, and which parts of a state.

Shapes: B batch, S one entry of a (nested) size.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import root_graph
from legacy_seq2seq.rnn_cell.state import LSTMStateTuple

Visitor = Callable[[Any], Any]


def check_keep_prob(argument: str, keep_prob: Any) -> Any:
    """`keep_prob`, a float where its value is known. Raises ValueError if that is outside [0, 1]."""
    value = tf.get_static_value(keep_prob) if tf.is_tensor(keep_prob) else keep_prob
    if value is None:
        return keep_prob
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{argument} must be a probability in [0, 1], got {keep_prob!r}.")
    return float(value)


def drops(keep_prob: Any) -> bool:
    """Whether anything is dropped: a tensor may be below 1."""
    return not isinstance(keep_prob, float) or keep_prob < 1


def keep_memory_of_lstm(state: Any) -> Any:
    """The default visitor: drop everywhere but in an LSTM's c, whose loss would wipe its memory."""
    return LSTMStateTuple(c=False, h=True) if isinstance(state, LSTMStateTuple) else True


def _everywhere(_: Any) -> bool:
    return True


def _map_chosen(visitor: Visitor, function: Callable[[int, Any, Any], Any], value: Any, noise: Any) -> Any:
    """`function(n, part, its noise)` on the parts that `visitor` chooses, the others as they are.

    n counts the nodes at which the choice ends: 1.15 derives the seeds from it.
    """
    counter: Iterator[int] = iter(range(1 << 30))

    def children(part: Any) -> list[Any]:
        return list(part.values()) if isinstance(part, dict) else list(part)

    def walk(part: Any, its_noise: Any, chosen: Any) -> Any:
        if chosen is False:
            next(counter)
            return part
        if not tf.nest.is_nested(part):
            return function(next(counter), part, its_noise)
        parts = children(part)
        noises = children(its_noise) if its_noise is not None else [None] * len(parts)
        if isinstance(chosen, bool):
            choices: list[Any] = [visitor(inner) for inner in parts]
        else:
            choices = [
                visitor(inner) if pick else False for inner, pick in zip(parts, children(chosen), strict=True)
            ]
        new = [walk(inner, n, c) for inner, n, c in zip(parts, noises, choices, strict=True)]
        if isinstance(part, dict):
            return dict(zip(part, new, strict=True))
        return type(part)(*new) if hasattr(part, "_fields") else type(part)(new)

    return walk(value, noise, visitor(value))


class Dropout:
    """Drops in nests of tensors.

    Args:
      seed: None, or the seed from which those of the single masks come.
      sizes: None for a new mask at every step; else, for `input`, `state` and `output`, the nest of sizes S
        of masks [1, S] that are drawn once a run and shared by all steps and examples.
      dtype: of those masks.
    """

    def __init__(self, seed: int | None, sizes: dict[str, Any] | None, dtype: Any) -> None:
        """Take the settings: see the class."""
        self._seed = seed
        self._sizes = sizes
        self._dtype = dtype
        self._noise: dict[str, Any] | None = None
        if sizes is not None and not tf.executing_eagerly():
            self._noise = self._drawn_noise(sizes)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Dropout":
        """A copy draws masks of its own."""
        return Dropout(self._seed, self._sizes, self._dtype)

    def __call__(self, value: Any, what: str, keep_prob: Any, visitor: Visitor = _everywhere) -> Any:
        """Drop in `value`, of kind `what` (input, state or output)."""
        if self._sizes is None:

            def drop(n: int, tensor: Any, _: Any) -> Any:
                return tf.nn.dropout(tensor, rate=1.0 - keep_prob, seed=self._seed_of(what, n))

            return _map_chosen(visitor, drop, value, None)

        if self._noise is None:
            self._noise = self._drawn_noise(self._sizes)

        def mask(_: int, tensor: Any, noise: Any) -> Any:
            kept = tf.floor(tf.cast(keep_prob, tensor.dtype) + noise)
            result = tensor / tf.cast(keep_prob, tensor.dtype) * kept
            result.set_shape(tensor.shape)
            return result

        return _map_chosen(visitor, mask, value, self._noise[what])

    def _drawn_noise(self, sizes: dict[str, Any]) -> dict[str, Any]:
        # Outside any loop or branch: inside, every step would draw anew.
        with root_graph().as_default(), tf.control_dependencies(None):
            return {what: self._noise_like(what, size) for what, size in sizes.items() if size is not None}

    def _noise_like(self, what: str, size: Any) -> Any:
        counter = iter(range(1 << 30))

        def draw(entry: Any) -> tf.Tensor:
            dims = tf.TensorShape(entry).as_list()
            return tf.random_uniform([1, *dims], seed=self._seed_of(what, next(counter)), dtype=self._dtype)

        return tf.nest.map_structure(draw, size)

    def _seed_of(self, what: str, n: int) -> int | None:
        """1.15's derived seeds, so that a given seed gives the same masks."""
        if self._seed is None:
            return None
        return int(hashlib.md5(f"{self._seed}{what}_{n}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
