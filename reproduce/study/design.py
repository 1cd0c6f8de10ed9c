"""What the study asks, as data: sizes, corpora and cells, arms with their grids, and the axes of its parts.

Fixed before the runs it is about, but for what the page's limits name. Every arm of a comparison has the same
number of choices to be tuned over; what is chosen is what has the lowest score on dev, by its criterion (see
`cells.choose`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from reproduce.config import ExperimentConfig

Settings = tuple[tuple[str, Any], ...]  # of ExperimentConfig, by field


class Choice(NamedTuple):
    """One configuration that an arm is tuned over: settings, and a method's label."""

    settings: Settings = ()
    method: str = ""


class Arm(NamedTuple):
    """One way to train that is compared with others, after a tuning of its own."""

    name: str
    regime: str
    choices: tuple[Choice, ...]
    tasks: tuple[str, ...] = ("sequence", "price")  # whose dev NLLs the choice is made by


class Group(NamedTuple):
    """A corpus and a cell: runs are compared within it."""

    corpus: str
    cell: str

    @property
    def name(self) -> str:
        """As rows and tables have it."""
        return f"{self.corpus} {self.cell}"


class Meeting(NamedTuple):
    """How two optimizers' updates meet: an order, and whether they share slots."""

    name: str
    settings: Settings


def grid(method: str = "", **axes: Sequence[Any]) -> tuple[Choice, ...]:
    """Every combination of some settings' values."""
    return tuple(
        Choice(tuple(zip(axes, values, strict=True)), method) for values in itertools.product(*axes.values())
    )


# Of Adadelta. One run each, with a seed that the study has not, had shown that with its own rate, 1, neither
# task comes to its end in 2,000 steps; that with 100 the decoder is worse than with 30 on both corpora and
# under both cells; and that debian's price is best with 3.
RATES = (3.0, 10.0, 30.0)
_CLIPS = (1.0, 5.0)
_CHOICES = 6  # of every arm


