"""Which runs the parts take, and what is chosen."""

from dataclasses import replace

import pytest
from study_records import DESIGN, made_of, point, whole_study

from reproduce.methods import parse_label
from reproduce.study.cells import FINAL, INGREDIENTS, MAP, TUNING, choose, tuned, tuning_cells
from reproduce.study.design import BASELINE, DESIGNS, METHOD_ARMS, REGIME_ARMS
from reproduce.study.parts import PARTS
from reproduce.study.runs import Shard, imagined
from reproduce.study.spots import harmless, ingredients


def test_budgets_are_equal_and_choices_are_what_methods_take():
    arms = (*REGIME_ARMS, *METHOD_ARMS)
    assert {len(arm.choices) for arm in arms} == {6}
    for arm in arms:
        assert len(set(arm.choices)) == 6
        for choice in arm.choices:
            if choice.method:
                parse_label(choice.method).check(2)
    assert METHOD_ARMS[0].name == BASELINE


@pytest.mark.parametrize("name", DESIGNS)
def test_no_two_runs_have_one_key_and_final_seeds_are_fresh(name):
    design = DESIGNS[name]
    assert not set(design.seeds) & set(design.tuning_seeds)
    for part, cells in imagined(design, PARTS).items():
        assert cells
        assert len({cell.key for cell in cells}) == len(cells), part
        for cell in cells:
            seeds = design.tuning_seeds if cell.stage == TUNING else (*design.seeds, *design.map_seeds)
            assert cell.run.seed in seeds
            assert cell.config.steps == design.base.steps * (1 if cell.stage == TUNING else 2)
            # The test split is for what was tuned, and then chosen: the claims and the front.
            assert cell.tested == (cell.stage == FINAL and part in ("claims", "front"))


def test_the_front_is_of_every_group_in_which_methods_are_compared():
    """By group the same weights and seeds; each on its own records' tuning."""
    design = DESIGNS["default"]
    of_groups = {}
    for cell in imagined(design, ["front"])["front"]:
        of_groups.setdefault(cell.group, []).append((cell.run.label, cell.run.seed))
    assert list(of_groups) == [group.name for group in design.method_groups] == ["listings gru", "debian gru"]
    assert of_groups["listings gru"] == of_groups["debian gru"]
    assert len(set(of_groups["listings gru"])) == len(design.weights) * len(design.seeds)


def test_nothing_final_is_known_before_the_tuning_is_there():
    nothing = {part: [] for part in PARTS}
    for part in ("claims", "map", "period"):
        assert {cell.stage for cell in PARTS[part].cells(DESIGN, nothing)} == {TUNING}
    assert PARTS["front"].cells(DESIGN, nothing) == []


GROUP = DESIGN.groups[0]
SEQUENCE, PRICE, JOINT = DESIGN.regime_arms[:3]


def ends(arm, values, **more):
    """Records of an arm's tuning: (sequence NLL, price NLL) at the end, by choice."""
    cells = tuning_cells(DESIGN, GROUP, arm)
    made = []
    for cell, (sequence, price) in zip(cells, values, strict=True):
        made.append(replace(made_of(cell, _Level()), points=(point(4, sequence, price),), **more))
    return made


class _Level:
    def uniform(self, low, high):
        return 1.0


def test_a_single_task_is_chosen_by_its_own_nll():
    records = [*ends(SEQUENCE, [(3, 1), (2, 9)]), *ends(PRICE, [(1, 0.5), (9, 0.4)])]
    assert tuned(DESIGN, GROUP, [SEQUENCE, PRICE], records) == {
        "seq2seq_only": SEQUENCE.choices[1],
        "price_only": PRICE.choices[1],
    }


def test_both_tasks_are_chosen_by_delta_m():
    """Against 2 and 0.4: 10 % and 50 % lose to 20 % and 25 %, though the sum of the NLLs is smaller."""
    records = [*ends(SEQUENCE, [(3, 1), (2, 9)]), *ends(PRICE, [(1, 0.5), (9, 0.4)])]
    arms = [JOINT, SEQUENCE, PRICE]
    assert "joint" not in tuned(DESIGN, GROUP, arms, records)
    chosen = tuned(DESIGN, GROUP, arms, records + ends(JOINT, [(2.2, 0.6), (2.4, 0.5)]))
    assert chosen["joint"] == JOINT.choices[1]
    assert "joint" not in tuned(DESIGN, GROUP, [JOINT], ends(JOINT, [(2.2, 0.6), (2.4, 0.5)]))


def test_what_blew_up_is_not_chosen():
    first, second = ends(SEQUENCE, [(1, 1), (2, 1)])
    records = [replace(first, end="diverged"), second]
    assert choose(DESIGN, GROUP, SEQUENCE, records, {"sequence": 1.0}) == SEQUENCE.choices[1]
    assert choose(DESIGN, GROUP, SEQUENCE, [second], {"sequence": 1.0}) is None


def test_shards_share_all_runs():
    cells = [cell for of_part in imagined(DESIGN, PARTS).values() for cell in of_part]
    shares = [[cell for cell in cells if Shard(number, 3).takes(cell)] for number in (1, 2, 3)]
    assert sum(map(len, shares)) == len(cells)
    assert all(len(share) > len(cells) / 6 for share in shares)
    assert all(Shard().takes(cell) for cell in cells)


def test_ingredients_lead_from_the_worst_place_to_the_harmless():
    def make(cell, random):
        made = made_of(cell, random)
        bad = cell.stage == MAP and "x100" in cell.arm and "raced" in cell.arm
        return replace(made, end="diverged") if bad else made

    records = whole_study(make=make)["map"]
    worst, best = ingredients(DESIGN, records)
    start = "optimizer adadelta, price rate x1, price loss x100, price clipped, updates raced"
    end = "optimizer adadelta, price rate x1, price loss x1, price clipped, updates gated"
    assert (worst.start.name, best.start.name) == (start, end)
    assert harmless(DESIGN.maps[0]) == {
        "price_rate": 1.0,
        "scale": 1.0,
        "clip": True,
        "meeting": "gated",
    }
    assert [place.name for place in worst.switched] == [
        start.replace("x100", "x1"),
        start.replace("raced", "gated"),
        start.replace("adadelta", "adadelta_2016"),
    ]
    assert [place.name for place in best.switched] == [
        end.replace("loss x1", "loss x100"),
        end.replace("gated", "raced"),
        end.replace("adadelta", "adadelta_2016"),
    ]
    made = [record for record in records if record.stage == INGREDIENTS]
    names = {place.name for start, others in (worst, best) for place in (start, *others)}
    assert {record.arm for record in made} == names
    assert len(made) == len(names) * len(DESIGN.seeds)
