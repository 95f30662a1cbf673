"""Uniform starts and runs from them."""

import numpy as np
import pytest
from scipy import stats

from numerics import ascent
from numerics.recovery_runs import final_alignments, uniform_alignments
from numerics.signal_tokens import drawn_signal_tokens


@pytest.mark.parametrize("dimension", [1, 2, 3, 20])
def test_a_uniform_query_has_the_law_of_a_coordinate(dimension: int) -> None:
    m = uniform_alignments(np.random.default_rng(1), 20_000, dimension)
    assert (m**2).mean() == pytest.approx(1 / dimension, rel=0.05)
    if dimension > 1:  # m² is Beta(1/2, (d − 1)/2)
        assert stats.kstest(m**2, stats.beta(0.5, (dimension - 1) / 2).cdf).pvalue > 1e-4


def test_steps_of_nothing_leave_the_start() -> None:
    tokens = ascent.Tokens(4, 4, 5, 1.0, 1.0)
    found = final_alignments(np.random.default_rng(2), 20_000, tokens, [0.0])
    assert (found**2).mean() == pytest.approx(0.2, rel=0.05)


def test_runs_end_as_those_in_d_dimensions_do() -> None:
    tokens, sizes = ascent.Tokens(16, 16, 6, 2.0, 0.5), ascent.step_sizes(1.0, 0.7, 20, 10.0)
    found = final_alignments(np.random.default_rng(3), 2000, tokens, sizes)
    starts = np.random.default_rng(4).standard_normal((2000, 6))
    dense = np.abs(ascent.ascend(np.random.default_rng(5), starts, tokens, sizes)[:, 0])
    assert stats.ks_2samp(found, dense).pvalue > 1e-4
    assert 0.3 < dense.mean() < 0.99


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(6)
    with pytest.raises(ValueError, match="dimension d"):
        uniform_alignments(rng, 3, 0)
    with pytest.raises(ValueError, match="offset t_0"):
        ascent.step_sizes(1.0, 0.7, 3, -1.0)
    with pytest.raises(ValueError, match="informative \\+ nuisance is 0"):
        drawn_signal_tokens(rng, 1, 0, 0, 3, 1.0)
