"""The reader names file and line of what is bad."""

import pytest

from legacy_seq2seq.translate.reader import read_data
from legacy_seq2seq.translate.token_ids import open_token_ids

BUCKETS = [(5, 10), (10, 15), (20, 25), (40, 50)]


def write_ids(path, lines):
    path.write_text("".join(" ".join(map(str, line)) + "\n" for line in lines))
    return str(path)


BAD_LINES = {
    "word": (b"4 five 6\n", r"a:2: expected token ids.* got 'five'"),
    "float": (b"4.0\n", r"a:2: .*got '4\.0'"),
    "negative": (b"4 -5\n", r"a:2: .*got '-5'"),
    "plus": (b"+5\n", r"a:2: .*got '\+5'"),
    "underscore": (b"1_0\n", r"a:2: .*got '1_0'"),
    "too large": (b"2147483648\n", r"a:2: .*got '2147483648'"),
    "larger than any integer type": (b"99999999999999999999\n", r"a:2: .*got '9{20}'"),
    "thousands of digits": (b"9" * 5000 + b"\n", r"a:2: .*got '9{40}'\.\.\."),
    "invalid bytes": (b"4 \xff\xfe\n", r"a:2: .*got '\\xff\\xfe'"),
    "digits of another script": ("٣\n".encode(), r"a:2: "),
    "zero byte": (b"4 \x00 5\n", r"a:2: .*got '\\x00'"),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_named(tmp_path, case):
    line, message = BAD_LINES[case]
    (tmp_path / "a").write_bytes(b"4 5\n" + line + b"6\n")
    target = write_ids(tmp_path / "b", [[4]] * 3)
    with pytest.raises(ValueError, match=message):
        read_data(tmp_path / "a", target, BUCKETS)


def test_lines_may_end_in_carriage_returns_or_not_at_all(tmp_path):
    (tmp_path / "a").write_bytes(b"4  5\r\n\r\n7\x0b\x0c007 2147483647 \n\t6")
    target = write_ids(tmp_path / "b", [[4]] * 4)
    pairs = read_data(tmp_path / "a", target, BUCKETS)[0]
    assert [pair[0] for pair in pairs] == [[4, 5], [], [7, 7, 2147483647], [6]]


@pytest.mark.parametrize("blank", ["\n", " \n\t\r\n"])
def test_lines_without_ids(tmp_path, blank):
    (tmp_path / "a").write_text(blank * 5000)
    target = write_ids(tmp_path / "b", [[4]] * len((tmp_path / "a").read_text().splitlines()))
    data = read_data(tmp_path / "a", target, BUCKETS)[0]
    assert data[-1] == [[], [4, 2]]
    assert data.batch([0, 1]).source.tolist() == [[0] * 5] * 2


def test_an_id_outside_of_the_vocabulary_is_named(tmp_path):
    source = write_ids(tmp_path / "a", [[4], [], [5, 9], [], [19]])
    target = write_ids(tmp_path / "b", [[4]] * 4 + [[9, 11]])
    assert len(read_data(source, target, BUCKETS, None, 20, 12)[0]) == 5
    with pytest.raises(ValueError, match=r"a:3: .*below the vocabulary size 9, got 9"):
        read_data(source, target, BUCKETS, source_vocab_size=9)
    with pytest.raises(ValueError, match=r"a:5: .*below the vocabulary size 10, got 19"):
        read_data(source, target, BUCKETS, source_vocab_size=10)
    with pytest.raises(ValueError, match=r"b:5: .*below the vocabulary size 11, got 11"):
        read_data(source, target, BUCKETS, target_vocab_size=11)
    # The line that is bad is not asked for.
    assert len(read_data(source, target, BUCKETS, 2, 9, 9)[0]) == 2


def test_an_id_outside_of_the_vocabulary_is_found_far_behind(tmp_path):
    source = write_ids(tmp_path / "a", [[4, 5], []] * 5000 + [[7], [30, 6]])
    target = write_ids(tmp_path / "b", [[4]] * 10002)
    with pytest.raises(ValueError, match=r"a:10002: .*size 30, got 30"):
        read_data(source, target, BUCKETS, source_vocab_size=30)


def test_different_numbers_of_lines(tmp_path):
    source = write_ids(tmp_path / "a", [[4]] * 3)
    target = write_ids(tmp_path / "b", [[4]] * 5)
    with pytest.raises(ValueError, match=r"a has 3 lines and .*b has 5 lines"):
        read_data(source, target, BUCKETS)


def test_different_numbers_of_lines_among_those_asked_for(tmp_path):
    source = write_ids(tmp_path / "a", [[4]] * 3)
    target = write_ids(tmp_path / "b", [[4]] * 5)
    with pytest.raises(ValueError, match=r"a has 3 lines and .*b has at least 4 lines"):
        read_data(source, target, BUCKETS, max_size=4)
    # As in the tutorial, lines that are not asked for are not looked at, known or not.
    for lines in (None, 3):
        open_token_ids(target, lines)
        assert len(read_data(source, target, BUCKETS, max_size=3)[0]) == 3


def test_an_empty_file(tmp_path):
    source = write_ids(tmp_path / "a", [])
    target = write_ids(tmp_path / "b", [])
    with pytest.raises(ValueError, match=r"a: .*the file is empty"):
        read_data(source, target, BUCKETS)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        read_data(tmp_path / "missing", tmp_path / "missing", BUCKETS)


def test_nothing_fits(tmp_path):
    source = write_ids(tmp_path / "a", [[4, 5]])
    target = write_ids(tmp_path / "b", [[4]])
    with pytest.raises(ValueError, match=r"a, .*b: .*buckets \[\(2, 3\), \(3, 2\)\], but all 1 are too long"):
        read_data(source, target, [(2, 3), (3, 2)])


@pytest.mark.parametrize("buckets", [[], [(5,)], [(0, 5)], [(5, 1)], [(5, 10, 15)]])
def test_bad_buckets(tmp_path, buckets):
    path = write_ids(tmp_path / "a", [[4]])
    with pytest.raises(ValueError, match="buckets: expected"):
        read_data(path, path, buckets)


def test_a_negative_max_size(tmp_path):
    path = write_ids(tmp_path / "a", [[4]])
    with pytest.raises(ValueError, match=r"max_size: .* got -1"):
        read_data(path, path, BUCKETS, max_size=-1)
