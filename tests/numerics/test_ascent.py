"""Ascent in d dimensions: worked values, the gradient by differences, and what is refused."""

import numpy as np
import pytest

from numerics.ascent import Tokens, ascend, gradient_parts, gradients, linearised, projected, step_sizes

TOKENS = Tokens(3, 4, 5, 1.5, 0.8)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_worked_values() -> None:
    np.testing.assert_array_equal(step_sizes(1.0, 1.0, 2), [1, 0.5])
    np.testing.assert_array_equal(step_sizes(0.3, 0.0, 3), [0.3, 0.3, 0.3])
    np.testing.assert_allclose(projected([[3.0, 4.0]]), [[0.6, 0.8]])
    start = projected(rng().standard_normal((4, 5)))
    np.testing.assert_allclose(ascend(rng(), start, TOKENS, [0.0]), start)
    np.testing.assert_allclose(gradients(rng(), start, Tokens(1, 0, 5, 1.0, 1.0)), 0, atol=1e-13)
    parts = gradient_parts(np.array([[0.0, 1, 0]]), np.array([[3.0, 4, 5]]))
    np.testing.assert_allclose(np.ravel(parts), [4, 3, 5])
    assert linearised(0.0, 0.5**0.5, [1.0]).value == pytest.approx(0.25)
    assert TOKENS.count == 7


def test_a_step_is_the_gradient_of_the_tokens_drawn_then_the_sphere() -> None:
    start = projected(rng(1).standard_normal((3, 5)))
    tokens = TOKENS.drawn(rng(2), 3)

    def square(query: np.ndarray) -> np.ndarray:
        mass = np.exp(0.8 * np.einsum("nd,nkd->nk", query, tokens))
        output = np.einsum("nk,nkd->nd", mass / mass.sum(axis=1, keepdims=True), tokens)
        return (output**2).sum(axis=1)

    h = 1e-5
    slopes = np.stack([(square(start + h * e) - square(start - h * e)) / (2 * h) for e in np.eye(5)], axis=1)
    expected = start + 0.3 * slopes
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(ascend(rng(2), start, TOKENS, [0.3]), expected, rtol=1e-6)


def test_runs_in_chunks_are_runs() -> None:
    wide = Tokens(300, 300, 200, 1.0, 0.5)  # more than 35 runs do not fit at a time
    ends = ascend(rng(3), np.tile(np.eye(200)[0], (40, 1)), wide, [0.1])
    np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 1)
    assert len(np.unique(ends[:, 0])) == 40


def test_the_parts_of_a_gradient_add_up() -> None:
    start = projected(rng(4).standard_normal((6, 5)))
    gradient = rng(5).standard_normal((6, 5))
    np.testing.assert_allclose(sum(part**2 for part in gradient_parts(start, gradient)), (gradient**2).sum(axis=1))


def test_the_linear_recursion_is_that_of_a_drawn_one() -> None:
    sizes = step_sizes(0.5, 0.7, 6)
    v, noise = np.zeros(200_000), rng(6)
    for size in sizes:
        v = ((1 + 0.5 * size) * v + size * noise.standard_normal(len(v))) / (1 + 0.5 * size + 3 * size)
    found = linearised(3.0, 0.5, sizes)
    assert abs((v**2).mean() - found.value) < 5 * (v**2).std() / np.sqrt(len(v))
    assert 0 < found.error < 1e-12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 2, 3, 1.0, 1.0), "informative tokens must be an integer of at least 0"),
        ((2, -1, 3, 1.0, 1.0), "nuisance tokens must be an integer of at least 0"),
        ((0, 0, 3, 1.0, 1.0), "there must be a token"),
        ((1, 1, 0, 1.0, 1.0), "dimension d must be an integer of at least 1"),
        ((1, 1, 3, np.nan, 1.0), "strength θ must be finite"),
        ((1, 1, 3, 1.0, np.inf), "inverse temperature β must be finite"),
        ((1, 1, 3, -1.0, 1.0), "θ ≥ 0 and β > 0"),
        ((1, 1, 3, 1.0, 0.0), "θ ≥ 0 and β > 0"),
        ((1, 1, 3, 1.0, -1.0), "θ ≥ 0 and β > 0"),
        ((1, 1, 3, 1.0, 1.0, "sign"), "unknown latent sign"),
    ],
)
def test_tokens_that_are_none(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Tokens(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1.0, 3), "first step c must be positive"),
        ((-1.0, 1.0, 3), "first step c must be positive"),
        ((np.nan, 1.0, 3), "first step c must be positive"),
        ((1.0, -0.5, 3), "exponent α must be finite and at least 0"),
        ((1.0, np.inf, 3), "exponent α must be finite and at least 0"),
        ((1.0, 1.0, 0), "number of steps T must be an integer of at least 1"),
    ],
)
def test_schedules_that_are_none(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        step_sizes(*arguments)


def test_queries_and_steps_that_are_none() -> None:
    for queries, message in (([[0.0] * 5], "must not be zero"), ([[1.0] * 4], r"\(n, 5\)"), ([[np.nan] * 5], "finite")):
        with pytest.raises(ValueError, match=message):
            ascend(rng(), queries, TOKENS, [0.1])
    for sizes, message in (([-0.1], "must not be negative"), ([], "with entries"), ([np.nan], "finite")):
        with pytest.raises(ValueError, match=message):
            ascend(rng(), [[1.0] * 5], TOKENS, sizes)
    with pytest.raises(ValueError, match="rate and β must be finite"):
        linearised(np.nan, 1.0, [0.1])
    for rate, temperature in ((-1.0, 1.0), (1.0, 0.0), (1.0, -1.0)):
        with pytest.raises(ValueError, match="rate ≥ 0 and β > 0"):
            linearised(rate, temperature, [0.1])
    with pytest.raises(ValueError, match="no direction"):
        gradient_parts(np.eye(3)[:1], np.ones((1, 3)))
