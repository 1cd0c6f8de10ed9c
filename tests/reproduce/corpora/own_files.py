"""Files of the user's own, written into a folder and loaded as the corpus `files`."""

import pytest

from reproduce.corpora import CORPORA, CorpusError, CorpusOptions

# By hash (see test_corpus): train, dev and test sentences.
TRAIN, DEV, TEST = ("table", "chair", "lamp", "bed"), ("hat",), ("desk",)
WORDS = (*TRAIN, *DEV, *TEST)


class Folder:
    """Writes files into a folder and loads them."""

    def __init__(self, path):
        self.path = path

    def write(self, name, lines):
        data = lines if isinstance(lines, bytes) else "".join(f"{line}\n" for line in lines).encode()
        (self.path / name).write_bytes(data)
        return self.path / name

    def triple(self, source=WORDS, target=None, labels=None, prefix=""):
        target = [f"le {word}" for word in source] if target is None else target
        labels = [number % 2 for number in range(len(source))] if labels is None else labels
        return {
            f"{prefix}source": self.write(f"{prefix}source.txt", source),
            f"{prefix}target": self.write(f"{prefix}target.txt", target),
            f"{prefix}labels": self.write(f"{prefix}labels.txt", labels),
        }


def load(price_ranges=2, **options):
    return CORPORA["files"].load(CorpusOptions(price_ranges=price_ranges, **options))


def message(price_ranges=2, **options):
    with pytest.raises(CorpusError) as caught:
        load(price_ranges, **options)
    return str(caught.value)
