from collections.abc import Callable
from fractions import Fraction
from math import sqrt

import pytest

from theory.derivation import Derivation
from theory.random_matrices import edge


@pytest.mark.parametrize("derived", [edge.null_derivation, edge.subcritical_derivation, edge.shift_derivation])
def test_every_exact_step_holds(derived: Callable[[], Derivation]) -> None:
    assert {step.residual for step in derived().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    found = edge.edge(8, 8)
    assert found.centre.contains(32)
    assert float(found.scale) == pytest.approx(8 / 2 ** (2 / 3))
    assert float(found.rows) == pytest.approx(2 ** (1 / 3))
    assert found.standardised(32).contains(0)
    assert float(found.level(1)) == pytest.approx(32 + 8 / 2 ** (2 / 3))
    assert float(edge.shift(0, 2)) == 0.5
    assert float(edge.shift(0.5, 1)) == -0.5


def test_the_scale_is_johnstones() -> None:
    n, d = 50, 20
    known = (sqrt(n) + sqrt(d)) * (1 / sqrt(n) + 1 / sqrt(d)) ** (1 / 3)
    assert float(edge.edge(d, n).scale) == pytest.approx(known)


@pytest.mark.parametrize(("less", "expected"), [((0, 0), 0.5), ((1, 0), (sqrt(2) - 1) / (2 * (sqrt(2) + 1)))])
def test_standardisations_differ_by_the_stated_shift(less: tuple[int, int], expected: float) -> None:
    n, d = 2 * 10**8, 10**8
    ma, other = edge.edge(d, n, (0.5, 0.5)), edge.edge(d, n, less)
    shift = (other.centre - ma.centre) / ma.scale * ma.rows
    assert abs(float(shift)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("less", "aspect", "expected"),
    [((0, 0), 0.5, 1), ((0.5, 0.5), 2, 2), ((1, 0), 0.5, 1), ((1, 0), 1, 2), ((0, 1), 2, 1)],
)
def test_orders(less: tuple[float, float], aspect: float, expected: int) -> None:
    assert edge.exponent(less, aspect) == Fraction(expected, 3)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        edge.edge(0, 5)
    with pytest.raises(ValueError, match="must be positive"):
        edge.edge(5, 1, (1, 0))
    with pytest.raises(ValueError, match="less must be at least 0"):
        edge.edge(8, 8, (-3, -3))
    with pytest.raises(ValueError, match="γ must be positive"):
        edge.exponent((0, 0), 0)
    for strength, aspect in ((1, 1), (-1, 1), (0.5, 0)):
        with pytest.raises(ValueError, match="needs γ > 0"):
            edge.shift(strength, aspect)
    with pytest.raises(ValueError, match="finite"):
        edge.edge(5, 5).standardised(float("nan"))
