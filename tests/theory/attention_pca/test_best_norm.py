"""The best norm of the linear head against its risk, and the floor of the softmax head's against a quadrature."""

from fractions import Fraction

import mpmath
import pytest

from theory.attention_pca import best_norm, finite_prompt


def test_every_exact_step_holds() -> None:
    steps = [step for step in best_norm.derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    assert best_norm.linear(3, 2, 1) == best_norm.Best(Fraction(2, 7), Fraction(17, 7))
    assert float(best_norm.softmax_floor(4, 2, 2)) == pytest.approx(3 + 2 * 0.7820, abs=1e-4)
    assert float(best_norm.softmax_floor(4, 2, 64)) == pytest.approx(2 * (1 + 1 / 64))


def test_no_other_norm_of_the_linear_head_is_better() -> None:
    found = best_norm.linear(3, 1, 2)
    assert found.coupling == Fraction(1, 3)

    def risk(norm: Fraction) -> Fraction:  # along v_1 in three dimensions of the variances 1; μ = (0, 0, x)
        return finite_prompt.fresh_risk([1, 1, 1], [0, 0, norm], 2)

    at = [risk(Fraction(k, 100)) for k in range(50, 66)]
    assert min(at) >= found.risk
    assert float(min(at)) == pytest.approx(float(found.risk), abs=1e-3)


def test_the_distance_from_the_hull_of_two_keys_against_a_quadrature() -> None:
    def beyond(x):  # E (g − x)² over g > x, at the larger key; the smaller one is its mirror image
        return (1 + x * x) * (1 - mpmath.ncdf(x)) - x * mpmath.npdf(x)

    with mpmath.workdps(15):
        found = 2 * mpmath.quad(lambda x: beyond(x) * 2 * mpmath.npdf(x) * mpmath.ncdf(x), [-8, 0, 8])
    assert float(best_norm.softmax_floor(1, 1, 2)) == pytest.approx(float(found), abs=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: best_norm.linear(1, 2, 3),
        lambda: best_norm.softmax_floor(1, 2, 3),
        lambda: best_norm.softmax_floor(2, 1, 1),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
