"""From sentences to translations: one at a time as they are typed, or a file at once.

An empty sentence is translated by an empty one. One that is too long for every bucket is cut to its last
tokens, as the tutorial did, with a warning.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
import tensorflow.compat.v1 as tf
from tqdm import tqdm

from legacy_seq2seq.translate import data_utils
from legacy_seq2seq.translate.batches import padded
from legacy_seq2seq.translate.bleu import bleu
from legacy_seq2seq.translate.errors import TranslateError
from legacy_seq2seq.translate.plot_attention import draw_attention
from legacy_seq2seq.translate.search import Found, Search
from legacy_seq2seq.translate.settings import Settings
from legacy_seq2seq.translate.text import as_bytes, as_text
from legacy_seq2seq.translate.whole_files import writing

# So many batches of lines are read before their sentences are sorted into buckets.
_BATCHES_AT_ONCE = 50


class Translation(NamedTuple):
    """A decoded sentence."""

    tokens: list[str]  # without the end mark
    log_probability: float  # nats, the end mark counted
    attention: np.ndarray  # float32 [tokens and end mark, heads, source tokens]


_NOTHING = Translation([], 0.0, np.zeros([0, 1, 0], np.float32))


def _ignore(_: int) -> None:
    """For who needs not know how far a translation is."""


class Translator:
    """Translates with a session's variables, which have to be given their values after it is made."""

    def __init__(
        self,
        session: tf.Session,
        settings: Settings,
        vocabulary: Mapping[Any, int],
        target_words: Sequence[bytes],
    ) -> None:
        """Build a search for every bucket in the session's graph.

        Args:
          session: of the graph to build in, which is the default graph.
          settings: the model's and the search's.
          vocabulary: source words to ids.
          target_words: the target words by id.
        """
        self.settings = settings
        self._session = session
        self._vocabulary = vocabulary
        self._words = [as_text(word) for word in target_words]
        self._warned = False
        self.searches: list[tuple[Any, Found]] = []
        for index, (source_length, target_length) in enumerate(settings.bucket_sizes):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if index else None):
                source_ids = tf.placeholder(tf.int32, [None, source_length], f"source_ids_{index}")
                self.searches.append((source_ids, Search(settings).build(source_ids, target_length)))

    def source_ids(self, sentence: str) -> list[int]:
        """The sentence's ids, by the tutorial's tokenizer; not yet cut."""
        return data_utils.sentence_to_token_ids(sentence, self._vocabulary)

    def translate(
        self, sentences: Sequence[Sequence[int]], on_done: Callable[[int], Any] = _ignore
    ) -> list[Translation]:
        """The translations of sentences of ids, in their order.

        Sentences of one bucket are translated `batch_size` at once; `on_done` is told how many.
        """
        lengths = [source for source, _ in self.settings.bucket_sizes]
        by_bucket = defaultdict(list)
        results = [_NOTHING] * len(sentences)
        for place, ids in enumerate(sentences):
            if ids:
                by_bucket[min(bisect.bisect_left(lengths, len(ids)), len(lengths) - 1)].append(place)
        on_done(len(sentences) - sum(map(len, by_bucket.values())))
        for bucket, places in by_bucket.items():
            for start in range(0, len(places), self.settings.batch_size):
                chosen = places[start : start + self.settings.batch_size]
                cut = [sentences[place][-lengths[bucket] :] for place in chosen]
                for place, translation in zip(chosen, self._search(bucket, cut), strict=True):
                    results[place] = translation
                on_done(len(chosen))
        return results

    def _search(self, bucket: int, sentences: Sequence[Sequence[int]]) -> Iterator[Translation]:
        source_ids, found = self.searches[bucket]
        matrix = padded(sentences, int(source_ids.shape[1]))
        wanted = found if self.settings.plot_attention else found[:2]
        target_ids, log_probability, *attention = self._session.run(tuple(wanted), {source_ids: matrix})
        for row, source in enumerate(sentences):
            ids = target_ids[row].tolist()
            end = ids.index(data_utils.EOS_ID) if data_utils.EOS_ID in ids else len(ids)
            weights = attention[0][row, : end + 1, :, : len(source)] if attention else _NOTHING.attention
            words = [self._word(number) for number in ids[:end]]
            yield Translation(words, float(log_probability[row]), weights)

    def _word(self, number: int) -> str:
        if number < len(self._words):
            return self._words[number]
        # The data may have had fewer words than --to_vocab_size, for which the model has logits; but it has
        # hardly learned to answer with what never occurred.
        if not self._warned:
            message = (
                f"the model answers with word {number}, but the target vocabulary has {len(self._words)} "
                "words: is it half-written, or another than that of the training? Such words become _UNK"
            )
            tqdm.write(message, file=sys.stderr)
        self._warned = True
        return self._words[data_utils.UNK_ID]


