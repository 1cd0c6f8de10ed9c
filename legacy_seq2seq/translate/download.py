"""Downloading a large file, continued where it broke off.

While it is under way the file is called `.part`, and beside it `.part.json` says what it is a part of.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import time
from contextlib import suppress
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tqdm import tqdm

from legacy_seq2seq.translate.whole_files import fingerprint, writing

_CHUNK = 1 << 18
# A full disk is none of these: it would be full again.
_BROKEN = (URLError, http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError)
_RANGE_REFUSED = 416
_WORTH_ANOTHER_TRY = {408, 425, 429, _RANGE_REFUSED}


class _Remote(NamedTuple):
    """What the server said of the file: its size if it said so, and what tells that it is still the same."""

    url: str
    size: int | None
    validator: str | None


def download(
    url: str,
    path: str,
    size: int | None = None,
    sha256: str | None = None,
    attempts: int = 5,
    wait: float = 1.0,
    timeout: float = 60.0,
) -> None:
    """Downloads `url` to `path`, which is there when it is whole, and not before.

    A connection that breaks off is taken up again at the byte reached (from the start if the server cannot
    do that, or has another file by now), until `attempts` in a row brought nothing; they are `wait`, then
    twice as many seconds apart, and so on. A later call continues, too. `size` (bytes) and `sha256`
    (hexadecimal) are checked if given; the size that the server tells always is.

    Raises OSError, naming url and path, if the file cannot be had or is not the one expected.
    """
    part = path + ".part"
    os.makedirs(os.path.dirname(part) or ".", exist_ok=True)
    fruitless = 0
    while True:
        before = _size(part)
        try:
            remote = _continue(url, part, size, timeout)
            break
        except HTTPError as error:
            if error.code == _RANGE_REFUSED:
                _forget(part)
            elif error.code < 500 and error.code not in _WORTH_ANOTHER_TRY:
                raise OSError(
                    f"{url}: the server answers {error.code} {error.reason}; {path} is not there"
                ) from error
            reason: Exception = error
        except _BROKEN as error:
            reason = error
        fruitless = 0 if _size(part) > before else fruitless + 1
        if fruitless >= attempts:
            raise OSError(
                f"{url}: broke off {attempts} times at byte {_size(part)} ({reason}); {part} is kept, and "
                "another call continues it"
            ) from reason
        time.sleep(wait * 2**fruitless / 2)
    if remote.size is not None and _size(part) != remote.size:
        got = _size(part)
        _forget(part)
        raise OSError(f"{url}: expected {remote.size} bytes, got {got}; {path} is not there")
    if sha256 is not None and (got_sum := fingerprint(part).sha256) != sha256.lower():
        _forget(part)
        raise OSError(f"{url}: expected the SHA-256 {sha256}, got {got_sum}; {path} is not there")
    os.replace(part, path)
    _forget(part)


def _continue(url: str, part: str, size: int | None, timeout: float) -> _Remote:
    """Fetches what `part` lacks. Raises one of `_BROKEN` if it does not come, and OSError if it is wrong."""
    known = _known(part)
    have = _size(part) if known is not None and known.url == url else 0
    request = Request(url)
    if known is not None and have:
        if have == known.size:
            return known
        request.add_header("Range", f"bytes={have}-")
        if known.validator is not None:
            request.add_header("If-Range", known.validator)
    with urlopen(request, timeout=timeout) as response:
        start, total = _extent(response)
        if size is not None and total not in (size, None):
            raise OSError(f"{url}: expected {size} bytes, the server has {total}")
        total = size if total is None else total
        remote = _Remote(url, total, _validator(response))
        if start and (start != have or known is None or known.size != total):
            _forget(part)
            raise http.client.HTTPException("the server went on with another file")
        with open(part, "ab" if start else "wb") as file, _bar(part, start, total) as bar:
            if not start:
                with writing(part + ".json") as note:
                    note.write(json.dumps(remote).encode("ascii"))
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                bar.update(len(chunk))
    if total is not None and _size(part) < total:
        raise http.client.HTTPException(f"the connection was closed; there should be {total} bytes")
    return remote


def _extent(response: http.client.HTTPResponse) -> tuple[int, int | None]:
    """The byte from which the server sends, and the size of the whole file if it tells."""
    if response.status == http.client.PARTIAL_CONTENT:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
        if found is None:
            raise http.client.HTTPException("the server sent a part without saying which")
        return int(found[1]), int(found[2])
    length = response.headers.get("Content-Length")
    return 0, None if length is None else int(length)


def _validator(response: http.client.HTTPResponse) -> str | None:
    tag = response.headers.get("ETag")
    # A weak tag does not stand for the bytes.
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified")


def _bar(part: str, start: int, total: int | None) -> tqdm:
    name = os.path.basename(part).removesuffix(".part")
    return tqdm(total=total, initial=start, desc=name, unit="B", unit_scale=True, leave=False, disable=None)


def _size(path: str) -> int:
    return os.path.getsize(path) if os.path.exists(path) else 0


def _known(part: str) -> _Remote | None:
    try:
        with open(part + ".json", "rb") as file:
            return _Remote(*json.load(file))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _forget(part: str) -> None:
    for path in (part, part + ".json"):
        with suppress(FileNotFoundError):
            os.unlink(path)
