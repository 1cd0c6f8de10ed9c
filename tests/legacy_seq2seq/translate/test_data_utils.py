"""Vocabularies and token ids are the tutorial's byte for byte, whatever is in the text."""

import copy
import os
import pickle
import shutil
from pathlib import Path

import pytest

from legacy_seq2seq.translate import data_utils
from legacy_seq2seq.translate.data_utils import (
    UNK_ID,
    basic_tokenizer,
    create_vocabulary,
    data_to_token_ids,
    initialize_vocabulary,
    sentence_to_token_ids,
)

RECORDED = Path(__file__).resolve().parents[2] / "golden" / "tutorial_data"


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def read(path):
    return Path(path).read_bytes()


# Agreement with the tutorial.


def test_legacy_names():
    assert data_utils._START_VOCAB is data_utils.START_VOCAB
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


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_text_without_words(tmp_path, content):
    text = write(tmp_path / "text", content)
    with pytest.raises(ValueError, match=r"text: .*there is no word in it"):
        create_vocabulary(tmp_path / "vocab", text, 10)
    assert os.listdir(tmp_path) == ["text"]


def test_a_size_without_room_for_the_special_symbols(tmp_path):
    with pytest.raises(ValueError, match=r"max_vocabulary_size: .*got 3"):
        create_vocabulary(tmp_path / "vocab", tmp_path / "text", 3)
