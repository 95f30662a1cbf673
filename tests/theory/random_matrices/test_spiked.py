from fractions import Fraction
from math import inf, nan

import pytest
from mpmath import mp, mpf, polyroots

from theory.random_matrices import spiked


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in spiked.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert spiked.location(2, 1) == Fraction(9, 2)
    assert spiked.location(Fraction(1, 2), 1).contains(4)
    assert spiked.bottom_location(Fraction(-4, 5), Fraction(1, 4)) == Fraction(11, 80)
    assert spiked.bottom_location(0, Fraction(1, 4)).contains(Fraction(1, 4).numerator / 4)
    assert spiked.strength_at(4.5, 1).contains(2)


@pytest.mark.parametrize(("strength", "aspect"), [(2.0, 0.4), (3.0, 4.0), (0.75, 0.25), (-0.75, 0.25)])
def test_the_outlier_solves_the_equation_of_the_transform(strength: float, aspect: float) -> None:
    # 1 + θ(1 + z m(z)) = 0 with the root m of the quadratic that is the transform, at 30 digits
    with mp.workdps(30):
        location = spiked.outlying(strength, aspect, spiked.LOCATION)
        z, c = mpf(location.numerator) / location.denominator, mpf(aspect)
        residuals = [abs(1 + strength * (1 + z * m)) for m in polyroots([c * z, z + c - 1, 1], maxsteps=200)]
        assert min(residuals) < mpf(10) ** -25


@pytest.mark.parametrize("aspect", [0.25, 1, 4])
def test_location_is_continuous_at_the_threshold_and_has_an_inverse(aspect: float) -> None:
    root = Fraction(aspect**0.5)
    edge = spiked.location(root, aspect)
    assert abs(float(edge) - (1 + aspect**0.5) ** 2) < 1e-12
    assert abs(float(spiked.location(root + Fraction(1, 10**6), aspect)) - float(edge)) < 1e-10
    assert spiked.strength_at(spiked.location(2 * root, aspect), aspect).overlaps(spiked.exactly.enclosed(2 * root))


@pytest.mark.parametrize(
    ("strength", "aspect", "message"),
    [
        (-1, 1, "above −1"),
        (nan, 1, "finite"),
        (inf, 1, "finite"),
        (1, 0, "positive"),
        (1, -2, "positive"),
        (1, inf, "finite"),
    ],
)
def test_bad_spikes_are_refused(strength: float, aspect: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spiked.location(strength, aspect)


def test_bad_questions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"needs \|θ\| > √γ"):
        spiked.outlying(1, 1, spiked.LOCATION)
    with pytest.raises(ValueError, match="γ < 1"):
        spiked.bottom_location(0, 1)
    with pytest.raises(ValueError, match="above the edge"):
        spiked.strength_at(4, 1)
    with pytest.raises(ValueError, match="above the edge"):
        spiked.strength_at(0.1, 1)
