"""Gradients of one's own that live no longer than their graph.

`tf.custom_gradient` registers the gradient of every call for ever, with all that it holds: a program that
builds one graph after another would keep all of them. What is registered from here holds no graph.
"""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import tensorflow.compat.v1 as tf

_KEY = ("legacy_seq2seq", "custom gradients")  # no string, so that it is left out where a graph is exported


def custom_gradient(function: Callable[..., Any], advice: str = "") -> Callable[..., Any]:
    """As `tf.custom_gradient`, for functions of tensors that use no variables.

    Args:
      function: from tensors to (results, gradient): a tensor or a list of them, and what makes a gradient for
        each argument of one for each result.
      advice: what to do where the gradient is gone.

    Returns:
      From tensors to the results. Their gradient raises NotImplementedError in a graph that was imported when
      the one that it came from is gone.
    """

    @wraps(function)
    def attached(*arguments: Any) -> Any:
        if tf.executing_eagerly():  # nothing is registered
            return tf.custom_gradient(function)(*arguments)
        graph = tf.get_default_graph()
        results: list[Any] = []
        several = False

        def held_by_graph(*tensors: Any) -> Any:
            nonlocal several
            found, gradient = function(*tensors)
            several = isinstance(found, (list, tuple))
            results.extend(found if several else [found])
            graph.add_to_collection(_KEY, gradient)
            return results, _weak(gradient, advice)

        made = tf.custom_gradient(held_by_graph)(*arguments)
        results[:] = [0.0] * len(results)  # this list is registered, too; of it only the length is used
        return made if several else made[0]

    return attached


def _weak(gradient: Callable[..., Any], advice: str) -> Callable[..., Any]:
    """`gradient`, for as long as somebody else holds it."""
    held = weakref.ref(gradient)

    def registered(*d_results: Any) -> Any:
        found = held()
        if found is None:
            raise NotImplementedError(
                "legacy_seq2seq: a gradient is gone with the graph that it was made in (this one was "
                f"imported, or its collections were cleared). Build the model anew. {advice}".rstrip()
            )
        return found(*d_results)

    return registered
