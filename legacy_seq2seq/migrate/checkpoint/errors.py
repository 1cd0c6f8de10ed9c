"""The error of this package."""


class CheckpointError(Exception):
    """A checkpoint that cannot be read, converted or written; the message says which and why."""
