"""Solvers against certificates of optimality and NumPy, at norms that differ by up to 1e6."""

import numpy as np
import pytest
from linear import SIZE, Bench

COUNTS = (2, 3, 6)
norm = np.linalg.norm
METHODS_UNDER_TEST = {
    "mgda": ("mgda", {}),
    "upgrad": ("upgrad", {}),
    "dualproj": ("dualproj", {"pref": "mean"}),
    "cagrad": ("cagrad", {"c": 0.4, "rescale": 0}),
    "cagrad, rescaled": ("cagrad", {"c": 0.4, "rescale": 2}),
    "nash": ("nash_mtl", {"max_norm": 0.0}),
    "fair 0.5": ("fairgrad", {"alpha": 0.5}),
    "fair 2": ("fairgrad", {"alpha": 2.0}),
    "imtl_g": ("imtl_g", {}),
    "config": ("config", {}),
    "aligned min": ("aligned_mtl", {}),
    "aligned median": ("aligned_mtl", {"scale_mode": "median", "pref": 1.0}),
    "aligned rmse": ("aligned_mtl", {"scale_mode": "rmse"}),
    "pcd": ("pcd", {"tau": 0.3, "primary": 1}),
}


@pytest.fixture(scope="module", params=COUNTS)
def solved(request):
    """[(gradients [K, N], what came by method)] for random tasks, half of them in heavy conflict."""
    count = request.param
    bench = Bench(count, size=8, methods=METHODS_UNDER_TEST)
    random = np.random.RandomState(count)
    runs = []
    for trial in range(12):
        gradients = random.randn(count, 8) * 10.0 ** random.uniform(-3, 3, [count, 1])
        if trial % 2:
            gradients[0] = -norm(gradients[0]) * gradients[1] / norm(gradients[1]) + 0.3 * random.randn(
                8
            ) * norm(gradients[0])
        values = bench.run(gradients, fetch=lambda b: (b[0], b.weights, dict(b.details)))
        runs.append((gradients, values))
    return runs


def test_weights_are_those_of_the_update(solved):
    for gradients, values in solved:
        for name, (combined, weights, _) in values.items():
            terms = np.abs(weights) @ np.abs(gradients)
            assert np.all(np.abs(weights @ gradients - combined) <= 1e-12 * terms), name


def test_mgda_is_the_shortest(solved):
    for gradients, values in solved:
        combined, weights, _ = values["mgda"]
        assert np.all(weights >= 0)
        assert np.sum(weights) == pytest.approx(1.0, abs=1e-12)
        # The plane through the shortest vector of a convex set leaves the set behind it.
        square = combined @ combined
        assert np.all(gradients @ combined >= square - 1e-9 * norm(gradients, axis=1) * norm(combined))


def project(gradients, vector):
    """The point of the dual cone nearest to `vector`: Dykstra's algorithm on the half spaces."""
    units = gradients / norm(gradients, axis=1, keepdims=True)
    point, corrections = vector.copy(), np.zeros_like(units)
    for _ in range(6000):
        for row, unit in enumerate(units):
            moved = point + corrections[row]
            point = moved - min(0.0, unit @ moved) * unit
            corrections[row] = moved - point
    return point


def test_projections_onto_the_dual_cone(solved):
    gradients, values = solved[1]
    rows = np.array([project(gradients, gradient / norm(gradient)) for gradient in gradients])
    upgrad = np.mean(rows * norm(gradients, axis=1, keepdims=True), axis=0)
    np.testing.assert_allclose(values["upgrad"][0], upgrad, atol=1e-7 * norm(gradients))
    mean = np.mean(gradients, axis=0)
    np.testing.assert_allclose(values["dualproj"][0], project(gradients, mean), atol=1e-7 * norm(mean))


def test_dualproj_by_its_conditions(solved):
    for gradients, values in solved:
        combined, weights, _ = values["dualproj"]
        added = weights - 1.0 / len(gradients)
        gains = gradients @ combined / norm(gradients, axis=1)
        assert np.all(added >= -1e-12)
        assert np.all(gains >= -1e-9 * norm(combined))
        assert np.all(added * norm(gradients, axis=1) * gains <= 1e-9 * norm(gradients) ** 2)


def test_cagrad_closes_the_duality_gap(solved):
    for gradients, values in solved:
        combined, _, details = values["cagrad"]
        mean = np.mean(gradients, axis=0)
        radius = 0.4 * norm(mean)
        assert norm(combined - mean) <= radius * (1 + 1e-9)
        simplex = details["weights"]
        assert np.all(simplex >= 0)
        weighted = simplex @ gradients
        dual = weighted @ mean + radius * norm(weighted)
        primal = np.min(gradients @ combined)
        size = np.max(simplex * norm(gradients, axis=1)) * norm(mean)
        assert dual - primal <= 1e-9 * max(size, abs(primal))
        np.testing.assert_allclose(values["cagrad, rescaled"][0], combined / 1.4, rtol=1e-12)


@pytest.mark.parametrize(("name", "alpha"), [("nash", 1.0), ("fair 0.5", 0.5), ("fair 2", 2.0)])
def test_fair_weights_solve_their_equation(solved, name, alpha):
    for gradients, values in solved:
        combined, weights, _ = values[name]
        np.testing.assert_allclose(gradients @ combined, weights ** (-1.0 / alpha), rtol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 100.0])
