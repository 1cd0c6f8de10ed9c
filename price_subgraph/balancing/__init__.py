"""Combining the gradients of several tasks: METHODS, and `balance` to use one of them on any TF1 graph."""

from price_subgraph.balancing.balancer import Balancer, Gradients, balance, make
from price_subgraph.balancing.gradients.cut_scale import scale_gradient
from price_subgraph.balancing.meeting import Representation
from price_subgraph.balancing.method import PROPERTIES, Method, Paper, Parameter
from price_subgraph.balancing.registry import METHODS

__all__ = [
    "METHODS",
    "PROPERTIES",
    "Balancer",
    "Gradients",
    "Method",
    "Paper",
    "Parameter",
    "Representation",
    "balance",
    "make",
    "scale_gradient",
]
