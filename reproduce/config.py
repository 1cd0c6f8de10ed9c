"""What an experiment is made with: one frozen dataclass, whose fields are also the command line's flags."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from price_subgraph.data import START_VOCAB, Buckets
from price_subgraph.heads import ACTIVATIONS, PRICE, Head
from price_subgraph.model import CELLS, ModelConfig
from price_subgraph.optimizers import OPTIMIZERS, PRICE_TRAINS, TrainingConfig
from price_subgraph.steps import ORDERS
from reproduce.corpora import CORPORA, CorpusOptions
from reproduce.parameters import parse_parameters

MAX_BUCKET = 10_000
"""Every pair is padded to its bucket: longer ones are a slip of the finger, and would fill the memory."""


def parse_buckets(text: str) -> Buckets:
    """`8x10,16x18` -> ((8, 10), (16, 18)). Raises ValueError for another form or sizes that do not grow."""
    pairs = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*x\s*(\d+)\s*", part)
        if not match:
            raise ValueError(
                f"buckets: expected SOURCExTARGET pairs like 8x10,16x18, got {part!r} in {text!r}"
            )
        pairs.append((int(match[1]), int(match[2])))
        if max(pairs[-1]) > MAX_BUCKET:
            raise ValueError(f"buckets: expected at most {MAX_BUCKET} tokens a side, got {part.strip()!r}")
    for (source, target), (next_source, next_target) in itertools.pairwise(pairs):
        if next_source < source or next_target < target or (source, target) == (next_source, next_target):
            raise ValueError(f"buckets: expected sizes that grow from each to the next, got {text!r}")
    return tuple(pairs)


def parse_heads(text: str) -> tuple[str, ...]:
    """`price,section` -> ("price", "section"). Raises ValueError if it does not start so, or has a gap."""
    names = tuple(dict.fromkeys(text.split(",")))
    if names[0] != PRICE or "" in names:
        raise ValueError(f"heads: expected {PRICE} and others, like price,section, got {text!r}")
    return names


def _head_parameters(text: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple(parse_parameters(text))


def _flag(default: Any, text: str, **more: Any) -> Any:
    return field(default=default, metadata={"help": text, **more})


@dataclass(frozen=True)
class ExperimentConfig:
    """Everything that decides the rows of a run, but for its regime and its seed."""

    corpus: str = _flag("listings", "where the sentence pairs come from", choices=sorted(CORPORA))
    source: Path | None = _flag(None, "corpus files: source sentences, one a line", type=Path)
    target: Path | None = _flag(None, "corpus files: target sentences, one a line", type=Path)
    labels: Path | None = _flag(None, "corpus files: an integer class or a price a line", type=Path)
    dev_source: Path | None = _flag(None, "corpus files: source sentences to evaluate on", type=Path)
    dev_target: Path | None = _flag(None, "corpus files: target sentences to evaluate on", type=Path)
    dev_labels: Path | None = _flag(None, "corpus files: labels to evaluate on", type=Path)
    label_kind: str = _flag(
        "auto", "corpus files: auto takes whole numbers for classes", choices=["auto", "class", "price"]
    )
    cache: Path | None = _flag(None, "corpus debian: where to keep the fetched indexes", type=Path)
    steps: int = _flag(2800, "training steps of a run", type=int)
    eval_every: int = _flag(400, "steps between two evaluations", type=int)
    eval_examples: int = _flag(2000, "dev examples, and training examples, of an evaluation", type=int)
    batch_size: int = _flag(32, "examples of a training step", type=int)
    size: int = _flag(64, "units of a layer", type=int)
    num_layers: int = _flag(1, "layers of encoder and decoder", type=int)
    cell: str = _flag("gru", "the recurrent cell", choices=sorted(CELLS))
    lstm_part: str = _flag("h", "which part of an LSTM's state the price sees", choices=["c", "h"])
    buckets: Buckets = _flag(((8, 10), (16, 18)), "sizes SOURCExTARGET", type=parse_buckets)
    source_vocab_size: int = _flag(40000, "at most so many source words", type=int)
    target_vocab_size: int = _flag(40000, "at most so many target words", type=int)
    num_samples: int = _flag(128, "classes drawn for a sampled softmax; 0: whole softmax", type=int)
    price_ranges: int = _flag(5, "classes of the price head", type=int)
    price_hidden: int = _flag(32, "hidden units of the price head", type=int)
    price_activation: str = _flag("sigmoid", "between the head's layers", choices=sorted(ACTIVATIONS))
    price_weight: float = _flag(1.0, "what the price's loss is multiplied by", type=float)
    heads: tuple[str, ...] = _flag(
        (PRICE,), "heads, of those that the corpus has labels for", type=parse_heads
    )
    head_parameters: tuple[tuple[str, Mapping[str, Any]], ...] = _flag(
        (), "of further heads, as NAME:weight=0.5,hidden_size=64;NAME:loss=huber", type=_head_parameters
    )
    optimizer: str = _flag("adadelta", "for all updates", choices=sorted(OPTIMIZERS))
    learning_rate: float | None = _flag(
        None, "of sequence and joint updates; none: the preset's, or else the optimizer's own", type=float
    )
    price_learning_rate: float | None = _flag(
        None, "of updates by the price alone; none: as above", type=float
    )
    price_period: int = _flag(10, "alternating: every how many steps the price is trained", type=int)
    max_gradient_norm: float = _flag(5.0, "clip gradients to this global norm", type=float)
    clip_price_gradients: bool = _flag(False, "clip updates by the price alone as well")
    order: str = _flag(
        "gated",
        "two_optimizers: how their updates meet; raced gives a seed no one result",
        choices=sorted(ORDERS),
    )
    shared_slots: bool = _flag(False, "two_optimizers, alternating: one optimizer, each loss at its own rate")
    price_trains: str = _flag("everything", "what updates by the price alone move", choices=[*PRICE_TRAINS])

    def __post_init__(self) -> None:
        """Raises ValueError, naming the field, for a value that no run can have."""
        for name in ("steps", "eval_every", "eval_examples", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, got {getattr(self, name)}")
        if self.num_samples < 0:
            raise ValueError(f"num_samples: expected 0 or more, got {self.num_samples}")
        if self.price_ranges < 2:
            raise ValueError(f"price_ranges: expected at least 2, got {self.price_ranges}")
        for name in ("source_vocab_size", "target_vocab_size"):
            if getattr(self, name) <= len(START_VOCAB):
                raise ValueError(f"{name}: expected more than {len(START_VOCAB)}, got {getattr(self, name)}")
        for field_ in fields(self):
            readers = [name for name, entry in CORPORA.items() if field_.name in entry.options]
            if readers and self.corpus not in readers and getattr(self, field_.name) != field_.default:
                flag = f"--{field_.name.replace('_', '-')}"
                raise ValueError(
                    f"{flag} is read by the corpus {' or '.join(readers)}, got --corpus {self.corpus}"
                )
        told = [name for name, _ in self.head_parameters]
        if len(set(told)) < len(told):
            raise ValueError(f"head_parameters: expected each head once, got {', '.join(told)}")
        unknown = [name for name in told if name not in self.heads[1:]]
        if unknown:
            raise ValueError(
                f"head_parameters: expected further heads named in --heads, got {', '.join(unknown)} "
                f"(the price has --price-weight and others)"
            )
        self.training()
        self.model(self.source_vocab_size, self.target_vocab_size, self.price_ranges)

    def corpus_options(self) -> CorpusOptions:
        """The fields that concern the corpus."""
        return CorpusOptions(
            price_ranges=self.price_ranges,
            source=self.source,
            target=self.target,
            labels=self.labels,
            dev_source=self.dev_source,
            dev_target=self.dev_target,
            dev_labels=self.dev_labels,
            label_kind=self.label_kind,  # type: ignore[arg-type]  # the flag's choices say so
            cache=self.cache,
        )

    def further_heads(self, offered: Sequence[Head]) -> tuple[Head, ...]:
        """Those of a corpus's further heads that are asked for. Raises ValueError for one that it has not."""
        known = {head.name: head for head in offered}
        given = dict(self.head_parameters)
        found = []
        for name in self.heads[1:]:
            if name not in known:
                raise ValueError(
                    f"heads: the corpus {self.corpus} has {', '.join([PRICE, *known])}, got {name!r}"
                )
            settings = {"hidden_size": self.price_hidden, "activation": self.price_activation}
            changed = {**settings, **given.get(name, {})}
            if set(changed) - set(_HEAD_PARAMETERS):
                raise ValueError(
                    f"head_parameters: {name}: expected {', '.join(sorted(_HEAD_PARAMETERS))}, "
                    f"got {', '.join(sorted(set(changed) - set(_HEAD_PARAMETERS)))}"
                )
            for field_, value in changed.items():
                if not isinstance(value, _HEAD_PARAMETERS[field_]):
                    raise ValueError(f"head_parameters: {name}: {field_}: got {value!r}, which it cannot be")
            found.append(replace(known[name], **changed))
        return tuple(found)

    def model(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        price_ranges: int,
        price_masked: bool = False,
        further_heads: tuple[Head, ...] = (),
    ) -> ModelConfig:
        """The model, for the sizes and heads that the data turned out to have."""
        return ModelConfig(
            source_vocab_size=source_vocab_size,
            target_vocab_size=target_vocab_size,
            buckets=self.buckets,
            price_ranges=price_ranges,
            size=self.size,
            num_layers=self.num_layers,
            cell=self.cell,
            num_samples=self.num_samples,
            price_hidden=self.price_hidden,
            price_activation=self.price_activation,
            price_weight=self.price_weight,
            price_masked=price_masked,
            further_heads=further_heads,
            lstm_part=self.lstm_part,
        )

    def training(self) -> TrainingConfig:
        """The fields that concern optimizers."""
        return TrainingConfig(
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            price_learning_rate=self.price_learning_rate,
            price_period=self.price_period,
            max_gradient_norm=self.max_gradient_norm,
            clip_price_gradients=self.clip_price_gradients,
            order=self.order,
            shared_slots=self.shared_slots,
            price_trains=self.price_trains,
        )

    def as_json(self) -> dict[str, Any]:
        """The fields as JSON can hold them."""
        return {
            name: str(value) if isinstance(value, Path) else json.loads(json.dumps(value, default=str))
            for name, value in asdict(self).items()
        }


