"""Beam search: greedy with a beam of 1, exhaustive with a full one, attention that is attention."""

import itertools
from typing import Any

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph import assign, random_weights

from legacy_seq2seq.translate.batches import assemble, padded
from legacy_seq2seq.translate.data_utils import EOS_ID
from legacy_seq2seq.translate.search import Found, Search, _Beam
from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel
from legacy_seq2seq.translate.settings import Settings

DECODER = "embedding_attention_seq2seq/embedding_attention_decoder/attention_decoder"
BUCKETS = "4x5,5x6"


def settings_of(**values: Any) -> Settings:
    small = {"size": 6, "num_layers": 1, "from_vocab_size": 12, "to_vocab_size": 11, "buckets": BUCKETS}
    return Settings(**{**small, **values})


def model_of(settings: Settings, forward_only: bool) -> Seq2SeqModel:
    return Seq2SeqModel(
        settings.from_vocab_size,
        settings.to_vocab_size,
        settings.bucket_sizes,
        settings.size,
        settings.num_layers,
        5.0,
        4,
        0.5,
        0.99,
        use_lstm=settings.use_lstm,
        num_samples=settings.num_samples,
        forward_only=forward_only,
        num_heads=settings.num_heads,
    )


def sources_of(length: int, count: int) -> list[list[int]]:
    """Random sources, the first of full length."""
    random = np.random.RandomState(length)
    lengths = [length, *random.randint(1, length + 1, count - 1)]
    return [random.randint(3, 12, n).tolist() for n in lengths]


def weights_that_end(seed: int, scale: float, gain: float) -> dict[str, np.ndarray]:
    """Random weights, with so much more for the end mark."""
    weights = random_weights(seed, scale)
    weights["proj_b" if "proj_b" in weights else f"{DECODER}/AttnOutputProjection/bias"][EOS_ID] += gain
    return weights


def cut(symbols: Any) -> list[int]:
    symbols = [int(symbol) for symbol in symbols]
    return symbols[: symbols.index(EOS_ID) + 1] if EOS_ID in symbols else symbols


def search(session: tf.Session, settings: Settings, sources: list[list[int]], reuse: Any = None) -> Found:
    """The search of the bucket that is long enough for all the sources."""
    longest = max(map(len, sources))
    size = next(size for size in settings.bucket_sizes if longest <= size[0])
    with tf.variable_scope(tf.get_variable_scope(), reuse=reuse):
        return Search(settings).build(tf.constant(padded(sources, size[0])), size[1])


