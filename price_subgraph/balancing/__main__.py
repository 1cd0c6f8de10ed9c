"""`python -m price_subgraph.balancing check FILE`: numeric cases of the methods, run through a graph."""

from __future__ import annotations

import argparse
import sys

from price_subgraph.balancing.cases import load, run_all


def check(path: str) -> int:
    """Prints the error of each case; 1 if any falls short, or the file is no file of cases."""
    try:
        cases = load(path)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    failed = 0
    for result in run_all(cases):
        failed += not result.passed
        verdict = "ok  " if result.passed else "FAIL"
        said = result.reason or f"error {result.error:.1e}, tolerance {result.tolerance:.0e}"
        print(f"{verdict} {result.id} ({result.method}): {said}", flush=True)
    print(f"{len(cases) - failed} of {len(cases)} cases passed")
    return 1 if failed else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m price_subgraph.balancing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser(
        "check", help="run a file of cases; print each case's error; exit with 1 if any falls short"
    )
    checking.add_argument("file", metavar="FILE", help="JSON list of cases, as combiner_cases.json")
    return check(parser.parse_args(arguments).file)


if __name__ == "__main__":
    sys.exit(main())
