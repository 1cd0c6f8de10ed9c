"""Reading the lines of somebody else's text file, and saying where one is bad."""

from __future__ import annotations

from pathlib import Path

from reproduce.corpora.corpus import CorpusError

_BYTE_ORDER_MARK = "\ufeff"


def read_lines(path: Path, option: str, at_least: int = 0) -> list[str]:
    """The lines of a UTF-8 file, without their ends and without blank ones at the end of the file.

    Of these blank ones as many are kept as it takes to have `at_least` so many lines.

    A line ends at LF or CR LF and nowhere else (other programs count lines so; `str.splitlines` would also
    break at a form feed or at U+2028 and shift one file against the other). A byte order mark is dropped.

    Raises CorpusError, naming `option`, the file and the line: no such file, a directory, an unreadable
    file, invalid UTF-8 (line, byte and its value), a file without a line of text.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CorpusError(f"{option} {path}: expected a text file, found none of that name") from None
    except IsADirectoryError:
        raise CorpusError(f"{option} {path}: expected a text file, got a directory") from None
    except OSError as error:
        raise CorpusError(f"{option} {path}: cannot be read: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}:{_place(data, error.start)}") from None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()  # what stands behind the last line's end is no line
    blank = sum(not line.strip() for line in lines)
    while len(lines) > at_least and not lines[-1].strip():
        lines.pop()
    if not any(line.strip() for line in lines):
        found = f"has nothing but {blank} blank line{'s' * (blank > 1)}" if blank else "is empty"
        raise CorpusError(f"{option} {path}: expected a line for each pair, the file {found}")
    return lines


def _place(data: bytes, offset: int) -> str:
    line = data.count(b"\n", 0, offset) + 1
    byte = offset - (data.rfind(b"\n", 0, offset) + 1) + 1
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    hint = "the file looks like UTF-16" if utf16 else "is the file in another encoding, such as Latin-1?"
    return f"{line}: expected UTF-8, got the byte 0x{data[offset]:02x} as byte {byte} of the line ({hint})"
