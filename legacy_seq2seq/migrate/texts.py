"""Files as text and back: coding lines, byte order marks and every kind of line end survive."""

import codecs
import io
import re
import tokenize
from dataclasses import dataclass

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class UnreadableError(Exception):
    """A file that is no text in its encoding: the line, and why."""

    def __init__(self, line: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Text:
    """The decoded text of a file and how to encode it again."""

    text: str
    encoding: str
    mark: bytes

    def encoded(self, text: str) -> bytes:
        """`text` as the bytes of a file like this one."""
        return self.mark + text.encode(self.encoding)


def decode(data: bytes) -> Text:
    """A Python file's text. Raises UnreadableError for binary files, unknown encodings and wrong bytes."""
    if b"\0" in data:
        raise UnreadableError(data[: data.index(b"\0")].count(b"\n") + 1, "binary data")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        lines = data.splitlines()
        declared = next((n for n, line in enumerate(lines[:2], 1) if _CODING.match(line)), None)
        if declared is None:
            encoding = "utf-8"
        else:
            raise UnreadableError(declared, str(error)) from error
    try:
        return Text(data.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        raise UnreadableError(
            line, f"byte 0x{byte:02x} is not {encoding}; Python 3 needs a line `# -*- coding: ... -*-` on top"
        ) from error
