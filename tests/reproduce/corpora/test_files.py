"""The corpus `files`: good files in every spelling, and every kind of bad one."""

import pytest

from reproduce.corpora import CORPORA, CorpusError, CorpusOptions
from reproduce.corpora.corpus import split_of

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


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def load(price_ranges=2, **options):
    return CORPORA["files"].load(CorpusOptions(price_ranges=price_ranges, **options))


def message(price_ranges=2, **options):
    with pytest.raises(CorpusError) as caught:
        load(price_ranges, **options)
    return str(caught.value)


def test_the_words_stand_where_these_tests_want_them():
    assert [split_of([word]) for word in WORDS] == ["train"] * 4 + ["dev", "test"]


def test_classes(folder):
    corpus = load(3, **folder.triple(labels=[0, 1, "+1", " 0 ", "00", 1]))
    assert corpus.name == "files"
    assert corpus.classes == {"price": ("class 0", "class 1", "class 2")}
    assert [example.labels["price"] for example in corpus.train + corpus.dev + corpus.test] == [
        0,
        1,
        1,
        0,
        0,
        1,
    ]
    assert [example.source for example in corpus.dev] == [("hat",)]
    assert [example.target for example in corpus.test] == [("le", "desk")]
    assert corpus.train[2].origin == f"{folder.path / 'source.txt'}:3"
    assert corpus.posterior is None
    assert corpus.notes[0].startswith("6 pairs of the user's own: 4 train, 1 dev, 1 test;")


def test_prices_are_cut_on_the_training_split(folder):
    corpus = load(**folder.triple(labels=["1.5", "2", ".5", "1e1", "1000", "0"]))
    # Half of 0.5, 1.5, 2 and 10 lies below (1.5 + 2) / 2; 1000 and 0 have no say.
    assert corpus.classes == {"price": ("< 1.75", ">= 1.75")}
    assert [example.labels["price"] for example in corpus.train] == [0, 1, 0, 1]
    assert (corpus.dev[0].labels["price"], corpus.test[0].labels["price"]) == (1, 0)
    assert "cut at 1.75" in corpus.notes[1]


def test_whole_prices_need_to_be_told(folder):
    files = folder.triple(labels=[10, 20, 30, 40, 50, 60])
    told = message(**files)
    assert told == (
        f"{files['labels']}:1: expected a class, a whole number from 0 to 1 (--price-ranges 2), got '10'; "
        "if the column holds prices, say so with --label-kind price"
    )
    corpus = load(**files, label_kind="price")
    assert corpus.classes == {"price": ("< 25", ">= 25")}


def test_one_fraction_makes_a_column_of_prices_in_both_files(folder):
    files = folder.triple(TRAIN, labels=[0, 1, 2, 3])
    assert load(4, **files, **folder.triple(DEV, labels=[3], prefix="dev_")).classes["price"][0] == "class 0"
    corpus = load(4, **files, **folder.triple(DEV, labels=["3.5"], prefix="dev_"))
    assert corpus.classes["price"] == ("< 0.75", "0.75–1.5", "1.5–2.25", ">= 2.25")
    assert corpus.dev[0].labels["price"] == 3


def test_dev_files_leave_the_main_files_whole(folder):
    corpus = load(**folder.triple(WORDS), **folder.triple(["a cat", "a dog"], prefix="dev_"))
    assert [example.source[0] for example in corpus.train] == list(WORDS)
    assert [example.source for example in corpus.dev] == [("a", "cat"), ("a", "dog")]
    assert corpus.dev[1].origin.endswith("dev_source.txt:2")
    assert corpus.test == ()
    assert len(corpus.notes) == 2


def test_a_sentence_of_the_dev_files_is_not_trained_on(folder):
    corpus = load(**folder.triple(WORDS), **folder.triple(["lamp", "bed", "dog"], prefix="dev_"))
    assert {example.source[0] for example in corpus.train} == {*WORDS} - {"lamp", "bed"}
    assert corpus.notes[2].startswith("2 training pairs were dropped")


def test_the_price_of_a_dropped_sentence_has_no_say(folder):
    prices = ["1.5", "2.5", "99", "3.5", "4.5", "98"]
    corpus = load(
        **folder.triple(labels=prices), **folder.triple(["lamp", "desk"], labels=[1, 1], prefix="dev_")
    )
    assert corpus.classes["price"] == ("< 3", ">= 3")


def test_the_same_sentence_keeps_to_one_side(folder):
    corpus = load(**folder.triple([*WORDS, "hat", "hat"]))
    assert [example.source for example in corpus.dev] == [("hat",)] * 3


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), id="CR LF"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(lambda data: data[:-1], id="no newline at the end"),
        pytest.param(lambda data: data + b"\n \r\n\n", id="blank lines at the end"),
    ],
)
@pytest.mark.parametrize("name", ["source", "target", "labels"])
def test_spellings_of_one_file(folder, name, spelling):
    files = folder.triple()
    plain = load(**files)
    files[name].write_bytes(spelling(files[name].read_bytes()))
    spelt = load(**files)
    assert (spelt.train, spelt.dev, spelt.test, spelt.classes) == (
        plain.train,
        plain.dev,
        plain.test,
        plain.classes,
    )


