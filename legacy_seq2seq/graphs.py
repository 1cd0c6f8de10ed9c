"""Where this package can run: in `tf.compat.v1` graphs, and nowhere else."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import tensorflow.compat.v1 as tf

_Function = TypeVar("_Function", bound=Callable[..., Any])


def require_graph(what: str) -> None:
    """Raise a RuntimeError that says what to do when `what` is called eagerly."""
    if tf.executing_eagerly():
        raise RuntimeError(
            f"{what} builds TensorFlow 1 graphs and was called eagerly. Call it inside "
            "`with tf.Graph().as_default():` and run the result in a tf.compat.v1.Session, or call "
            "tf.compat.v1.disable_eager_execution() once at the start of the program."
        )


def graph_only(function: _Function) -> _Function:
    """Make `function` explain itself when it is called eagerly."""

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        require_graph(f"legacy_seq2seq's {function.__qualname__}")
        return function(*args, **kwargs)

    return cast(_Function, checked)


def root_graph() -> tf.Graph:
    """The graph being built; from inside a function body (a branch, a loop), the one around it."""
    graph = tf.get_default_graph()
    while getattr(graph, "outer_graph", None) is not None:
        graph = graph.outer_graph
    return graph
