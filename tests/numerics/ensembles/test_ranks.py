import numpy as np
import pytest
from scipy import stats

from numerics.ensembles.ranks import rank_among


def test_worked_value() -> None:
    ranks = rank_among(np.random.default_rng(0), np.full(100, 2.0), np.tile([1.0, 3.0], (100, 1)))
    assert 1 <= ranks.min() < 1.1
    assert 1.9 < ranks.max() <= 2


def test_ranks_of_one_law_are_uniform() -> None:
    rng = np.random.default_rng(1)
    ranks = rank_among(rng, rng.standard_normal(20_000), rng.standard_normal((20_000, 4)))
    assert stats.kstest(ranks / 5, "uniform").pvalue > 1e-4


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"others must be \(count, k\) with count = 2"):
        rank_among(rng, np.ones(2), np.ones((3, 2)))
    with pytest.raises(ValueError, match="others must be an array of 2 axes with entries"):
        rank_among(rng, np.ones(2), np.ones((2, 0)))
    with pytest.raises(ValueError, match="one must be finite"):
        rank_among(rng, np.array([np.nan]), np.ones((1, 2)))
