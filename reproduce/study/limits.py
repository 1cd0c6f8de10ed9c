"""What the study's numbers do not say: limits of validity, from design and records."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reproduce.config import CRITERIA
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
        f"{runs} runs ({there}), of which {diverged} diverged. One layer of {base.size} units, batches of "
        f"{base.batch_size}, sentences of bucket {'x'.join(map(str, base.buckets[0]))}, {base.steps} steps "
        f"in tuning and {CRITERIA.patience * base.steps} after it: small models. Balancing methods were "
        f"compared on {methods} only.",
        _tuning(design, records),
        "`two_optimizers` and `alternating` have a learning rate for each task, `joint` one for both; the "
        "clip was tuned for some arms and not for others. What parts two arms may be that.",
        "Criteria, grids and seeds were fixed before the runs. Added after the claims had been seen: the "
        "front of the second corpus, the second judgement of (d), numbers at the step where tuning ended. "
        f"After most of the map had been seen: the mark of {BROKEN:g} times the NLL, for at most half "
        "of the decoders to arrive can be a short delay; and that ingredients are switched from the harmless "
        "place, too, for one switch was not going to mend the worst.",
        f"Two optimizers update in one order (`{base.order}`) but on the map, with rates tuned for them; the "
        "post's order was open, and its rates were not tuned. The map tunes the decoder's rate alone.",
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
        f"{len(design.seeds)} seeds decide about shares only if nearly all agree; the map has "
        f"{len(design.map_seeds)} a place. Seeds change weights and batches, never the splits. Dev serves "
        "for tuning, for the target and for judging convergence.",
        f"Evaluations are {base.eval_every} steps apart, and times to the target are interpolated between "
        "them: a few percent of a time are within that.",
        "Delta-m is relative: a decoder that comes near 0 nats (listings) makes much of little. Do not "
        "compare its percentages between corpora.",
        "Seconds were measured beside other runs and on more than one machine (`made` in the rows, and the "
        "JSON files): they do not compare arms. What a method costs is in results/methods. A race of updates "
        "is one of two threads.",
        "All numbers come from the CSV files beside this page; the JSON files name the commands and versions "
        "that made them.",
    ]
    return "\n".join(["## Limits of validity", "", *(f"- {line}" for line in lines)])


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