def test_fair_weights_take_few_steps_whatever_the_gradients(dtype, alpha):
    """A step's cost must not hang on the data: rounding keeps a relative step of 1e-12 out of reach."""
    bench = Bench(3, dtype, size=8, methods={"fair": ("fairgrad", {"alpha": alpha})})
    random = np.random.RandomState(1)
    for trial in range(5):
        gradients = random.randn(3, 8)
        nearly_opposite, stationary, stretched = (gradients.copy() for _ in range(3))
        nearly_opposite[1] = -gradients[0] + 1e-5 * gradients[1]
        stationary[2] = -gradients[0] - gradients[1]
        stretched[0] *= 1e6
        for most, given in ((10, gradients), (60, nearly_opposite), (60, stationary), (60, stretched)):
            steps = bench.run(given, fetch=lambda b: (b[0], b.details["newton_steps"]))["fair"][1]
            assert 0 < steps <= most, (trial, most)


def test_imtl_g_has_equal_projections(solved):
    for gradients, values in solved:
        combined, weights, _ = values["imtl_g"]
        projections = gradients @ combined / norm(gradients, axis=1)
        assert np.ptp(projections) <= 1e-9 * np.max(np.abs(weights) * norm(gradients, axis=1))
        assert np.sum(weights) == pytest.approx(1.0, abs=1e-9 * np.sum(np.abs(weights)))


def test_config_is_the_pseudo_inverse(solved):
    for gradients, values in solved:
        direction = np.linalg.pinv(gradients / norm(gradients, axis=1, keepdims=True)) @ np.ones(
            len(gradients)
        )
        direction /= norm(direction)
        want = np.sum(gradients @ direction) * direction
        np.testing.assert_allclose(values["config"][0], want, atol=1e-9 * norm(want))


@pytest.mark.parametrize(("name", "scale"), [("min", np.min), ("median", None), ("rmse", np.mean)])
def test_aligned_mtl_is_the_singular_value_decomposition(solved, name, scale):
    for gradients, values in solved:
        if np.linalg.cond(gradients) < 1e5:
            left, singular, right = np.linalg.svd(gradients, full_matrices=False)
            squares = np.sort(singular**2)
            chosen = squares[(len(squares) - 1) // 2] if scale is None else scale(squares)
            preferred = np.ones(len(gradients)) / (1.0 if name == "median" else len(gradients))
            want = np.sqrt(chosen) * right.T @ left.T @ preferred
            np.testing.assert_allclose(values[f"aligned {name}"][0], want, atol=1e-5 * norm(want))


@pytest.mark.parametrize(("count", "length", "weight"), [(2, 1e-9, 1 / 2), (3, 1e-6, 1 / 3), (3, 1e-9, 0)])
def test_aligned_mtl_leaves_out_far_shorter_tasks_of_three(count, length, weight):
    """Orthogonal gradients, the last far shorter: the limit that BALANCING.md names."""
    gradients = np.eye(count, SIZE)
    gradients[-1] *= length
    bench = Bench(count, methods={"aligned": ("aligned_mtl", {})})
    weights = bench.run(gradients, fetch=lambda balanced: balanced.weights)["aligned"]
    assert weights[-1] == pytest.approx(weight, abs=1e-3)


def test_pcd_by_its_conditions(solved):
    """Without steps before, all normalized gradients are unit vectors."""
    for gradients, values in solved:
        combined, weights, _ = values["pcd"]
        units = gradients / norm(gradients, axis=1, keepdims=True)
        shares = weights * norm(gradients, axis=1)
        point = combined * (1.0 / shares[1])  # d~, in which the primary gradient has weight 1
        slack = np.delete(units @ point - 0.3, 1)
        multipliers = np.delete(shares / shares[1], 1)
        assert norm(combined) == pytest.approx(norm(gradients[1]), rel=1e-9)
        assert np.all(slack >= -1e-8 * norm(point))
        assert np.all(multipliers >= 0)
        assert np.all(multipliers * slack <= 1e-8 * (1 + norm(multipliers)) ** 2)


def test_pcd_drops_what_cannot_be_had():
    bench = Bench(3, size=3, methods={"pcd": ("pcd", {"tau": 0.1})})
    gradients = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0], [0.0, -2.0, -2.0]])
    np.testing.assert_allclose(bench.run(gradients)["pcd"], gradients[0], rtol=1e-12)


def test_cagrad_where_the_ball_does_not_bind():
    """Zero is between the first two; nothing gains for both, and the third's direction is free."""
    bench = Bench(3, size=2, methods={"cagrad": ("cagrad", {"c": 0.5, "rescale": 0})})
    gradients = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(bench.run(gradients)["cagrad"], [0.0, 1.0 / 3.0], atol=1e-9)
    tilted = np.array([[3.0, 0.0], [-1.0, 0.0], [0.0, 3.0]])  # mean (2/3, 1) leaves the cone {x = 0, y >= 0}
    np.testing.assert_allclose(
        Bench(3, size=2, methods={"c": ("cagrad", {"c": 1.0, "rescale": 0})}).run(tilted)["c"],
        [0.0, 1.0],
        atol=1e-9,
    )


def test_one_task_and_twelve():
    one = Bench(1)
    gradient = np.arange(7.0) - 2.0
    for name, combined in one.run([gradient]).items():
        if name != "graddrop":  # keeps each entry or not
            assert np.dot(combined, gradient) == pytest.approx(norm(combined) * norm(gradient)), name
            assert norm(combined) > 0, name
    twelve = Bench(12, size=20, methods={name: METHODS_UNDER_TEST[name] for name in ("mgda", "nash")})
    gradients = np.random.RandomState(0).randn(12, 20)
    values = twelve.run(gradients, fetch=lambda b: (b[0], b.weights))
    combined, weights = values["nash"]
    np.testing.assert_allclose(gradients @ combined, 1 / weights, rtol=1e-9)
    shortest, _ = values["mgda"]
    assert np.min(gradients @ shortest) >= shortest @ shortest - 1e-9
    with pytest.raises(ValueError, match="mgda: solved exactly for up to 12 tasks, got 13"):
        Bench(13, methods={"mgda": ("mgda", {})})
