"""A corpus as text files, one sentence a line: what `python -m legacy_seq2seq.translate` trains on."""

from __future__ import annotations

from pathlib import Path

from reproduce.corpora import Corpus, CorpusError
from reproduce.files import write_atomically

SPLITS = ("train", "dev", "test")


def write_text(corpus: Corpus, folder: Path) -> list[Path]:
    """Writes train, dev and test as SPLIT.from and SPLIT.to, tokens between single spaces; returns the paths.

    Line n of a .to file translates line n of its .from file. Raises CorpusError if a split has no sentence.
    """
    written = []
    for split in SPLITS:
        examples = getattr(corpus, split)
        if not examples:
            raise CorpusError(f"corpus {corpus.name}: expected at least one {split} pair, got none")
        for side, sentences in (
            ("from", [example.source for example in examples]),
            ("to", [example.target for example in examples]),
        ):
            path = folder / f"{split}.{side}"
            write_atomically(path, "".join(" ".join(tokens) + "\n" for tokens in sentences))
            written.append(path)
    return written
