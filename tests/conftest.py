"""Options of the whole test suite (pytest reads options from here only)."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden",
        default=None,
        metavar="DIR",
        help="the folder of recorded cases that test_golden.py runs, instead of tests/golden",
    )
