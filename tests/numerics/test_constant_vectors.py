import numpy as np
import pytest

from numerics import constant_vectors
from numerics.kernel_pca import exact_values, kernel_pca

KEYS = np.array([[0.0, 1.0], [1.0, 2.0], [3.0, -1.0]])


def test_keys_have_mean_0_or_are_standardised() -> None:
    rng = np.random.default_rng(1)
    assert constant_vectors.vision_keys(rng, 9, 4, standardised=False).sum(axis=0) == pytest.approx(0, abs=1e-12)
    keys = constant_vectors.vision_keys(rng, 9, 4, standardised=True)
    assert keys.mean(axis=1) == pytest.approx(0, abs=1e-12)
    assert (keys**2).sum(axis=1) == pytest.approx(4)


def test_exact_values_deviate_by_nothing_and_random_ones_by_little() -> None:
    exact = constant_vectors.deviations(KEYS, exact_values(kernel_pca(KEYS, 2)))
    assert all(found.value <= found.error for found in exact.values())
    rng = np.random.default_rng(1)
    keys = constant_vectors.vision_keys(rng, 197, 64, standardised=False)
    drawn = constant_vectors.deviations(keys, rng.standard_normal((197, 1)))
    assert drawn["weighted"].error < 1e-3 * drawn["weighted"].value < 1e-8


def test_the_last_component_captures_less() -> None:
    found = constant_vectors.tests_of_eigenvectors(KEYS)
    values = np.linalg.eigvalsh(_centred(kernel_pca(KEYS, 1).kernel))
    assert found["variance, last"].value == pytest.approx(values[1] / values[2])
    assert found["variance, first"].value == pytest.approx(1)
    assert found["residual, last"].value <= found["residual, last"].error


def _centred(gram: np.ndarray) -> np.ndarray:
    centring = np.eye(len(gram)) - 1 / len(gram)
    return centring @ gram @ centring


def test_residuals_are_the_angles_of_a_and_its_image() -> None:
    squares = constant_vectors.random_residuals(np.random.default_rng(1), 500, KEYS)
    assert squares.shape == (500,)
    assert 0 <= squares.min() <= squares.max() <= 1
    p, q = np.linalg.eigvalsh(_centred(kernel_pca(KEYS, 1).kernel))[:0:-1]
    largest = constant_vectors.largest_residual(np.random.default_rng(1), 500, KEYS)
    assert largest.value == pytest.approx((p - q) / (p + q), rel=1e-3)
    assert squares.mean() == pytest.approx(((p - q) / (p + q)) ** 2 / 2, rel=0.2)


def test_the_pooled_residual_is_the_quotient_of_means() -> None:
    rng = np.random.default_rng(1)
    found = constant_vectors.pooled_residuals(rng, 4000, KEYS)
    eigenvalues = np.linalg.eigvalsh(_centred(kernel_pca(KEYS, 1).kernel))[1:]
    expected = 0.5 - eigenvalues.sum() ** 2 / (4 * (eigenvalues**2).sum())
    assert found.mean() == pytest.approx(expected, rel=0.1)
    assert constant_vectors.pooled_residuals(rng, 3, KEYS[:2]) == pytest.approx(0, abs=1e-14)


def test_bad_input() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="at least 1"):
        constant_vectors.pooled_residuals(rng, 0, KEYS)
    with pytest.raises(ValueError, match="cannot be standardised"):
        constant_vectors.vision_keys(rng, 4, 1, standardised=True)
    with pytest.raises(ValueError, match="at least 1"):
        constant_vectors.vision_keys(rng, 0, 1, standardised=False)
    with pytest.raises(ValueError, match="at least 1"):
        constant_vectors.random_residuals(rng, 0, KEYS)
