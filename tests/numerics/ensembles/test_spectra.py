import numpy as np
import pytest
from scipy import stats

from numerics.ensembles import spectra
from numerics.ensembles.bidiagonal import squared_entries

SHAPES = [(1, 1), (1, 3), (3, 1), (6, 9), (7, 7), (9, 8), (9, 4)]


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def of_lapack(d: int, n: int, samples: int = 5) -> np.ndarray:
    """Return all d eigenvalues of the very matrices that ``rng`` gives, by LAPACK, (samples, d)."""
    diagonal, below = squared_entries(rng(), samples, d, n)
    found = []
    for square, beside in zip(diagonal.T, below.T, strict=True):
        B = np.diag(np.sqrt(square)) + np.diag(np.sqrt(beside[:-1]), -1)
        found.append(np.concatenate([np.zeros(d - len(B)), np.linalg.eigvalsh(B @ B.T / n)]))
    return np.array(found)


@pytest.mark.parametrize(("d", "n"), SHAPES)
class TestAgainstLapackOnTheSameMatrix:
    def test_counts(self, d: int, n: int) -> None:
        points = np.array([0.1, 0.5, 1, 2])
        shares = (of_lapack(d, n) <= points[:, None, None]).mean(axis=2)
        np.testing.assert_array_equal(spectra.counts(rng(), 5, d, n, points), shares)

    @pytest.mark.parametrize("z", [-0.5, 1 + 1j, 2 - 0.01j])
    def test_resolvents(self, d: int, n: int, z: complex) -> None:
        exact = (1 / (of_lapack(d, n) - z)).mean(axis=1)
        np.testing.assert_allclose(spectra.resolvent_traces(rng(), 5, d, n, z), exact, rtol=1e-12)

    def test_order_statistics(self, d: int, n: int) -> None:
        for k in range(1, d + 1):
            found = spectra.order_statistic(rng(), 5, d, n, k)
            np.testing.assert_allclose(found, of_lapack(d, n)[:, k - 1], atol=1e-13)


@pytest.mark.parametrize(("d", "n"), [(3, 5), (4, 4), (5, 3)])
def test_in_distribution_the_reduction_is_the_dense_ensemble(d: int, n: int) -> None:
    dense = spectra.dense(rng(1), 20_000, d, n)
    for k in range(max(1, d - n + 1), d + 1):
        found = spectra.order_statistic(rng(k), 4000, d, n, k)
        assert stats.ks_2samp(found, dense[:, k - 1]).pvalue > 1e-4
    traces = spectra.resolvent_traces(rng(2), 20_000, d, n, -1.0).real
    assert stats.ks_2samp(traces, (1 / (dense + 1)).mean(axis=1)).pvalue > 1e-4


def test_worked_values() -> None:
    assert spectra.counts(rng(), 50, 2, 1, [1e-9, 1.0]).min() >= 0.5
    assert spectra.order_statistic(rng(), 2, 3, 1, 2).tolist() == [0, 0]
    assert spectra.zeros(rng(), 3, 1) == 2
    assert spectra.zeros(rng(), 3, 4) == 0
    np.testing.assert_allclose(spectra.dense(rng(), 4, 2, 1)[:, 0], 0, atol=1e-15)
    one = spectra.resolvent_traces(rng(), 3, 1, 1, -1)
    np.testing.assert_allclose(one, 1 / (1 + squared_entries(rng(), 3, 1, 1)[0][0]))


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: spectra.counts(rng(), 1, 2, 2, [0.0]), "points must be positive"),
        (lambda: spectra.counts(rng(), 1, 2, 2, [np.nan]), "points must be finite"),
        (lambda: spectra.counts(rng(), 1, 0, 2, [1.0]), "dimension d must be an integer of at least 1"),
        (lambda: spectra.resolvent_traces(rng(), 1, 2, 2, 1.0), "negative or not real"),
        (lambda: spectra.resolvent_traces(rng(), 1, 2, 2, np.nan), "must be finite"),
        (lambda: spectra.order_statistic(rng(), 1, 2, 2, 3), "k must be an integer from 1 to d = 2, not 3"),
        (lambda: spectra.order_statistic(rng(), 1, 2, 0, 1), "n must be an integer of at least 1"),
        (lambda: spectra.order_statistic(rng(), 0, 2, 1, 1), "count must be an integer of at least 1"),
        (lambda: spectra.dense(rng(), 0, 2, 2), "count must be an integer of at least 1"),
        (lambda: spectra.zeros(rng(), 2, 0), "n must be an integer of at least 1"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