_HEAD_PARAMETERS: Mapping[str, Any] = {
    "hidden_size": int, "activation": str, "weight": (int, float), "loss": str,
}  # fmt: skip

# Applied over the defaults above, and under the flags that are given.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "smoke": {"steps": 60, "eval_every": 20, "eval_examples": 64, "size": 16, "batch_size": 16},
    # Adadelta's 1.0 takes 12,000 steps to about where this is after 2,800: too long for two slow cores.
    "default": {"optimizer": "adadelta", "learning_rate": 5.0, "price_learning_rate": 5.0},
}


def with_preset(name: str, given: Mapping[str, Any]) -> ExperimentConfig:
    """The settings `given` over those of a preset, whose learning rates are for its own optimizer alone."""
    preset = PRESETS[name]
    if given.get("optimizer", preset.get("optimizer")) != preset.get("optimizer"):
        preset = {key: value for key, value in preset.items() if not key.endswith("learning_rate")}
    return ExperimentConfig(**{**preset, **given})


PRESET_SEEDS: Mapping[str, tuple[int, ...]] = {"smoke": (0,), "default": (0, 1, 2)}


@dataclass(frozen=True)
class Criteria:
    """By what the study's claims are judged; fixed before its runs.

    A run has converged if its dev sequence NLL ends within `tolerance` of the tuned `seq2seq_only`'s best (of
    the lowest up to the reference steps, the mean over the seeds) after `patience` times as many steps, and
    its price accuracy on dev is above the majority class's by its exact interval. A regime converges if the
    interval of its share of converged runs lies above `share`, and does not if it lies below.
    """

    tolerance: float = 0.05
    patience: int = 2
    share: float = 0.5
    significance: float = 0.05  # of p, adjusted by Holm over the family


CRITERIA = Criteria()
