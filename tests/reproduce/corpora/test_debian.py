"""The corpus `debian`: real runs of apt on an archive in a temporary folder, its cache and its errors."""

import json
import shutil
import socket
from concurrent import futures

import pytest
from corpora.archive import package, translation, write_archive

from reproduce.corpora import CORPORA, CorpusError, CorpusOptions
from reproduce.corpora.debian import tokens
from reproduce.corpora.debian.cache import folder_of
from reproduce.files import locked

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="there is no apt here")


def load(cache, price_ranges=2):
    return CORPORA["debian"].load(CorpusOptions(price_ranges=price_ranges, cache=cache))


def test_tokens():
    assert tokens("Bibliothèque d’exécution –⋅GNU (C++).") == (
        *("bibliothèque", "d", "'", "exécution", "–", "gnu", "(", "c++", ")", "."),
    )
    # e and a combining accent are one letter.
    assert tokens("e\u0301tat") == ("état",)


# Enough for every split: "table" and so on stand where test_corpus says.
TRAIN, DEV, TEST = ("table", "chair", "lamp", "bed", "ring", "knife"), ("hat",), ("desk",)


def kept(cache):
    """The names of what lies in a cache folder beside the lock."""
    return sorted(path.name for path in cache.iterdir() if path.name != ".lock")


