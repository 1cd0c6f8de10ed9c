"""`python -m reproduce translate`: what the tutorial's program learns from scratch, and how well.

Every command is one that a user could type, and runs in a process of its own.
"""

from __future__ import annotations

import resource
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reproduce.files import write_atomically, write_json
from reproduce.provenance import provenance
from reproduce.text import SPLITS

MODEL_FLAGS: Mapping[str, Any] = {
    "from_vocab_size": 8000,
    "to_vocab_size": 8000,
    "size": 256,
    "num_layers": 1,
    "buckets": "6x10,9x14,13x20,32x32",
}
TRAINING_FLAGS: Mapping[str, Any] = {
    "optimizer": "adadelta",
    "learning_rate": 1.0,
    "dropout_keep_prob": 0.7,
    "steps_per_checkpoint": 500,
    "steps": 10000,
    "seed": 0,
}
_BEAM = ("--beam_size=5",)
# Lines of the test split that the report shows, and the one whose attention it shows; counted from 1.
SAMPLES = range(100, 1907, 190)
_PICTURED = 1050


class TranslationError(RuntimeError):
    """A file is missing, or a command failed; the message names it."""


class Call(NamedTuple):
    """A command of the tutorial's program that has ended."""

    command: str
    printed: str
    minutes: float
    processor_minutes: float


def translate(texts: Path, work: Path, out: Path, command: Sequence[str]) -> dict[str, Any]:
    """Trains and decodes; leaves metadata.json, training.txt, test.out and attention.png in `out`.

    `texts` holds a corpus as `write_text` leaves it; vocabularies and checkpoints go to `work`, where a
    training that was interrupted goes on. Returns the metadata. Raises TranslationError.
    """
    pairs = {split: [texts / f"{split}.{side}" for side in ("from", "to")] for split in SPLITS}
    for path in (path for pair in pairs.values() for path in pair):
        if not path.is_file():
            raise TranslationError(f"{path}: no such file; `python -m reproduce corpus` writes it")
    made = provenance()  # before `out`, which may be tracked, is changed
    model = _flags({"data_dir": work, "train_dir": work / "model", **MODEL_FLAGS})
    resumed = (work / "model" / "checkpoint").exists()
    named = {
        f"{side}_{split}_data": path
        for split in ("train", "dev")
        for side, path in zip(("from", "to"), pairs[split], strict=True)
    }
    training = _call([*model, *_flags(named), *_flags(TRAINING_FLAGS)])
    write_atomically(out / "training.txt", training.printed)

    def decode(split: str, output: Path, flags: Sequence[str] = ()) -> Call:
        source, reference = pairs[split]
        files = _flags({"input": source, "reference": reference, "output": output})
        return _call([*model, "--decode", *flags, *files])

    beam = decode("test", out / "test.out", _BEAM)
    greedy = decode("test", work / "greedy.out")
    dev = decode("dev", work / "dev.out", _BEAM)
    columns = [_lines(path) for path in (pairs["test"][0], out / "test.out", pairs["test"][1])]
    rows = list(zip(*columns, strict=True))
    write_atomically(work / "pictured.from", rows[min(_PICTURED, len(rows)) - 1][0] + "\n")
    picture = _flags({"input": work / "pictured.from", "plot_attention": work / "pictures"})
    _call([*model, "--decode", *_BEAM, *picture])
    shutil.copyfile(work / "pictures" / "1.png", out / "attention.png")
    metadata = {
        "command": list(command),
        "training": training.command,
        "decoding": beam.command,
        "config": {**MODEL_FLAGS, **TRAINING_FLAGS},
        "seed": TRAINING_FLAGS["seed"],
        "pairs": {split: len(_lines(source)) for split, (source, _) in pairs.items()},
        "resumed": resumed,
        "training_minutes": None if resumed else round(training.minutes, 1),
        "training_processor_minutes": None if resumed else round(training.processor_minutes, 1),
        "decoding_processor_minutes": round(beam.processor_minutes, 1),
        "bleu": {name: _bleu(call) for name, call in (("beam", beam), ("greedy", greedy), ("dev", dev))},
        "pictured": min(_PICTURED, len(rows)),
        "samples": [[line, *rows[line - 1]] for line in SAMPLES if line <= len(rows)],
        "provenance": made,
    }
    write_json(out / "metadata.json", metadata)
    return metadata


