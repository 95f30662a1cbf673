import numpy as np
import pytest
from scipy import stats

from numerics.ensembles.ranks import dense_among_banded


def top(eigenvalues, overlaps):
    return eigenvalues[:, 0]


def counted(**changed) -> np.ndarray:
    case = {"d": 4, "n": 5, "strengths": (3, 1), "statistic": top, "others": 4} | changed
    ranks = dense_among_banded(np.random.default_rng(0), 4000, **case)
    assert ranks.shape == (4000,)
    return np.bincount(ranks.astype(int), minlength=case["others"] + 1)


@pytest.mark.parametrize("shape", [(4, 5), (5, 2), (2, 1)])
def test_ranks_are_uniform(shape: tuple[int, int]) -> None:
    d, n = shape
    assert stats.chisquare(counted(d=d, n=n)).pvalue > 1e-6


def test_other_degrees_of_freedom_are_seen() -> None:
    assert stats.chisquare(counted(extra=2)).pvalue < 1e-12


@pytest.mark.parametrize(
    ("changed", "complaint"), [({"others": 0}, "others must be"), ({"extra": -1}, "extra degrees")]
)
def test_bad_input_is_refused(changed: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        counted(**changed)
