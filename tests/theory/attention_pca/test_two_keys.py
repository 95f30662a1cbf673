"""The enclosures for two keys against independent quadrature."""

import mpmath
import pytest
from flint import acb, arb

from theory.attention_pca import two_keys


def test_every_exact_step_holds() -> None:
    steps = [step for step in two_keys.derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    found = two_keys.parts(2, "self")
    assert (float(found.W), float(found.G)) == pytest.approx((0.690, 0.690), abs=1e-3)
    assert [float(number) for number in two_keys.self_errors(2)] == pytest.approx([0.309, 0.1267], abs=1e-4)


@pytest.mark.parametrize("coupling", [0.5, 2.0])
def test_two_keys_against_a_quadrature_over_the_scores(coupling: float) -> None:
    def mean(f):
        return mpmath.quad(
            lambda g: mpmath.quad(lambda z: f(g, z) * mpmath.npdf(z), [-8, 0, 8]) * mpmath.npdf(g), [-8, 0, 8]
        )

    def seldom(g, z):
        return 1 / (1 + mpmath.exp(coupling * g * (g - z)))

    with mpmath.workdps(10):
        P, Q = 2 * mean(lambda g, z: seldom(g, z) ** 2), mean(lambda g, z: (seldom(g, z) * (g - z)) ** 2)
    found = two_keys.self_errors(coupling)
    assert [float(number) for number in found] == pytest.approx([float(P), float(Q)], abs=1e-5)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("point", [0.01 + 0.001j, 3 - 1j, 39 + 1j, 41 + 5j, 130 + 20j])
def test_a_ball_of_arguments_is_enclosed(point: complex, order: int) -> None:
    radius = arb(2) ** -12 * abs(point)
    ball = acb(arb(point.real, radius), arb(point.imag, radius))
    for _ in range(2):  # the second time as it was kept
        found = two_keys._bessel(ball, order)
        for shift in (0, 0.7, -0.7, 0.7j, -0.7j):
            value = mpmath.besselk(order, point + shift * float(radius))
            right = acb(float(value.real), float(value.imag)) + acb(arb(0, 1e-14), arb(0, 1e-14)) * float(abs(value))
            assert found.overlaps(right)


@pytest.mark.parametrize("call", [lambda: two_keys.parts(9, "fresh"), lambda: two_keys.parts(1, "both")])
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
