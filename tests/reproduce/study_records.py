"""Records of a study as if its runs had ended, with numbers that a test chooses; no run is made."""

from dataclasses import replace

import numpy as np

from reproduce.study.design import DESIGNS
from reproduce.study.parts import PARTS
from reproduce.study.records import Point, Record

DESIGN = DESIGNS["smoke"]


def point(step, sequence=1.0, price=1.0, accuracy=0.9, updates=None):
    updates = step if updates is None else updates
    return Point(step, updates, step, step / 100, sequence, sequence, price, price, accuracy, 0.5)


def record(**changes):
    """A run of the decoder alone that halves its NLL at every evaluation."""
    points = tuple(point(step, 4.0 / 2**i) for i, step in enumerate((0, 10, 20, 30, 40)))
    values = {
        "key": "k",
        "stage": "final",
        "group": "listings gru",
        "arm": "seq2seq_only",
        "settings": "",
        "regime": "seq2seq_only",
        "method": "none",
        "seed": 0,
        "end": "finished",
        "data": "d",
        "made": 0,
        "dev_examples": 100.0,
        "majority_price_accuracy": 0.2,
        "limit_price_accuracy": 0.7,
        "limit_price_nll": 0.6,
        "test_sequence_nll": 0.25,
        "test_price_nll": 1.0,
        "test_price_accuracy": 0.6,
        "points": points,
        **changes,
    }
    return Record(evaluations=len(values["points"]), **values)


def ending(sequence, accuracy=0.9, end="finished", **more):
    """A run of the decoder alone that has come to an NLL, and to a price accuracy."""
    return record(points=(point(0, 4.0), point(40, sequence, accuracy=accuracy)), end=end, **more)


def made_of(cell, random):
    """What a cell may have become: its NLLs fall, from numbers of its own."""
    steps = range(0, cell.config.steps + 1, cell.config.eval_every)
    level = float(random.uniform(0.9, 1.1))
    points = tuple(point(step, level * 4.0 / (1 + step), level * 1.5 / (1 + step)) for step in steps)
    tested = {f"test_{n}": v if cell.tested else np.nan for n, v in
              (("sequence_nll", level / 4), ("price_nll", level), ("price_accuracy", 0.5))}  # fmt: skip
    return replace(
        record(points=points, **tested),
        key=cell.key,
        stage=cell.stage,
        group=cell.group,
        arm=cell.arm,
        settings=cell.told,
        regime=cell.run.regime,
        method=cell.run.label,
        seed=cell.run.seed,
    )


def whole_study(design=DESIGN, parts=tuple(PARTS), make=made_of):
    """Records of every cell of some parts, by part."""
    random = np.random.default_rng(0)
    records = {part: [] for part in PARTS}
    while True:
        grown = False
        for part in parts:
            have = {r.key for r in records[part]}
            new = [cell for cell in PARTS[part].cells(design, records) if cell.key not in have]
            records[part] += [make(cell, random) for cell in new]
            grown = grown or bool(new)
        if not grown:
            return records
