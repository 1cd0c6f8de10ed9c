"""Vocabularies and token-id files, under the names and in the formats of the `translate.py` tutorial.

Everything is bytes, as in 1.x on Python 3, and a str means its UTF-8 bytes. Words are cut at ASCII white
space only (a no-break space belongs to its word), a line ends at LF, and a CR is dropped wherever it stands,
as the tutorial's reader did: vocabulary and id files agree with those of 1.x byte for byte.

A file that exists is kept. Beside what is made here stands a note of what it was made from (`made_from`):
ids that are stale are made again; a vocabulary that is stale is an error, since a trained model may need the
old one; a file without a note is the user's own and never overwritten.

Source: the tutorial's `data_utils.py`, 0.5 to 1.x.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, AnyStr, cast

from legacy_seq2seq.translate import own_files, wmt
from legacy_seq2seq.translate.made_from import SUFFIX, Making, Settings, State, judge
from legacy_seq2seq.translate.text import as_bytes, as_text, lines_of
from legacy_seq2seq.translate.vocabulary import Vocabulary
from legacy_seq2seq.translate.whole_files import in_cache, writing
from legacy_seq2seq.translate.wmt import gunzip_file, maybe_download

__all__ = [
    "EOS_ID",
    "GO_ID",
    "PAD_ID",
    "START_VOCAB",
    "UNK_ID",
    "basic_tokenizer",
    "create_vocabulary",
    "data_to_token_ids",
    "get_wmt_enfr_dev_set",
    "get_wmt_enfr_train_set",
    "gunzip_file",
    "initialize_vocabulary",
    "maybe_download",
    "prepare_data",
    "prepare_wmt_data",
    "sentence_to_token_ids",
]

_PAD = b"_PAD"
_GO = b"_GO"
_EOS = b"_EOS"
_UNK = b"_UNK"
START_VOCAB = [_PAD, _GO, _EOS, _UNK]
_START_VOCAB = START_VOCAB  # the tutorial's name

PAD_ID = 0
GO_ID = 1
EOS_ID = 2
UNK_ID = 3

_WORD_SPLIT = re.compile(b"([.,!?\"':;)(])")
_DIGIT_RE = re.compile(rb"\d")

# Asked for at each call: a program may set them to another host.
_WMT_ENFR_TRAIN_URL = "http://www.statmt.org/wmt10/training-giga-fren.tar"
_WMT_ENFR_DEV_URL = "http://www.statmt.org/wmt15/dev-v2.tgz"

Path = str | os.PathLike[str]
Tokenizer = Callable[[Any], Iterable[bytes | str]]
Prepared = tuple[str, str, str, str, str, str]

_WORDS_REMEMBERED = 1 << 16


def basic_tokenizer(sentence: AnyStr) -> list[AnyStr]:
    """Splits at ASCII white space and makes each of `.,!?"':;)(` a token of its own; drops nothing else.

    Bytes give a list of bytes, a str a list of str, cut at the same places.
    """
    if isinstance(sentence, str):
        return [as_text(token) for token in basic_tokenizer(as_bytes(sentence))]
    return [token for word in sentence.split() for token in _WORD_SPLIT.split(word) if token]


def create_vocabulary(
    vocabulary_path: Path,
    data_path: Path,
    max_vocabulary_size: int,
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
) -> None:
    """Writes the `max_vocabulary_size` most frequent tokens of a text file, one a line, unless it is there.

    The four special symbols come first and are counted in; equally frequent tokens stay in the order in
    which they first occurred. `tokenizer` is given lines (bytes) and returns bytes or str; None is
    `basic_tokenizer`. With `normalize_digits` every digit becomes 0.

    Raises ValueError if the vocabulary that is there was made from something else (text, size, tokenizer,
    digits), has more than `max_vocabulary_size` lines, or fewer than the special symbols; for a text without
    words; and for a token that contains a line break.
    """
    vocabulary_path, data_path = os.fspath(vocabulary_path), os.fspath(data_path)
    if max_vocabulary_size < len(START_VOCAB):
        raise ValueError(
            f"max_vocabulary_size: expected room for the {len(START_VOCAB)} special symbols, "
            f"got {max_vocabulary_size}"
        )
    settings = {"max_vocabulary_size": max_vocabulary_size, **_settings(tokenizer, normalize_digits)}
    state, reason = judge(vocabulary_path, [data_path], settings)
    if state is State.STALE:
        raise ValueError(
            f"{vocabulary_path} is stale: {reason}. Delete it to have it made again (a model trained with it "
            f"then means other words), or delete {vocabulary_path + SUFFIX} to keep it as it is"
        )
    if state is State.OWN:
        own_files.check_vocabulary(vocabulary_path, len(START_VOCAB), max_vocabulary_size)
    if state is not State.MISSING:
        return
    print(f"Creating vocabulary {vocabulary_path} from data {data_path}")
    making = Making(vocabulary_path, [data_path], settings)
    words: Counter[bytes] = Counter()
    for line in lines_of(data_path, "processing"):
        words.update(_normal(token, normalize_digits) for token in _tokens(line, tokenizer))
    if not words:
        raise ValueError(f"{data_path}: expected sentences to make a vocabulary of, there is no word in it")
    ranked = sorted(words, key=words.__getitem__, reverse=True)  # stable: ties keep their order
    vocabulary = [*START_VOCAB, *ranked][:max_vocabulary_size]
    for word in vocabulary:
        if b"\n" in word:
            raise ValueError(f"{data_path}: the tokenizer gave {word!r}, a token with a line break in it")
    with writing(vocabulary_path) as file:
        file.writelines(word + b"\n" for word in vocabulary)
    making.note()


def initialize_vocabulary(vocabulary_path: Path) -> tuple[Vocabulary, list[bytes]]:
    """The ids by token, and the tokens by id, of a vocabulary file.

    The tokens are bytes; the `Vocabulary` may be asked with bytes or str. Of a token that stands there twice
    the last id counts. Raises ValueError if there is no such file.
    """
    if not os.path.exists(vocabulary_path):
        raise ValueError(f"Vocabulary file {os.fspath(vocabulary_path)} not found.")
    tokens = [line.strip() for line in lines_of(os.fspath(vocabulary_path))]
    vocabulary = Vocabulary()
    vocabulary.data.update((token, token_id) for token_id, token in enumerate(tokens))
    return vocabulary, tokens


def sentence_to_token_ids(
    sentence: bytes | str,
    vocabulary: Mapping[Any, int],
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
) -> list[int]:
    """The ids of a sentence's tokens, UNK_ID for those that the vocabulary does not have.

    `vocabulary` may be any mapping with keys of bytes or of str, whichever of them the tokenizer gives.
    """
    return [
        _id_of(token, vocabulary=vocabulary, normalize_digits=normalize_digits)
        for token in _tokens(sentence, tokenizer)
    ]


def data_to_token_ids(
    data_path: Path,
    target_path: Path,
    vocabulary_path: Path,
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
) -> None:
    """Writes the token ids of a text file, a line for each line, unless they are there.

    Ids made here are made again if text, vocabulary, tokenizer or `normalize_digits` are not those they were
    made with. Ids of the user's own are kept: they raise ValueError if they have not as many lines as the
    text (half-written), and warn if the beginning disagrees with text and vocabulary.
    """
    data_path, target_path = os.fspath(data_path), os.fspath(target_path)
    vocabulary_path = os.fspath(vocabulary_path)
    settings = _settings(tokenizer, normalize_digits)
    state, reason = judge(target_path, [data_path, vocabulary_path], settings)
    if state is State.FRESH:
        return
    vocabulary, _ = initialize_vocabulary(vocabulary_path)
    id_of = partial(_id_of, vocabulary=vocabulary, normalize_digits=normalize_digits)
    # Half of all words are a few hundred; the memory of the rest is bounded.
    id_of_word = lru_cache(_WORDS_REMEMBERED)(id_of)

    def ids_of_line(line: bytes) -> bytes:
        return b" ".join(b"%d" % id_of_word(token) for token in _tokens(line, tokenizer))

    if state is State.OWN:
        if os.path.exists(data_path):
            own_files.check_ids(target_path, data_path, ids_of_line)
        return
    if state is State.STALE:
        print(f"{target_path} is stale and made again: {reason}")
    print(f"Tokenizing data in {data_path}")
    making = Making(target_path, [data_path, vocabulary_path], settings)
    with writing(target_path) as file:
        for line in lines_of(data_path, "tokenizing"):
            file.write(ids_of_line(line) + b"\n")
    making.note()


def get_wmt_enfr_train_set(directory: Path, url: str | None = None) -> str:
    """The path, without `.en` and `.fr`, of the giga-French training text, downloaded if it is not there.

    `url` is another place of the archive. Raises OSError if it cannot be had, see `wmt`.
    """
    return wmt.train_set(os.fspath(directory), url or _WMT_ENFR_TRAIN_URL)


def get_wmt_enfr_dev_set(directory: Path, url: str | None = None) -> str:
    """As `get_wmt_enfr_train_set`, for the development text newstest2013."""
    return wmt.dev_set(os.fspath(directory), url or _WMT_ENFR_DEV_URL)


def prepare_wmt_data(
    data_dir: Path,
    en_vocabulary_size: int,
    fr_vocabulary_size: int,
    tokenizer: Tokenizer | None = None,
    train_url: str | None = None,
    dev_url: str | None = None,
    cache_dir: Path | None = None,
) -> Prepared:
    """Downloads the WMT texts, makes vocabularies and token ids of them, and gives the paths of these.

    What is there is kept, also under the names of 0.x (`vocab40000.en` instead of `vocab40000.from`); with
    all six files there the texts are not needed. The urls are other places of the archives; `cache_dir` is
    as in `prepare_data`.
    Raises what `create_vocabulary`, `data_to_token_ids` and `get_wmt_enfr_train_set` raise.
    """
    data_dir = os.fspath(data_dir)
    sizes = (en_vocabulary_size, fr_vocabulary_size)
    for name in wmt.TRAIN_NAMES:
        texts, files = wmt.texts_and_files(data_dir, name, sizes)
        files = _placed(files, cache_dir)
        if own_files.exist(*files):
            break
    else:
        train = get_wmt_enfr_train_set(data_dir, train_url)
        get_wmt_enfr_dev_set(data_dir, dev_url)
        texts, files = wmt.texts_and_files(data_dir, os.path.basename(train), sizes)
        files = _placed(files, cache_dir)
    return _prepare(texts, files, sizes, tokenizer)


def prepare_data(
    data_dir: Path,
    from_train_path: Path,
    to_train_path: Path,
    from_dev_path: Path,
    to_dev_path: Path,
    from_vocabulary_size: int,
    to_vocabulary_size: int,
    tokenizer: Tokenizer | None = None,
    cache_dir: Path | None = None,
) -> Prepared:
    """Makes vocabularies (in `data_dir`) and token ids (beside the texts), and gives their paths.

    With `cache_dir`, token ids that are not there yet are made in that folder; the texts' may be read-only.

    In this order: ids of the training sources and targets, ids of the development sources and targets,
    vocabularies of source and target. Raises what `create_vocabulary` and `data_to_token_ids` raise, and
    ValueError for texts of different numbers of lines.
    """
    sizes = (from_vocabulary_size, to_vocabulary_size)
    texts = tuple(os.fspath(path) for path in (from_train_path, to_train_path, from_dev_path, to_dev_path))
    ids = tuple(f"{text}.ids{size}" for text, size in zip(texts, sizes * 2, strict=True))
    vocabularies = (f"vocab{sizes[0]}.from", f"vocab{sizes[1]}.to")
    paths = tuple(os.path.join(os.fspath(data_dir), name) for name in vocabularies)
    return _prepare(texts, _placed(ids + paths, cache_dir), sizes, tokenizer)


def _placed(files: tuple[str, ...], cache_dir: Path | None) -> tuple[str, ...]:
    """The same, with token ids (the first four) in `cache_dir` unless they are where they always were."""
    folder = None if cache_dir is None else os.fspath(cache_dir)
    ids = (path if os.path.exists(path) else in_cache(path, folder) for path in files[:4])
    return (*ids, *files[4:])


def _prepare(
    texts: Sequence[str], files: Sequence[str], sizes: tuple[int, int], tokenizer: Tokenizer | None
) -> Prepared:
    """Makes `files`, which are as in `prepare_data`, of `texts`, which are in the order of the first four."""
    for pair in (0, 2):
        if not own_files.exist(files[pair], files[pair + 1]):
            own_files.check_parallel(texts[pair], texts[pair + 1])
    for side in (1, 0):  # the tutorial's order
        create_vocabulary(files[4 + side], texts[side], sizes[side], tokenizer)
    for place in (1, 0, 3, 2):
        data_to_token_ids(texts[place], files[place], files[4 + place % 2], tokenizer)
    return cast(Prepared, tuple(files))


def _settings(tokenizer: Tokenizer | None, normalize_digits: bool) -> Settings:
    """What a note says of how text was cut into tokens."""
    name = getattr(tokenizer or basic_tokenizer, "__qualname__", type(tokenizer).__qualname__)
    return {"tokenizer": name, "normalize_digits": bool(normalize_digits)}


def _tokens(sentence: bytes | str, tokenizer: Tokenizer | None) -> Iterable[bytes | str]:
    cut: Tokenizer = tokenizer or basic_tokenizer
    return cut(sentence)


def _normal(token: bytes | str, normalize_digits: bool) -> bytes:
    word = as_bytes(token)
    return _DIGIT_RE.sub(b"0", word) if normalize_digits else word


def _id_of(token: bytes | str, *, vocabulary: Mapping[Any, int], normalize_digits: bool) -> int:
    word = _normal(token, normalize_digits)
    token_id = vocabulary.get(word)
    # A mapping of the user's own may have keys of str.
    return vocabulary.get(as_text(word), UNK_ID) if token_id is None else token_id
