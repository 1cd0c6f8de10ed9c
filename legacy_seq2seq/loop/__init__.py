"""The engine that loops: its graph does not grow with the number of time steps.

What does not depend on the step before is done for all steps at once: embeddings, the products of inputs that
are known, output projections, and the gradients of all weights, one large product each. All layers of a cell
go through time in one loop, so that one layer's step can run beside the next step of the layer below.
"""

from legacy_seq2seq.loop.cells import run_cell
from legacy_seq2seq.loop.decoder import run_attention_decoder
from legacy_seq2seq.loop.obstacles import obstacle, obstacle_to_attention

__all__ = ["obstacle", "obstacle_to_attention", "run_attention_decoder", "run_cell"]
