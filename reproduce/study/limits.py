"""What the study's numbers do not say: limits of validity, from design and records."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reproduce.config import CRITERIA
from reproduce.study import findings
from reproduce.study.breaking import BROKEN
from reproduce.study.cells import Records, arms_of, tuned
from reproduce.study.claims import Compared
from reproduce.study.design import Design
from reproduce.study.parts import PARTS


def limits(design: Design, records: Records, compared: Sequence[Compared]) -> str:
    """The last section of the report."""
    base, runs = design.base, sum(map(len, records.values()))
    diverged = sum(record.end == "diverged" for of_part in records.values() for record in of_part)
    there = ", ".join(f"{part} {len(records[part])}" for part in PARTS)
    methods = " and ".join(group.name for group in design.method_groups)
    guess = math.log(base.price_ranges)
    lines = [
        f"{runs} runs ({there}); in {diverged} a loss stopped being a number. One layer of {base.size} "
        f"units, batches of {base.batch_size}, sentences of bucket {'x'.join(map(str, base.buckets[0]))}, "
        f"{base.steps} steps in tuning and {CRITERIA.patience * base.steps} after it: small models. "
        f"Balancing methods were compared on {methods} only.",
        _tuning(design, records),
        "`two_optimizers` and `alternating` have a learning rate for each task, `joint` one for both; the "
        "clip was tuned for some arms and not for others. What parts two arms may be that.",
        *design.history,
        f"Two optimizers update in one order (`{base.order}`) but on the map, with rates tuned for them; the "
        "post's order was open, and its rates were not tuned.",
        _mapped(design),
    ]
    for found in compared:
        above = sum(arm.price.estimate > guess for arm in found.both)
        if above:
            lines.append(
                f"{found.group}: {above} of {len(found.both)} ways to train both tasks end with a price NLL "
                f"above {guess:.3f} on test, that of guessing uniformly: the price overfits, and Delta-m "
                "says how much, while accuracy hardly suffers."
            )
    lines += [
        f"{len(design.seeds)} seeds decide about shares only if nearly all agree. Seeds change weights and "
        "batches, never the splits. Dev serves for tuning, for the target and for judging convergence.",
        f"Evaluations are {base.eval_every} steps apart, and times to the target are interpolated between "
        "them: a few percent of a time are within that.",
        "Delta-m is relative: a decoder that comes near 0 nats (listings) makes much of little. Do not "
        "compare its percentages between corpora.",
        "Seconds were measured beside other runs, and do not compare arms; what a method costs is in "
        "results/methods.",
        "The front's points are dominated, or not, by means.",
        "All numbers come from the CSV files beside this page; the JSON files name the commands and versions "
        "that made them.",
    ]
    return "\n".join(["## Limits of validity", "", *(f"- {line}" for line in lines)])


def _mapped(design: Design) -> str:
    """What the map leaves out."""
    few = [axes.optimizer for axes in design.maps if len(axes.meetings) == 1]
    rates = sorted({rate for axes in design.maps for rate in axes.price_rates})
    return (
        f"The map is of {design.groups[0].name}, tunes the decoder's rate alone, over few values, and has "
        f"{len(design.map_seeds)} seeds a place; a difference between places that are not far apart is "
        "none, and where decoders end near the tolerance the counts of those that arrive hang on it. "
        f"{findings.listed(few)} were run raced only, for their size. The price's rates are "
        f"{findings.listed([f'x{rate:g}' for rate in rates])}: between them nothing is known. {BROKEN:g} "
        "times the mark is no proof of a decoder that is lost: one alone that is merely slow, at the "
        "smallest of these rates, can end above it."
    )


def _tuning(design: Design, records: Records) -> str:
    """How fine the search was, and how often it ended at an edge."""
    choices = sorted({len(arm.choices) for arm in (*design.regime_arms, *design.method_arms)})
    rates, edges = 0, 0
    for group in design.groups:
        arms = arms_of(design, group)
        for name, choice in tuned(design, group, arms, records["claims"]).items():
            (arm,) = (arm for arm in arms if arm.name == name)
            of_choices = [dict(of.settings) for of in arm.choices]
            (rate, *_) = (key for key in dict(choice.settings) if key.endswith("learning_rate"))
            rates += 1
            edges += dict(choice.settings)[rate] == max(settings[rate] for settings in of_choices)
    at_edge = f" The largest learning rate was chosen {edges} times of {rates}." if rates else ""
    return (
        f"Every arm was tuned over {' or '.join(map(str, choices))} choices with {len(design.tuning_seeds)} "
        f"seeds each, on dev; a finer search may order the arms otherwise.{at_edge} The constant weights "
        f"were tuned over a few values; the front has {len(design.weights)}."
    )