def page(metadata: Mapping[str, Any]) -> str:
    """REPORT.md, from metadata.json alone."""
    bleu, pairs, made = metadata["bleu"], metadata["pairs"], metadata["provenance"]
    if metadata["resumed"]:
        times = "The training was interrupted, so its minutes are not known."
    else:
        times = (
            f"The training took {metadata['training_minutes']} minutes, and "
            f"{metadata['training_processor_minutes']} minutes of processor time."
        )
    samples = [
        f"| {line} | {' | '.join(_cell(text) for text in texts)} |" for line, *texts in metadata["samples"]
    ]
    return "\n".join(
        [
            "# English to French, learned from Debian's package descriptions",
            "",
            f"{pairs['train']:,} pairs of one-line descriptions to train on (lower case, cut into the "
            f"tutorial's tokens), {pairs['dev']:,} for development, {pairs['test']:,} to test; "
            f"{metadata['config']['from_vocab_size']:,} words on each side, everything else is "
            "`_UNK`; digits are 0. "
            f"Made by `{shlex.join(metadata['command'])}`, which ran:",
            "",
            "```",
            metadata["training"],
            metadata["decoding"],
            "```",
            "",
            "| | BLEU (sacrebleu) |",
            "|---|---|",
            f"| test split, beam of 5, length penalty 0.6 | {bleu['beam']['score']:.2f} |",
            f"| test split, greedy (without `--beam_size`) | {bleu['greedy']['score']:.2f} |",
            f"| dev split, beam | {bleu['dev']['score']:.2f} |",
            "",
            f"Signature `{bleu['beam']['signature']}`, both sides as tokens. One seed ({metadata['seed']}); "
            "another one will give other numbers. Nothing was chosen by the test split.",
            "",
            f"{times} Translating the test split with the beam took "
            f"{metadata['decoding_processor_minutes']} minutes of processor time. {made['cpu']}, "
            f"TensorFlow {made['versions']['tensorflow']}, Python {made['python']}, commit {made['commit']}"
            f"{' with changes' if made['dirty'] else ''}. [training.txt](training.txt) is what it "
            "printed, [test.out](test.out) all translations, [metadata.json](metadata.json) what this "
            "page is made from.",
            "",
            f"Every {SAMPLES.step}th line of the test split from the {SAMPLES.start}th on, not chosen for "
            "being good:",
            "",
            "| line | English | translation | the translators' |",
            "|---|---|---|---|",
            *samples,
            "",
            f"What line {metadata['pictured']}'s translation looked at (`--plot_attention`):",
            "",
            f"![attention of line {metadata['pictured']}](attention.png)",
            "",
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("_UNK", "`_UNK`")


def _call(flags: Sequence[str]) -> Call:
    """Runs the program, whose output is also shown. Raises TranslationError if it fails."""
    command = ["python", "-m", "legacy_seq2seq.translate", *flags]
    print(f"$ {shlex.join(command)}", flush=True)
    started, before = time.monotonic(), _processor_seconds()
    printed = []
    with subprocess.Popen(
        [sys.executable, *command[1:]], stdout=subprocess.PIPE, encoding="utf-8", errors="surrogateescape"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line)
            print(line, end="", flush=True)
    if process.returncode:
        raise TranslationError(f"exit code {process.returncode} of {shlex.join(command)}")
    seconds = time.monotonic() - started, _processor_seconds() - before
    return Call(shlex.join(command), "".join(printed), *(value / 60 for value in seconds))


def _processor_seconds() -> float:
    """Of all processes that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _bleu(call: Call) -> dict[str, Any]:
    """From the program's last line, `BLEU = 24.79 ... (signature)`."""
    last = call.printed.splitlines()[-1]
    return {"score": float(last.split()[2]), "signature": last.rsplit("(", 1)[1].rstrip(")")}


def _flags(values: Mapping[str, Any]) -> list[str]:
    return [f"--{name}={value}" for name, value in values.items()]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]
