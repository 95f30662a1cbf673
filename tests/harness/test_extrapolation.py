import numpy as np
import pytest

from checks.harness.extrapolation import Extrapolated, extrapolate

TERMS = (lambda n: np.ones_like(n), lambda n: 1 / n, lambda n: n**-2)
SIZES = [1, 2, 4, 8]


def test_worked_value() -> None:
    result = extrapolate(SIZES, [(1 + 1 / n, 0.0) for n in SIZES], TERMS, 3)
    assert (result.value, result.first_order, result.spread, result.remainder) == pytest.approx((1, 1, 0, 0))
    assert result.failed_guard(1e-9) == ""


def test_errors_are_propagated_at_their_worst() -> None:
    exact = extrapolate(SIZES, [(1 + 1 / n, 0.1) for n in SIZES], TERMS, 3)
    signs = (1, -1, 1)  # of the weights 8/3, −2, 1/3, largest size first
    shifted = [(1 + 1 / n, 0.0) for n in SIZES[:1]]
    shifted += [(1 + 1 / n + 0.1 * sign, 0.0) for n, sign in zip(SIZES[1:], reversed(signs), strict=True)]
    assert exact.half == pytest.approx(0.5)
    assert extrapolate(SIZES, shifted, TERMS, 3).value == pytest.approx(1.5)


def test_each_guard_can_fail() -> None:
    def guard(*extra: float) -> str:
        points = [(1 + 1 / n + more, 0.0) for n, more in zip([*SIZES, 16], extra, strict=True)]
        return extrapolate([*SIZES, 16], points, TERMS, 2).failed_guard(0.01)

    assert guard(0, 0, 0, 0, 0) == ""
    assert "leaving out the smallest or the largest sizes" in guard(0.2, 0, 0, 0, 0)
    assert "two orders" in guard(0, 0, 0, 0, 0.1)
    assert "what is left out may be" in Extrapolated(1.0, 0.0, 1.0, 0.0, 0.1).failed_guard(0.05)
