"""A vocabulary that is asked with bytes, as in the tutorial, or with text."""

from __future__ import annotations

from collections import UserDict

from legacy_seq2seq.translate.text import as_bytes


class Vocabulary(UserDict[bytes | str, int]):
    """Ids by token. The keys are bytes, as in 1.x; a str means its UTF-8 bytes everywhere."""

    def __getitem__(self, token: bytes | str) -> int:
        """The id of a token. Raises KeyError."""
        return self.data[as_bytes(token)]

    def __setitem__(self, token: bytes | str, token_id: int) -> None:
        """Sets the id of a token."""
        self.data[as_bytes(token)] = token_id

    def __delitem__(self, token: bytes | str) -> None:
        """Takes a token out. Raises KeyError."""
        del self.data[as_bytes(token)]

    def __contains__(self, token: object) -> bool:
        """Whether there is such a token."""
        return isinstance(token, bytes | str) and as_bytes(token) in self.data
