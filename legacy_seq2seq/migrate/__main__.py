"""The command line: `python -m legacy_seq2seq.migrate {source,checkpoint} ...`."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from legacy_seq2seq.quiet import silence_tensorflow

# A command is the module legacy_seq2seq.migrate.<command>, with add_arguments(parser) and
# run(arguments) -> exit code; imported only when it is the one asked for.
COMMANDS = {
    "source": "rewrite a tree of legacy code for Python 3 and TensorFlow 2",
    "checkpoint": "carry the weights of a legacy checkpoint over",
}
_WITH_TENSORFLOW = ("checkpoint",)  # `source` does without, and is there at once


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="python -m legacy_seq2seq.migrate", description=__doc__, allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="{" + ",".join(COMMANDS) + "}")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, allow_abbrev=False)
        if name in argv[:1]:
            if name in _WITH_TENSORFLOW:
                silence_tensorflow()
            module = importlib.import_module(f"legacy_seq2seq.migrate.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
