"""Rows of the study on disk: exact to six digits, torn ends passed over, mistakes named."""

import math

import pytest
from study_records import record

from reproduce.rows import RowsError
from reproduce.study.records import append, lines_of, read, repair


def test_what_is_appended_is_read(tmp_path):
    path = tmp_path / "map.csv"
    first = record(key="b", settings="learning_rate=1.0,price_weight=0.1", method="cagrad:c=0.5")
    second = record(key="a", test_price_nll=math.nan, end="diverged", seed=7)
    append(path, first)
    append(path, second)
    assert repr(read(tmp_path, "map")) == repr([second, first])
    assert read(tmp_path, "claims") == []


def test_shards_files_are_one_part(tmp_path):
    append(tmp_path / "map-1of2.csv", record(key="b"))
    append(tmp_path / "map-2of2.csv", record(key="a"))
    append(tmp_path / "map.csv", record(key="a", seed=9))
    assert [(r.key, r.seed) for r in read(tmp_path, "map")] == [("a", 9), ("b", 0)]


@pytest.mark.parametrize("cut", [1, 30, 300])
def test_what_a_kill_has_left_is_passed_over_and_mended(tmp_path, cut):
    path = tmp_path / "map.csv"
    append(path, record(key="a"))
    before = path.read_bytes()
    path.write_bytes(before + lines_of(record(key="b")).encode()[:-cut])
    assert [r.key for r in read(tmp_path, "map")] == ["a"]
    repair(path)
    assert path.read_bytes() == before
    append(path, record(key="b"))
    assert [r.key for r in read(tmp_path, "map")] == ["a", "b"]


def test_a_whole_file_is_left_alone(tmp_path):
    path = tmp_path / "map.csv"
    append(path, record())
    before = path.stat().st_mtime_ns
    repair(path)
    repair(tmp_path / "none.csv")
    assert path.stat().st_mtime_ns == before
    assert not (tmp_path / "none.csv").exists()


def test_mistakes_are_named(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("seed,step\n1,2\n")
    with pytest.raises(RowsError, match=r"map\.csv:1: expected the columns key,stage"):
        read(tmp_path, "map")
    path.unlink()
    append(path, record())
    path.write_text(path.read_text().replace("finished,d,0,5", "finished,d,first,5"))
    with pytest.raises(RowsError, match=r"map\.csv:2: made: expected a number, got 'first'"):
        read(tmp_path, "map")
