"""Rules over several steps and for more than two tasks, against the papers' algorithms in NumPy."""

import numpy as np
import pytest
from linear import Bench

norm = np.linalg.norm
STEPS = np.random.RandomState(8).randn(4, 3, 5) * [[[1.0], [20.0], [0.05]]]
LOSSES = np.array([[1.0, 2.0, 3.0], [0.9, 2.1, 2.0], [0.7, 1.9, 2.5], [0.8, 1.5, 2.4]])


@pytest.fixture(scope="module")
def runs():
    """What every method made of each of four steps."""
    bench = Bench(
        3,
        size=5,
        methods={
            "pcgrad": ("pcgrad", {"order": "index"}),
            "pcgrad mean": ("pcgrad", {"order": "index", "reduction": "mean"}),
            "gradvac": ("gradvac", {"order": "index", "beta": 0.4}),
            "graddrop": ("graddrop", {"leak": [0.0, 0.5, 1.0], "uniform": np.linspace(0.1, 0.9, 5)}),
            "rotograd": ("rotograd_scale", {}),
            "norm_balance": ("norm_balance", {"weights": [1.0, 2.0, 5.0], "total_norm": 3.0, "decay": 0.7}),
            "pcd": ("pcd", {"beta": 0.6, "tau": [0.0, 0.9], "primary": 1, "eps": 0.01}),
            "stch": ("stch", {"mu": 0.3, "weights": [0.2, 0.5, 0.3], "reference": [0.1, 0.2, 0.3]}),
            "famo": ("famo", {"min_losses": [0.1, 0.2, 0.0], "lr": 0.1}),
        },
    )
    return [
        bench.run(step, losses, reset=not index)
        for index, (step, losses) in enumerate(zip(STEPS, LOSSES, strict=True))
    ]


def test_pcgrad_of_three(runs):
    for gradients, values in zip(STEPS, runs, strict=True):
        projected = gradients.copy()
        for i in range(3):
            for j in range(3):
                dot = projected[i] @ gradients[j]
                if i != j and dot < 0:
                    projected[i] -= dot / (gradients[j] @ gradients[j]) * gradients[j]
        np.testing.assert_allclose(values["pcgrad"], np.sum(projected, axis=0))
        np.testing.assert_allclose(values["pcgrad mean"], np.mean(projected, axis=0))


def test_gradvac_of_three(runs):
    usual = np.zeros([3, 3])
    for gradients, values in zip(STEPS, runs, strict=True):
        turned = gradients.copy()
        for i in range(3):
            for j in range(3):
                if i != j:
                    cosine = turned[i] @ gradients[j] / norm(turned[i]) / norm(gradients[j])
                    if cosine < usual[i, j]:
                        sine, wanted = np.sqrt(1 - cosine**2), np.sqrt(1 - usual[i, j] ** 2)
                        amount = norm(turned[i]) * (usual[i, j] * sine - cosine * wanted)
                        turned[i] += amount / (norm(gradients[j]) * wanted) * gradients[j]
                    usual[i, j] += 0.4 * (cosine - usual[i, j])
        np.testing.assert_allclose(values["gradvac"], np.sum(turned, axis=0))


def test_graddrop_leaks(runs):
    leak, draws = np.array([[0.0], [0.5], [1.0]]), np.linspace(0.1, 0.9, 5)
    for gradients, values in zip(STEPS, runs, strict=True):
        purity = 0.5 * (1 + np.sum(gradients, axis=0) / np.sum(np.abs(gradients), axis=0))
        kept = np.where(gradients > 0, purity > draws, purity < draws)
        np.testing.assert_allclose(values["graddrop"], np.sum((leak + (1 - leak) * kept) * gradients, axis=0))


def test_rotograd_remembers_the_first_norms(runs):
    first = norm(STEPS[0], axis=1)
    for gradients, values in zip(STEPS, runs, strict=True):
        lengths = norm(gradients, axis=1)
        shares = lengths / first / np.sum(lengths / first)
        units = gradients / lengths[:, None]
        np.testing.assert_allclose(values["rotograd"], shares @ lengths * np.sum(units, axis=0))


def test_norm_balance_corrects_the_bias(runs):
    average = np.zeros(3)
    for step, (gradients, values) in enumerate(zip(STEPS, runs, strict=True), 1):
        average = 0.7 * average + 0.3 * norm(gradients, axis=1)
        usual = average / (1 - 0.7**step)
        want = 3.0 * (np.array([1.0, 2.0, 5.0]) / 8.0 / usual) @ gradients
        np.testing.assert_allclose(values["norm_balance"], want)


def test_pcd_over_steps(runs):
    """The first task asks for no progress, the third for much: the point nearest to task 1 by projections."""
    average = np.zeros(3)
    for step, (gradients, values) in enumerate(zip(STEPS, runs, strict=True), 1):
        average = 0.6 * average + 0.4 * norm(gradients, axis=1) ** 2
        scaled = gradients / np.sqrt(average / (1 - 0.6**step) + 0.01)[:, None]
        point, corrections = scaled[1].copy(), np.zeros([2, 5])
        for _ in range(4000):
            for row, (j, tau) in enumerate(((0, 0.0), (2, 0.9))):
                moved, square = point + corrections[row], scaled[j] @ scaled[j]
                point = moved + max(0.0, tau - scaled[j] @ moved / square) * scaled[j]
                corrections[row] = moved - point
        want = point * norm(gradients[1]) / norm(point)
        np.testing.assert_allclose(values["pcd"], want, atol=1e-7 * norm(want))


def test_stch_with_preferences(runs):
    for gradients, losses, values in zip(STEPS, LOSSES, runs, strict=True):
        preferred = np.array([0.2, 0.5, 0.3])
        powers = np.exp(preferred * (losses - [0.1, 0.2, 0.3]) / 0.3)
        np.testing.assert_allclose(values["stch"], (preferred * powers / np.sum(powers)) @ gradients)


def test_famo_over_steps(runs):
    """Adam by its definition, on the gradient of softmax(w) . (fall of the logarithms)."""
    w, mean, square = np.zeros(3), np.zeros(3), np.zeros(3)
    before = None
    for step, (gradients, losses, values) in enumerate(zip(STEPS, LOSSES, runs, strict=True)):
        above = losses - [0.1, 0.2, 0.0]
        z = np.exp(w) / np.sum(np.exp(w))
        if before is not None:
            fallen = np.log(before) - np.log(above)
            slope = (np.diag(z) - np.outer(z, z)) @ fallen + 0.001 * w
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            w = w - 0.1 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
            z = np.exp(w) / np.sum(np.exp(w))
        weights = z / above / np.sum(z / above)
        np.testing.assert_allclose(values["famo"], weights @ gradients)
        before = above
