"""A language of a few words, as files, and the settings of a model that is trained on it in a second."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from legacy_seq2seq.translate.settings import Settings

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
FRENCH = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"]


def write_corpus(folder: Path, pairs: int = 60) -> dict[str, str]:
    """Files of random numbers in English and French; the flags that name them, and folders."""
    random = np.random.RandomState(0)
    rows = [random.randint(0, len(WORDS), random.randint(1, 5)) for _ in range(pairs)]
    for name, chosen in (("train", rows), ("dev", rows[:20])):
        for side, words in (("from", WORDS), ("to", FRENCH)):
            text = "".join(" ".join(words[i] for i in row) + "\n" for row in chosen)
            (folder / f"{name}.{side}").write_text(text, encoding="utf-8")
    return {
        "data_dir": str(folder / "data"),
        "train_dir": str(folder / "model"),
        **{
            f"{side}_{name}_data": str(folder / f"{name}.{side}")
            for side in ("from", "to")
            for name in ("train", "dev")
        },
    }


SMALL: dict[str, Any] = {
    "size": 8,
    "num_layers": 1,
    "batch_size": 4,
    "from_vocab_size": 12,
    "to_vocab_size": 12,
    "buckets": "5x6",
    "num_samples": 4,
    "steps_per_checkpoint": 2,
}


def run_command(*arguments: str, **keywords: Any) -> Any:
    """`python -m legacy_seq2seq.translate` in a process of its own, with its output as text unless said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment["PYTHONIOENCODING"] = "utf-8:strict"  # what most terminals have
    return subprocess.run(
        [sys.executable, "-m", "legacy_seq2seq.translate", *arguments],
        cwd=Path(__file__).resolve().parents[3],
        env=environment,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **keywords},
    )


def settings_for(files: dict[str, str], **more: Any) -> Settings:
    return Settings(**{**SMALL, **files, **more})


def arguments_for(files: dict[str, str], **more: Any) -> list[str]:
    """The same as flags."""
    return [f"--{name}={value}" for name, value in {**SMALL, **files, **more}.items()]
