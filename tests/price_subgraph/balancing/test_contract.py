"""The contract of the whole table: what every method promises, in both dtypes, for 2, 3 and 5 tasks."""

import itertools

import numpy as np
import pytest
from linear import SIZE, Bench

from price_subgraph.balancing import METHODS, PROPERTIES

SCALES = (1e-12, 1.0, 1e12)
TOLERANCE = {np.float64: 1e-6, np.float32: 2e-3}
norm = np.linalg.norm


@pytest.fixture(scope="module", params=list(itertools.product((np.float64, np.float32), (2, 3, 5))), ids=str)
def bench(request):
    dtype, count = request.param
    return Bench(count, dtype)


def draw(bench, seed):
    """Gradients of similar norms, the first two in conflict, and losses around 1."""
    random = np.random.RandomState(seed)
    gradients = random.randn(bench.count, SIZE)
    gradients[0] -= 0.8 * norm(gradients[0]) / norm(gradients[1]) * gradients[1]
    return gradients, random.uniform(0.5, 2.0, bench.count)


def claims(bench, name, prop):
    method = METHODS[name]
    return prop in method.holds or (bench.count == 2 and prop in method.two_tasks)


def claiming(bench, prop):
    names = [name for name in METHODS if claims(bench, name, prop)]
    assert names
    return names


def stretched(gradients):
    """The same tasks with the first two multiplied by far apart numbers."""
    for first, second in itertools.permutations(SCALES, 2):
        factors = np.ones([len(gradients), 1])
        factors[:2, 0] = first, second
        yield factors * gradients


def far(a, b):
    return norm(np.asarray(a, np.float64) - b) / norm(b)


def test_every_claim_is_a_property():
    for method in METHODS.values():
        assert method.holds | method.two_tasks <= set(PROPERTIES)


def test_finite_at_every_scale(bench):
    """Also with zero, equal, opposite gradients; at the second step, with what the first one left."""
    gradients, losses = draw(bench, 0)
    for pattern in itertools.product((0.0, *SCALES), repeat=2):
        factors = np.resize(pattern, bench.count)[:, None]
        signs = np.resize([1.0, -1.0], bench.count)[:, None]
        for kind in (gradients, gradients[:1] + 0.0 * gradients, signs * gradients[:1]):
            levels = losses if kind is gradients else np.where(factors[:, 0] > 0, factors[:, 0], 1.0)
            for step in range(2):
                for name, combined in bench.run(factors * kind, levels, reset=not step).items():
                    assert np.all(np.isfinite(combined)), (name, pattern, step)


def test_a_silent_task_changes_nothing_but_the_weights_of_the_others(bench):
    """No method lets a zero gradient turn the update away from the plane of the others; some stop there."""
    gradients, losses = draw(bench, 1)
    gradients[-1] = 0.0
    basis = np.linalg.qr(gradients[:-1].T)[0]
    for name, combined in bench.run(gradients, losses).items():
        if name != "graddrop":  # which looks at entries
            assert norm(combined - basis @ (basis.T @ combined)) <= TOLERANCE[bench.dtype] * norm(
                gradients
            ), name


def test_permutation(bench):
    gradients, losses = draw(bench, 2)
    order = np.roll(np.arange(bench.count), 1)
    straight, turned = bench.run(gradients, losses), bench.run(gradients[order], losses[order])
    for name in claiming(bench, "permutation"):
        assert far(turned[name], straight[name]) < TOLERANCE[bench.dtype], name


def test_degree(bench):
    """All gradients times c: the update times c^degree, which no absolute epsilon survives."""
    gradients, losses = draw(bench, 3)
    base = bench.run(gradients, losses)
    for scale in (1e-12, 1e12):
        scaled = bench.run(scale * gradients, losses)
        for name, balancer in bench.balancers.items():
            degree = METHODS[name].degree(**balancer.parameters)
            if degree is not None:
                there = scaled[name].astype(np.float64) / scale**degree
                assert far(there, base[name]) < TOLERANCE[bench.dtype], (name, scale)


def test_scale_free(bench):
    gradients, losses = draw(bench, 4)
    base = bench.run(gradients, losses)
    for changed in stretched(gradients):
        values = bench.run(changed, losses)
        for name in claiming(bench, "scale_free"):
            direction = values[name].astype(np.float64) / norm(values[name].astype(np.float64))
            assert far(direction, base[name] / norm(base[name])) < TOLERANCE[bench.dtype], name


def test_non_conflict(bench):
    for seed in range(4):
        gradients, losses = draw(bench, 5 + seed)
        for changed in (gradients, *stretched(gradients)):
            values = bench.run(changed, losses)
            for name in claiming(bench, "non_conflict"):
                combined = values[name].astype(np.float64)
                cosines = gradients @ combined / norm(gradients, axis=1) / norm(combined)
                assert np.min(cosines) > -TOLERANCE[bench.dtype], name


def test_stationary(bench):
    """Where a convex combination of the gradients is zero the update is as short as rounding allows."""
    gradients, losses = draw(bench, 9)
    for changed in (gradients, *stretched(gradients)):
        stationary = changed.copy()
        stationary[-1] = -np.linspace(0.5, 2.0, bench.count - 1) @ stationary[:-1]
        longest = np.max(norm(stationary, axis=1))
        values = bench.run(stationary, losses)
        for name in claiming(bench, "stationary"):
            degree = METHODS[name].degree(**bench.balancers[name].parameters)
            combined = norm(values[name].astype(np.float64))
            assert combined < TOLERANCE[bench.dtype] * longest**degree, name


@pytest.mark.parametrize(
    ("name", "prop", "count"),
    [
        ("sum", "non_conflict", 2),
        ("sum", "scale_free", 2),
        ("cagrad", "stationary", 2),
        ("pcgrad", "permutation", 3),
        ("pcgrad", "non_conflict", 5),
        ("norm_balance", "non_conflict", 3),
        ("pcd", "permutation", 2),
        ("aligned_mtl", "scale_free", 3),
        ("upgrad", "scale_free", 2),
    ],
)
def test_what_is_not_claimed_does_not_hold(name, prop, count):
    """Else the tests above could be weak, or the table too modest."""
    bench = Bench(count, methods={name: (name, {"order": "index"} if name == "pcgrad" else {})})
    assert not claims(bench, name, prop)
    broken = 0.0
    for seed in range(20):
        gradients, losses = draw(bench, seed)
        base = bench.run(gradients, losses)[name]
        if prop == "permutation":
            broken = max(broken, far(bench.run(gradients[::-1], losses[::-1])[name], base))
        elif prop == "non_conflict":
            broken = max(broken, -np.min(gradients @ base) / norm(gradients) / norm(base))
        elif prop == "scale_free":
            gradients[0] *= 10.0
            other = bench.run(gradients, losses)[name]
            broken = max(broken, far(other / norm(other), base / norm(base)))
        else:
            gradients[-1] = -gradients[0]
            broken = max(broken, norm(bench.run(gradients[[0, -1]] * [[1.0], [0.5]], losses)[name]))
    assert broken > 1e-2
