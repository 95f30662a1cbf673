import mpmath
import pytest

from theory.random_matrices import marchenko_pastur as mp
from theory.random_matrices import marchenko_pastur_correction as correction


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in correction.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert float(correction.first_correction(-0.5, 1)) == pytest.approx(2 / 9, rel=1e-15)
    number = complex(correction.corrected(10, 10, 0, 1))
    assert number == pytest.approx(0.290971061825 + 0.631872388399j, abs=1e-12)
    assert float(correction.remainder_bound(500, 2000, -0.5, 1)) == pytest.approx(1.2046e-6, rel=1e-4)


@pytest.mark.parametrize(("z", "ratio"), [(-0.5, 0.25), (3.0, 0.25), (-1.0, 1.0), (0.5, 4.0), (12.0, 4.0)])
def test_it_is_the_transform_of_two_masses_less_the_arcsine_law(z: float, ratio: float) -> None:
    low, high = (float(edge) for edge in mp.edges(ratio))
    arcsine = mpmath.quad(lambda u: 1 / ((low + high) / 2 - (high - low) / 2 * mpmath.cos(u) - z), [0, 1, 2, mpmath.pi])
    expected = (0.25 / (low - z) + 0.25 / (high - z) - 0.5 * float(arcsine) / mpmath.pi) / ratio
    assert float(correction.first_correction(z, ratio)) == pytest.approx(float(expected), rel=1e-12)


def test_the_bound_contains_the_exact_expectation_in_one_dimension() -> None:
    # d = n = 1: E 1/(χ² − z); the bound holds for every size, if not usefully so for this one.
    z = mpmath.mpc(-3, 4)
    exact = mpmath.quad(lambda x: mpmath.exp(-x * x / 2) / (x * x - z), [-mpmath.inf, 0, mpmath.inf])
    exact = complex(exact / mpmath.sqrt(2 * mpmath.pi))
    assert abs(exact - complex(mp.stieltjes_complex(-3, 4, 1))) <= float(mp.bias_bound(1, 1, -3, 4))
    assert abs(exact - complex(correction.corrected(1, 1, -3, 4))) <= float(correction.remainder_bound(1, 1, -3, 4))


@pytest.mark.parametrize("imaginary", [0, -1])
def test_bad_input_is_refused(imaginary: int) -> None:
    with pytest.raises(ValueError, match="Im z"):
        correction.remainder_bound(10, 10, -1, imaginary) if not imaginary else correction.corrected(10, 10, 1, 0)
    with pytest.raises(ValueError, match="imaginary part"):
        correction.remainder_bound(10, 10, 1, -1)
    with pytest.raises(ValueError, match="outside of the support"):
        correction.first_correction(1, 1)
