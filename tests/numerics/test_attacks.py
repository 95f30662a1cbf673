"""Corruptions and attacks: worked values, the boxes, and gradients by finite differences."""

import numpy as np
import pytest

from numerics.attacks import fgsm, gaussian_noise, pgd, salt_and_pepper, slope_of
from numerics.small_networks import Network, initial, losses

NETWORK = Network(width=6, head=2)
X = np.random.default_rng(0).random((2, 3, 8, 8))
Y = np.array([[0, 1, 2], [3, 4, 5]])


def test_worked_values() -> None:
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(gaussian_noise(rng, X, 0.0), X)
    assert set(np.unique(salt_and_pepper(rng, X, 1.0))) == {0.0, 1.0}
    np.testing.assert_array_equal(salt_and_pepper(rng, X, 0.0), X)
    half = np.full((1, 1, 8, 8), 0.5)
    np.testing.assert_allclose(fgsm(np.ones_like, half, 0.1), 0.6)
    np.testing.assert_allclose(fgsm(lambda x: -np.ones_like(x), half, 0.7), 0.0)


def test_noise_has_its_deviation_and_spikes_their_share() -> None:
    rng, grey = np.random.default_rng(0), np.full((1, 2000, 8, 8), 0.5)
    assert (gaussian_noise(rng, grey, 0.05) - 0.5).std() == pytest.approx(0.05, rel=0.01)
    assert (salt_and_pepper(rng, grey, 0.2) != 0.5).mean() == pytest.approx(0.2, abs=0.005)


def test_slopes_are_those_of_finite_differences() -> None:
    parameters = initial([1, 2], NETWORK)
    slope = slope_of(parameters, NETWORK, Y)(X)
    for place in [(0, 1, 3, 4), (1, 2, 0, 5)]:
        ends = []
        for h in (1e-6, -1e-6):
            x = X.copy()
            x[place] += h
            ends.append(losses(parameters, NETWORK, x, Y).sum() * 3)  # a sum over the images
        assert slope[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4, abs=1e-7)


def test_pgd_stays_in_both_boxes_and_raises_the_loss() -> None:
    parameters = initial([1, 2], NETWORK)
    slope = slope_of(parameters, NETWORK, Y)
    found = pgd(slope, X, 0.1, 0.04, 5)
    assert np.abs(found - X).max() <= 0.1 + 1e-12
    assert found.min() >= 0
    assert found.max() <= 1
    assert (losses(parameters, NETWORK, found, Y) > losses(parameters, NETWORK, X, Y)).all()
    np.testing.assert_allclose(pgd(slope, X, 0.1, 0.1, 1), fgsm(slope, X, 0.1))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: gaussian_noise(np.random.default_rng(0), X + 1, 0.1), "pixels"),
        (lambda: gaussian_noise(np.random.default_rng(0), X, -1.0), "deviation"),
        (lambda: salt_and_pepper(np.random.default_rng(0), X, 1.5), "probability"),
        (lambda: fgsm(np.ones_like, X, float("nan")), "epsilon"),
        (lambda: fgsm(np.ones_like, X * np.nan, 0.1), "pixels"),
        (lambda: pgd(np.ones_like, X, 0.1, 0.1, 0), "iterations"),
    ],
)
def test_bad_input(call, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()
