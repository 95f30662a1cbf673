"""P and Q of a self query: the trapezoidal rule over two scores against the integrals of every length."""

import numpy as np
import pytest

from numerics.attention_errors import error_gap, least_error_gaps, least_for_two_keys, two_key_slope
from numerics.one_dimensional import drawn_parts
from numerics.softmax_parts import evaluate


def test_worked_values() -> None:
    found = evaluate(2.0, 2, "self")
    P, Q, slope = two_key_slope(2.0)
    assert 1 + found["G"].value - 2 * found["W"].value == pytest.approx(P, abs=1e-7)
    assert 1 - found["F"].value == pytest.approx(Q, abs=1e-7)
    assert slope == pytest.approx(0, abs=1e-12)
    assert least_for_two_keys().coupling.value == pytest.approx(2, abs=1e-9)
    assert error_gap(2, 2.0).value == pytest.approx(P - Q, abs=1e-8)
    two, three = least_error_gaps((2, 3))
    assert three.value == pytest.approx(0.31, abs=0.01)
    assert three.value == pytest.approx(0.31145, abs=1e-5)
    assert two.value == pytest.approx(P - Q, abs=1e-3)
    assert abs(two.value - (P - Q)) <= two.error < 1e-6


def test_the_slope_is_a_derivative() -> None:
    h = 1e-4
    assert two_key_slope(1.0)[2] == pytest.approx(
        (two_key_slope(1 + h)[0] - two_key_slope(1 - h)[0]) / (2 * h), rel=1e-6
    )


def test_the_errors_of_two_keys_cover_a_finer_grid() -> None:
    least, (P, Q, _) = least_for_two_keys(), two_key_slope(2.0, 1 / 32)
    assert abs(least.P.value - P) <= least.P.error
    assert abs(least.Q.value - Q) <= least.Q.error


def test_the_gap_of_many_keys_against_drawn_scores() -> None:
    def drawn(coupling: float) -> np.ndarray:
        F, G, W = drawn_parts(np.random.default_rng(1), 100_000, "softmax", coupling, 8, "self").T
        return np.stack([1 + G - 2 * W, F + G - 2 * W])

    (found,) = least_error_gaps((8,))
    couplings = np.linspace(0.8, 1.3, 6)
    at = couplings[int(np.argmin([drawn(b)[0].mean() for b in couplings]))]  # the same draws at each
    assert at == pytest.approx(1.04, abs=0.11)
    _, gap = drawn(1.0416)
    assert abs(gap.mean() - found.value) < 5 * gap.std() / np.sqrt(len(gap)) + found.error


@pytest.mark.parametrize("lengths", [(1,), (0,), (), (2, 10**7)])
def test_lengths_that_are_not_ones_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="prompt length"):
        least_error_gaps(lengths)


@pytest.mark.parametrize("coupling", [0.0, 4.5, float("nan")])
def test_couplings_out_of_range_are_refused(coupling: float) -> None:
    with pytest.raises(ValueError, match="coupling must be in"):
        two_key_slope(coupling)
    with pytest.raises(ValueError, match="coupling must be in"):
        error_gap(2, coupling)
