from fractions import Fraction

import mpmath
import pytest

from theory.random_matrices import marchenko_pastur as mp


def integral(z, ratio: float):
    """Return ∫ dF(x)/(x − z) by quadrature in an angle, to 25 digits."""
    with mpmath.workdps(30):
        root = mpmath.sqrt(mpmath.mpf(ratio))
        reach = 2 * root

        def weight(angle):
            x = (1 - root) ** 2 + 2 * reach * mpmath.sin(angle / 2) ** 2
            return (reach * mpmath.sin(angle)) ** 2 / (2 * mpmath.pi * root**2 * x) / (x - z)

        return mpmath.quad(weight, mpmath.linspace(0, mpmath.pi, 7)) - max(0, 1 - 1 / root**2) / z


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in mp.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert [float(edge) for edge in mp.edges(0.25)] == [0.25, 2.25]
    assert [float(edge) for edge in mp.edges(1)] == [0, 4]
    assert float(mp.stieltjes(-0.5, 1)) == 1
    assert complex(mp.stieltjes_complex(0, 1, 1)) == pytest.approx(0.300242590220 + 0.624810533843j, abs=1e-12)
    assert float(mp.bias_bound(1000, 1000, -0.5)) == pytest.approx(0.000504, rel=1e-14)
    assert float(mp.lipschitz(1000, 1000, -0.5)) == pytest.approx(8**0.5 / 1000, rel=1e-14)


@pytest.mark.parametrize(
    ("z", "ratio"), [(-0.5, 0.25), (0.125, 0.25), (3.0, 0.25), (-1.0, 1.0), (0.5, 4.0), (10.0, 4.0)]
)
def test_the_transform_is_the_integral(z: float, ratio: float) -> None:
    assert float(mp.stieltjes(z, ratio)) == pytest.approx(float(integral(z, ratio)), rel=1e-14)


@pytest.mark.parametrize(("z", "ratio"), [(1 + 1j, 0.25), (0.25 - 0.5j, 1.0), (4 + 2j, 4.0)])
def test_the_complex_transform_is_the_integral(z: complex, ratio: float) -> None:
    assert complex(mp.stieltjes_complex(z.real, z.imag, ratio)) == pytest.approx(complex(integral(z, ratio)), rel=1e-13)


def test_at_zero_it_is_the_mean_of_the_inverse() -> None:
    assert mp.stieltjes(0, Fraction(1, 2)).contains(2)  # 1/(1 − γ)


def test_the_equation_holds_and_the_balls_are_small() -> None:
    for ratio in (Fraction(1, 1000), 1 - Fraction(1, 10**6), 1, 1 + Fraction(1, 10**6), 1000):
        m = mp.stieltjes(-2, ratio)
        assert m.rel_accuracy_bits() >= 80
        c = mp.exactly.enclosed(Fraction(ratio))
        assert (-2 * c * m * m + (c - 3) * m + 1).contains(0)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: mp.edges(0), "γ = d/n must be positive, not 0"),
        (lambda: mp.edges(float("inf")), "γ = d/n must be a finite real number"),
        (lambda: mp.stieltjes(1, 1), r"outside of the support \[a, b\], not at 1"),
        (lambda: mp.stieltjes(0, 1), "outside of the support"),
        (lambda: mp.stieltjes(0, 4), "F has an atom there"),
        (lambda: mp.stieltjes(float("nan"), 4), "z must be a finite"),
        (lambda: mp.stieltjes_complex(1, 0, 1), "Im z must not be 0"),
        (lambda: mp.bias_bound(10, 10, 1), "z must be negative or have a positive imaginary part"),
        (lambda: mp.bias_bound(10, 10, 1, -1), "z must be negative or have a positive imaginary part"),
        (lambda: mp.bias_bound(0, 10, -1), "d must be an integer of at least 1, not 0"),
        (lambda: mp.lipschitz(10, 1.5, -1), r"n must be an integer of at least 1, not 1\.5"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()


def test_what_never_becomes_certain_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="not certain to 80 bits"):
        mp.precise(lambda: mp.arb(0, 1))
