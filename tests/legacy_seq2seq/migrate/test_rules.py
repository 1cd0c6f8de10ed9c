"""Every source rule by a table: before and after, no-ops, idempotence, documentation."""

import re
from pathlib import Path

import pytest
from rule_cases import CASES, NO_OPS

import legacy_seq2seq.migrate.rules as package
from legacy_seq2seq.migrate.era import NEWEST
from legacy_seq2seq.migrate.imports import MARK
from legacy_seq2seq.migrate.rules import RULES
from legacy_seq2seq.migrate.tree import SourceFile

BY_NAME = {rule.name: rule for rule in RULES}
BEFORE_AFTER = [(name, *case) for name, cases in CASES.items() for case in cases]
UNCHANGED = [(name, *case) for name, cases in NO_OPS.items() for case in cases]
# Their texts need a tree of files, or are converted before any rule runs.
ELSEWHERE = {
    "python2-syntax": "test_python2.py",
    "relative-imports": "test_across_files.py",
    "bytes-arguments": "test_across_files.py",
}


def applied(name, text, settings):
    file = SourceFile(path="module.py", **settings)
    rule = BY_NAME[name]
    return (rule().apply(text, file) if rule.concerns(text) else text), file


def shortened(text):
    return re.sub(rf"(?m)^(\s*){re.escape(MARK)} [\w-]+: .*$", r"\1TODO", text)


@pytest.mark.parametrize(("name", "before", "after", "settings"), [(*case, {})[:4] for case in BEFORE_AFTER])
def test_before_and_after(name, before, after, settings):
    result, file = applied(name, before, settings)
    assert shortened(result) == after
    marked = re.findall(rf"{re.escape(MARK)} ([\w-]+): (.+)", result)
    assert all(rule == name for rule, _ in marked)
    assert file.applied.get(name, 0) > 0 or marked


@pytest.mark.parametrize(("name", "before", "after", "settings"), [(*case, {})[:4] for case in BEFORE_AFTER])
def test_twice_is_once(name, before, after, settings):
    once, _ = applied(name, before, settings)
    # What has been migrated is neither Python 2 nor of an old release any more.
    assert applied(name, once, {**settings, "python2": False, "era": (NEWEST, NEWEST)})[0] == once


@pytest.mark.parametrize(("name", "text", "settings"), [(*case, {})[:3] for case in UNCHANGED])
def test_left_alone(name, text, settings):
    result, file = applied(name, text, settings)
    assert result == text
    assert not file.applied


def test_every_rule_has_cases_of_both_kinds():
    assert sorted(CASES) == sorted(NO_OPS) == sorted(rule.name for rule in RULES)
    here = Path(__file__).parent
    for name in BY_NAME:
        assert CASES[name] or name in (here / ELSEWHERE[name]).read_text()
        assert NO_OPS[name]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_documentation(rule):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert "https://" in rule.__doc__
    assert len(rule.summary()) > 20
    assert rule.__module__.rpartition(".")[2] == rule.name.replace("-", "_")


def test_one_rule_a_file():
    folder = Path(package.__file__).parent
    shared = {"__init__", "guarded", "scoped", "fixer", "handed_on"}
    assert {path.stem for path in folder.glob("*.py")} - shared == {
        r.__module__.rpartition(".")[2] for r in RULES
    }


def test_the_guide_has_every_rule():
    guide = (Path(package.__file__).parents[2] / "MIGRATING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", guide, flags=re.M)
    named = {name: text for name, text in rows if name in BY_NAME}
    assert named == {rule.name: rule.summary() for rule in RULES}
    assert [name for name, _ in rows if name in BY_NAME] == [rule.name for rule in RULES]
