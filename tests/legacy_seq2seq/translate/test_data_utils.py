"""Vocabularies and token ids are the tutorial's byte for byte; files are kept, and stale ones known."""

import copy
import os
import pickle
import shutil
import warnings
from pathlib import Path

import pytest

from legacy_seq2seq.translate import data_utils
from legacy_seq2seq.translate.data_utils import (
    UNK_ID,
    basic_tokenizer,
    create_vocabulary,
    data_to_token_ids,
    initialize_vocabulary,
    prepare_data,
    sentence_to_token_ids,
)
from legacy_seq2seq.translate.made_from import SUFFIX

RECORDED = Path(__file__).resolve().parents[2] / "golden" / "tutorial_data"


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def read(path):
    return Path(path).read_bytes()


# Agreement with the tutorial.


def test_legacy_names():
    assert data_utils._START_VOCAB == [b"_PAD", b"_GO", b"_EOS", b"_UNK"]
    assert [data_utils._PAD, data_utils._GO, data_utils._EOS, data_utils._UNK] == data_utils._START_VOCAB
    assert (data_utils.PAD_ID, data_utils.GO_ID, data_utils.EOS_ID, UNK_ID) == (0, 1, 2, 3)
    assert data_utils._WORD_SPLIT.split(b"a.b") == [b"a", b".", b"b"]
    assert data_utils._DIGIT_RE.sub(b"0", b"x12") == b"x00"


@pytest.mark.parametrize("digits", ["zeros", "digits"])
@pytest.mark.parametrize("size", [12, 30, 1000])
def test_files_are_those_of_the_tutorial(tmp_path, size, digits):
    vocabulary, ids = str(tmp_path / "vocab"), str(tmp_path / "ids")
    create_vocabulary(vocabulary, RECORDED / "text", size, normalize_digits=digits == "zeros")
    data_to_token_ids(RECORDED / "text", ids, vocabulary, normalize_digits=digits == "zeros")
    assert read(vocabulary) == read(RECORDED / f"vocab{size}.{digits}")
    assert read(ids) == read(RECORDED / f"ids{size}.{digits}")


def test_files_of_the_tutorial_are_taken_as_they_are(tmp_path, recwarn):
    for name in ("text", "vocab30.zeros", "ids30.zeros"):
        shutil.copy(RECORDED / name, tmp_path)
    text, vocabulary, ids = (tmp_path / name for name in ("text", "vocab30.zeros", "ids30.zeros"))
    create_vocabulary(vocabulary, text, 30)
    data_to_token_ids(text, ids, vocabulary)
    assert read(ids) == read(RECORDED / "ids30.zeros")
    assert sorted(os.listdir(tmp_path)) == ["ids30.zeros", "text", "vocab30.zeros"]
    assert not recwarn.list


SENTENCES = [
    ('He said: "don\'t!"', ["He", "said", ":", '"', "don", "'", "t", "!", '"']),
    ("a,b;c (d) e?f.", ["a", ",", "b", ";", "c", "(", "d", ")", "e", "?", "f", "."]),
    ("  \t\n ", []),
    ("", []),
    ("one\x0btwo\x0cthree\rfour", ["one", "two", "three", "four"]),
    # White space that only Unicode knows stays inside of a word, as in bytes.
    ("dix\u00a0h, a\u2028b\u0085c\x1cd", ["dix\u00a0h", ",", "a\u2028b\u0085c\x1cd"]),
]


@pytest.mark.parametrize(("sentence", "tokens"), SENTENCES)
def test_basic_tokenizer(sentence, tokens):
    assert basic_tokenizer(sentence) == tokens
    assert basic_tokenizer(sentence.encode()) == [token.encode() for token in tokens]


def test_basic_tokenizer_with_bytes_that_are_no_text():
    assert basic_tokenizer(b"\xe9t\xe9, \xff") == [b"\xe9t\xe9", b",", b"\xff"]
    shown = b"\xe9t\xe9, \xff".decode("utf-8", "surrogateescape")  # as a terminal's line comes
    assert [token.encode("utf-8", "surrogateescape") for token in basic_tokenizer(shown)] == [
        b"\xe9t\xe9",
        b",",
        b"\xff",
    ]


