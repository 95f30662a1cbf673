import numpy as np
import pytest
from scipy import stats

from numerics.ensembles.dense import Data, extreme, sample_covariance, spiked_data

LEVEL = 1e-4  # at fixed seeds


def test_worked_values() -> None:
    data = spiked_data(np.random.default_rng(0), 500, 4, 50, (3.0,))
    along = np.einsum("cdn,d->cn", data.tokens, data.directions[:, 0])
    assert along.var() == pytest.approx(4, rel=0.02)
    assert (np.sum(data.tokens**2) - np.sum(along**2)) / (500 * 50 * 3) == pytest.approx(1, rel=0.02)
    assert sample_covariance(np.array([[[1.0, 1.0]]])).tolist() == [[[1.0]]]
    u = np.array([[0.6], [0.8]])
    found = extreme(Data(np.sqrt(2) * u[None] * [1.0, 0.0], u, np.array([[[2.0, 0.0]]])))
    assert [float(x[0]) for x in (found.eigenvalue, found.overlap, found.row, found.latent)] == pytest.approx([1] * 4)


def test_variances_along_two_spikes_and_correlation_with_the_score() -> None:
    data = spiked_data(np.random.default_rng(1), 2000, 5, 10, (2.0, -0.5))
    along = np.einsum("cdn,dr->crn", data.tokens, data.directions)
    assert along.var(axis=(0, 2)) == pytest.approx([3, 0.5], rel=0.03)
    assert np.isnan(data.scores[:, 1]).all()
    correlation = np.corrcoef(along[:, 0].ravel(), data.scores[:, 0].ravel())[0, 1]
    assert correlation == pytest.approx(np.sqrt(2 / 3), abs=0.02)
    assert data.directions.T @ data.directions == pytest.approx(np.eye(2), abs=1e-12)


def test_one_dimension_is_chi_square() -> None:
    found = extreme(spiked_data(np.random.default_rng(2), 5000, 1, 6, (0.5,)))
    assert stats.kstest(6 * found.eigenvalue / 1.5, stats.chi2(6).cdf).pvalue > LEVEL
    assert found.overlap == pytest.approx(np.ones(5000))


def test_the_bottom_of_a_negative_spike() -> None:
    data = spiked_data(np.random.default_rng(3), 50, 4, 400, (-0.9,))
    found = extreme(data, "bottom")
    assert found.eigenvalue.mean() == pytest.approx(0.1, abs=0.01)
    assert found.overlap.min() > 0.9


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    for shape in ((0, 2, 2), (2, 0, 2), (2, 2, 0)):
        with pytest.raises(ValueError, match="must be an integer of at least 1"):
            spiked_data(rng, *shape)
    for strength in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="strength θ"):
            spiked_data(rng, 1, 2, 2, (strength,))
    with pytest.raises(ValueError, match="3 spikes need a dimension d of at least that, not 2"):
        spiked_data(rng, 1, 2, 2, (1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match='end must be "top" or "bottom"'):
        extreme(spiked_data(rng, 1, 2, 2, (1.0,)), "middle")
    with pytest.raises(ValueError, match="tokens must be an array of 3 axes"):
        sample_covariance(np.ones((2, 2)))
