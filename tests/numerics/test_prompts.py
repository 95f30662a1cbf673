import numpy as np
import pytest

from numerics import prompts

BAD_COVARIANCES = [
    ([[1.0, 0.5], [0.4, 1.0]], "symmetric"),
    ([[1.0, float("nan")], [float("nan"), 1.0]], "finite"),
    ([[float("inf")]], "finite"),
    ([[1.0, 2.0], [2.0, 1.0]], "positive semidefinite, but has the eigenvalue -1"),
    ([[1.0, 2.0]], "square matrix"),
    (np.zeros((0, 0)), "size d ≥ 1"),
    ([1.0, 2.0], "square matrix"),
]


@pytest.mark.parametrize(("covariance", "complaint"), BAD_COVARIANCES)
@pytest.mark.parametrize(
    "function", [prompts.covariance_factor, prompts.cubature_prompt, lambda c: prompts.hermite_prompt(c, 3)]
)
def test_a_covariance_that_is_not_one_is_refused(function, covariance, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        function(covariance)


@pytest.mark.parametrize("rank", [0, 1, 3])
def test_the_factor_squares_to_the_covariance_also_when_singular(rank: int) -> None:
    basis = prompts.rotation(np.random.default_rng(0), 3)
    matrix = prompts.covariance([2.0, 1.0, 0.5][:rank] + [0.0] * (3 - rank), basis)
    factor = prompts.covariance_factor(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix, atol=1e-15)


@pytest.mark.parametrize("dimension", [1, 2, 7])
def test_a_rotation_is_orthogonal_and_moves_with_the_generator(dimension: int) -> None:
    rng = np.random.default_rng(1)
    first, second = prompts.rotation(rng, dimension), prompts.rotation(rng, dimension)
    np.testing.assert_allclose(first.T @ first, np.eye(dimension), atol=1e-14)
    assert dimension == 1 or not np.allclose(first, second)


@pytest.mark.parametrize(
    ("spectrum", "complaint"),
    [([1.0, -1.0], "not be negative"), ([1.0, float("nan")], "finite"), ([1.0], r"the shape \(2,\), not \(1,\)")],
)
def test_a_spectrum_that_is_not_one_is_refused(spectrum: list[float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        prompts.covariance(spectrum, np.eye(2))


def test_a_covariance_has_its_spectrum() -> None:
    np.testing.assert_array_equal(prompts.covariance([2, 1], np.eye(2)), np.diag([2.0, 1.0]))


def test_a_rotation_needs_a_dimension() -> None:
    with pytest.raises(ValueError, match="dimension d must be an integer of at least 1"):
        prompts.rotation(np.random.default_rng(0), 0)


def test_drawn_tokens_have_the_covariance() -> None:
    matrix = np.array([[2.0, 1.0], [1.0, 1.0]])
    tokens = prompts.drawn_tokens(np.random.default_rng(2), (1000, 400), prompts.covariance_factor(matrix))
    assert tokens.shape == (1000, 400, 2)
    moments = np.einsum("nki,nkj->ij", tokens, tokens) / 400_000
    np.testing.assert_allclose(moments, matrix, atol=6 * 2 * 2 / np.sqrt(400_000))


@pytest.mark.parametrize("make", [prompts.cubature_prompt, lambda c: prompts.hermite_prompt(c, 4)])
def test_nodes_have_the_moments_to_the_third(make) -> None:
    matrix = prompts.covariance([2.0, 0.5, 0.0], prompts.rotation(np.random.default_rng(3), 3))
    prompt = make(matrix)
    x, w = prompt.tokens, prompt.weights
    assert w.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(w @ x, np.zeros(3), atol=1e-14)
    np.testing.assert_allclose(np.einsum("k,ki,kj->ij", w, x, x), matrix, atol=1e-13)
    np.testing.assert_allclose(np.einsum("k,ki,kj,kl->ijl", w, x, x, x), np.zeros((3, 3, 3)), atol=1e-13)


def test_the_hermite_rule_is_exact_to_twice_its_order() -> None:
    prompt = prompts.hermite_prompt([[1.0]], 4)
    moments = [prompt.weights @ prompt.tokens[:, 0] ** k for k in range(8)]
    np.testing.assert_allclose(moments, [1, 0, 1, 0, 3, 0, 15, 0], atol=1e-12)


def test_a_rule_needs_an_order() -> None:
    with pytest.raises(ValueError, match="order must be an integer of at least 1"):
        prompts.hermite_prompt([[1.0]], 0)
