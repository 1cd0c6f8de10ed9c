"""Imports point one way: tests -> reproduce -> price_subgraph -> legacy_seq2seq, and only to public names."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ["legacy_seq2seq", "price_subgraph", "reproduce", "tests"]
FILES = [path for package in ORDER for path in sorted((ROOT / package).rglob("*.py"))]


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield node.module, alias.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    here = path.relative_to(ROOT).parts[0]
    for module, name in imported_names(path):
        package = module.split(".")[0]
        if package not in ORDER or package == here:
            continue
        assert ORDER.index(package) < ORDER.index(here), f"{path} imports {module}"
        private = [part for part in (*module.split("."), name or "") if part.startswith("_")]
        assert here == "tests" or not private, f"{path} imports the private {module}.{name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_private_tensorflow(path):
    modules = {module for module, _ in imported_names(path)}
    assert not {m for m in modules if m.startswith(("tensorflow.python", "keras", "tf_keras"))}


def test_the_packages_are_where_they_are_expected():
    assert len(FILES) > 20
