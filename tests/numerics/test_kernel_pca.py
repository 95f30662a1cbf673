"""Kernel PCA of attention's keys against scikit-learn's."""

import numpy as np
import pytest

from numerics.kernel_pca import attention, exact_values, kernel_pca, kernel_sums, known_tokens
from numerics.kernel_projections import constants

PAIR = np.array([[0.0], [1.0]])


def test_worked_values() -> None:
    found = kernel_pca(PAIR, 1)
    assert found.sums == pytest.approx([2, 1 + np.e])
    assert found.eigenvalues[0] == pytest.approx((1 / 4 - 1 / (1 + np.e) + np.e / (1 + np.e) ** 2) / 4)
    assert (found.sums @ exact_values(found)) == pytest.approx(0, abs=1e-15)
    assert kernel_sums(PAIR, PAIR) == pytest.approx(found.sums)


@pytest.mark.parametrize(("n", "dimension", "components"), [(64, 32, 32), (64, 32, 4), (20, 3, 8), (5, 2, 4)])
@pytest.mark.parametrize("own", [True, False])
def test_against_scikit_learn(n: int, dimension: int, components: int, own: bool) -> None:
    from sklearn.decomposition import KernelPCA  # slow to import

    rng = np.random.default_rng(n)
    keys = rng.standard_normal((n, dimension)) / 2
    queries = keys if own else rng.standard_normal((7, dimension)) / 2
    raw, cross = (np.exp(tokens @ keys.T / np.sqrt(dimension)) for tokens in (keys, queries))
    kernel = raw / np.outer(raw.sum(axis=1), raw.sum(axis=1))
    products = cross / np.outer(cross.sum(axis=1), raw.sum(axis=1))
    model = KernelPCA(components, kernel="precomputed", eigen_solver="dense").fit(kernel)
    textbook = model.transform(products)

    found = kernel_pca(keys, components)
    assert found.eigenvalues * n == pytest.approx(model.eigenvalues_, rel=1e-9)
    b = constants(found)
    layer = attention(queries, keys, exact_values(found))
    repaired = attention(queries, keys, exact_values(found) - b)
    signs = np.sign((layer - b) / textbook)[:1]
    size = abs(layer).max()
    assert abs(signs * textbook - (layer - b)).max() < 1e-12 * max(size, 1)
    assert abs(signs * textbook - repaired).max() < 1e-12 * max(size, 1)
    assert abs(signs * textbook - layer).max() == pytest.approx(abs(b).max(), rel=1e-6)


def test_a_batch_is_its_sequences() -> None:
    keys = np.random.default_rng(1).standard_normal((2, 3, 6, 4))
    found = kernel_pca(keys, 3)
    assert found.coefficients.shape == (2, 3, 6, 3)
    one = kernel_pca(keys[1, 2], 3)
    assert found.eigenvalues[1, 2] == pytest.approx(one.eigenvalues)
    assert constants(found)[1, 2] == pytest.approx(constants(one))


@pytest.mark.parametrize(
    ("keys", "components"),
    [
        (np.ones((1, 3)), 1),
        (PAIR, 2),
        (PAIR, 0),
        (np.array([[0.0], [np.nan]]), 1),
        (np.array([0.0, 1.0]), 1),
        (np.zeros((0, 2)), 1),
        (np.ones((3, 2)), 1),
        (np.full((7, 3), 0.3), 1),
        (0.3 + 1e-9 * np.arange(21.0).reshape(7, 3), 1),
    ],
)
def test_bad_keys_are_refused(keys: np.ndarray, components: int) -> None:
    with pytest.raises(ValueError, match=r"must|components|fewer"):
        kernel_pca(keys, components)


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="keys must be finite"):
        known_tokens([[np.inf]], "keys")
    with pytest.raises(ValueError, match="value for every key"):
        attention(PAIR, PAIR, np.ones((3, 1)))
    with pytest.raises(ValueError, match="d of queries"):
        attention(np.ones((2, 2)), PAIR, PAIR)
