"""Downloads from a server of this process that behaves badly in every way that a test asks for."""

import hashlib
import http.server
import os
import re
import threading

import numpy as np
import pytest

from legacy_seq2seq.translate.data_utils import maybe_download
from legacy_seq2seq.translate.download import download

CONTENT = np.random.RandomState(0).bytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves `content`; `breaks` are the numbers of bytes after which the next connections are cut."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.breaks = []
        self.codes = []
        self.ranges = True
        self.tag = '"first"'
        self.length = True
        self.asked = []
        self.sent = []
        self.url = f"http://127.0.0.1:{self.server_port}/file"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if server.codes:
            self.send_error(server.codes.pop(0))
            return
        content = server.content
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        condition = self.headers.get("If-Range")
        # By the rules of HTTP a weak tag is never the same.
        same = condition is None or (condition == server.tag and not condition.startswith("W/"))
        start = int(found[1]) if found and server.ranges and same else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if server.length:
            self.send_header("Content-Length", str(len(content) - start))
        if server.tag:
            self.send_header("ETag", server.tag)
        self.end_headers()
        # Without a length or with less than was promised, the end of the connection is the end.
        stop = start + server.breaks.pop(0) if server.breaks else len(content)
        self.wfile.write(content[start:stop])
        server.sent.append((start, min(stop, len(content))))

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "new" / "file")


def fetch(server, path, **options):
    download(server.url, path, wait=0.0, **options)
    with open(path, "rb") as file:
        return file.read()


def test_a_whole_file(server, path):
    assert fetch(server, path, size=len(CONTENT), sha256=SHA256.upper()) == CONTENT
    assert os.listdir(os.path.dirname(path)) == ["file"]
    assert server.asked == [None]


def test_a_broken_connection_is_taken_up_where_it_broke(server, path):
    server.breaks = [300_000, 500_000]
    assert fetch(server, path) == CONTENT
    assert server.asked == [None, "bytes=300000-", "bytes=800000-"]


def test_another_call_takes_it_up_too(server, path):
    server.breaks = [300_000, 0, 0]
    with pytest.raises(OSError, match=r"broke off 2 times at byte 300000 .*file\.part is kept"):
        fetch(server, path, attempts=2)
    assert not os.path.exists(path)
    assert sorted(os.listdir(os.path.dirname(path))) == ["file.part", "file.part.json"]
    server.asked.clear()
    assert fetch(server, path) == CONTENT
    assert server.asked == ["bytes=300000-"]


def test_a_part_that_is_whole_is_not_asked_for_again(server, path):
    server.breaks = [300_000, 0]
    with pytest.raises(OSError, match="broke off"):
        fetch(server, path, attempts=1)
    with open(path + ".part", "ab") as file:  # killed just before the file was given its name
        file.write(CONTENT[300_000:])
    server.asked.clear()
    assert fetch(server, path) == CONTENT
    assert server.asked == []


def test_a_server_that_ignores_ranges_sends_from_the_start(server, path):
    server.ranges = False
    server.breaks = [300_000, 500_000]
    assert fetch(server, path) == CONTENT
    assert len(server.asked) == 3


@pytest.mark.parametrize("tag", ['"first"', 'W/"weak"', None])
def test_the_same_file_is_continued_however_the_server_marks_it(server, path, tag):
    server.tag = tag
    server.breaks = [300_000]
    assert fetch(server, path) == CONTENT
    assert server.sent == [(0, 300_000), (300_000, 1_000_000)]


def test_another_file_of_the_same_size_is_fetched_from_its_start(server, path):
    server.breaks = [300_000, 0]
    with pytest.raises(OSError, match="broke off"):
        fetch(server, path, attempts=1)
    server.breaks = []
    server.content, server.tag = CONTENT[::-1], '"second"'
    assert fetch(server, path) == server.content


def test_without_a_mark_another_file_is_known_by_its_size(server, path):
    server.tag = None
    server.breaks = [300_000, 0]
    with pytest.raises(OSError, match="broke off"):
        fetch(server, path, attempts=1)
    server.breaks = []
    server.content = CONTENT[::-1][:900_000]
    assert fetch(server, path) == server.content


def test_a_part_of_another_url_is_not_continued(server, path):
    server.breaks = [300_000, 0]
    with pytest.raises(OSError, match="broke off"):
        fetch(server, path, attempts=1)
    server.url += "/other"
    server.content = CONTENT[::-1]
    assert fetch(server, path) == server.content


def test_a_part_of_which_nothing_is_known_is_not_continued(server, path):
    os.makedirs(os.path.dirname(path))
    for note in (None, "", "[]"):
        with open(path + ".part", "wb") as file:
            file.write(b"something else")
        if note is not None:
            with open(path + ".part.json", "w") as file:
                file.write(note)
        assert fetch(server, path) == CONTENT


def test_a_part_longer_than_the_file_is_given_up(server, path):
    server.breaks = [300_000, 0]
    with pytest.raises(OSError, match="broke off"):
        fetch(server, path, attempts=1)
    server.breaks = []
    server.content = CONTENT[:1000]
    assert fetch(server, path) == server.content
    assert server.asked[-2:] == ["bytes=300000-", None]


def test_without_a_length_the_end_is_the_end(server, path):
    server.length = False
    assert fetch(server, path) == CONTENT


def test_errors_of_a_busy_server_are_tried_again(server, path):
    server.codes = [503, 429, 500]
    assert fetch(server, path) == CONTENT
    assert len(server.asked) == 4


@pytest.mark.parametrize("code", [404, 403])
def test_what_is_not_there_is_told_at_once(server, path, code):
    server.codes = [code]
    with pytest.raises(OSError, match=rf"/file: the server answers {code} .*{path} is not there"):
        fetch(server, path)
    assert len(server.asked) == 1
    assert os.listdir(os.path.dirname(path)) == []


def test_a_host_that_does_not_answer(path):
    with Server() as closed:
        url = closed.url
    with pytest.raises(OSError, match="broke off 2 times at byte 0"):
        download(url, path, attempts=2, wait=0.0)


def test_with_a_known_size_a_broken_connection_without_a_length_is_noticed(server, path):
    server.length = False
    server.breaks = [300_000]
    assert fetch(server, path, size=len(CONTENT)) == CONTENT


def test_a_wrong_size(server, path):
    with pytest.raises(OSError, match="expected 999 bytes, the server has 1000000"):
        fetch(server, path, size=999)
    server.length = False
    with pytest.raises(OSError, match="expected 999 bytes, got 1000000"):
        fetch(server, path, size=999)
    assert os.listdir(os.path.dirname(path)) == []


def test_a_wrong_checksum(server, path):
    with pytest.raises(OSError, match=f"expected the SHA-256 {'0' * 64}, got {SHA256}"):
        fetch(server, path, sha256="0" * 64)
    assert os.listdir(os.path.dirname(path)) == []


def test_maybe_download(server, tmp_path, capsys):
    folder = tmp_path / "a" / "b"
    path = maybe_download(folder, "file", server.url)
    assert path == str(folder / "file")
    assert capsys.readouterr().out.splitlines() == [
        f"Creating directory {folder}",
        f"Downloading {server.url} to {path}",
        "Successfully downloaded file 1000000 bytes",
    ]
    assert maybe_download(str(folder), "file", "http://127.0.0.1:1/none") == path
    assert not capsys.readouterr().out
