"""The corpus `files`: good files in every spelling."""

import pytest
from corpora.own_files import DEV, TRAIN, WORDS, load, message

from reproduce.corpora.corpus import split_of


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


@pytest.mark.parametrize("labels", [[0, "", 1, "  ", 1, ""], [1.5, "", 2.5, "\r", 9, ""]])
def test_a_blank_line_is_a_pair_without_a_label(folder, labels):
    """A class as well as a price, at the end of the file as well as in it."""
    files = folder.triple(TRAIN + DEV + DEV, labels=labels)
    dev = folder.triple(["dog", "cow"], labels=[labels[0], ""], prefix="dev_")
    corpus = load(2, **files, **dev)
    assert [example.labels["price"] for example in corpus.train][:4] == [0, -1, 1, -1]
    assert [example.labels["price"] for example in corpus.dev] == [0, -1]
    assert "Pairs without a label: 4; they train the translation alone." in corpus.notes


def test_whole_prices_with_a_decimal_point_may_be_classes(folder):
    """As many different ones as ranges: they could be either, so the note says what they were taken for."""
    files = folder.triple(labels=["0.0", "1.0", "2.0", "2.0", "0.0", "1.0"])
    told = "There are 3 different ones, all whole: if they are classes, write them without a decimal point."
    assert load(3, **files).notes[1].endswith(told)
    assert "all whole" not in load(3, **files, label_kind="price").notes[1]
    assert "all whole" not in load(2, **files).notes[1]
    files = folder.triple(labels=["0.5", "1.0", "2.0", "2.0", "0.5", "1.0"])
    assert "all whole" not in load(3, **files).notes[1]


def test_classes_that_training_never_sees_are_told(folder):
    corpus = load(4, **folder.triple(labels=[0, 2, 0, 2, 3, 1]))
    assert "No training pair is of class 1, class 3." in corpus.notes
    many = folder.triple([*WORDS, *[f"word {number}" for number in range(20)]], labels=[0] * 26)
    listed = ", ".join(f"class {number}" for number in range(1, 11))
    assert f"No training pair is of {listed} and 15 more." in load(26, **many).notes
    assert not any("No training pair" in note for note in load(**folder.triple()).notes)
