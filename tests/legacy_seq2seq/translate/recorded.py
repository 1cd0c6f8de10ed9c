"""Recorded models of the tutorial: tests/golden/training and tests/golden/checkpoints."""

import json
from typing import Any

from golden_cases import GOLDEN

from legacy_seq2seq.translate.seq2seq_model import Seq2SeqModel


def training_cases() -> list[dict[str, Any]]:
    return json.loads((GOLDEN / "training" / "cases.json").read_text(encoding="utf-8"))["cases"]


def model_of(config: dict[str, Any], **keywords: Any) -> Seq2SeqModel:
    """The model of a recorded configuration, positional arguments as in the tutorial."""
    return Seq2SeqModel(
        config["source_vocab"],
        config["target_vocab"],
        [tuple(bucket) for bucket in config["buckets"]],
        config["size"],
        config["layers"],
        config["clip"],
        config["batch"],
        config["lr"],
        config["decay"],
        use_lstm=config["lstm"],
        num_samples=config["num_samples"],
        **keywords,
    )
