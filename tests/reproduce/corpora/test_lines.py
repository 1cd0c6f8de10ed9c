"""What counts as a line of a file."""

from reproduce.corpora.lines import read_lines


def test_lines(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbfone\r\n two \n\n\r\nfi\rve\x0c\xe2\x80\xa8\nsix\n \r\n\n")
    assert read_lines(path, "--source") == ["one", " two ", "", "", "fi\rve\x0c\u2028", "six"]


def test_no_line_end_at_the_end(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"one\ntwo")
    assert read_lines(path, "--source") == ["one", "two"]
