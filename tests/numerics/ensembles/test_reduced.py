"""The reduced sampler against dense draws, closed forms, and itself with all its rows."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats

from numerics.ensembles import reduced
from numerics.ensembles.bidiagonal import squared_entries, tridiagonal
from numerics.ensembles.dense import extreme, spiked_data
from numerics.ensembles.reduced import NEGLIGIBLE, outlier, planned_rows
from numerics.ensembles.top import top

LEVEL = 1e-4  # at fixed seeds: a test that is passed once is always passed


def test_worked_values() -> None:
    found = outlier(np.random.default_rng(0), 50, 10**6, 10**6, 2.0)
    assert found.eigenvalue == pytest.approx(np.full(50, 4.5), rel=0.02)
    for overlap in (found.overlap, found.row, found.latent):
        assert overlap.mean() == pytest.approx(0.5, abs=0.25)
    assert found.overlap.mean() == pytest.approx(0.5, abs=0.01)
    assert planned_rows(10**6, 10**6, 0.0) == 1008
    assert planned_rows(10**6, 10**6, 2.0) == 56
    assert planned_rows(10**6, 10**6, 2.0, end="bottom") == 10**6
    assert planned_rows(10**6, 4 * 10**6, -0.75, end="bottom") == 86
    assert planned_rows(10, 10, 1e300) == 10


@pytest.mark.parametrize(
    ("d", "n", "strength", "end"),
    [
        (5, 8, 1.5, "top"),
        (9, 4, 2.0, "top"),
        (20, 20, 0.0, "top"),
        (6, 10, -0.9, "bottom"),
        (4, 12, 3.0, "bottom"),
        (1, 1, 0.5, "top"),
        (3, 2, 1.0, "top"),
    ],
)
def test_against_dense_draws(d: int, n: int, strength: float, end: str) -> None:
    rng = np.random.default_rng(10 * d + n)
    dense = extreme(spiked_data(rng, 3000, d, n, (strength,)), end)
    found = outlier(rng, 3000, d, n, strength, end=end)
    for name in ("eigenvalue", "overlap", "row", *(("latent",) if strength >= 0 else ())):
        one, other = getattr(dense, name), getattr(found, name)
        if one.std() > 1e-9:
            assert stats.ks_2samp(one, other).pvalue > LEVEL, name
        else:
            assert other == pytest.approx(one), name
    assert stats.ks_2samp(dense.eigenvalue * dense.overlap, found.eigenvalue * found.overlap).pvalue > LEVEL


def test_one_dimension() -> None:
    found = outlier(np.random.default_rng(1), 5000, 1, 7, 0.5)
    assert stats.kstest(7 * found.eigenvalue / 1.5, stats.chi2(7).cdf).pvalue > LEVEL
    assert found.overlap == pytest.approx(np.ones(5000))
    assert found.row == pytest.approx(np.ones(5000))


def test_one_token() -> None:
    found = outlier(np.random.default_rng(2), 5000, 4, 1, 0.0)
    assert stats.kstest(found.eigenvalue, stats.chi2(4).cdf).pvalue > LEVEL
    assert stats.kstest(found.overlap, stats.beta(0.5, 1.5).cdf).pvalue > LEVEL
    assert found.row == pytest.approx(np.ones(5000))
    assert found.latent == pytest.approx(np.ones(5000))


@pytest.mark.parametrize(("d", "n", "end"), [(8, 20, "top"), (8, 20, "bottom"), (12, 5, "top")])
def test_isotropic_overlaps_are_beta(d: int, n: int, end: str) -> None:
    found = outlier(np.random.default_rng(3), 5000, d, n, 0.0, end=end)
    assert stats.kstest(found.overlap, stats.beta(0.5, (d - 1) / 2).cdf).pvalue > LEVEL
    assert stats.kstest(found.latent, stats.beta(0.5, (n - 1) / 2).cdf).pvalue > LEVEL


@pytest.mark.parametrize("strength", [0.0, 1.0, 1.5])
def test_the_rows_that_are_left_out_change_nothing(strength: float) -> None:
    d = n = 1500
    rows = planned_rows(d, n, strength)
    assert rows < 1500
    whole = tridiagonal(*squared_entries(np.random.default_rng(4), 40, d, n, strength))
    part = [entries[:rows] for entries in whole]
    all_of_them, leading = top(*whole), top(*part)
    assert leading.last.max() < NEGLIGIBLE
    assert (leading.eigenvalue <= all_of_them.eigenvalue * (1 + 1e-15)).all()
    assert np.abs(leading.eigenvalue / all_of_them.eigenvalue - 1).max() < 1e-15
    assert leading.overlap == pytest.approx(all_of_them.overlap, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(("strength", "end"), [(0.0, "top"), (3.0, "top"), (0.0, "bottom")])
def test_rows_are_added_until_the_certificate_holds(strength: float, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = outlier(np.random.default_rng(5), 2000, 60, 80, strength, end=end)
    monkeypatch.setattr(reduced, "planned_rows", lambda *_, **__: 3)
    found = outlier(np.random.default_rng(6), 2000, 60, 80, strength, end=end)
    assert found.rows.min() > 3
    assert set(found.rows) <= {6, 12, 24, 48, 60}
    assert (found.last[found.rows < 60] <= NEGLIGIBLE).all()
    for name in ("eigenvalue", "overlap", "row", "latent"):
        assert stats.ks_2samp(getattr(usual, name), getattr(found, name)).pvalue > LEVEL, name


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, two, other = (astuple(outlier(np.random.default_rng(seed), 5, 300, 200, 1.0)) for seed in (7, 7, 8))
    assert all(map(np.array_equal, one, two))
    assert not np.array_equal(one[0], other[0])


def test_a_negative_spike_has_no_score() -> None:
    assert outlier(np.random.default_rng(0), 5, 4, 4, -0.5).latent.shape == (0,)


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    for shape in ((0, 5, 5), (1, 0, 5), (1, 5, 0)):
        with pytest.raises(ValueError, match="must be an integer of at least 1"):
            outlier(rng, *shape)
    for strength in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="strength θ must be finite and above −1"):
            outlier(rng, 1, 5, 5, strength)
    with pytest.raises(ValueError, match='end must be "top" or "bottom"'):
        outlier(rng, 1, 5, 5, end="left")
    with pytest.raises(ValueError, match="needs d ≤ n"):
        outlier(rng, 1, 6, 5, end="bottom")
