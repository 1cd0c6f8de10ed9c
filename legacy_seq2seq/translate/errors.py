"""What a command line reports without a traceback."""


class TranslateError(ValueError):
    """Flags, files or a training that cannot go on; the message says what was expected and what came."""
