"""`python -m reproduce corpus`: a corpus as text files."""

import pytest

from price_subgraph.data import Example
from reproduce.__main__ import main
from reproduce.corpora import Corpus, CorpusError
from reproduce.text import write_text


def test_listings_as_text(tmp_path, capsys):
    assert main(["corpus", "--corpus=listings", f"--out={tmp_path}"]) == 0
    paths = capsys.readouterr().out.splitlines()
    names = [f"{split}.{side}" for split in ("train", "dev", "test") for side in ("from", "to")]
    assert paths == [str(tmp_path / name) for name in names]
    texts = {path.name: path.read_text(encoding="utf-8").splitlines() for path in tmp_path.iterdir()}
    for split in ("train", "dev", "test"):
        assert len(texts[f"{split}.from"]) == len(texts[f"{split}.to"]) > 100
    assert not set(texts["train.from"]) & set(texts["test.from"])


def test_line_by_line(tmp_path):
    pair = Example(("a", "b"), ("c",), {"price": 0}, "here")
    corpus = Corpus("small", (pair, pair), (pair,), (pair,), {"price": ("low",)})
    write_text(corpus, tmp_path)
    assert (tmp_path / "train.from").read_text() == "a b\na b\n"
    assert (tmp_path / "test.to").read_text() == "c\n"
    with pytest.raises(CorpusError, match="expected at least one dev pair, got none"):
        write_text(Corpus("small", (pair,), (), (pair,), {"price": ("low",)}), tmp_path)


def test_a_corpus_of_the_users_own_files_is_text_already(capsys):
    with pytest.raises(SystemExit):
        main(["corpus", "--corpus=files"])
    assert "invalid choice: 'files'" in capsys.readouterr().err
