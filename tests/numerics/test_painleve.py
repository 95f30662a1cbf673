import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import airy

from numerics import painleve


def test_known_value() -> None:
    (q,) = painleve.hastings_mcleod().at(np.array([0.0]), "q")
    assert abs(q[0] - 0.3670615515480784) < 1e-15


def test_two_discretisations_agree() -> None:
    s = np.linspace(-19.9, 19.9, 997)
    names = ("q", "single", "squares", "double")
    ours, other = (table.at(s, *names) for table in (painleve.hastings_mcleod(), painleve.hastings_mcleod(3, 18)))
    for a, b in zip(ours, other, strict=True):
        assert np.abs(a / b - 1).max() < 2e-13


def test_an_initial_value_problem_agrees_where_it_is_stable() -> None:
    start = airy(6.0)
    found = solve_ivp(
        lambda s, y: [y[1], s * y[0] + 2 * y[0] ** 3], (6, -1), start[:2], method="DOP853", rtol=1e-13, atol=1e-18
    )
    (q,) = painleve.hastings_mcleod().at(np.array([-1.0]), "q")
    assert abs(found.y[0, -1] - q[0]) < 1e-8


def test_integrals_are_derivatives_of_each_other() -> None:
    s, h = np.linspace(-10, 8, 50), 1e-4
    table = painleve.hastings_mcleod()
    for function, derivative in (("single", "q"), ("double", "squares")):
        (low,), (high,) = (table.at(s + sign * h, function) for sign in (-1, 1))
        (slope,) = table.at(s, derivative)
        np.testing.assert_allclose((low - high) / (2 * h), slope, rtol=1e-6)


def test_bad_input() -> None:
    for pieces, order in ((0, 20), (2, 4)):
        with pytest.raises(ValueError, match="at least"):
            painleve.hastings_mcleod(pieces, order)
