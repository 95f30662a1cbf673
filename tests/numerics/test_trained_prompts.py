"""The risk against the layer's, the pencil against its definition, the minimiser against gradient flow."""

import numpy as np
import pytest

from numerics import trained_prompts
from numerics.flows import flow_to_rest
from numerics.infinite_prompt import factor_gradient, infinite_prompt_risk
from numerics.memorisation import mean_gradient
from numerics.trained_prompts import drawn_minimisers, drawn_pencils, drawn_prompts, pencil, risk, trained

RNG = np.random.default_rng(5)
TOKENS = RNG.standard_normal((3, 6, 4))
MATRICES = TOKENS.transpose(0, 2, 1) @ TOKENS / 6


def test_the_risk_is_that_of_the_layer() -> None:
    mu = RNG.standard_normal(4) / 2
    value, slope = risk(mu, MATRICES)
    assert value == pytest.approx(
        np.mean([infinite_prompt_risk("linear", np.outer(mu, mu), S).value for S in MATRICES])
    )
    slopes = [factor_gradient(mu[:, None], S).value[:, 0] for S in MATRICES]
    np.testing.assert_allclose(slope, np.mean(slopes, axis=0), atol=1e-12)


def test_worked_values() -> None:
    value, slope = risk([0.5], [[[1.0]]])
    assert (value, slope[0]) == pytest.approx((9 / 16, -3 / 2))
    found = pencil([[[2.0, 0.0], [0.0, 1.0]]])
    assert found.eigenvalues[0] == pytest.approx(2)
    np.testing.assert_allclose(abs(found.vectors[0]), [1, 0], atol=1e-12)
    end = trained(np.random.default_rng(1), [[[4.0, 0.0], [0.0, 1.0]]])
    np.testing.assert_allclose(abs(end), [0.5, 0], atol=1e-6)
    drawn = drawn_minimisers(np.random.default_rng(1), 2, 1, 1, 3, 1.0)
    np.testing.assert_allclose([drawn.overlap, drawn.alignment], 1)


def test_the_pencil_solves_its_equation() -> None:
    found = pencil(MATRICES, 3)
    squares, total = (MATRICES @ MATRICES).sum(axis=0), MATRICES.sum(axis=0)
    for eigenvalue, vector in zip(found.eigenvalues, found.vectors, strict=True):
        np.testing.assert_allclose(squares @ vector, eigenvalue * total @ vector, atol=1e-10)
    assert list(found.eigenvalues) == sorted(found.eigenvalues, reverse=True)


def test_a_singular_pencil_is_solved_in_its_range() -> None:
    few = RNG.standard_normal((2, 2, 7))  # nP = 4 < d = 7: the top is that of the best prompt
    matrices = few.transpose(0, 2, 1) @ few / 2
    assert pencil(matrices).eigenvalues[0] == pytest.approx(np.linalg.eigvalsh(matrices).max())
    with pytest.raises(ValueError, match="rank 4"):
        pencil(matrices, 5)


def test_the_minimiser_is_where_gradient_flow_ends() -> None:
    start = RNG.standard_normal((6, 4)) / 2
    ends = flow_to_rest(mean_gradient(TOKENS), start).points
    least = min(risk(end, MATRICES)[0] for end in ends)
    point = trained(np.random.default_rng(2), MATRICES, starts=6)
    assert risk(point, MATRICES)[0] == pytest.approx(least, abs=1e-9)


def test_drawn_prompts_share_their_direction() -> None:
    draws = list(drawn_prompts(np.random.default_rng(3), 200, 2, 3, 50, 3.0))
    along = [draw.covariances @ draw.direction @ draw.direction for draw in draws]
    assert np.mean(along) == pytest.approx(4, abs=0.2)
    assert draws[0].covariances.shape == (2, 3, 3)
    np.testing.assert_allclose(draws[0].factors @ draws[0].factors.transpose(0, 2, 1), draws[0].covariances)


def test_drawn_tokens_have_the_covariance_of_the_spike() -> None:
    for draw in drawn_prompts(np.random.default_rng(7), 1, 1, 4, 200_000, -0.75):
        expected = np.eye(4) - 0.75 * np.outer(draw.direction, draw.direction)
        np.testing.assert_allclose(draw.covariances[0], expected, atol=0.03)


