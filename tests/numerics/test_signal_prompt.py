"""The infinite prompt against adaptive quadrature, long drawn prompts and differences of its own value."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from numerics.signal_attention import attended
from numerics.signal_prompt import Recovery, descent, latent_nodes, mixture_prompt, square_and_gradient
from numerics.signal_tokens import drawn_signal_tokens


def unit(*entries: float) -> np.ndarray:
    return np.array(entries) / np.linalg.norm(entries)


@pytest.mark.parametrize("latent", ["rademacher", "constant", "gaussian", ((0.5, 0.25), (-1.0, 0.75))])
@pytest.mark.parametrize("dimension", [1, 2])
def test_moments_of_the_mixture(latent, dimension: int) -> None:
    model = Recovery(1.0, 0.75, 0.25, latent=latent)
    prompt = mixture_prompt(model, dimension)
    values, chances = latent_nodes(latent, 30)
    first, second = chances @ values, chances @ values**2
    assert prompt.weights.sum() == pytest.approx(1, abs=1e-13)
    np.testing.assert_allclose(prompt.weights @ prompt.tokens, 0.25 * 0.75 * first * np.eye(dimension)[0], atol=1e-13)
    squares = np.eye(dimension)
    squares[0, 0] += 0.25 * (0.75**2) * second
    np.testing.assert_allclose(prompt.tokens.T @ (prompt.weights[:, None] * prompt.tokens), squares, atol=1e-12)


@pytest.mark.parametrize("latent", ["rademacher", "constant", "gaussian"])
def test_a_long_drawn_prompt_comes_near(latent: str) -> None:
    model, rng, q = Recovery(0.75, 1.0, 0.5, latent=latent), np.random.default_rng(3), unit(0.5, 0.75)
    tokens = drawn_signal_tokens(rng, 1, 500_000, 500_000, 2, 1.0, latent)
    drawn = (attended(q[None], tokens, 0.75) ** 2).sum()
    value, _ = square_and_gradient(q[None], mixture_prompt(model, 2), 0.75)
    assert value[0] == pytest.approx(drawn, abs=0.02)


def test_the_part_of_the_ratio_is_n_times_the_sum_of_squared_weights() -> None:
    model, rng, q = Recovery(0.75, 1.0, 0.5, 0.5), np.random.default_rng(4), unit(0.5, 0.75)
    tokens = drawn_signal_tokens(rng, 1, 500_000, 500_000, 2, 1.0)[0]
    weights = np.exp(0.75 * tokens @ q)
    weights /= weights.sum()
    prompt = mixture_prompt(model, 2)
    with_part, without = (square_and_gradient(q[None], prompt, 0.75, ratio)[0][0] for ratio in (0.5, 0.0))
    assert with_part - without == pytest.approx(0.5 * 1_000_000 * (weights**2).sum(), abs=0.02)


@pytest.mark.parametrize("ratio", [0.0, 0.5])
def test_the_gradient_is_the_derivative(ratio: float) -> None:
    model, q = Recovery(1.0, 1.5, 0.25, ratio), np.array([0.3, -0.8])
    prompt = mixture_prompt(model, 2)
    _, gradient = square_and_gradient(q[None], prompt, 1.0, ratio)
    numeric = approx_fprime(q, lambda p: square_and_gradient(p[None], prompt, 1.0, ratio)[0][0], 1e-7)
    np.testing.assert_allclose(gradient[0], numeric, atol=1e-5)


def test_the_descent_keeps_the_length_and_is_free_of_it() -> None:
    gradient, q = descent(Recovery(1.0, 1.0, 0.5, 0.25), 2), unit(0.25, 0.75)
    assert abs(gradient(q[None])[0] @ q) < 1e-14
    np.testing.assert_allclose(2 * gradient(2 * q[None]), gradient(q[None]), atol=1e-14)
    np.testing.assert_array_equal(descent(Recovery(1.0, 1.0, 0.5), 1)(np.array([[0.5]])), [[0.0]])


def test_in_more_dimensions_the_value_is_the_same() -> None:
    model = Recovery(0.5, 1.0, 0.5, 0.25)
    values = [
        square_and_gradient(q[None], mixture_prompt(model, len(q), 12), 0.5, 0.25)[0][0]
        for q in (unit(0.6, 0.8), unit(0.6, 0.48, -0.64), unit(0.6, 0.4, 0.4, np.sqrt(0.32)))
    ]
    np.testing.assert_allclose(values, values[0], atol=1e-11)


def test_worked_values() -> None:
    from numerics.prompts import Prompt

    value, gradient = square_and_gradient([[1.0]], Prompt(np.array([[1.0], [-1.0]]), np.array([0.5, 0.5])), 1.0)
    assert value[0] == pytest.approx(np.tanh(1) ** 2, rel=1e-14)
    assert gradient[0, 0] == pytest.approx(2 * np.tanh(1) * (1 - np.tanh(1) ** 2), rel=1e-14)
    prompt = mixture_prompt(Recovery(1.0, 1.5, 1.0, latent="constant"), 2)
    np.testing.assert_allclose(prompt.weights @ prompt.tokens, [1.5, 0.0], atol=1e-13)


@pytest.mark.parametrize("numbers", [(0, 1, 0.5), (1, -1, 0.5), (1, 1, 2), (1, 1, 0.5, -1), (float("nan"), 1, 0.5)])
def test_numbers_out_of_range_are_refused(numbers: tuple) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        Recovery(*numbers)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="unknown latent sign"):
        latent_nodes("other", 10)
    with pytest.raises(ValueError, match="sum to 1"):
        latent_nodes(((1.0, 0.5),), 10)
    for model in (Recovery(16.0, 1.0, 0.5), Recovery(3.0, 2.0, 0.5, 1.0, "gaussian")):
        with pytest.raises(ValueError, match="nodes do not integrate"):
            mixture_prompt(model, 2)
    with pytest.raises(ValueError, match="pairs of a value"):
        latent_nodes(((1.0, 0.5, 0.5),), 10)
    with pytest.raises(ValueError, match="must not be negative"):
        latent_nodes(((1.0, 1.5), (0.0, -0.5)), 10)
    with pytest.raises(ValueError, match="must not be zero"):
        descent(Recovery(1.0, 1.0, 0.5), 2)(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="dimension"):
        mixture_prompt(Recovery(1.0, 1.0, 0.5), 0)
    prompt = mixture_prompt(Recovery(1.0, 1.0, 0.5), 2)
    with pytest.raises(ValueError, match=r"queries must be \(n, d\)"):
        square_and_gradient(np.ones((1, 3)), prompt, 1.0)
    with pytest.raises(ValueError, match="finite"):
        square_and_gradient([[np.nan, 0.0]], prompt, 1.0)
    for beta, ratio in ((np.nan, 0.0), (np.inf, 0.0), (1.0, -1.0), (1.0, np.nan)):
        with pytest.raises(ValueError, match="β and δ must be finite"):
            square_and_gradient([[1.0, 0.0]], prompt, beta, ratio)
