import numpy as np
import pytest

from checks.harness.extrapolation import extrapolate

TERMS = (lambda n: np.ones_like(n), lambda n: 1 / n, lambda n: n**-2)
SIZES = [1, 2, 4, 8]


def test_worked_value() -> None:
    result = extrapolate(SIZES, [(1 + 1 / n, 0.0) for n in SIZES], TERMS)
    assert (result.value, result.first_order, result.instability) == pytest.approx((1, 1, 0))
    assert result.failed_guard(1e-9) == ""


def test_errors_are_propagated_at_their_worst() -> None:
    exact = extrapolate(SIZES, [(1 + 1 / n, 0.1) for n in SIZES], TERMS)
    signs = (1, -1, 1)  # of the weights 8/3, −2, 1/3, largest size first
    shifted = [(1 + 1 / n, 0.0) for n in SIZES[:1]]
    shifted += [(1 + 1 / n + 0.1 * sign, 0.0) for n, sign in zip(SIZES[1:], reversed(signs), strict=True)]
    assert exact.half == pytest.approx(0.5)
    assert extrapolate(SIZES, shifted, TERMS).value == pytest.approx(1.5)


def test_each_guard_can_fail() -> None:
    def curved(power: float, of: float) -> str:
        return extrapolate(SIZES, [(1 + of * n**-power, 0.0) for n in SIZES], TERMS).failed_guard(0.01)

    assert "leaving out the smallest size" in curved(5, 1.0) or "two orders" in curved(5, 1.0)
    assert "two orders" in curved(2, 1.0)
    assert curved(3, 1e-3) == ""
