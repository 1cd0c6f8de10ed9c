"""Files that exist are kept; stale and half-written ones are known, and nobody's own is overwritten."""

import os
import shutil
import warnings
from pathlib import Path

import pytest

from legacy_seq2seq.translate.data_utils import create_vocabulary, data_to_token_ids, prepare_data
from legacy_seq2seq.translate.made_from import SUFFIX


def write(path, content):
    path.write_text(content)
    return str(path)


def read(path):
    return Path(path).read_bytes()


def letters(line):
    return [character for character in line.decode() if not character.isspace()]


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


def test_files_have_the_mode_that_open_gives(made):
    text, vocabulary, ids = made
    assert os.stat(vocabulary).st_mode == os.stat(ids).st_mode == os.stat(text).st_mode


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


def test_stale_ids_stay_stale_if_making_them_again_is_interrupted(made):
    text, vocabulary, ids = made
    write(Path(vocabulary), "_PAD\n_GO\n_EOS\n_UNK\nb\na\nc\n")

    def interrupted(line):
        raise KeyboardInterrupt

    interrupted.__qualname__ = "basic_tokenizer"
    with pytest.raises(KeyboardInterrupt):
        data_to_token_ids(text, ids, vocabulary, tokenizer=interrupted)
    assert read(ids) == b"4 5 6\n4 5\n4\n"
    data_to_token_ids(text, ids, vocabulary)
    assert read(ids) == b"5 4 6\n5 4\n5\n"


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