def _method(label: str, knob: str = "", values: Sequence[Any] = ()) -> Arm:
    """A balancing method under `joint`: learning rates by its knob, or by the clip where it has none."""
    if not values:
        choices = grid(label, learning_rate=RATES, max_gradient_norm=_CLIPS)
    else:
        rates = RATES[-(_CHOICES // len(values)) :]
        choices = tuple(
            choice for value in values for choice in grid(f"{label}:{knob}={value}", learning_rate=rates)
        )
    return Arm(label, "joint", choices)


_TWO_RATES = grid(learning_rate=RATES, price_learning_rate=RATES[:2])
REGIME_ARMS = (
    Arm(
        "seq2seq_only",
        "seq2seq_only",
        grid(learning_rate=RATES, max_gradient_norm=_CLIPS),
        ("sequence",),
    ),
    Arm(
        "price_only",
        "price_only",
        grid(price_learning_rate=RATES, clip_price_gradients=(False, True)),
        ("price",),
    ),
    Arm("joint", "joint", grid(learning_rate=RATES, max_gradient_norm=_CLIPS)),
    Arm("two_optimizers", "two_optimizers", _TWO_RATES),
    Arm("alternating", "alternating", _TWO_RATES),
)
BASELINE = "static_weights"  # of every method: the best of a sweep of constant weights
METHOD_ARMS = (
    _method(BASELINE, "weights", ("1/0.3", "1/3", "1/10")),
    _method("cut_scale@representation", "weights", ("1/0.3", "1/3", "1/10")),
    _method("uw", "lr", (0.025, 0.1)),
    _method("gradnorm@representation", "alpha", (0.5, 1.5)),
    _method("pcgrad@representation"),
    _method("cagrad@representation", "c", (0.2, 0.5)),
    _method("mgda_ub", "normalization", ("none", "l2")),
    _method("imtl_g@representation"),
    _method("nash_mtl@representation", "max_norm", (0, 1)),
    _method("upgrad@representation"),
)
MEETINGS = (
    Meeting("raced", (("order", "raced"),)),
    Meeting("gated", (("order", "gated"),)),
    Meeting("shared slots", (("order", "gated"), ("shared_slots", True))),
    Meeting("sequential", (("order", "sequential"),)),
)


@dataclass(frozen=True)
class MapAxes:
    """Where two optimizers are looked at under one optimizer; price rates are multiples of the sequence's."""

    optimizer: str
    rates: tuple[float, ...]  # that the decoder alone is tuned over
    price_rates: tuple[float, ...] = (0.1, 1.0, 10.0)
    scales: tuple[float, ...] = (0.1, 1.0, 100.0)
    clips: tuple[bool, ...] = (False, True)
    meetings: tuple[Meeting, ...] = MEETINGS[:1]


@dataclass(frozen=True)
class Design:
    """How large a study is. What it asks does not depend on it."""

    base: ExperimentConfig  # steps: those of a tuning run; others make patience times as many
    groups: tuple[Group, ...]
    method_groups: tuple[Group, ...]  # those of them in which methods are compared, too
    regime_arms: tuple[Arm, ...]
    method_arms: tuple[Arm, ...]
    tuning_seeds: tuple[int, ...]
    seeds: tuple[int, ...]  # none of which was tuned with
    map_seeds: tuple[int, ...]
    maps: tuple[MapAxes, ...]
    periods: tuple[int, ...]
    weights: tuple[float, ...]  # of the price, on the front
    history: tuple[str, ...] = ()  # what a reader of its committed rows has to know of how they came about


_LISTINGS, _DEBIAN = Group("listings", "gru"), Group("debian", "gru")

DESIGNS: Mapping[str, Design] = {
    # For two cores; `--dry-run` counts the runs and says how long.
    "default": Design(
        base=ExperimentConfig(
            steps=2000,
            eval_every=200,
            eval_examples=1000,
            batch_size=16,
            size=32,
            num_samples=64,
            source_vocab_size=4000,
            target_vocab_size=4000,
            buckets=((8, 10),),
        ),
        groups=(_LISTINGS, Group("listings", "lstm"), _DEBIAN, Group("debian", "lstm")),
        method_groups=(_LISTINGS, _DEBIAN),
        regime_arms=REGIME_ARMS,
        method_arms=METHOD_ARMS,
        tuning_seeds=(100, 101),
        seeds=tuple(range(10)),
        map_seeds=(0, 1, 2),
        maps=(
            MapAxes("adadelta", RATES, meetings=MEETINGS),
            MapAxes("adadelta_2016", RATES),
            MapAxes("sgd", (0.1, 0.5, 2.0)),
            MapAxes("adam", (0.001, 0.003, 0.01)),
        ),
        periods=(2, 5, 10, 20),
        weights=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
        history=(
            "Criteria, grids and seeds were fixed before the runs. Added after the claims had been seen: "
            "the front of the second corpus, the second judgement of (d), numbers at the step where "
            "tuning ended. After the map had been seen: the mark's double, for not to arrive can be a "
            "short delay; that ingredients are switched from the harmless place, too, for one switch was "
            "not going to mend the worst; each task alone at the price's rates. After the periods had "
            "been seen: medians and tests of them, so that runs that never arrive count.",
            "The runs come from more than one machine and commit (`made` in the rows, and the JSON files), "
            "pairs by seed too: processors round differently. One command among them is `dirty`: what had "
            "changed were the rows that it had just made.",
        ),
    ),
    # Everything once, as small as it gets: that it runs, not what comes out.
    "smoke": Design(
        base=ExperimentConfig(
            steps=4,
            eval_every=2,
            eval_examples=40,
            batch_size=4,
            size=4,
            num_samples=8,
            price_hidden=4,
            buckets=((8, 10),),
        ),
        groups=(_LISTINGS,),
        method_groups=(_LISTINGS,),
        regime_arms=tuple(arm._replace(choices=arm.choices[::3]) for arm in REGIME_ARMS),
        method_arms=tuple(arm._replace(choices=arm.choices[::3]) for arm in METHOD_ARMS[:2]),
        tuning_seeds=(100,),
        seeds=(0, 1),
        map_seeds=(0,),
        maps=(
            MapAxes("adadelta", (1.0,), (1.0,), (1.0, 100.0), (True,), MEETINGS[:2]),
            MapAxes("adadelta_2016", (1.0,), (1.0,), (1.0,), (False,), MEETINGS[:1]),
        ),
        periods=(2,),
        weights=(0.1, 10.0),
    ),
}
