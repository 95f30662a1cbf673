"""The slope and its rates against mpmath, from the mixture's density and not from the formula of the mean weight."""

from fractions import Fraction

import mpmath
import pytest

from theory.subspace_recovery import flow
from theory.subspace_recovery.objective import Model, slope

POINTS = [(1, 1, 0.5, 0, "rademacher"), (1.5, 0.75, 0.25, 0.5, "rademacher"), (0.75, 1, 0.5, 0.25, "gaussian")]


def moments(beta: float, theta: float, share: float, latent: str, alignment: mpmath.mpf) -> tuple[mpmath.mpf, ...]:
    """Return E e^s, E (s in units of β) e^s, E x⊥ e^s and E e^{2s} by quadrature over the token's part along q."""
    signs = {"rademacher": [(1, 0.5), (-1, 0.5)], "constant": [(1, 1)]}.get(latent)
    if signs is None:
        nodes = [mpmath.mpf(k) / 4 for k in range(-48, 49)]
        signs = [(s, mpmath.npdf(s) / 4) for s in nodes]  # the trapezoidal rule
    along, across = alignment, mpmath.sqrt(1 - alignment**2)
    parts = [(0, 1 - mpmath.mpf(share))] + [(theta * s, share * mpmath.mpf(p)) for s, p in signs]
    mass = first = other = square = mpmath.mpf(0)
    for shift, chance in parts:  # z along q tilts to N(β, 1), that across stays centred
        tilt = chance * mpmath.exp(beta * shift * along + mpmath.mpf(beta) ** 2 / 2)
        mass += tilt
        first += tilt * (beta + shift * along)
        other += tilt * shift * across
        square += chance * mpmath.exp(2 * beta * shift * along + 2 * mpmath.mpf(beta) ** 2)
    return mass, first, other, square


def landscape(beta: float, theta: float, share: float, ratio: float, latent: str):
    """Return J as a function of m."""

    def at(alignment: mpmath.mpf) -> mpmath.mpf:
        mass, first, other, square = moments(beta, theta, share, latent, mpmath.mpf(alignment))
        return (first / mass) ** 2 + (other / mass) ** 2 + ratio * square / mass**2

    return at


def test_every_exact_step_holds() -> None:
    assert [step.residual for step in flow.derivation().steps if step.kind == "exact"] == ["0"] * 9


@pytest.mark.parametrize("point", POINTS)
def test_rates_are_derivatives_of_the_mixture_s_objective(point: tuple) -> None:
    with mpmath.workdps(30):
        J, model = landscape(*point), Model.of(*point)
        assert float(flow.equator_rate(model)) == pytest.approx(float(mpmath.diff(J, 0, 2)), rel=1e-10)
        near = mpmath.diff(J, 1 - mpmath.mpf("1e-9"))
        assert float(flow.pole_rate(model)) == pytest.approx(float(near), rel=1e-7)
        assert float(flow.pole_rate(model, -1)) == pytest.approx(float(near), rel=1e-7)


@pytest.mark.parametrize("latent", ["rademacher", "gaussian", "constant"])
def test_the_slope_of_the_objective(latent: str) -> None:
    with mpmath.workdps(30):
        point = (1, 0.75, 0.25, 0.5, latent)
        for alignment in (-0.75, 0.125, 0.5):
            expected = float(mpmath.diff(landscape(*point), alignment))
            assert float(slope(Model.of(*point), alignment)) == pytest.approx(expected, rel=1e-10)


def test_a_flow_in_five_coordinates_obeys_the_equation_for_the_alignment() -> None:
    model, steps = Model.of(1, 1, 0.5, 0.25), 100
    q, m = [k / 10 for k in (3, 5, 7, 1, 4)], 0.3  # of length 1

    def by_m(alignment: float) -> float:
        return float(slope(model, alignment))

    def velocity(point: list[float]) -> list[float]:
        return [by_m(point[0]) * ((k == 0) - point[0] * value) for k, value in enumerate(point)]

    for _ in range(steps):  # the midpoint rule, both ways
        middle = [value + speed / (2 * steps) for value, speed in zip(q, velocity(q), strict=True)]
        q = [value + speed / steps for value, speed in zip(q, velocity(middle), strict=True)]
        half = m + (1 - m**2) * by_m(m) / (2 * steps)
        m += (1 - half**2) * by_m(half) / steps
    assert q[0] == pytest.approx(m, abs=1e-4)
    assert sum(value**2 for value in q) == pytest.approx(1, abs=1e-4)
    assert q[1] / q[2] == pytest.approx(5 / 7, rel=1e-9)


def test_worked_values() -> None:
    assert float(flow.equator_rate(Model.of(1, 1, 0.5))) == 2.5
    assert float(flow.equator_rate(Model.of(1, 1, 0.5), 1)) == 2.5
    assert float(flow.pole_rate(Model.of(1, 1, 1, 0, "constant"))) == 2
    assert [flow.limit(Model.of(1, 1, 0.5), start) for start in (-0.5, 0, 1e-9)] == [-1, 0, 1]
    assert flow.SYMMETRIC == ("rademacher", "gaussian")
    assert flow.second_moment("gaussian") == 1


def test_another_second_moment() -> None:
    # s = ±1/2: a Rademacher sign at half the strength, times four in what goes by s alone
    halved = flow.equator_rate(Model.of(1, 2, 0.5, 0.25), Fraction(1, 4))
    assert float(halved) == pytest.approx(float(flow.equator_rate(Model.of(1, 1, 0.5, 0.25))), rel=1e-14)


def test_bad_input() -> None:
    model = Model.of(1, 1, 0.5)
    constant = Model.of(1, 1, 0.5, 0, "constant")
    with pytest.raises(ValueError, match="must be symmetric"):
        flow.equator_rate(constant)
    with pytest.raises(ValueError, match="must be symmetric"):
        flow.limit(constant, 0.5)
    with pytest.raises(ValueError, match="must be positive"):
        flow.equator_rate(model, 0)
    with pytest.raises(ValueError, match="pole is 1 or −1"):
        flow.pole_rate(model, 0)
    with pytest.raises(ValueError, match=r"in \[−1, 1\]"):
        flow.limit(model, 2)
    with pytest.raises(ValueError, match="finite"):
        flow.limit(model, float("nan"))
    with pytest.raises(ValueError, match="nothing moves"):
        flow.limit(Model.of(1, 0, 0.5), 0.5)