def test_only_lf_ends_a_line(folder):
    """str.splitlines would count seven lines here."""
    corpus = load(**folder.triple(target=["le a\fb", "le c\u2028d", "le\x85e", "le\rf", "g\x1cg", "h"]))
    assert corpus.train[0].target == ("le", "a", "b")
    assert len(corpus.train) == 4


def test_tokens_are_those_of_the_tutorial(folder):
    corpus = load(**folder.triple(target=["L'Été, d'où?", *["x"] * 5]))
    assert corpus.train[0].target == ("L", "'", "Été", ",", "d", "'", "où", "?")


@pytest.mark.parametrize("missing", ["source", "target", "labels"])
def test_missing_option(folder, missing):
    files = folder.triple()
    files[missing] = None
    assert message(**files) == (
        f"corpus files: expected --source, --target, --labels together, missing: --{missing}"
    )


def test_dev_files_come_together(folder):
    dev = folder.triple(DEV, prefix="dev_")
    del dev["dev_target"]
    assert message(**folder.triple(), **dev) == (
        "corpus files: expected --dev-source, --dev-target, --dev-labels together, missing: --dev-target"
    )


@pytest.mark.parametrize("name", ["source", "target", "labels"])
class TestBadFile:
    def test_missing(self, folder, name):
        files = folder.triple()
        files[name] = folder.path / "nowhere.txt"
        assert message(**files) == f"--{name} {files[name]}: expected a text file, found none of that name"

    def test_directory(self, folder, name):
        files = folder.triple()
        files[name] = folder.path
        assert message(**files) == f"--{name} {folder.path}: expected a text file, got a directory"

    def test_file_as_a_folder(self, folder, name):
        files = folder.triple()
        files[name] = files[name] / "inside"
        assert message(**files) == f"--{name} {files[name]}: cannot be read: Not a directory"

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "is empty"),
            (b"\xef\xbb\xbf", "is empty"),
            (b"\n", "has nothing but 1 blank line"),
            (b"\r\n \n", "has nothing but 2 blank lines"),
            (b"\n" * 6, "has nothing but 6 blank lines"),
        ],
    )
    def test_empty(self, folder, name, data, told):
        files = folder.triple()
        files[name].write_bytes(data)
        assert message(**files) == f"--{name} {files[name]}: expected a line for each pair, the file {told}"

    def test_invalid_utf8(self, folder, name):
        files = folder.triple()
        files[name].write_bytes(b"0\n1\n\xc3\xa9t\xe9 x\n1\n0\n1\n")
        told = message(**files)
        assert told.startswith(f"{files[name]}:3: expected UTF-8, got the byte 0xe9 as byte 4 of the line (")
        assert "Latin-1" in told

    def test_utf16(self, folder, name):
        files = folder.triple()
        files[name].write_bytes("a\nb\n".encode("utf-16"))
        told = message(**files)
        assert told.startswith(f"{files[name]}:1: expected UTF-8, got the byte 0x")
        assert told.endswith("(the file looks like UTF-16)")

    def test_differing_numbers_of_lines(self, folder, name):
        files = folder.triple()
        files[name].write_bytes(b"1\n0\n1\n")
        counts = {"source": 6, "target": 6, "labels": 6, name: 3}
        longer = files["source" if name != "source" else "target"]
        assert message(**files) == (
            "expected the same number of lines in each file, got: "
            + ", ".join(f"--{key} {files[key]} has {count}" for key, count in counts.items())
            + f"; the first line without a partner is {longer}:4"
        )


@pytest.mark.parametrize("name", ["source", "target"])
@pytest.mark.parametrize("blank", ["", "  \t", "\r"])
def test_empty_sentence(folder, name, blank):
    files = folder.triple(**{"source": WORDS, name: ["a", "b", blank, "d", "e", "f"]})
    assert message(**files) == f"{files[name]}:3: expected a sentence, got an empty line"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("2", "'2'"),
        ("-1", "'-1'"),
        ("9" * 5000, "'" + "9" * 40 + "'..."),
        ("1.5", "'1.5'"),
    ],
)
def test_bad_class(folder, label, shown):
    files = folder.triple(labels=[0, 1, 0, label, 1, 1])
    assert message(**files, label_kind="class") == (
        f"{files['labels']}:4: expected a class, a whole number from 0 to 1 (--price-ranges 2), got {shown}"
    )


@pytest.mark.parametrize(
    "label",
    ["abc", "nan", "inf", "-inf", "1e999", "-3.5", "12,50", "1_000.0", "0x10", "١٢", "12 €", "1.5.2", "."],
)
def test_bad_price(folder, label):
    files = folder.triple(labels=["0.5", "1", "2", "3", "4", label])
    for kind, wanted in (("auto", "a class or a price"), ("price", "a price")):
        assert message(**files, label_kind=kind) == (
            f"{files['labels']}:6: expected {wanted}, a number of 0 or more such as 12.50, got {label!r}"
        )


