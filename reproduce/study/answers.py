"""What the study asked and what it found, in one table: the report's head, and README's."""

from __future__ import annotations

from collections.abc import Sequence

from reproduce.config import CRITERIA
from reproduce.study import findings
from reproduce.study.cells import Records
from reproduce.study.claims import (
    CLAIMS,
    Compared,
    Swept,
    Verdict,
    against_sweep,
    compare_all,
    slower_adjusted,
    verdicts,
)
from reproduce.study.design import Design
from reproduce.study.markdown import table


def answers(design: Design, records: Records) -> str:
    """What was asked and what was found, by group; README's words, too."""
    compared, swept = compare_all(design, records), swept_of(design, records)
    p = slower_adjusted(compared)
    lines = []
    for verdict in verdicts(compared):
        words = f"**{verdict.words}**"
        if verdict.claim == "d" and swept:
            finer = Verdict("d", {group: of.beaten for group, of in swept.items()})
            words += f"; against the finer sweep **{finer.words}**"
        told = (findings.of_claim(verdict.claim, found, p, swept) for found in compared)
        lines.append([f"({verdict.claim}) {CLAIMS[verdict.claim]}", words, *told])
    parts = [table(["claim", "verdict", *(found.group for found in compared)], lines)]
    if compared:
        parts.append(_read_so(design, compared))
    return "\n\n".join(parts)


def swept_of(design: Design, records: Records) -> dict[str, Swept]:
    """By group, the methods against the best constant weight of the front, as far as there are runs."""
    found = {group.name: against_sweep(design, records, group) for group in design.method_groups}
    return {group: swept for group, swept in found.items() if swept is not None}


def _read_so(design: Design, compared: Sequence[Compared]) -> str:
    """What a reader of the table has to know."""
    period, steps = design.base.price_period, compared[0].against.steps
    return (
        "Each cell: how many runs converged, and their price's mean accuracy beside that of the price "
        f"alone. Converged: after {CRITERIA.patience * steps} steps the dev sequence NLL is at most "
        f"{1 + CRITERIA.tolerance:g} times what the decoder alone reached within {steps}, and the price's "
        "accuracy is above the majority class's by its exact 95 % interval. That asks little of the "
        "price, and gives the decoder twice the steps: to converge is not to be as good as alone. A "
        f"regime converges if the exact interval of its share lies above {CRITERIA.share:g}. (b): steps "
        "and decoder updates to that target, relative to the decoder alone, by seed; giving every "
        f"{period}th step away costs {period / (period - 1):.2f} times the steps and 1 times the updates. "
        "(d): how many methods that rescale at the state have a smaller (better) or a larger (worse) "
        "Delta-m than constant weights tuned like them, on test at the end, and on dev after as many "
        f"steps as the tuning had; the finer sweep: the front's {len(design.weights)} weights, the best of "
        "them on dev at the end of these very runs, which favours it. Delta-m: the mean of both tasks' "
        "relative excess of NLL over the task trained alone; 0 is as good as alone. p: Wilcoxon's "
        "signed-rank test on pairs by seed, adjusted by Holm; better, worse and slower mean p below "
        f"{CRITERIA.significance:g}."
    )
