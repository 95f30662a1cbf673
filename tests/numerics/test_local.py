"""In one dimension with Σ = 1 the flow is b' = 8b(1 − b): every time and exponent is known."""

import numpy as np
import pytest

from numerics.local import comes_back, decay, escape_time


def test_the_escape_time_of_the_logistic_flow() -> None:
    for size in (1.0, 10.0, 160.0):
        b = np.exp(-2 * size)
        measured = escape_time([[1.0]], [np.exp(-size)])
        exact = (2 * size + np.log1p(-b)) / 8
        assert abs(measured.value - exact) <= measured.error + 1e-11 * size
        assert measured.error < 1e-9 * size


def test_exponents_of_the_logistic_flow() -> None:
    near_zero = decay([[1.0]], [0.0], [1e-3])
    assert near_zero.value == pytest.approx(-4, abs=2e-3)
    near_one = decay([[1.0]], [1.0], [1e-4])
    assert near_one.value == pytest.approx(8, abs=1e-2)
    assert 0 < near_one.error < 1e-4


def test_steps_on_either_side_of_a_quarter() -> None:
    for step, returns in ((0.2, True), (0.24, True), (0.26, False), (1 / 3, False)):
        assert comes_back([[1.0]], [1.0], [0.05], step, 1000) is returns
    with pytest.raises(RuntimeError, match="undecided after 10 steps"):
        comes_back([[1.0]], [1.0], [0.05], 0.25, 10)
    assert comes_back([[1.0]], [1.0], [0.05], 0.25, 3000)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="offset must not be 0"):
        decay([[1.0]], [0.0], [0.0])
    for start in ([0.0], [1.0]):
        with pytest.raises(ValueError, match="start must be near 0 but not 0"):
            escape_time([[1.0]], start)
    with pytest.raises(ValueError, match="step size positive"):
        comes_back([[1.0]], [1.0], [0.05], 0.0, 10)
    with pytest.raises(ValueError, match="steps must be an integer of at least 1"):
        comes_back([[1.0]], [1.0], [0.05], 0.1, 0)
    with pytest.raises(ValueError, match="rest must have the shape"):
        decay([[1.0]], [0.0, 0.0], [1.0])
