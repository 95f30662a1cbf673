from fractions import Fraction

import pytest

from theory.attention_pca import alignment
from theory.attention_pca.gradient import gradient


@pytest.mark.parametrize(
    "derive", [alignment.derivation, alignment.region, alignment.infima, alignment.counterexample, alignment.overshoot]
)
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_the_worked_rates() -> None:
    assert alignment.rates([2, 1], [1, 1]) == alignment.Rates(*map(Fraction, (-928, -16, -136, -80, -7)))


def test_the_rates_are_derivatives_along_the_flow() -> None:
    spectrum, mu = [3, 2, Fraction(1, 2)], [Fraction(1, 3), -1, Fraction(1, 2)]
    velocity = [-slope for slope in gradient(spectrum, mu)]
    found = alignment.rates(spectrum, mu)
    square = sum(x * x for x in mu)
    assert found.risk == -sum(v * v for v in velocity)
    assert found.squared_norm == 2 * sum(x * v for x, v in zip(mu, velocity, strict=True))
    assert found.form == 2 * sum(s * x * v for s, x, v in zip(spectrum, mu, velocity, strict=True))
    assert found.alignment == 2 * velocity[0] / mu[0] - found.squared_norm / square


def test_alignment_does_not_fall_inside_the_region() -> None:
    for i in range(1, 12):
        for j in range(12):
            rates = alignment.rates([2, 1], [Fraction(i, 10), Fraction(j, 10)])
            assert rates.margin < 0 or rates.alignment >= 0


def test_a_direction_is_needed() -> None:
    with pytest.raises(ValueError, match="must not be 0"):
        alignment.rates([2, 1], [0, 0])