def test_bad_label_in_the_dev_file_names_that_file(folder):
    dev = folder.triple(["dog"], labels=["7"], prefix="dev_")
    assert message(**folder.triple(), **dev).startswith(f"{dev['dev_labels']}:1: expected a class")


@pytest.mark.parametrize("labels", [[0, "", 1, "  ", 1, ""], [1.5, "", 2.5, "\r", 9, ""]])
def test_a_blank_line_is_a_pair_without_a_label(folder, labels):
    """A class as well as a price, at the end of the file as well as in it."""
    files = folder.triple(TRAIN + DEV + DEV, labels=labels)
    dev = folder.triple(["dog", "cow"], labels=[labels[0], ""], prefix="dev_")
    corpus = load(2, **files, **dev)
    assert [example.labels["price"] for example in corpus.train][:4] == [0, -1, 1, -1]
    assert [example.labels["price"] for example in corpus.dev] == [0, -1]
    assert "Pairs without a label: 4; they train the translation alone." in corpus.notes


def test_somebody_has_to_have_a_label(folder):
    files = folder.triple()
    dev = folder.triple(["dog"], labels=[1], prefix="dev_")
    dev["dev_labels"].write_text("\n")
    assert message(**files, **dev).endswith("the file has nothing but 1 blank line")
    blank = folder.triple(TRAIN + DEV, labels=["", "", "", "", *[1] * len(DEV)])
    assert message(**blank) == f"{blank['labels']}: no pair of train has a label"


def test_too_few_distinct_prices(folder):
    files = folder.triple(labels=["1.5", "1.5", "1.5", "2.5", "7.5", "8.5"])
    told = message(3, **files)
    assert told.startswith(
        f"--labels {files['labels']}: prices cannot be cut into 3 quantile ranges: 2 distinct"
    )
    assert told.endswith("ask for fewer ranges")


def test_classes_with_a_decimal_point(folder):
    files = folder.triple(labels=["0.0", "1.0", "1.0", "0.0", "1.0", "2.0"])
    assert message(3, **files).endswith(
        "ask for fewer ranges; if they are classes, write them without a decimal point"
    )
    assert message(3, **files, label_kind="price").endswith("ask for fewer ranges")


def test_whole_prices_with_a_decimal_point_may_be_classes(folder):
    """As many different ones as ranges: they could be either, so the note says what they were taken for."""
    files = folder.triple(labels=["0.0", "1.0", "2.0", "2.0", "0.0", "1.0"])
    told = "There are 3 different ones, all whole: if they are classes, write them without a decimal point."
    assert load(3, **files).notes[1].endswith(told)
    assert "all whole" not in load(3, **files, label_kind="price").notes[1]
    assert "all whole" not in load(2, **files).notes[1]
    files = folder.triple(labels=["0.5", "1.0", "2.0", "2.0", "0.5", "1.0"])
    assert "all whole" not in load(3, **files).notes[1]


def test_more_ranges_than_the_data_bear(folder):
    """Refused at once: ranges without end are neither listed nor made."""
    files = folder.triple(labels=[0, 1, 0, 1, 1, 0])
    assert message(10**12, **files) == (
        f"--price-ranges {10**12}: expected at most as many classes as there are pairs, "
        f"6 in {files['labels']}"
    )
    files = folder.triple(labels=["0.5", "1.5", "2.5", "3.5", "4.5", "5.5"])
    assert message(10**12, **files) == (
        f"--labels {files['labels']}: prices cannot be cut into {10**12} quantile ranges: 4 distinct prices "
        "in 4 training lines; ask for fewer ranges"
    )


def test_classes_that_training_never_sees_are_told(folder):
    corpus = load(4, **folder.triple(labels=[0, 2, 0, 2, 3, 1]))
    assert "No training pair is of class 1, class 3." in corpus.notes
    many = folder.triple([*WORDS, *[f"word {number}" for number in range(20)]], labels=[0] * 26)
    listed = ", ".join(f"class {number}" for number in range(1, 11))
    assert f"No training pair is of {listed} and 15 more." in load(26, **many).notes
    assert not any("No training pair" in note for note in load(**folder.triple()).notes)


@pytest.mark.parametrize(("words", "empty"), [(TRAIN, "dev"), (DEV * 3, "train")])
def test_an_empty_split(folder, words, empty):
    files = folder.triple(words)
    told = message(**files)
    assert told.startswith(
        f"{files['labels']}: expected enough different sentences to split, but none of the "
    )
    assert f"{len(words)} pairs falls into {empty} (" in told
    assert "--dev-source" in told


def test_nothing_left_to_train_on(folder):
    files = folder.triple(DEV)
    told = message(**files, **folder.triple(DEV, prefix="dev_"))
    assert told == (
        f"{files['labels']}: nothing is left to train on: the source sentences of all 1 pairs "
        "stand in the dev files too"
    )


@pytest.mark.parametrize("kind", ["class", "price"])
def test_one_range(folder, kind):
    told = message(1, **folder.triple(), label_kind=kind)
    assert told == "--price-ranges: expected at least 2, got 1"
