"""Files that are whole or not there, written under a temporary name and renamed into place; and locks."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replaces `path`, or leaves it as it was; makes its folder. Text is written as UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:  # also an interruption that comes when it is in its place already
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def write_json(path: Path, value: Any) -> None:
    """`value` as indented JSON."""
    write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def locked(path: Path, seconds: float, waiting: str = "") -> Iterator[None]:
    """Holds the lock file `path`, which a process that ends, however it ends, gives back.

    What to tell somebody who has to wait for it is `waiting`; by default nothing.
    Raises OSError if it cannot be made, or if another process holds it for longer than `seconds`.
    """
    until = time.monotonic() + seconds
    with open(path, "w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise OSError(f"{path.parent}: another process is writing here") from None
                if waiting:
                    print(waiting, file=sys.stderr, flush=True)
                    waiting = ""
                time.sleep(0.1)
        yield
