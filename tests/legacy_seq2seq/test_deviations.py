"""The ledger of deviations: numbered without gaps, and every test it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEDGER = (ROOT / "legacy_seq2seq" / "DEVIATIONS.md").read_text(encoding="utf-8")


def entries() -> list[str]:
    return re.split(r"^(?=\d+\. )", LEDGER, flags=re.MULTILINE)[1:]


def test_numbers_have_no_gaps() -> None:
    assert [int(entry.split(".")[0]) for entry in entries()] == list(range(1, len(entries()) + 1))


def test_every_entry_names_tests_that_exist() -> None:
    for entry in entries():
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", entry)
        assert named, entry
        for path, test in named:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"