def test_ties_stay_in_order_of_first_occurrence(tmp_path):
    text = write(tmp_path / "text", "z y x y z w\n")
    create_vocabulary(tmp_path / "vocab", text, 7)
    assert read(tmp_path / "vocab") == b"_PAD\n_GO\n_EOS\n_UNK\nz\ny\nx\n"


def test_what_is_printed(tmp_path, capsys):
    text = write(tmp_path / "text", "a\n" * 100_001)
    create_vocabulary(tmp_path / "vocab", text, 10)
    data_to_token_ids(text, tmp_path / "ids", tmp_path / "vocab")
    assert capsys.readouterr().out.splitlines() == [
        f"Creating vocabulary {tmp_path}/vocab from data {text}",
        "  processing line 100000",
        f"Tokenizing data in {text}",
        "  tokenizing line 100000",
    ]


# Vocabularies and sentences as bytes and str.


@pytest.fixture
def vocabulary(tmp_path):
    path = write(tmp_path / "vocab", "_PAD\n_GO\n_EOS\n_UNK\nété\n00\nthe")
    return initialize_vocabulary(path)


def test_a_vocabulary_is_asked_with_bytes_or_text(vocabulary):
    ids, tokens = vocabulary
    assert tokens == [b"_PAD", b"_GO", b"_EOS", b"_UNK", "été".encode(), b"00", b"the"]
    for token in ("été", "été".encode()):
        assert ids[token] == ids.get(token) == 4
        assert token in ids
    for token in ("house", b"house"):
        assert token not in ids
        assert ids.get(token, 3) == 3
        with pytest.raises(KeyError):
            ids[token]
    assert ids == {token: number for number, token in enumerate(tokens)}
    assert None not in ids


def test_a_vocabulary_that_is_changed_with_text_has_one_entry(vocabulary):
    ids, _ = vocabulary
    ids["house"] = 7
    assert ids[b"house"] == 7
    assert ids.setdefault(b"house", 8) == 7
    ids[b"house"] = 9
    assert len(ids) == 8
    assert ids.pop("house") == 9
    del ids["the"]
    assert b"the" not in ids
    assert set(map(type, ids)) == {bytes}


def test_a_vocabulary_can_be_copied_and_sent(vocabulary):
    ids, _ = vocabulary
    for twin in (copy.deepcopy(ids), ids.copy(), pickle.loads(pickle.dumps(ids))):
        assert twin == ids
        assert twin["été"] == 4


@pytest.mark.parametrize("make", [str, str.encode])
def test_sentences_of_bytes_and_of_text(vocabulary, make):
    ids, tokens = vocabulary
    sentence = make("the été, 17 étés")
    assert sentence_to_token_ids(sentence, ids) == [6, 4, UNK_ID, 5, UNK_ID]
    assert sentence_to_token_ids(sentence, ids, normalize_digits=False) == [6, 4, UNK_ID, UNK_ID, UNK_ID]
    # Plain dictionaries of users, of either kind.
    for keys in (tokens, [token.decode() for token in tokens]):
        plain = {token: number for number, token in enumerate(keys)}
        assert sentence_to_token_ids(sentence, plain) == [6, 4, UNK_ID, 5, UNK_ID]


def test_only_the_digits_of_ascii_are_made_zeros(tmp_path):
    text = write(tmp_path / "text", "x19 ٣ ²\n")
    create_vocabulary(tmp_path / "vocab", text, 10)
    assert initialize_vocabulary(tmp_path / "vocab")[1][4:] == [b"x00", "٣".encode(), "²".encode()]
    assert sentence_to_token_ids("x87 ٣", initialize_vocabulary(tmp_path / "vocab")[0]) == [4, 5]


def letters(line):
    return [character for character in line.decode() if not character.isspace()]


