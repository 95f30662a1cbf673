"""Flows whose landscape is known: with informative tokens alone and a constant sign J = β² + 2βθm + θ²."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from numerics import recovery_flow
from numerics.signal_prompt import Recovery
from numerics.signal_tokens import plane_of


def query(alignment: float, dimension: int, seed: int) -> np.ndarray:
    return plane_of(alignment, dimension, np.random.default_rng(seed))[0]


CERTAIN = Recovery(1.0, 1.0, 1.0, latent="constant")  # J′ = 2


@pytest.mark.parametrize("dimension", [2, 3])
def test_a_known_flow(dimension: int) -> None:
    found = recovery_flow.slope(CERTAIN, [-0.5, 0.0, 0.9], dimension)
    assert all(abs(slope.value - 2) <= slope.error for slope in found)
    assert all(abs(rate.value + 2) <= rate.error for rate in recovery_flow.rates(CERTAIN, np.eye(dimension)[0]))
    assert all(abs(rate.value - 2) <= rate.error for rate in recovery_flow.rates(CERTAIN, -np.eye(dimension)[0]))
    times = recovery_flow.passages(CERTAIN, query(0.0, dimension, 1), [0.5, 0.9])
    for level, time in zip((0.5, 0.9), times, strict=True):
        assert abs(time.value - np.arctanh(level) / 2) <= time.error
        assert time.error < 1e-8
    (end,) = recovery_flow.ends(CERTAIN, query(-0.75, dimension, 2)[None])
    assert abs(end.value - 1) <= end.error


def test_the_mean_weight_of_a_rademacher_sign_alone() -> None:
    # π = 1: w = tanh βθm, J = β² + 2βθm w + θ²w²
    model, m = Recovery(0.75, 1.25, 1.0), np.array([0.25, 0.5])
    x, w = 0.9375 * m, np.tanh(0.9375 * m)
    expected = 0.9375 * (2 * w + 2 * (x + 1.25**2 * w) * (1 - w**2))
    for slope, value in zip(recovery_flow.slope(model, m), expected, strict=True):
        assert abs(slope.value - value) <= slope.error
        assert slope.error < 1e-10
    (rate,) = recovery_flow.rates(model, [0.0, 1.0])
    assert abs(rate.value - 2 * 0.9375**2 * (2 + 1.25**2)) <= rate.error


def test_both_signs_are_reached() -> None:
    ends = recovery_flow.ends(Recovery(1.0, 1.0, 0.5), np.array([query(m, 2, 1) for m in (-0.5, 0.25)]))
    assert [round(end.value) for end in ends] == [-1, 1]
    assert all(abs(abs(end.value) - 1) <= end.error < 1e-8 for end in ends)


def test_passages_against_another_integrator() -> None:
    model = Recovery(1.0, 1.0, 0.5, 0.25)

    def velocity(_: float, m: np.ndarray) -> np.ndarray:
        return (1 - m**2) * recovery_flow.slope(model, m)[0].value

    def reached(_: float, m: np.ndarray) -> float:
        return m[0] - 0.75

    reached.terminal = True
    found = solve_ivp(velocity, (0, 50), [0.125], method="DOP853", events=reached, rtol=1e-11, atol=1e-12)
    (time,) = recovery_flow.passages(model, query(0.125, 2, 5), [0.75])
    assert time.value == pytest.approx(found.t_events[0][0], abs=1e-8)


def test_the_equilibrium_and_the_boundary_of_a_constant_sign() -> None:
    rest, rate = recovery_flow.equilibrium(Recovery(2.0, 1.0, 0.5, latent="constant"))
    w = 1 / (1 + np.exp(-2 * rest.value))
    assert 1 + (1 - w) * (2 * rest.value + w) == pytest.approx(0, abs=1e-9)
    assert (round(rest.value, 3), round(rate.value, 3)) == (-0.716, 0.847)
    edge = recovery_flow.boundary(1.0, 0.5, 0.0, "constant", 1.0, 2.0)
    w = 1 / (1 + np.exp(edge.value))
    assert 1 + (1 - w) * (w - edge.value) == pytest.approx(0, abs=1e-8)
    assert edge.error < 1e-6


def test_bad_input() -> None:
    for point in ([0.0, 0.0], [2.0, 0.0], [1.0]):
        with pytest.raises(ValueError, match="on the unit sphere"):
            recovery_flow.rates(CERTAIN, point)
        with pytest.raises(ValueError, match="on the unit sphere"):
            recovery_flow.ends(CERTAIN, [point])
        with pytest.raises(ValueError, match="on the unit sphere"):
            recovery_flow.passages(CERTAIN, point, [0.5])
    with pytest.raises(ValueError, match="point must be finite"):
        recovery_flow.rates(CERTAIN, [np.nan, 0.0])
    with pytest.raises(ValueError, match=r"in \(−1, 1\)"):
        recovery_flow.slope(CERTAIN, [1.0])
    for levels in ([], [0.5, 0.25], [0.0], [1.0]):
        with pytest.raises(ValueError, match="levels must ascend"):
            recovery_flow.passages(CERTAIN, query(0.125, 2, 0), levels)
    with pytest.raises(ValueError, match="does not change sign"):
        recovery_flow.equilibrium(CERTAIN)
    with pytest.raises(ValueError, match="must grow"):
        recovery_flow.boundary(1.0, 0.5, 0.0, "constant", 0.5, 1.0)
    with pytest.raises(RuntimeError, match="does not pass"):
        recovery_flow.passages(Recovery(2.0, 1.0, 0.5, latent="constant"), query(-0.9, 2, 0), [0.5])
