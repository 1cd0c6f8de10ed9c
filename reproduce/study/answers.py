"""What the study asked and what it found, in a table and some sentences: the report's head, and README's."""

from __future__ import annotations

from collections.abc import Sequence

from reproduce.config import CRITERIA
from reproduce.study import findings
from reproduce.study.breaking import ingredients_of, maps
from reproduce.study.cells import Records
from reproduce.study.claims import CLAIMS, Compared, against_sweep, compare_all, slower_adjusted, verdicts
from reproduce.study.design import Design
from reproduce.study.markdown import table
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.trade_off import fronts
from reproduce.study.turns import periods


def answers(design: Design, records: Records) -> str:
    """What was asked and what was found, by group; README's words, too."""
    compared, found_maps = compare_all(design, records), maps(design, records)
    p = slower_adjusted(compared)
    lines = [
        [
            f"({verdict.claim}) {CLAIMS[verdict.claim]}",
            f"**{verdict.words}**",
            *(findings.of_claim(verdict.claim, found, p) for found in compared),
        ]
        for verdict in verdicts(compared)
    ]
    parts = [table(["claim", "verdict", *(found.group for found in compared)], lines)]
    if compared:
        parts.append(_read_so(design, compared))
    more = []
    for found in found_maps:
        more.append(f"{findings.of_map(found)}. {findings.of_breaking(found)}.")
    if switched := ingredients_of(design, records):
        more.append(findings.of_ingredients(*switched) + ".")
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        more.append(findings.of_periods(turns) + ".")
    swept = {group.name: against_sweep(design, records, group) for group in design.method_groups}
    if told := [findings.of_sweep(group, *found) for group, found in swept.items() if found]:
        more.append(
            f"(d) again, against the best of the front's {len(design.weights)} constant weights: that with "
            "the least Delta-m on dev at the end of these very runs, which favours it; methods were tuned on "
            f"shorter ones. {'; '.join(told)}."
        )
    if found_fronts := fronts(design, records):
        more.append("; ".join(findings.of_front(*of_group) for of_group in found_fronts.items()) + ".")
    return "\n\n".join([*parts, "\n".join(f"- {line}" for line in more)] if more else parts)


def _read_so(design: Design, compared: Sequence[Compared]) -> str:
    """What a reader of the table has to know."""
    period, steps = design.base.price_period, compared[0].against.steps
    return (
        "Each cell: how many runs converged, and their price's mean accuracy beside that of the price alone. "
        f"Converged: after {CRITERIA.patience * steps} steps the dev sequence NLL is at most "
        f"{1 + CRITERIA.tolerance:g} times what the decoder alone reached within {steps}, and the price's "
        "accuracy is above the majority class's by its exact 95 % interval. That asks much of the decoder "
        "and little of the price. A regime converges if the exact interval of its share lies above "
        f"{CRITERIA.share:g}. (b): steps and decoder updates to that target, relative to the decoder alone, "
        f"by seed; giving every {period}th step away costs {period / (period - 1):.2f} times the steps and 1 "
        "times the updates. (d): how many methods that rescale at the state have a smaller (better) or a "
        "larger (worse) Delta-m than the best constant weights, on test at the end, and on dev after as many "
        "steps as the tuning had. Delta-m: the mean of both tasks' relative excess of NLL over the task "
        "trained alone; 0 is as good as alone. p: Wilcoxon's signed-rank test on pairs by seed, adjusted by "
        f"Holm; better, worse and slower mean p below {CRITERIA.significance:g}."
    )
