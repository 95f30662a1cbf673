from fractions import Fraction

import mpmath
import pytest

from theory.attention_pca import tilting


def test_every_exact_step_holds() -> None:
    steps = [step for step in tilting.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 3


def test_worked_values() -> None:
    assert tilting.tilted_mean([2, 1], [1, 3]) == [2, 3]
    assert tilting.head_limit([2, 1], [[1, 1], [0, 1]], [1, 0]) == [2, 1]
    assert tilting.head_limit([2, 1], [[1, 1], [0, 1]], [1, 0], Fraction(1, 2)) == [1, Fraction(1, 2)]
    assert tilting.head_limit([2, 1], [[1, 1], [0, 1]], [0, 1]) == [0, 1]


@pytest.mark.parametrize(("variance", "tilt"), [(1, 1), (2, 0.5), (0.25, -3)])
def test_the_tilted_mean_against_integration_in_one_dimension(variance: float, tilt: float) -> None:
    def weight(z: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(tilt * z - z**2 / (2 * variance))

    line = [-mpmath.inf, 0, mpmath.inf]
    mean = mpmath.quad(lambda z: z * weight(z), line) / mpmath.quad(weight, line)
    assert mean == pytest.approx(float(tilting.tilted_mean([variance], [tilt])[0]), rel=1e-12)


def test_a_direction_of_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="must have 2 entries"):
        tilting.tilted_mean([2, 1], [1])
    with pytest.raises(ValueError, match="query must have 1 entries"):
        tilting.head_limit([2], [[1]], [1, 2])
    with pytest.raises(ValueError, match="interaction must have 2 entries"):
        tilting.head_limit([2, 1], [[1], [0]], [1, 2])
    with pytest.raises(ValueError, match="interaction must have 2 rows"):
        tilting.head_limit([2, 1], [[1, 0]], [1, 2])