def test_a_users_tokenizer_may_give_text(tmp_path):
    text = write(tmp_path / "text", "été 5\n")
    create_vocabulary(tmp_path / "vocab", text, 10, tokenizer=letters)
    assert read(tmp_path / "vocab").decode().split()[4:] == ["é", "t", "0"]
    data_to_token_ids(text, tmp_path / "ids", tmp_path / "vocab", tokenizer=letters)
    assert read(tmp_path / "ids") == b"4 5 4 6\n"


@pytest.mark.parametrize(
    ("tokenizer", "error", "message"),
    [
        (list, TypeError, "expected text as bytes or str, got 97"),
        (lambda line: [line], ValueError, "a token with a line break"),
    ],
)
def test_tokens_that_a_vocabulary_cannot_hold(tmp_path, tokenizer, error, message):
    text = write(tmp_path / "text", "a b\n")
    with pytest.raises(error, match=message):
        create_vocabulary(tmp_path / "vocab", text, 10, tokenizer=tokenizer)
    assert os.listdir(tmp_path) == ["text"]


def test_a_missing_vocabulary(tmp_path):
    with pytest.raises(ValueError, match=r"Vocabulary file .*none not found"):
        initialize_vocabulary(tmp_path / "none")


def test_an_empty_text(tmp_path):
    text = write(tmp_path / "text", "")
    with pytest.raises(ValueError, match=r"text: .*the file is empty"):
        create_vocabulary(tmp_path / "vocab", text, 10)
    assert os.listdir(tmp_path) == ["text"]


def test_a_size_without_room_for_the_special_symbols(tmp_path):
    with pytest.raises(ValueError, match=r"max_vocabulary_size: .*got 3"):
        create_vocabulary(tmp_path / "vocab", tmp_path / "text", 3)


# Files that exist.


@pytest.fixture
def made(tmp_path):
    """A text, its vocabulary and its ids, made here."""
    text = write(tmp_path / "text", "a b c\na b\na\n")
    paths = text, str(tmp_path / "vocab"), str(tmp_path / "ids")
    create_vocabulary(paths[1], text, 10)
    data_to_token_ids(text, paths[2], paths[1])
    assert read(paths[2]) == b"4 5 6\n4 5\n4\n"
    return paths


def inode(path):
    return os.stat(path).st_ino


def test_what_is_fresh_is_kept(made, capsys):
    text, vocabulary, ids = made
    before = inode(vocabulary), inode(ids)
    capsys.readouterr()
    os.utime(text, (1, 1))
    create_vocabulary(vocabulary, text, 10)
    data_to_token_ids(text, ids, vocabulary)
    os.unlink(text)  # to save space
    create_vocabulary(vocabulary, text, 10)
    data_to_token_ids(text, ids, vocabulary)
    assert (inode(vocabulary), inode(ids)) == before
    assert not capsys.readouterr().out


def test_a_folder_that_was_moved_is_fresh(made, tmp_path, capsys):
    shutil.copytree(tmp_path, tmp_path / "moved", copy_function=shutil.copyfile)
    capsys.readouterr()
    moved = [str(tmp_path / "moved" / os.path.basename(path)) for path in made]
    create_vocabulary(moved[1], moved[0], 10)
    data_to_token_ids(moved[0], moved[2], moved[1])
    assert not capsys.readouterr().out


@pytest.mark.parametrize("change", ["text", "vocabulary", "digits", "tokenizer"])
def test_stale_ids_are_made_again(made, capsys, change):
    text, vocabulary, ids = made
    options = {}
    expected = b"4 5 6\n4 5\n4\n"
    if change == "text":
        write(Path(text), "a b c\na b\nc\n")  # of the same size
        os.utime(text, (1, 1))
        expected = b"4 5 6\n4 5\n6\n"
    elif change == "vocabulary":
        write(Path(vocabulary), "_PAD\n_GO\n_EOS\n_UNK\nb\na\nc\n")
        expected = b"5 4 6\n5 4\n5\n"
    else:
        options = {"normalize_digits": False} if change == "digits" else {"tokenizer": letters}
    before = inode(ids)
    capsys.readouterr()
    data_to_token_ids(text, ids, vocabulary, **options)
    assert f"{ids} is stale and made again: " in capsys.readouterr().out
    assert read(ids) == expected
    assert inode(ids) != before
    data_to_token_ids(text, ids, vocabulary, **options)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("change", ["text", "size", "digits", "tokenizer"])