@pytest.mark.parametrize("strength", [-0.5, 2.0])
def test_controls_have_the_mean_zero(strength: float) -> None:
    found = np.array([draw.controls for draw in drawn_prompts(np.random.default_rng(8), 4000, 3, 5, 4, strength)])
    assert (abs(found.mean(axis=0)) < 5 * found.std(axis=0) / 4000**0.5).all()


def test_factors_give_the_same_risk_and_the_same_end_as_covariances() -> None:
    factors = RNG.standard_normal((3, 6, 2))
    matrices, mu = factors @ factors.transpose(0, 2, 1), RNG.standard_normal(6)
    value, slope = trained_prompts._by_factors(mu, *trained_prompts._stacked(factors))
    expected = trained_prompts._beside_trace(mu, matrices)
    assert value == pytest.approx(expected[0])
    np.testing.assert_allclose(slope, expected[1])
    ends = [trained_prompts._trained(np.random.default_rng(4), matrices, 1, given) for given in (None, factors)]
    np.testing.assert_allclose(*ends, atol=1e-4)


def test_controls_change_the_spread_and_not_the_mean() -> None:
    drawn = drawn_pencils(np.random.default_rng(4), 400, 2, 10, 20, 4.0, following=1)
    controlled = drawn.top - drawn.controls @ (0.7, 0.1, 0.3, 0.1)
    assert controlled.std() < 0.5 * drawn.top.std()
    assert controlled.mean() == pytest.approx(drawn.top.mean(), abs=5 * drawn.top.std() / 20)
    assert (drawn.following < drawn.top).all()
    assert np.isnan(drawn_pencils(np.random.default_rng(4), 2, 2, 3, 5, 0.0).following).all()


def test_without_the_pencil_there_is_no_alignment() -> None:
    pair = [drawn_minimisers(np.random.default_rng(6), 3, 2, 4, 3, 2.0, aligned=aligned) for aligned in (True, False)]
    assert np.isnan(pair[1].alignment).all()
    assert not np.isnan(pair[0].alignment).any()
    np.testing.assert_array_equal(pair[0].overlap, pair[1].overlap)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_neither_small_nor_large_covariances_are_lost(unit: float) -> None:
    given = [np.diag([unit, unit / 10])]
    found = pencil(given)
    assert found.eigenvalues[0] == pytest.approx(unit)
    np.testing.assert_allclose(abs(found.vectors[0]), [1, 0], atol=1e-12)
    end = trained(np.random.default_rng(1), given)
    np.testing.assert_allclose(abs(end) * unit**0.5, [1, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([[[1.0, 5.0], [0.0, 1.0]]], "symmetric"),
        ([[[1.0, 0.0], [0.0, -1.0]]], "semidefinite"),
        ([[[0.0, 0.0], [0.0, 0.0]]], "must not all be 0"),
        ([[[1.0, 0.0]]], "shape"),
    ],
)
def test_what_is_no_covariance_is_refused(bad: list[list[list[float]]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pencil(bad)
    with pytest.raises(ValueError, match=message):
        trained(np.random.default_rng(0), bad)


def test_a_gradient_that_is_not_a_number_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="gradient nan"), np.errstate(all="ignore"):
        trained_prompts._descended(np.array([np.nan]), (trained_prompts._beside_trace, (np.array([[[1.0]]]),)), 1.0)


def test_a_minimiser_that_is_not_found_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained_prompts, "STEPS", 1)
    with pytest.raises(RuntimeError, match="ended with the gradient"):
        trained(np.random.default_rng(1), MATRICES)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        list(drawn_prompts(np.random.default_rng(0), 0, 1, 2, 2, 1.0))
    with pytest.raises(ValueError, match="prompts P"):
        list(drawn_prompts(np.random.default_rng(0), 1, 0, 2, 2, 1.0))
    with pytest.raises(ValueError, match="θ must be"):
        list(drawn_prompts(np.random.default_rng(0), 1, 1, 2, 2, -1.0))
    with pytest.raises(ValueError, match="covariances"):
        pencil(np.eye(2))
    with pytest.raises(ValueError, match="leading"):
        pencil(MATRICES, 0)
    with pytest.raises(ValueError, match="parameter"):
        risk([1.0], MATRICES)
    with pytest.raises(ValueError, match="starts"):
        trained(np.random.default_rng(0), MATRICES, starts=0)
