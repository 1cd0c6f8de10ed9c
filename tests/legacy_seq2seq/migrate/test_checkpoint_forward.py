"""Each checkpoint that an old release saved gives the losses that this release computed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import checkpoint_models
import golden_cases
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_seq2seq.migrate.checkpoint import convert_checkpoint
from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel

FOLDER = golden_cases.GOLDEN / "checkpoints"
CASES = json.loads((FOLDER / "checkpoints.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-5


@cache
def model(config: str, greedy: bool) -> tuple[checkpoint_models.Tutorial, tf.train.Saver]:
    built = checkpoint_models.tutorial(json.loads(config), greedy)
    with built.graph.as_default():
        return built, tf.train.Saver()


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_losses_and_logits(case: dict[str, Any], tmp_path: Path) -> None:
    conversion = convert_checkpoint(golden_cases.GOLDEN / case["prefix"], tmp_path)
    assert conversion.format == case["format"]
    assert not conversion.unmatched
    arrays = np.load(golden_cases.GOLDEN / case["forward"])
    for greedy in (False, True):
        built, saver = model(json.dumps(case["config"]), greedy)
        with tf.Session(graph=built.graph) as session:
            saver.restore(session, tf.train.latest_checkpoint(str(tmp_path)))
            for bucket in range(len(case["config"]["buckets"])):
                logits, loss = session.run(
                    [built.logits[bucket], built.losses[bucket]],
                    checkpoint_models.feed(built, arrays, bucket),
                )
                expected = arrays[f"bucket{bucket}/{'greedy_logits' if greedy else 'logits'}"]
                np.testing.assert_allclose(logits, expected, rtol=0, atol=TOLERANCE)
                if not greedy:
                    assert loss == pytest.approx(case["loss_full_softmax"][bucket], abs=TOLERANCE)
            step, rate = session.run([built.global_step, built.learning_rate])
            assert (step, rate) == (case["global_step"], np.float32(case["learning_rate"]))


def test_all_releases_and_formats_are_there() -> None:
    seen = {(case["tensorflow"], case["format"]) for case in CASES}
    assert seen >= {("0.12.1", "V1"), ("0.12.1", "V2"), ("1.0.1", "V2"), ("1.1.0", "V2"), ("1.2.1", "V2")}
    assert ("1.15.5", "V2") in seen


@pytest.mark.parametrize("name", ["tf0.12.1-gru2-ns4-V1", "tf1.0.1-lstm2-ns0-V2"])
def test_the_tutorials_own_class_decodes_from_it(name: str, tmp_path: Path) -> None:
    case = next(case for case in CASES if case["id"] == name)
    config = case["config"]
    conversion = convert_checkpoint(golden_cases.GOLDEN / case["prefix"], tmp_path)
    arrays = np.load(golden_cases.GOLDEN / case["forward"])
    with tf.Graph().as_default(), tf.Session() as session:
        model = Seq2SeqModel(
            config["source_vocab"],
            config["target_vocab"],
            config["buckets"],
            config["size"],
            config["layers"],
            config["clip"],
            config["batch"],
            config["lr"],
            config["decay"],
            use_lstm=config["lstm"],
            num_samples=config["num_samples"],
            forward_only=True,
        )
        model.saver.restore(session, conversion.target)
        inputs = [arrays[f"bucket1/{key}"] for key in ("encoder_inputs", "decoder_inputs", "target_weights")]
        steps = config["buckets"][1]
        lengths = (steps[0], steps[1], steps[1])
        batch = [values[:length] for values, length in zip(inputs, lengths, strict=True)]
        _, _, outputs = model.step(session, *batch, 1, True)
        np.testing.assert_allclose(outputs, arrays["bucket1/greedy_logits"], rtol=0, atol=TOLERANCE)
        assert session.run(model.global_step) == case["global_step"]
