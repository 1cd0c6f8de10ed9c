"""Text as the tutorial read it: lines of bytes."""

from __future__ import annotations

from collections.abc import Iterator

_LINES_BETWEEN = 100_000


def as_bytes(text: bytes | str) -> bytes:
    """UTF-8; the stand-ins by which Python carries undecodable bytes of a terminal become these bytes again.

    Raises TypeError for anything but bytes and str.
    """
    if isinstance(text, bytes):
        return text
    if isinstance(text, str):
        return text.encode("utf-8", "surrogateescape")
    raise TypeError(f"expected text as bytes or str, got {text!r} ({type(text).__name__})")


def as_text(text: bytes) -> str:
    """The reverse of `as_bytes`."""
    return text.decode("utf-8", "surrogateescape")


def lines_of(path: str, doing: str | None = None) -> Iterator[bytes]:
    """The lines of a file with their LF, without CR (TensorFlow's file reader dropped every one).

    `doing` is the verb of a line of progress, printed at every 100000 lines.
    """
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if doing and number % _LINES_BETWEEN == 0:
                print(f"  {doing} line {number}", flush=True)
            yield line.replace(b"\r", b"")
