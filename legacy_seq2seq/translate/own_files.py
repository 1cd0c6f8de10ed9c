"""Checks of files that the user brings: what can be known of them without knowing how they were made."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from itertools import zip_longest

from legacy_seq2seq.translate.text import lines_of

_LINES_COMPARED = 1000


def check_vocabulary(path: str, at_least: int, at_most: int) -> None:
    """Raises ValueError if the number of lines is not between the two; warns of an unfinished last line."""
    lines = list(lines_of(path))
    if not at_least <= len(lines) <= at_most:
        raise ValueError(
            f"{path}: expected a vocabulary of {at_least} to {at_most} lines, got {len(lines)}: "
            + ("half-written? Delete it to have it made again" if len(lines) < at_least else "ask for more")
        )
    if not lines[-1].endswith(b"\n"):
        warnings.warn(f"{path} does not end with a line feed: is it half-written? It is kept", stacklevel=3)


def check_ids(path: str, text_path: str, ids_of_line: Callable[[bytes], bytes]) -> None:
    """Compares the ids at `path` with the text that they should be made from, as `ids_of_line` makes them.

    Raises ValueError if the numbers of lines differ or the last line is cut; warns if another line differs
    (only the first 1000 are compared): that may well be meant.
    """
    first_other = None
    number, text, ids = 0, b"", b"\n"
    for number, (text, ids) in enumerate(zip_longest(lines_of(text_path), lines_of(path)), start=1):
        if text is None or ids is None:
            longer = text_path if ids is None else path
            raise ValueError(
                f"{path}: expected ids for each line of {text_path}, but after {number - 1} lines only "
                f"{longer} goes on: delete {path} to have it made again"
            )
        compared = first_other is None and number <= _LINES_COMPARED
        if compared and ids.split() != ids_of_line(text).split():
            first_other = number
    if not ids.endswith(b"\n") and ids.split() != ids_of_line(text).split():
        raise ValueError(f"{path}:{number}: the last line is cut: delete the file to have it made again")
    if first_other is not None:
        warnings.warn(
            f"{path}:{first_other} is not what {text_path}:{first_other} gives with this vocabulary and "
            "tokenizer. The file is kept; delete it to have it made again",
            stacklevel=3,
        )


def check_parallel(source_path: str, target_path: str) -> None:
    """Raises ValueError unless two texts have the same number of lines."""
    counts = [sum(1 for _ in lines_of(path)) for path in (source_path, target_path)]
    if counts[0] != counts[1]:
        raise ValueError(
            f"expected a line of {target_path} for each line of {source_path}, but they have {counts[1]} and "
            f"{counts[0]} lines: is one of them half-written?"
        )
    if not counts[0]:
        raise ValueError(f"{source_path}, {target_path}: expected sentences, the files are empty")


def exist(*paths: str) -> bool:
    """Whether all files are there."""
    return all(map(os.path.exists, paths))
