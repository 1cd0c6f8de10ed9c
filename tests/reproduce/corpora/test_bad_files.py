"""The corpus `files`: every kind of bad file is refused by name."""

import pytest
from corpora.own_files import DEV, TRAIN, WORDS, message


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
