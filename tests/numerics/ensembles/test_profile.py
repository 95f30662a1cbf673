import numpy as np
import pytest

from numerics.ensembles.profile import top_profile
from numerics.ensembles.reduced import outlier


def test_worked_value() -> None:
    squares = top_profile(np.random.default_rng(0), 100, 10**8, 10**8, 2.0)
    assert squares[:4].mean(axis=1) == pytest.approx([1 / 2, 3 / 8, 3 / 32, 3 / 128], rel=1e-3)
    assert squares.sum(axis=0) == pytest.approx(np.ones(100))


def test_the_first_row_is_the_overlap() -> None:
    squares = top_profile(np.random.default_rng(1), 20, 30, 20, 1.5)
    assert squares.shape == (21, 20)
    assert squares[0] == pytest.approx(outlier(np.random.default_rng(1), 20, 30, 20, 1.5).overlap, abs=1e-12)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="count must be an integer of at least 1"):
        top_profile(np.random.default_rng(0), 0, 5, 5, 1.0)
    with pytest.raises(ValueError, match="strength θ"):
        top_profile(np.random.default_rng(0), 1, 5, 5, -1.0)