def test_a_stale_vocabulary_is_for_the_user_to_decide(made, change):
    text, vocabulary, _ = made
    size, options = 10, {}
    if change == "text":
        write(Path(text), "c\n" * 20)
    elif change == "size":
        size = 6
    else:
        options = {"normalize_digits": False} if change == "digits" else {"tokenizer": letters}
    before = read(vocabulary)
    with pytest.raises(ValueError, match=r"vocab is stale: .*[Dd]elete .*vocab\.made_from to keep it"):
        create_vocabulary(vocabulary, text, size, **options)
    assert read(vocabulary) == before
    if change == "size":
        return  # with more lines than are asked for, it cannot be kept
    os.unlink(vocabulary + SUFFIX)
    create_vocabulary(vocabulary, text, size, **options)
    assert read(vocabulary) == before
    os.unlink(vocabulary)
    create_vocabulary(vocabulary, text, size, **options)
    assert os.path.exists(vocabulary + SUFFIX)


def test_a_vocabulary_that_was_edited_is_the_users_own(made):
    text, vocabulary, _ = made
    write(Path(vocabulary), "<pad>\n<go>\n<eos>\n<unk>\nc\n")
    write(Path(text), "another text\n")
    create_vocabulary(vocabulary, text, 10)
    assert read(vocabulary) == b"<pad>\n<go>\n<eos>\n<unk>\nc\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("_PAD\n_GO\n_EOS\n_UNK\na\nb\nc\n", "expected a vocabulary of 4 to 6 lines, got 7"),
        ("_PAD\n_G", "expected a vocabulary of 4 to 6 lines, got 2: half-written"),
        ("", "expected a vocabulary of 4 to 6 lines, got 0: half-written"),
    ],
)
def test_a_users_vocabulary_of_another_size(tmp_path, content, message):
    vocabulary = write(tmp_path / "vocab", content)
    with pytest.raises(ValueError, match=f"vocab: {message}"):
        create_vocabulary(vocabulary, tmp_path / "text", 6)
    assert read(vocabulary).decode() == content


def test_a_users_vocabulary_that_may_be_cut(tmp_path):
    vocabulary = write(tmp_path / "vocab", "_PAD\n_GO\n_EOS\n_UNK\na\nb")
    with pytest.warns(UserWarning, match="does not end with a line feed"):
        create_vocabulary(vocabulary, tmp_path / "text", 6)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("4 5 6\n4 5\n", "after 2 lines only .*text goes on"),
        ("4 5 6\n4", "after 2 lines only .*text goes on"),
        ("", "after 0 lines only .*text goes on"),
        ("4 5 6\n4 5\n4\n4\n", "after 3 lines only .*ids goes on"),
    ],
)
def test_ids_of_another_number_of_lines(made, content, message):
    text, vocabulary, ids = made
    os.unlink(ids + SUFFIX)
    write(Path(ids), content)
    with pytest.raises(ValueError, match=message):
        data_to_token_ids(text, ids, vocabulary)
    assert read(ids).decode() == content


def test_ids_whose_last_line_is_cut(tmp_path, made):
    _, vocabulary, _ = made
    text = write(tmp_path / "more", "c\n" * 1500 + "a b\n")
    ids = write(tmp_path / "more.ids", "6\n" * 1500 + "4")
    with pytest.raises(ValueError, match=r"more\.ids:1501: the last line is cut"):
        data_to_token_ids(text, ids, vocabulary)
    with open(ids, "a") as file:
        file.write(" 5")  # whole, though without a line feed
    data_to_token_ids(text, ids, vocabulary)


def test_ids_that_text_and_vocabulary_do_not_give_are_kept_with_a_warning(made):
    text, vocabulary, ids = made
    os.unlink(ids + SUFFIX)
    write(Path(ids), "4 5 6\n5 4\n6\n")
    with pytest.warns(UserWarning, match=r"ids:2 is not what .*text:2 gives") as warned:
        data_to_token_ids(text, ids, vocabulary)
    assert len(warned) == 1
    assert read(ids) == b"4 5 6\n5 4\n6\n"