@pytest.mark.parametrize(
    "options",
    [
        {"num_samples": 0},
        {"num_samples": 4, "use_lstm": True, "num_layers": 2},
        {"num_samples": 0, "num_heads": 2},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_a_beam_of_one_is_the_tutorials_greedy_decoder(options: dict[str, Any]) -> None:
    settings = settings_of(length_penalty=0.6, **options)
    with tf.Graph().as_default(), tf.Session() as session:
        model = model_of(settings, forward_only=True)
        assign(session, weights_that_end(3, scale=1.5, gain=2.5))
        ended = 0
        for bucket, size in enumerate(settings.bucket_sizes):
            sources = sources_of(size[0], 40)
            batch = assemble([(source, []) for source in sources], size)
            _, _, logits = model.step(session, *batch, bucket, True)
            greedy = [cut(symbols) for symbols in np.argmax(logits, 2).T]
            found = session.run(search(session, settings, sources, reuse=True))
            assert [cut(symbols) for symbols in found.target_ids] == greedy
            assert found.target_ids.shape == (40, size[1])
            ended += sum(symbols[-1] == EOS_ID for symbols in greedy)
        assert 2 <= ended <= 78  # both kinds are covered


def log_probabilities(
    session: tf.Session, model: Seq2SeqModel, source: list[int], targets: Any
) -> np.ndarray:
    """Of every target (a row of symbols), step by step, by the training graph."""
    size = model.buckets[0]
    batch = assemble([(source, [])] * len(targets), size)
    decoder = [batch.decoder_inputs[0], *np.asarray(targets, np.int32).T[:-1]]
    _, _, logits = model.step(session, batch.encoder_inputs, decoder, batch.target_weights, 0, True)
    logits = np.asarray(logits, np.float64)
    logs = logits - np.log(np.exp(logits).sum(2, keepdims=True))
    return np.take_along_axis(logs, np.asarray(targets).T[:, :, np.newaxis], 2)[:, :, 0].T


def rank(log_probability: float, length: int, penalty: float) -> float:
    """Wu et al. 2016, equation 14, without coverage."""
    return float(log_probability / ((5 + length) / 6) ** penalty)


def beam_search(logs: dict[tuple[int, ...], float], steps: int, beam_size: int, penalty: float) -> list[int]:
    """The same search by hand: `logs` has log P of every sequence and of every beginning of one."""
    beam: list[tuple[int, ...]] = [()]
    for _ in range(steps):
        ended = [kept for kept in beam if kept[-1:] == (EOS_ID,)]
        longer = [(*kept, symbol) for kept in beam if kept not in ended for symbol in range(5)]
        ranked = sorted(ended + longer, key=lambda kept: rank(logs[kept], len(kept), penalty))
        beam = ranked[-beam_size:]
    return list(beam[-1])


@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_a_beam_is_a_beam_and_a_full_one_exhaustive_search(penalty: float) -> None:
    vocabulary, steps = 5, 3
    options = {"to_vocab_size": vocabulary, "buckets": f"4x{steps}", "num_samples": 0}
    every = np.array(list(itertools.product(range(vocabulary), repeat=steps)))
    with tf.Graph().as_default(), tf.Session() as session:
        model = model_of(settings_of(**options), forward_only=False)
        weights = random_weights(0, scale=1.5)
        # Else the biases decide alone.
        assign(
            session,
            {
                name: 0.3 * value if "bias" in name or "wrapper/kernel" in name else value
                for name, value in weights.items()
            },
        )
        sources = sources_of(4, 30)
        narrow, full = session.run(
            [
                search(
                    session,
                    settings_of(beam_size=size, length_penalty=penalty, **options),
                    sources,
                    reuse=True,
                )
                for size in (2, 150)
            ]
        )
        lengths, unlike_narrow, unlike_plain = set(), 0, 0
        for row, source in enumerate(sources):
            totals: dict[tuple[int, ...], float] = {}
            for symbols, log in zip(
                every.tolist(), log_probabilities(session, model, source, every), strict=True
            ):
                for length in range(1, steps + 1):
                    totals[tuple(symbols[:length])] = float(log[:length].sum())
            whole = {tuple(cut(symbols)) for symbols in every}
            best = max(whole, key=lambda kept: rank(totals[kept], len(kept), penalty))
            by_hand = beam_search(totals, steps, 2, penalty)
            assert cut(full.target_ids[row]) == list(best)
            assert full.log_probability[row] == pytest.approx(totals[best], rel=1e-4)
            assert cut(narrow.target_ids[row]) == by_hand
            assert narrow.log_probability[row] == pytest.approx(totals[tuple(by_hand)], rel=1e-4)
            lengths.add(len(best))
            unlike_narrow += by_hand != list(best)
            unlike_plain += best != max(whole, key=totals.__getitem__)
        # The sources tell the searches, and the penalty, apart.
        assert len(lengths) > 1, lengths
        assert unlike_narrow
        assert bool(unlike_plain) == bool(penalty)


def test_what_has_ended_stays_in_the_beam_once() -> None:
    vocabulary, steps, penalty = 5, 5, 3.0
    options = {"to_vocab_size": vocabulary, "buckets": f"4x{steps}", "num_samples": 0}
    every = np.array(list(itertools.product(range(vocabulary), repeat=steps)))
    settings = settings_of(beam_size=3, length_penalty=penalty, **options)
    sources = sources_of(4, 20)
    with tf.Graph().as_default(), tf.Session() as session:
        searched = search(session, settings, sources)
        # Of the search's variables alone: such as tell the two apart are rare.
        weights = weights_that_end(2, scale=1.5, gain=4.0)
        with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
            model = model_of(settings_of(**options), forward_only=False)
        assign(session, {**random_weights(0), **weights})
        found = session.run(searched)
        lengths = set()
        for row, source in enumerate(sources):
            logs = log_probabilities(session, model, source, every).cumsum(1)
            totals = {
                tuple(symbols[: length + 1].tolist()): log[length]
                for symbols, log in zip(every, logs, strict=True)
                for length in range(steps)
            }
            by_hand = beam_search(totals, steps, 3, penalty)
            assert cut(found.target_ids[row]) == by_hand
            lengths.add(len(by_hand))
        assert lengths == {1, 2, 3, 4, 5}


def test_a_search_goes_on_while_a_longer_hypothesis_may_outrank_what_has_ended() -> None:
    """By hand, penalty 1: what has ended ranks -3 / (7 / 6), the other may come to -4 / ((5 + T) / 6)."""
    with tf.Graph().as_default(), tf.Session() as session:
        beam = _Beam(
            step=2,
            symbols=None,
            log_probability=tf.constant([[-3.0, -4.0], [-3.0, -3.1], [-3.0, -0.1], [-9.0, -4.0]]),
            length=tf.constant([[2, 2], [2, 2], [0, 2], [2, 2]]),
            ended=tf.constant([[True, False], [True, True], [False, False], [True, False]]),
            attention=None,
            contexts=None,
            state=None,
        )
        search = Search(settings_of(beam_size=2, length_penalty=1.0))
        # -1.6 and -3.0 in the first row; nothing goes on; nothing has ended; what has ended is far behind.
        assert session.run(search._may_improve(beam, 10)).tolist() == [True, False, True, True]
        assert session.run(search._may_improve(beam, 3)).tolist() == [False, False, True, True]


def test_a_wider_beam_finds_more_likely_translations_on_the_whole() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        found = [
            search(
                session, settings_of(num_samples=0, beam_size=k, length_penalty=0.0), sources_of(4, 50), reuse
            )
            for k, reuse in ((1, None), (4, True))
        ]
        assign(session, random_weights(7, scale=1.5))
        greedy, wide = session.run([one.log_probability for one in found])
        assert wide.mean() > greedy.mean() + 0.01


def test_attention_stands_where_the_source_stands() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        built = search(session, settings_of(num_samples=0, num_heads=2, beam_size=3), [[5, 6, 7], [8], [9]])
        weights = random_weights(1)
        # What is attended then depends on the encoder alone.
        asking = {name: np.zeros_like(weights[name]) for name in weights if "/Attention_" in name}
        assert len(asking) == 4
        assign(session, {**weights, **asking})
        found = session.run(built)
    assert found.attention.shape[2:] == (2, 4)
    for symbols, attention in zip(found.target_ids, found.attention, strict=True):
        steps = len(cut(symbols))
        np.testing.assert_allclose(attention[:steps].sum(2), 1, rtol=1e-5)
        assert not attention[steps:].any()
        assert not symbols[steps:].any()
    # The encoder reads the padding of the short sentences before their words: it is the same in both.
    word, other = found.attention[1:, 0]
    assert not np.allclose(word[:, 0], other[:, 0], rtol=1e-3)
    shares = [attention[:, 1:] / attention[:, 1:].sum(1, keepdims=True) for attention in (word, other)]
    np.testing.assert_allclose(*shares, rtol=1e-5)
