"""Carry the weights of a legacy checkpoint over: names, optimizer slots, shapes.

`names` is the table; `walk` and `slots` apply it; `plan` decides from names and shapes alone; `convert` reads
and writes; `command` is the command line.
"""

from legacy_seq2seq.migrate.checkpoint.command import add_arguments, run
from legacy_seq2seq.migrate.checkpoint.convert import Conversion, convert_checkpoint
from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError
from legacy_seq2seq.migrate.checkpoint.plan import Options, Row

__all__ = [
    "CheckpointError",
    "Conversion",
    "Options",
    "Row",
    "add_arguments",
    "convert_checkpoint",
    "run",
]
