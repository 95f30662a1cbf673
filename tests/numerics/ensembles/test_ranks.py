import numpy as np
import pytest
from scipy import stats

from numerics.ensembles.ranks import ranks_among


def test_worked_value() -> None:
    assert ranks_among(np.array([2.0]), np.array([[1.0, 3.0]])).tolist() == [1]


def test_ranks_of_one_law_are_uniform_and_of_two_are_not() -> None:
    rng = np.random.default_rng(0)
    one, others = rng.standard_normal(20_000), rng.standard_normal((20_000, 4))
    assert stats.chisquare(np.bincount(ranks_among(one, others).astype(int))).pvalue > 1e-6
    assert stats.chisquare(np.bincount(ranks_among(one + 0.2, others).astype(int))).pvalue < 1e-12


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="count = 2"):
        ranks_among(np.zeros(2), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="finite"):
        ranks_among(np.array([np.nan]), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="others"):
        ranks_among(np.zeros(2), np.zeros((2, 0)))
