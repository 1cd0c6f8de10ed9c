"""Gradients of one's own that live no longer than their graph.

`tf.custom_gradient` registers the gradient of every call for ever, with all that it holds: a program that
builds one graph after another would keep all of them. What is registered from here holds nothing.
"""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import tensorflow.compat.v1 as tf

_KEY = ("legacy_seq2seq", "custom gradients")  # no string, so that it is left out where a graph is exported


def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `tf.custom_gradient`, for functions of tensors that use no variables.

    Args:
      function: from tensors to (results, gradient): a tensor or a list of them, and what makes a gradient for
        each argument of one for each result.

    Returns:
      From tensors to the results. In a graph that was imported their gradient raises NotImplementedError.
    """

    @wraps(function)
    def attached(*arguments: Any) -> Any:
        graph = tf.get_default_graph()
        results: list[Any] = []
        several = False

        def held_by_graph(*tensors: Any) -> Any:
            nonlocal several
            found, gradient = function(*tensors)
            several = isinstance(found, list)
            results.extend(found if several else [found])
            return results, _kept_by(graph, gradient)

        made = tf.custom_gradient(held_by_graph)(*arguments)
        results[:] = [0.0] * len(results)  # this list is registered, too; of it only the length is used
        return made if several else made[0]

    return attached


def _kept_by(built: tf.Graph, gradient: Callable[..., Any]) -> Callable[..., Any]:
    """`gradient`, for as long as there is the graph."""
    graph, kept = weakref.ref(built), built.get_collection_ref(_KEY)
    place = len(kept)
    kept.append(gradient)

    def registered(*d_results: Any) -> Any:
        alive = graph()
        # Inside a loop or branch the gradient is built in a function's graph of its own.
        elsewhere = type(d_results[0].graph) is tf.Graph and d_results[0].graph is not alive
        if alive is None or elsewhere:
            raise NotImplementedError(
                "legacy_seq2seq: a gradient of its own is not there in a graph that was imported. Build the "
                'model anew, or inside `with legacy_seq2seq.engine("unrolled"):` before the export.'
            )
        return alive.get_collection_ref(_KEY)[place](*d_results)

    return registered