def test_ids_without_their_text_are_kept(made):
    text, vocabulary, ids = made
    os.unlink(ids + SUFFIX)
    os.unlink(text)
    write(Path(ids), "7 8 9\n")
    data_to_token_ids(text, ids, vocabulary)
    assert read(ids) == b"7 8 9\n"


def test_nothing_half_written_is_left_by_an_interruption(made, tmp_path):
    text, vocabulary, _ = made
    calls = []

    def interrupted(line):
        calls.append(line)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return line.split()

    before = sorted(os.listdir(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        data_to_token_ids(text, tmp_path / "other", vocabulary, tokenizer=interrupted)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_note_that_cannot_be_read_is_no_note(made):
    text, vocabulary, ids = made
    for damage in ("", "[]", "{}", '{"file": 1'):
        write(Path(ids + SUFFIX), damage)
        data_to_token_ids(text, ids, vocabulary)


# prepare_data.


@pytest.fixture
def parallel(tmp_path):
    names = ("train.en", "train.fr", "dev.en", "dev.fr")
    contents = ("the cat\nthe dog 12\n", "le chat\nle chien 12\n", "a cat\n", "un chat\n")
    for name, content in zip(names, contents, strict=True):
        write(tmp_path / name, content)
    return [str(tmp_path / name) for name in names]


def test_prepare_data(parallel, tmp_path):
    folder = tmp_path / "data"
    paths = prepare_data(folder, *parallel, 20, 30)
    assert paths == (
        *(
            f"{tmp_path}/{name}"
            for name in ("train.en.ids20", "train.fr.ids30", "dev.en.ids20", "dev.fr.ids30")
        ),
        f"{folder}/vocab20.from",
        f"{folder}/vocab30.to",
    )
    assert read(paths[4]).split()[4:] == [b"the", b"cat", b"dog", b"00"]
    assert read(paths[5]).split()[4:] == [b"le", b"chat", b"chien", b"00"]
    assert [read(path) for path in paths[:4]] == [b"4 5\n4 6 7\n", b"4 5\n4 6 7\n", b"3 5\n", b"3 5\n"]


def test_prepare_data_again_makes_nothing(parallel, tmp_path, capsys):
    first = prepare_data(tmp_path, *parallel, 20, 30)
    before = {path: inode(path) for path in first}
    capsys.readouterr()
    assert prepare_data(tmp_path, *parallel, 20, 30) == first
    assert {path: inode(path) for path in first} == before
    assert not capsys.readouterr().out


def test_prepare_data_with_the_training_text_as_development_text(parallel, tmp_path):
    train = parallel[:2]
    paths = prepare_data(tmp_path, *train, *train, 20, 30)
    assert paths[:2] == paths[2:4]


def test_prepare_data_of_texts_that_are_not_parallel(parallel, tmp_path):
    write(tmp_path / "dev.fr", "un chat\nun chien\n")
    with pytest.raises(ValueError, match=r"dev\.fr .*dev\.en, but they have 2 and 1 lines"):
        prepare_data(tmp_path, *parallel, 20, 30)
    assert not os.path.exists(tmp_path / "vocab20.from")


def test_added_sentences_do_not_change_a_vocabulary_unasked(parallel, tmp_path):
    paths = prepare_data(tmp_path, *parallel, 20, 30)
    for path in parallel[:2]:
        with open(path, "a") as file:
            file.write("chat chat chat dog dog dog\n")
    with pytest.raises(ValueError, match=r"vocab30\.to is stale"):
        prepare_data(tmp_path, *parallel, 20, 30)
    for path in paths[4:]:
        os.unlink(path + SUFFIX)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert prepare_data(tmp_path, *parallel, 20, 30) == paths
    assert read(paths[0]) == b"4 5\n4 6 7\n3 3 3 6 6 6\n"
    assert read(paths[4]).split()[4:] == [b"the", b"cat", b"dog", b"00"]
