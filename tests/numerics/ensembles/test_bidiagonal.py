import numpy as np
import pytest
from scipy import stats

from numerics.ensembles.bidiagonal import all_rows, spike_strength, squared_entries, tridiagonal

LEVEL = 1e-4  # at fixed seeds: a test that is passed once is always passed


def test_worked_values() -> None:
    diagonal, below = squared_entries(np.random.default_rng(0), 100_000, 1, 5, 1.0)
    assert diagonal.shape == below.shape == (1, 100_000)
    assert diagonal.mean() == pytest.approx(10, rel=0.01)
    assert not below.any()
    squares, couplings = tridiagonal(np.array([[4.0], [9.0]]), np.array([[1.0], [0.0]]))
    assert squares.tolist() == [[4], [10]]
    assert couplings.tolist() == [[4], [0]]
    assert tridiagonal(np.array([[4.0]]), np.array([[1.0]]), before=2.0)[0].tolist() == [[6]]


@pytest.mark.parametrize(("d", "n", "rows"), [(5, 8, 5), (9, 4, 5), (4, 4, 4), (5, 4, 5), (1, 1, 1), (2, 1, 2)])
def test_rows_and_their_laws(d: int, n: int, rows: int) -> None:
    assert all_rows(d, n) == rows
    diagonal, below = squared_entries(np.random.default_rng(1), 4000, d, n, 0.5)
    assert diagonal.shape == (rows, 4000)
    for i in range(rows):
        for entries, degrees, factor in ((diagonal[i], n - i, 1.5 if i == 0 else 1), (below[i], d - 1 - i, 1)):
            if degrees > 0 and i < n:
                assert stats.kstest(entries / factor, stats.chi2(degrees).cdf).pvalue > LEVEL
            else:
                assert not entries.any()


def test_rows_drawn_one_after_another_are_those_drawn_at_once() -> None:
    whole = squared_entries(np.random.default_rng(2), 3, 20, 30, 1.0)
    rng = np.random.default_rng(2)
    parts = [squared_entries(rng, 3, 20, 30, 1.0, first=first, rows=5) for first in (0, 5, 10, 15)]
    for k in (0, 1):
        assert np.array_equal(whole[k], np.concatenate([part[k] for part in parts]))


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    for arguments in ((0, 5, 5), (1, 0, 5), (1, 5, 0)):
        with pytest.raises(ValueError, match="must be an integer of at least 1"):
            squared_entries(rng, *arguments)
    for strength in (-1.0, -2.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="strength θ must be finite and above −1"):
            squared_entries(rng, 1, 5, 5, strength)
        with pytest.raises(ValueError, match="strength θ"):
            spike_strength(strength)
    for first, rows in ((0, 6), (5, 1), (-1, 2)):
        with pytest.raises(ValueError, match="are not among the 5 rows of B"):
            squared_entries(rng, 1, 5, 5, first=first, rows=rows)