def decode_interactively(translator: Translator, lines: TextIO) -> None:
    """Answers every line until there are no more, behind the tutorial's prompt."""
    for number in itertools.count(1):
        print("> ", end="", flush=True)
        sentence = lines.readline()
        if not sentence:
            print()
            return
        (translation,) = _translated(translator, [(number, sentence)])
        print(" ".join(translation.tokens))


def decode_file(translator: Translator, source: str, output: str | None, reference: str | None) -> None:
    """Translates a file line by line to another (or to standard output); prints BLEU against a reference.

    Words are written with the bytes that the vocabulary has. The output takes its place when it is whole, see
    `writing`. Raises TranslateError if a file cannot be read or written, or if the reference has not as many
    lines as the source.
    """
    if output is not None and _is_stdout(output):
        output = None
    # A pipe can be read once.
    lines = None if os.path.isfile(source) else list(_lines("input", source))
    count = sum(1 for _ in _lines("input", source)) if lines is None else len(lines)
    references = None if reference is None else list(_lines("reference", reference))
    if references is not None and len(references) != count:
        raise TranslateError(
            f"--reference {reference}: expected {count} lines, as many as --input {source} has, "
            f"got {len(references)}"
        )
    if references == []:
        raise TranslateError(f"--reference {reference}: expected a sentence to compare with, it is empty")
    decoded: list[str] = []
    numbered = enumerate(_lines("input", source) if lines is None else lines, 1)
    at_once = translator.settings.batch_size * _BATCHES_AT_ONCE
    with _writing(output) as write, tqdm(total=count, desc="sentences", disable=None) as bar:
        while chunk := list(itertools.islice(numbered, at_once)):
            for translation in _translated(translator, chunk, bar.update):
                text = " ".join(translation.tokens)
                write(text)
                if references is not None:
                    decoded.append(text)
    if references is not None:
        print(bleu(decoded, references), file=sys.stderr if output is None else sys.stdout)


def _translated(
    translator: Translator, numbered: Sequence[tuple[int, str]], on_done: Callable[[int], Any] = _ignore
) -> list[Translation]:
    """Translates numbered lines; warns about those that are cut, and draws where that is asked for."""
    settings = translator.settings
    sentences = [translator.source_ids(line) for _, line in numbered]
    limit = settings.bucket_sizes[-1][0]
    for (number, _), ids in zip(numbered, sentences, strict=True):
        if len(ids) > limit:
            message = f"line {number}: cut to its last {limit} of {len(ids)} tokens, see --buckets"
            tqdm.write(message, file=sys.stderr)
    translations = translator.translate(sentences, on_done)
    if settings.plot_attention is not None:
        for (number, line), translation in zip(numbered, translations, strict=True):
            tokens = data_utils.basic_tokenizer(line)[-limit:]
            if tokens:
                path = Path(settings.plot_attention) / f"{number}.png"
                _draw(translation, tokens, path)
    return translations


def _draw(translation: Translation, source: Sequence[str], path: Path) -> None:
    # A font knows no bytes that are not UTF-8.
    shown, translated = (
        [as_bytes(token).decode("utf-8", "replace") for token in tokens]
        for tokens in (source, translation.tokens)
    )
    try:
        draw_attention(translation.attention, shown, translated, path)
    except OSError as error:
        raise TranslateError(f"--plot_attention: {path}: {error.strerror}") from error


def _lines(flag: str, path: str) -> Iterator[str]:
    """A text file's lines without their ends, of any bytes. Raises TranslateError, naming the flag."""
    try:
        with open(path, "rb") as file:
            for line in file:
                yield as_text(line).rstrip("\r\n")
    except OSError as error:
        raise TranslateError(f"--{flag} {path}: {error.strerror}") from error


@contextlib.contextmanager
def _writing(path: str | None) -> Iterator[Callable[[str], Any]]:
    """What writes a line, to standard output or to a file."""
    if path is None:
        yield print
        return
    try:
        with writing(path) as file:
            yield lambda line: file.write(as_bytes(line) + b"\n")
    except OSError as error:
        raise TranslateError(f"--output {path}: {error.strerror}") from error


def _is_stdout(path: str) -> bool:
    """Whether `path` is what standard output goes to, whose place in a file another handle does not share."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):
        return False
