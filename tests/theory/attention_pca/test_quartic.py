from fractions import Fraction

import pytest
from sympy import Integer

from theory.attention_pca import hessian, objective, stationary_points
from theory.attention_pca.quartic import GENERAL, Quartic, curvatures, points, risk

INFINITE = Quartic(Integer(1), Integer(0), Integer(1), Integer(0))


def test_worked_values() -> None:
    assert risk(INFINITE, [2, 1], [1, 1], {}) == 8
    assert points(INFINITE, [2, 1], {}) == [(1, Fraction(1, 2)), (2, 1)]
    assert curvatures(INFINITE, [2, 1], 2, {}) == [-4, 8]


def test_an_infinite_prompt_is_a_member() -> None:
    spectrum = [3, Fraction(3, 2), 1]
    assert risk(INFINITE, spectrum, [1, -2, 3], {}) == objective.risk(spectrum, [1, -2, 3])
    assert [value for value, _ in points(INFINITE, spectrum, {})] == stationary_points.values(spectrum)
    for k in (1, 2, 3):
        assert curvatures(INFINITE, spectrum, k, {}) == [hessian.curvature(spectrum, k, j) for j in (1, 2, 3)]
    assert curvatures(INFINITE, spectrum, 0, {}) == [hessian.curvature_at_zero(spectrum, j) for j in (1, 2, 3)]


def test_there_is_no_stationary_point_along_the_kernel() -> None:
    assert len(points(INFINITE, [2, 1, 0], {})) == 2
    with pytest.raises(ValueError, match="k must be 0 or the number of a positive eigenvalue of 3, not 3"):
        curvatures(INFINITE, [2, 1, 0], 3, {})


def test_the_covariance_is_not_zero() -> None:
    with pytest.raises(ValueError, match="a positive eigenvalue"):
        points(INFINITE, [0, 0], {})


def test_sizes_are_counts() -> None:
    with pytest.raises(ValueError, match="size c_1 must be an integer of at least 1, not 0"):
        risk(GENERAL, [1], [1], {GENERAL.c1: 0})
