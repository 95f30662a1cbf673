"""Roots and equilibria against mpmath's derivative of the mixture's objective."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb

from theory.subspace_recovery import constant_sign
from theory.subspace_recovery.objective import Model, slope

from .test_flow import landscape

POINTS = [(1, 0.5, 0), (2, 0.125, 0), (0.75, 0.75, 0), (1, 0.5, 0.25), (1.5, 0.25, 1)]


def model(beta: float, theta: float, share: float, ratio: float = 0) -> Model:
    return Model.of(beta, theta, share, ratio, "constant")


@pytest.mark.parametrize("derivation", [constant_sign.derivation, constant_sign.weak_derivation])
def test_every_exact_step_holds(derivation) -> None:
    assert {step.residual for step in derivation().steps if step.kind == "exact"} == {"0"}


@pytest.mark.parametrize(("theta", "share", "ratio"), POINTS)
def test_at_the_boundary_the_slope_at_the_far_pole_changes_sign(theta: float, share: float, ratio: float) -> None:
    found = constant_sign.boundary(theta, share, ratio)
    assert float(found.rad()) < 1e-11
    with mpmath.workdps(40):
        for step, sign in ((-1e-6, 1), (1e-6, -1)):
            J = landscape(mpmath.mpf(float(found.mid())) + step, theta, share, ratio, "constant")
            assert mpmath.sign(mpmath.diff(J, -1 + mpmath.mpf("1e-9"))) == sign


@pytest.mark.parametrize(("theta", "share", "ratio"), POINTS)
def test_the_slope_has_one_sign_up_to_the_boundary_and_one_root_beyond(
    theta: float, share: float, ratio: float
) -> None:
    found = float(constant_sign.boundary(theta, share, ratio).mid())
    grid = [k / 200 for k in range(-199, 200)]
    assert all(slope(model(found * 0.999, theta, share, ratio), m) > 0 for m in grid)
    beyond = model(found * 1.5, theta, share, ratio)
    signs = [bool(slope(beyond, m) > 0) for m in grid]
    assert signs == sorted(signs)
    assert not signs[0]
    rest = constant_sign.equilibrium(beyond)
    assert grid[signs.index(True) - 1] < float(rest.mid()) <= grid[signs.index(True)]


@pytest.mark.parametrize(("beta", "theta", "share", "ratio"), [(2, 1, 0.5, 0), (1.25, 1, 0.5, 0.25)])
def test_the_equilibrium_and_its_rate(beta: float, theta: float, share: float, ratio: float) -> None:
    with mpmath.workdps(30):
        J = landscape(beta, theta, share, ratio, "constant")
        rest = mpmath.findroot(lambda m: mpmath.diff(J, m), (-0.95, -0.01), solver="anderson")
        rate = (1 - rest**2) * mpmath.diff(J, rest, 2)
    case = model(beta, theta, share, ratio)
    assert float(constant_sign.equilibrium(case).mid()) == pytest.approx(float(rest), abs=1e-11)
    assert float(constant_sign.escape_rate(case).mid()) == pytest.approx(float(rate), rel=1e-9)


def test_without_strength_the_root_is_a_lambert_function() -> None:
    # θ → 0: 1 + r eˣ + x = 0, so x = −1 − W(r/e)
    expected = -1 - mpmath.lambertw(3 * mpmath.exp(-1)).real
    assert float(constant_sign.root(model(1, 1e-9, 0.75)).mid()) == pytest.approx(float(expected), abs=1e-11)


def test_the_root_grows_with_strength_and_share_and_shrinks_with_the_ratio() -> None:
    roots = [abs(float(constant_sign.root(model(1, *point)).mid())) for point in [(1, 0.25), (1, 0.5), (2, 0.5)]]
    assert 1 < roots[0] < roots[1] < roots[2]
    assert abs(float(constant_sign.root(model(1, 1, 0.25, 0.5)).mid())) < roots[0]


def test_worked_values() -> None:
    assert float(constant_sign.root(model(1, 1, 0.5)).mid()) == pytest.approx(-1.431726091, abs=1e-9)
    assert float(constant_sign.boundary(1, 0.5).mid()) == pytest.approx(1.431726091, abs=1e-9)
    beyond = model(2, 1, 0.5)
    assert float(constant_sign.equilibrium(beyond).mid()) == pytest.approx(-0.7158630456, abs=1e-9)
    assert float(constant_sign.zero(beyond).mid()) == pytest.approx(-0.7158630456, abs=1e-9)
    assert float(constant_sign.escape_rate(beyond).mid()) == pytest.approx(0.84658694, abs=1e-8)
    assert [constant_sign.limit(beyond, start) for start in (-0.75, -0.5)] == [-1, 1]
    assert constant_sign.limit(model(1, 1, 0.5), -0.99) == 1
    assert constant_sign.equilibrium(model(1, 1, 0.5)) is None
    assert float(constant_sign.weak_bound(1, 0.5, 0).mid()) == 0.5


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="must be constant"):
        constant_sign.root(Model.of(1, 1, 0.5))
    for theta, share in ((0, 0.5), (1, 0), (1, 1)):
        with pytest.raises(ValueError, match="0 < π < 1"):
            constant_sign.boundary(theta, share)
    with pytest.raises(ValueError, match="no interior equilibrium"):
        constant_sign.escape_rate(model(1, 1, 0.5))
    with pytest.raises(ValueError, match=r"in \(−1, 1\)"):
        constant_sign.limit(model(1, 1, 0.5), -1)
    for arguments in ((2, 0.5, 0), (1, 1, 0), (1, 0.5, 2)):
        with pytest.raises(ValueError, match="0 < βθ ≤ 1"):
            constant_sign.weak_bound(*arguments)
    for power in (-3, 0, 1.5):
        with pytest.raises(ValueError, match="power of w must be an integer"):
            constant_sign.weak_bound(1, 0.5, 0, power=power)


def test_a_root_is_where_the_sign_changes() -> None:
    third = constant_sign.isolated(lambda x: 3 * x - 1, Fraction(0), Fraction(1))
    assert abs(float(third.mid()) - 1 / 3) < 1e-11
    for function, low, high in (
        (lambda x: x + 5, 0, 1),
        (lambda x: x - 5, 0, 1),
        (lambda x: 1 - 2 * x, 0, 1),
        (lambda x: x, 1, -1),
        (lambda x: x * arb("nan"), -1, 1),
    ):
        with pytest.raises(ValueError, match="does not rise through 0"):
            constant_sign.isolated(function, Fraction(low), Fraction(high))
