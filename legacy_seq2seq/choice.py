"""Which engine goes through time: a loop in the graph, or one copy of the step for every time step."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

ENGINES = ("auto", "loop", "unrolled")

# Of the thread (or task) that builds, so that programs that build in several threads do not disturb another.
_CHOSEN: ContextVar[str] = ContextVar("legacy_seq2seq_engine", default="auto")


@contextlib.contextmanager
def engine(name: str) -> Iterator[None]:
    """What is built inside goes through time with this engine: `with legacy_seq2seq.engine("unrolled"):`.

    Args:
      name: "auto", the default outside of any such block: a loop wherever that can be done (this package's
        GRU, LSTM and basic cells, their layers, embedding and projection wrappers, inputs known beforehand
        or fed back by `feed_previous`, more than one step), else unrolled. "loop": a ValueError where a loop
        cannot be built, which says why. "unrolled": never a loop, as in TF 1.15.

    Both engines give the same variables, outputs and gradients. The choice counts while the graph is built,
    in the thread that builds it. Raises ValueError for another name.
    """
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {name!r}.")
    token = _CHOSEN.set(name)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def may_batch(steps: int) -> bool:
    """Whether work that no step shares with another may be done for all `steps` at once."""
    return _CHOSEN.get() != "unrolled" and steps > 1


def use_loop(steps: int, obstacle: str | None) -> bool:
    """Whether to build a loop over `steps` time steps, given what stands against it (None: nothing).

    Raises ValueError if the user asked for a loop and something does.
    """
    chosen = _CHOSEN.get()
    if chosen == "loop" and obstacle is not None:
        raise ValueError(
            f'engine "loop": {obstacle}. Engine "auto" unrolls such a call and loops wherever it can.'
        )
    return obstacle is None and (chosen == "loop" or (chosen == "auto" and steps > 1))
