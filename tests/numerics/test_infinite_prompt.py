"""Honesty first: the stated error covers what is wrong. Reference values are computed here, in another way."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.optimize import approx_fprime

from numerics.attention import softmax_attention
from numerics.infinite_prompt import (
    factor_gradient,
    infinite_prompt_gradient,
    infinite_prompt_output,
    infinite_prompt_risk,
)
from numerics.prompts import covariance, rotation


def test_worked_values() -> None:
    for head in ("linear", "softmax"):
        assert infinite_prompt_output(head, [0.5], [[1.0]], [[1.0]]).value[0] == pytest.approx(0.5, rel=1e-13)
        assert infinite_prompt_risk(head, [[0.25]], [[1.0]]).value == pytest.approx(9 / 16, rel=1e-13)


@pytest.mark.parametrize("slope", [0.5, 2.0, 5.9])
def test_the_softmax_output_in_one_dimension_against_adaptive_quadrature(slope: float) -> None:
    def tilted(power: int) -> float:
        return integrate.quad(lambda x: x**power * np.exp(slope * x - slope**2 / 2) * stats.norm.pdf(x), -12, 20)[0]

    measured = infinite_prompt_output("softmax", [slope], [[1.0]], [[1.0]])
    assert abs(measured.value[0] - tilted(1) / tilted(0)) <= measured.error + 1e-10


def test_a_long_drawn_prompt_comes_near() -> None:
    rng = np.random.default_rng(5)
    matrix, interaction, query = covariance([1.0, 0.25], rotation(rng, 2)), rng.standard_normal((2, 2)), [0.3, -0.5]
    keys = rng.standard_normal((1_000_000, 2)) @ np.linalg.cholesky(matrix).T
    drawn = softmax_attention(np.array([query]), keys, keys, interaction)[0]
    np.testing.assert_allclose(infinite_prompt_output("softmax", query, interaction, matrix).value, drawn, atol=0.01)


def test_the_error_of_the_linear_risk_covers_the_rounding_at_every_scale() -> None:
    rng = np.random.default_rng(6)
    for _ in range(500):
        d = int(rng.integers(1, 13))
        spectrum = np.sort(10 ** rng.uniform(-6, 1, d))[::-1]
        basis = rotation(rng, d)
        mu = rng.standard_normal(d) / np.sqrt(spectrum) ** rng.integers(0, 2)
        point = basis @ mu
        measured = infinite_prompt_risk("linear", np.outer(point, point), covariance(spectrum, basis))
        s, m = np.diag(spectrum.astype(np.longdouble)), mu.astype(np.longdouble)
        b = np.eye(d) - np.outer(s @ m, m)
        assert abs(measured.value - np.trace(b @ s @ b.T)) <= measured.error


def test_scores_too_wide_for_the_nodes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"standard deviation up to 6, not 6\.5"):
        infinite_prompt_output("softmax", [6.5], [[1.0]], [[1.0]])
    with pytest.raises(ValueError, match="standard deviation up to 6"):
        infinite_prompt_risk("softmax", [[4.0]], [[1.0]])


def test_the_softmax_head_is_integrated_in_few_dimensions_only() -> None:
    with pytest.raises(ValueError, match="d ≤ 3 only"):
        infinite_prompt_risk("softmax", np.eye(4), np.eye(4))


@pytest.mark.parametrize("head", ["linear", "softmax"])
def test_a_covariance_that_is_not_one_is_refused(head: str) -> None:
    with pytest.raises(ValueError, match="positive semidefinite"):
        infinite_prompt_risk(head, np.eye(2), [[1.0, 2.0], [2.0, 1.0]])


@pytest.mark.parametrize("dimension", [1, 4])
def test_an_unknown_head_is_refused(dimension: int) -> None:
    with pytest.raises(ValueError, match="unknown head"):
        infinite_prompt_output("hard", np.ones(dimension), np.eye(dimension), np.eye(dimension))


@pytest.mark.parametrize(
    ("query", "interaction", "beta", "complaint"),
    [
        ([1.0], np.eye(2), 1.0, "query must have the shape"),
        ([[1.0, 0.0]], np.eye(2), 1.0, "query must have the shape"),
        ([1.0, float("nan")], np.eye(2), 1.0, "query must be finite"),
        ([1.0, 0.0], np.eye(3), 1.0, "interaction must be"),
        ([1.0, 0.0], np.diag([1.0, np.inf]), 1.0, "interaction must be finite"),
        ([1.0, 0.0], np.eye(2), float("inf"), "inverse_temperature must be finite"),
    ],
)
def test_bad_input_is_refused(query: list, interaction: np.ndarray, beta: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        infinite_prompt_output("linear", query, interaction, np.eye(2), beta)


@pytest.mark.parametrize("interaction", [[[1.0]], [[1.0, 0.0], [0.0, float("inf")]], [1.0, 1.0]])
def test_an_interaction_must_fit_and_be_finite(interaction: list) -> None:
    with pytest.raises(ValueError, match="interaction must"):
        infinite_prompt_risk("linear", interaction, np.eye(2))
    with pytest.raises(ValueError, match="interaction must"):
        infinite_prompt_gradient(interaction, np.eye(2))


def test_the_gradient_by_a_factor_is_that_of_the_risk() -> None:
    assert factor_gradient([[0.5]], [[1.0]]).value[0, 0] == pytest.approx(-3 / 2, rel=1e-14)
    rng = np.random.default_rng(7)
    for rank in (1, 3):
        matrix, factors = covariance([2.0, 1.0, 0.5], rotation(rng, 3)), rng.standard_normal((3, rank))

        def risk(u, matrix=matrix, rank=rank):
            points = u.reshape(3, rank)
            return infinite_prompt_risk("linear", points @ points.T, matrix).value

        measured = factor_gradient(factors, matrix)
        np.testing.assert_allclose(measured.value.ravel(), approx_fprime(factors.ravel(), risk), rtol=1e-4, atol=1e-3)
        assert 0 < measured.error < 1e-9
