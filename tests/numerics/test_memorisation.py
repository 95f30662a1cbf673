import numpy as np
import pytest

from numerics.memorisation import (
    descended_risk,
    distinct,
    mean_gradient,
    mean_risk,
    memorising_points,
    outside_own_component,
    risk_less_covariance,
    token_covariances,
)
from numerics.trained_prompts import risk, trained

RNG = np.random.default_rng(8)
PROMPTS = RNG.standard_normal((2, 2, 6))


def test_worked_values() -> None:
    assert token_covariances([[[2.0]]]) == 4
    assert mean_risk([0.5], [[[1.0]]]).value == pytest.approx(9 / 16)
    assert descended_risk(np.random.default_rng(1), [[[1.0]]]).value == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(sorted(memorising_points([[[2.0]]])[:, 0]), [-0.5, 0.5])
    assert outside_own_component([1.0, 1.0], [[[1.0, 0.0]]]).value == 0
    assert distinct([[0.5], [0.5], [-0.5]], [[[2.0]]]).value == 2
    assert risk_less_covariance([0.5], [[[1.0]]]).value == pytest.approx(9 / 16)


def test_the_memorising_points_are_distinct_minima_of_one_risk() -> None:
    points = memorising_points(PROMPTS)
    assert len({tuple(point.round(6)) for point in points}) == distinct(points, PROMPTS).value == 4
    np.testing.assert_allclose(mean_gradient(PROMPTS)(points), 0, atol=1e-10)
    risks = [mean_risk(point, PROMPTS).value for point in points]
    np.testing.assert_allclose(risks, risks[0])
    assert descended_risk(np.random.default_rng(2), PROMPTS, starts=4).value == pytest.approx(risks[0], abs=1e-8)


def test_the_risk_is_the_mean_over_prompts() -> None:
    point = RNG.standard_normal(6) / 3
    assert mean_risk(point, PROMPTS).value == pytest.approx(risk(point, token_covariances(PROMPTS))[0])


def test_the_covariance_over_prompts_is_taken_away() -> None:
    point = RNG.standard_normal(6) / 3
    y = token_covariances(PROMPTS) @ point
    apart = np.cov((y**2).sum(axis=1), y @ point, bias=True)[0, 1]
    less = risk_less_covariance(point, PROMPTS)
    assert less.value == pytest.approx(mean_risk(point, PROMPTS).value - apart)
    assert less.error < 1e-9


def test_outputs_beside_the_own_component_are_seen() -> None:
    found = outside_own_component([0.0, 1.0], [[[2.0, 0.0], [0.0, 1.0]]])
    assert found.value == pytest.approx(1)
    with pytest.raises(ArithmeticError, match="multiple"):
        outside_own_component([0.0, 1.0], [[[1.0, 0.0], [0.0, 1.0]]])


def test_the_second_component_in_place_of_the_first_is_a_point_above_the_minimum() -> None:
    second, top = memorising_points(PROMPTS, first=2)[0], memorising_points(PROMPTS)[0]
    values = np.linalg.eigvalsh(token_covariances(PROMPTS))[0]
    above = mean_risk(second, PROMPTS).value - mean_risk(top, PROMPTS).value
    assert above == pytest.approx((values[-1] - values[-2]) / 2)
    assert outside_own_component(second, PROMPTS).value == pytest.approx(1)


def test_points_that_no_prompt_tells_apart_are_one() -> None:
    assert distinct([[0.5, 0.0], [0.5, 3.0]], [[[2.0, 0.0]]]).value == 1


def test_the_highest_of_several_local_minima_is_returned() -> None:
    many = np.array([[[2.0, 0.0]], [[0.0, 1.0]], [[1.6, 1.2]], [[-0.6, 0.8]]])  # nP = 4 > d = 2
    highest = descended_risk(np.random.default_rng(1), many, starts=16).value
    least = trained(np.random.default_rng(1), token_covariances(many), starts=16)
    assert highest > mean_risk(least, many).value + 0.01


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="prompts"):
        token_covariances([[1.0]])
    with pytest.raises(ValueError, match="parameter"):
        mean_risk([1.0], PROMPTS)
    with pytest.raises(ValueError, match="linearly independent"):
        memorising_points([[[1.0], [2.0]]])
    with pytest.raises(ValueError, match="first"):
        memorising_points(PROMPTS, first=3)
    with pytest.raises(ValueError, match="points"):
        distinct([[1.0]], PROMPTS)
    with pytest.raises(ValueError, match="every output"):
        outside_own_component(np.zeros(6), PROMPTS)