def small_archive(root, french=True, more=("", "", "")):
    """Six training packages of 10, 20, ... 60 KiB, one of dev and one of test."""
    packages, english, translated = [], [], []
    for number, word in enumerate((*TRAIN, *DEV, *TEST), start=1):
        section = "games" if word in TRAIN else "contrib/oddities"
        packages.append(package(f"lib{word}", number, 10 * number, section))
        english.append(translation("en", number, word.capitalize()))
        translated.append(translation("fr", number, f"La {word}"))
    texts = ["".join(part) + extra for part, extra in zip((packages, english, translated), more, strict=True)]
    return write_archive(root, texts[0], texts[1], texts[2] if french else None)


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Gives apt other sources; returns a function that sets them. The system's settings are made awkward."""
    hook = tmp_path / "hook-was-run"
    configuration = tmp_path / "apt.conf"
    configuration.write_text(
        f'Dir::Etc::SourceList "{tmp_path}/sources.list";\n'
        'Dir::Etc::SourceParts "/dev/null";\n'
        'Acquire::Languages { "none"; };\n'
        'Acquire::GzipIndexes "true";\n'
        'Acquire::Retries "0";\n'
        'Acquire::http::Proxy "DIRECT";\n'
        f'APT::Update::Pre-Invoke {{ "touch {hook}"; }};\n'
        f'APT::Update::Post-Invoke {{ "touch {hook}"; }};\n'
        f'APT::Update::Post-Invoke-Success {{ "touch {hook}"; }};\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(configuration))

    def sources(*lines):
        (tmp_path / "sources.list").write_text("".join(f"{line}\n" for line in lines))

    yield sources
    assert not hook.exists()


@needs_apt
class TestRealApt:
    def test_from_fetch_to_corpus(self, tmp_path, system, monkeypatch):
        system(small_archive(tmp_path / "archive"))
        cache = tmp_path / "made" / "cache"
        corpus = load(cache, price_ranges=3)
        assert {example.source for example in corpus.train} == {(word,) for word in TRAIN}
        assert [(example.source, example.target, example.origin) for example in corpus.dev] == [
            (("hat",), ("la", "hat"), "libhat")
        ]
        # Sizes 10 to 60 train: a third lies below 10 + 50 / 3.
        assert corpus.classes["price"] == ("< 26.7 KiB", "26.7–43.3 KiB", ">= 43.3 KiB")
        assert [example.labels["price"] for example in corpus.train] == [0, 0, 1, 1, 2, 2]
        assert (corpus.dev[0].labels["price"], corpus.test[0].labels["price"]) == (2, 2)
        # "oddities" is not seen in training.
        assert corpus.classes["section"] == ("games", "other")
        assert [corpus.train[0].labels["section"], corpus.dev[0].labels["section"]] == [0, 1]
        (section,) = corpus.further_heads
        assert (section.name, section.kind, section.units) == ("section", "classes", 2)
        assert corpus.posterior is None
        assert corpus.notes[0].startswith(
            "8 English/French package descriptions of trixette/main: 6 train, 1 dev, 1 test;"
        )
        # Nothing but the kept file is left, and it alone is enough.
        assert kept(cache) == ["descriptions.jsonl"]
        monkeypatch.setenv("PATH", "")
        again = load(cache, price_ranges=3)
        assert (again.train, again.dev, again.test) == (corpus.train, corpus.dev, corpus.test)
        assert (again.classes, again.notes) == (corpus.classes, corpus.notes)

    def test_repeated_and_untranslated(self, tmp_path, system):
        packages = "".join(
            [
                *(package(f"same{size}", 20, size, section=f"s{size}") for size in (500, 7, 90, 900)),
                package("untranslated", 21),
                package("not-french", 22),
            ]
        )
        english = "".join(translation("en", *told) for told in ((20, "plate"), (21, "A B"), (22, "C")))
        french = translation("fr", 20, "Assiette") + translation("fr", 21, "a b")
        system(small_archive(tmp_path / "archive", more=(packages, english, french)))
        corpus = load(tmp_path / "cache")
        plates = [example for example in corpus.train if example.source == ("plate",)]
        # The lower median of 7, 90, 500 and 900.
        assert [example.origin for example in plates] == ["same90"]
        assert corpus.classes["section"][plates[0].labels["section"]] == "s90"
        assert corpus.notes[1] == (
            "Packages left out: 1 whose French is the English text; 3 that repeat another's text in both "
            "languages (the one of middle size stands for all); 1 without a French description."
        )

    def test_two_sources(self, tmp_path, system):
        first = small_archive(tmp_path / "first")
        second = write_archive(
            tmp_path / "second",
            package("plates", 50, 70),
            translation("en", 50, "plate"),
            translation("fr", 50, "assiette"),
            component="contrib",
        )
        system(first, second)
        corpus = load(tmp_path / "cache")
        assert len(corpus.train) == 7
        assert "of trixette/main, trixette/contrib:" in corpus.notes[0]

    def test_a_source_that_does_not_answer(self, tmp_path, system):
        """What the other source has is not taken for the whole."""
        system(small_archive(tmp_path / "archive"), f"deb [trusted=yes] file:{tmp_path}/gone stable main")
        with pytest.raises(CorpusError) as caught:
            load(tmp_path / "cache")
        told = str(caught.value)
        assert told.startswith(
            "corpus debian: expected apt to fetch its package indexes, but `apt-get update`"
        )
        assert "\n    E: Failed to fetch" in told
        assert f"{tmp_path}/gone" in told
        assert "listings" in told
        assert "files" in told
        assert kept(tmp_path / "cache") == []

    def test_no_network(self, tmp_path, system):
        """To apt this is a warning only: it ends well with the lists of the other source."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            # Bound, but nobody listens: a connection is refused at once.
            host = f"127.0.0.1:{listener.getsockname()[1]}"
            system(small_archive(tmp_path / "archive"), f"deb [trusted=yes] http://{host}/x stable main")
            with pytest.raises(CorpusError, match=r"ended with code 0.*\n    W: Failed to fetch .*refused"):
                load(tmp_path / "cache")
        assert kept(tmp_path / "cache") == []

    def test_an_index_that_is_not_the_promised_one(self, tmp_path, system):
        system(small_archive(tmp_path / "archive"))
        index = tmp_path / "archive/dists/stable/main/i18n/Translation-fr"
        index.write_bytes(index.read_bytes().replace(b"La lamp", b"Le lamp"))
        with pytest.raises(CorpusError, match="\n    E: Failed to fetch"):
            load(tmp_path / "cache")
        assert kept(tmp_path / "cache") == []

    def test_sources_without_french(self, tmp_path, system):
        system(small_archive(tmp_path / "archive", french=False))
        with pytest.raises(
            CorpusError, match=r"expected French .* \(index files found: Packages, Trans.* en\);"
        ):
            load(tmp_path / "cache")
        assert kept(tmp_path / "cache") == []

    def test_no_sources_at_all(self, tmp_path, system):
        system()
        with pytest.raises(CorpusError, match=r"expected French .* \(index files found: none\); .*listings"):
            load(tmp_path / "cache")

    def test_too_few_descriptions(self, tmp_path, system):
        line = write_archive(
            tmp_path / "archive",
            package("one", 1),
            translation("en", 1, "table"),
            translation("fr", 1, "une table"),
        )
        system(line)
        with pytest.raises(
            CorpusError, match="expected enough descriptions to split, got 1 from trixette/main"
        ):
            load(tmp_path / "cache")

    def test_one_range(self, tmp_path, system):
        system(small_archive(tmp_path / "archive"))
        with pytest.raises(CorpusError, match=r"corpus debian: installed sizes: .*at least 2, got 1"):
            load(tmp_path / "cache", price_ranges=1)


def test_without_apt(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError) as caught:
        load(tmp_path)
    told = str(caught.value)
    assert told.startswith(
        "corpus debian: expected apt-get (of Debian and its kin), found none on this machine;"
    )
    assert "listings" in told
    assert "files" in told


def test_half_a_fetch_is_not_a_cache(tmp_path, monkeypatch):
    """What a killed run leaves behind; it is removed by the next, however soon that is."""
    (tmp_path / "fetching-abc" / "lists").mkdir(parents=True)
    (tmp_path / "fetching-abc" / "new").write_text('{"format": 1, "descriptions": 2}\n')
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match="expected apt-get"):
        load(tmp_path)
    assert kept(tmp_path) == []


def test_a_fetch_waits_for_another_and_leaves_its_files_alone(tmp_path, capsys):
    """And then takes what the other one has fetched."""
    (tmp_path / "fetching-abc").mkdir()
    with futures.ThreadPoolExecutor() as pool:
        with locked(tmp_path / ".lock", 0):
            second = pool.submit(load, tmp_path)
            with pytest.raises(futures.TimeoutError):  # not Python's own before 3.11
                second.result(0.5)
            assert kept(tmp_path) == ["fetching-abc"]
            text = "".join(json.dumps(part) + "\n" for part in FETCHED)
            (tmp_path / "descriptions.jsonl").write_text(text)
        assert len(second.result(10).train) == 2
    assert capsys.readouterr().err == f"waiting for another fetch into {tmp_path}\n"


FETCHED = [
    {"format": 1, "descriptions": 3, "releases": ["r/main"], "missing": {}},
    ["libtable", "games", 10, "table", "la table"],
    ["libchair", "games", 20, "chair", "la chaise"],
    ["libhat", "games", 20, "hat", "le chapeau"],
]
KEPT = [
    {"format": 1, "descriptions": 2, "releases": ["r/main"], "missing": {}},
    ["libtable", "games", 10, "table", "la table"],
    ["libhat", "games", 20, "hat", "le chapeau"],
]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("no JSON\n", id="something else"),
        pytest.param("\n".join(map(json.dumps, KEPT[:2])) + "\n", id="a line is missing"),
        pytest.param("\n".join(map(json.dumps, KEPT)), id="the last line has no end"),
        pytest.param(
            "\n".join(map(json.dumps, [{**KEPT[0], "format": 0}, *KEPT[1:]])) + "\n", id="old format"
        ),
        pytest.param("\n".join(map(json.dumps, [KEPT[0], KEPT[1], ["a"]])) + "\n", id="a short line"),
        pytest.param("[1]\n", id="another head"),
    ],
)
def test_damaged_cache(tmp_path, text):
    path = tmp_path / "descriptions.jsonl"
    path.write_text(text)
    with pytest.raises(CorpusError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{path}: expected the package descriptions that this tool keeps")
    assert str(caught.value).endswith("delete the file to fetch them again")


def test_a_file_in_place_of_the_cache_folder(tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(CorpusError, match=f"cache folder {tmp_path}/cache cannot be used: .*--cache"):
        load(tmp_path / "cache")


def test_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert folder_of(None) == tmp_path / ".cache/price-subgraph/debian"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert folder_of(None) == tmp_path / ".cache/price-subgraph/debian"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert folder_of(None) == tmp_path / "x/price-subgraph/debian"
    assert folder_of(tmp_path / "own") == tmp_path / "own"
