import numpy as np
import pytest
from scipy import stats

from numerics.signal_draws import drawn_rests, drawn_squares


def test_one_token_has_its_own_square() -> None:
    drawn = drawn_squares(np.random.default_rng(10), 50_000, 0.5, 1.0, 2.0, 1, 0, 3)
    assert drawn.mean() == pytest.approx(7, abs=5 * drawn.std() / np.sqrt(len(drawn)))


def test_in_two_dimensions_nothing_is_left() -> None:
    assert drawn_rests(np.random.default_rng(11), 100, 0.5, 1.0, 2.0, 3, 4, 2).max() < 1e-25


@pytest.mark.parametrize("alignment", [-1.0, 0.3])
def test_the_rest_is_chi_squared(alignment: float) -> None:
    drawn = drawn_rests(np.random.default_rng(12), 20_000, alignment, 1.0, 2.0, 3, 4, 7, "gaussian")
    assert stats.kstest(drawn, stats.chi2(5).cdf).pvalue > 1e-4


@pytest.mark.parametrize("function", [drawn_squares, drawn_rests])
def test_bad_input_is_refused(function) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="alignment m"):
        function(rng, 1, 2.0, 1.0, 1.0, 1, 1, 3)
    with pytest.raises(ValueError, match="strength θ must be finite"):
        function(rng, 1, 0.5, 1.0, np.nan, 1, 1, 3)
    with pytest.raises(ValueError, match="inverse temperature must be finite"):
        function(rng, 1, 0.5, np.inf, 1.0, 1, 1, 3)
    with pytest.raises(ValueError, match="there must be a token"):
        function(rng, 1, 0.5, 1.0, 1.0, 0, 0, 3)
