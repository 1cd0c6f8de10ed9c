"""REPORT.md of the study: verdicts, evidence, limits of validity; a pure function of records and design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reproduce.config import CRITERIA
from reproduce.files import write_atomically
from reproduce.study import findings, pictures
from reproduce.study.answers import answers, swept_of
from reproduce.study.breaking import BROKEN, Map, Switching, ingredients_of, maps
from reproduce.study.cells import Records
from reproduce.study.claims import Compared, Swept, compare_all
from reproduce.study.design import Design
from reproduce.study.limits import limits
from reproduce.study.parts import PERIOD_KINDS
from reproduce.study.tables import tables
from reproduce.study.trade_off import FrontPoint, fronts, limits_of
from reproduce.study.turns import Period, periods

_MISSING = "Not run yet: the same command with `--part {}`."
# What the map's words mean; "the mark" is what a reader meets in every sentence about it.
_READ_SO = (
    "Two optimizers, the decoder's rate tuned for the decoder alone, the price's a multiple of it; the "
    "price's loss times a factor, its gradient then clipped, or not, to the global norm of {norm:g} that "
    "the sequence's is clipped to. Updates are raced (one `session.run`, nothing orders them, two "
    "threads), gated (one `session.run`, both gradients before either update), gated with shared slots "
    "(one optimizer, one set of accumulators, two rates) or sequential (two `session.run`s, the price's "
    "gradient sees what the sequence has applied). A decoder arrives if, after {steps} steps, its dev NLL "
    "is at most {tolerance:g} times that of the decoder alone at its best within {half} (the mark). "
    "adadelta_2016 is Adadelta as TensorFlow's kernel of 2016 had it. Adadelta's and Adam's updates "
    "hardly depend on a loss's factor, and a clip that never binds changes nothing, so that many of their "
    "places are alike, some to the last bit. Broken: above {broken:g} times the mark; mended: not "
    "broken, and most prices learned. In brackets: the lowest and the highest seed; of shares, the exact "
    "95 % interval."
)


def write_page(design: Design, records: Records, out: Path) -> None:
    """REPORT.md, TABLES.md, and the pictures of the parts that there are."""
    compared = compare_all(design, records)
    if compared:
        pictures.draw_claims(compared, out / "claims.png")
    for found in maps(design, records):
        pictures.draw_map(found, out / f"map-{found.axes.optimizer}.png")
    if switched := ingredients_of(design, records):
        pictures.draw_ingredients(*switched, out / "ingredients.png")
    if turns := periods(design, records["period"], list(PERIOD_KINDS)):
        pictures.draw_periods(turns, out / "period.png")
    if found_fronts := fronts(design, records):
        pictures.draw_fronts(found_fronts, limits_of(design, records), out / "front.png")
    write_atomically(out / "TABLES.md", tables(design, records))
    write_atomically(out / "REPORT.md", page(design, records))


def page(design: Design, records: Records) -> str:
    """The whole page in Markdown. Parts that are not there are said to be not run yet."""
    compared = compare_all(design, records)
    parts = [
        "# What really happens when two optimizers share an encoder",
        "Every number behind this page is in [TABLES.md](TABLES.md).",
        f"## Verdicts\n\n{answers(design, records)}",
        _claims(compared),
        _maps(design, maps(design, records), ingredients_of(design, records)),
        _periods(periods(design, records["period"], list(PERIOD_KINDS))),
        _fronts(design, fronts(design, records), swept_of(design, records)),
        limits(design, records, compared),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, part: str, *paragraphs: str) -> str:
    """A section, or that its part has not been run if there are no paragraphs."""
    found = [paragraph for paragraph in paragraphs if paragraph]
    return "\n\n".join([f"## {title}", *(found or [_MISSING.format(part)])])


def _claims(compared: Sequence[Compared]) -> str:
    told = [f"- {findings.of_claims(group)}." for group in compared]
    picture = ["![Delta-m of every arm](claims.png)"] if compared else []
    return _section("The claims: every arm tuned, fresh seeds", "claims", *picture, "\n".join(told))


def _maps(design: Design, found_maps: Sequence[Map], switched: tuple[Switching, Switching] | None) -> str:
    title = "When does it break?"
    if not found_maps:
        return _section(title, "map")
    half = design.base.steps
    paragraphs = [
        _READ_SO.format(
            norm=design.base.max_gradient_norm,
            steps=CRITERIA.patience * half,
            tolerance=1 + CRITERIA.tolerance,
            half=half,
            broken=BROKEN,
        )
    ]
    for found in found_maps:
        name = found.axes.optimizer
        nearest = found.nearest_to_the_post
        told = [
            findings.of_map(found),
            f"The setting nearest to the post: {findings.of_place(nearest, found.places[nearest])}",
            findings.of_controls(found),
        ]
        paragraphs += [
            f"![{name}](map-{name}.png)",
            " ".join(f"{sentence}." for sentence in told if sentence),
        ]
    if switched:
        told = [findings.of_ingredients(*switched)]
        told += [
            f"By seed, from the {name} place ({of.name}), the NLL, relative to its optimizer's, is then, "
            f"times what it was, {findings.of_switches(of)} (p below {CRITERIA.significance:g}, Holm)"
            for name, of in zip(("worst", "harmless"), switched, strict=True)
        ]
        paragraphs += ["![ingredients](ingredients.png)", " ".join(f"{sentence}." for sentence in told)]
    else:
        paragraphs.append(f"Single ingredients. {_MISSING.format('map')}")
    return _section(title, "map", *paragraphs)


def _periods(found: Sequence[Period]) -> str:
    title = "Claim (b) taken apart"
    if not found:
        return _section(title, "period")
    return _section(
        title,
        "period",
        "![period](period.png)",
        f"{findings.of_periods(found)}. {findings.of_turns(found)}. Price steps that train the head alone "
        "and those that train nothing leave the decoder alike, to the last bit.",
    )


def _fronts(design: Design, found: Mapping[str, Sequence[FrontPoint]], swept: Mapping[str, Swept]) -> str:
    title = "The front"
    if not found:
        return _section(title, "front")
    told = [f"- {findings.of_front(group, points)}." for group, points in found.items()]
    told += [
        f"- (d) against the best of the {len(design.weights)} weights, {findings.of_sweep(group, *of)}."
        for group, of in swept.items()
    ]
    return _section(title, "front", "![front](front.png)", "\n".join(told))
