import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from scipy.optimize import approx_fprime

from numerics.prompts import Prompt, cubature_prompt
from numerics.risk import drawn_risks, linear_gradient, prompt_risk

RNG = np.random.default_rng(0)
PAIR = Prompt(np.array([[1.0], [-1.0]]), np.array([0.5, 0.5]))


def prompt(tokens: int, dimension: int) -> Prompt:
    return Prompt(RNG.standard_normal((tokens, dimension)), RNG.dirichlet(np.ones(tokens)))


def test_worked_values() -> None:
    assert prompt_risk("linear", [[0.25]], PAIR, PAIR).value == pytest.approx(9 / 16, rel=1e-15)
    assert prompt_risk("softmax", [[0.25]], PAIR, PAIR).value == pytest.approx((1 - np.tanh(0.25)) ** 2, rel=1e-14)


def test_the_worked_gradient() -> None:
    # R = (1 − A)² in one dimension, so dR/dA = −2(1 − A).
    assert linear_gradient([[0.25]], PAIR, PAIR).value[0, 0] == pytest.approx(-3 / 2, rel=1e-15)


@pytest.mark.parametrize("dimension", [1, 4])
def test_the_gradient_is_that_of_automatic_differentiation_and_of_finite_differences(dimension: int) -> None:
    keys, queries, A = prompt(6, dimension), prompt(5, dimension), RNG.standard_normal((dimension, dimension))

    def risk(a):
        scores = anp.dot(anp.dot(queries.tokens, anp.reshape(a, A.shape)), keys.tokens.T) * keys.weights
        errors = queries.tokens - anp.dot(scores, keys.tokens)
        return anp.sum(queries.weights * anp.sum(errors**2, axis=1))

    measured = linear_gradient(A, keys, queries)
    exact = grad(risk)(A.ravel()).reshape(A.shape)
    assert prompt_risk("linear", A, keys, queries).value == pytest.approx(float(risk(A.ravel())), rel=1e-13)
    assert np.linalg.norm(measured.value - exact) <= measured.error < 1e-9
    np.testing.assert_allclose(measured.value.ravel(), approx_fprime(A.ravel(), risk), rtol=1e-4)


@pytest.mark.parametrize("head", ["linear", "softmax"])
def test_the_stated_error_covers_a_computation_in_higher_precision(head: str) -> None:
    for _ in range(200):
        d = int(RNG.integers(1, 6))
        keys, queries = prompt(2 * d, d), prompt(2 * d, d)
        mu = RNG.standard_normal(d) * 10 ** RNG.uniform(-1, 1)
        measured = prompt_risk(head, np.outer(mu, mu), keys, queries)
        q, x, m, w = (a.astype(np.longdouble) for a in (queries.tokens, keys.tokens, mu, keys.weights))
        scores = np.outer(q @ m, x @ m)
        mass = w * (np.exp(scores - scores.max(axis=1, keepdims=True)) if head == "softmax" else scores)
        outputs = mass @ x / (mass.sum(axis=1, keepdims=True) if head == "softmax" else 1)
        value = queries.weights.astype(np.longdouble) @ ((q - outputs) ** 2).sum(axis=1)
        assert abs(measured.value - value) <= measured.error


def test_drawn_risks_are_one_number_for_each_prompt_and_follow_the_generator() -> None:
    def draw(seed: int) -> np.ndarray:
        return drawn_risks(np.random.default_rng(seed), 10, "softmax", [0.3, 0.1], np.eye(2), 8, queries=3)

    assert draw(1).shape == (10,)
    np.testing.assert_array_equal(draw(1), draw(1))
    assert not np.allclose(draw(1), draw(2))


def test_without_a_parameter_the_linear_head_leaves_the_trace() -> None:
    risks = drawn_risks(np.random.default_rng(3), 100_000, "linear", [0.0, 0.0], np.diag([2.0, 1.0]), 3)
    assert risks.mean() == pytest.approx(3, abs=6 * risks.std() / np.sqrt(len(risks)))


def test_without_a_parameter_the_softmax_head_averages_the_keys() -> None:
    # E‖q − mean of L keys‖² = t (1 + 1/L).
    risks = drawn_risks(np.random.default_rng(4), 100_000, "softmax", [0.0, 0.0], np.diag([2.0, 1.0]), 4)
    assert risks.mean() == pytest.approx(3.75, abs=6 * risks.std() / np.sqrt(len(risks)))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"n": 0}, "n must be an integer of at least 1"),
        ({"length": 0}, "prompt length L must be an integer of at least 1, not 0"),
        ({"length": 1.5}, r"prompt length L must be an integer of at least 1, not 1\.5"),
        ({"queries": 0}, "queries must be an integer of at least 1"),
        ({"head": "hard"}, "unknown head"),
        ({"parameter": [1.0]}, r"parameter must have the shape \(2,\), not \(1,\)"),
        ({"parameter": [1.0, float("nan")]}, "parameter must be finite"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "positive semidefinite"),
    ],
)
def test_bad_input_is_refused(change: dict, complaint: str) -> None:
    sound = {"n": 2, "head": "linear", "parameter": [1.0, 0.0], "covariance": np.eye(2), "length": 3, "queries": 1}
    with pytest.raises(ValueError, match=complaint):
        drawn_risks(np.random.default_rng(0), **{**sound, **change})


def test_an_infinite_prompt_needs_a_covariance() -> None:
    with pytest.raises(ValueError, match="symmetric"):
        cubature_prompt([[1.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"query": "other"}, "unknown query 'other'"),
        ({"query": "self", "queries": 4}, "there are only 3 keys for 4 queries"),
        ({"columns": 0}, "columns must be an integer of at least 1, not 0"),
    ],
)
def test_bad_queries_and_columns_are_refused(change: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        drawn_risks(np.random.default_rng(0), 2, "linear", [1.0, 0.0], np.eye(2), 3, **change)


def test_a_single_key_as_query_in_one_dimension() -> None:
    # E(z − z³/4)² = 1 − 6/4 + 15/16 for the parameter 1/2.
    risks = drawn_risks(np.random.default_rng(6), 200_000, "linear", [0.5], [[1.0]], 1, query="self")
    assert risks.mean() == pytest.approx(7 / 16, abs=6 * risks.std() / np.sqrt(len(risks)))


def test_one_column_leaves_one_direction() -> None:
    # Σ = xxᵀ: without a parameter the mean is tr E Σ = 3, and with one column ‖q‖² = z² ‖x‖² has a heavier tail.
    one, many = (
        drawn_risks(np.random.default_rng(7), 100_000, "linear", [0.0, 0.0], np.diag([2.0, 1.0]), 2, columns=n)
        for n in (1, 50)
    )
    for risks in (one, many):
        assert risks.mean() == pytest.approx(3, abs=6 * risks.std() / np.sqrt(len(risks)))
    assert one.std() > 1.5 * many.std()


def test_several_self_queries_have_the_mean_of_one() -> None:
    one, all_keys = (
        drawn_risks(np.random.default_rng(seed), 20_000, "softmax", [0.7, 0.2], np.eye(2), 4, queries, query="self")
        for seed, queries in ((0, 1), (1, 4))
    )
    assert all_keys.std() < one.std()
    assert abs(one.mean() - all_keys.mean()) < 5 * one.std() / np.sqrt(10_000)


def test_a_single_key_is_its_own_softmax_output() -> None:
    risks = drawn_risks(np.random.default_rng(0), 10, "softmax", [1.0, 0.0], np.eye(2), 1, query="self")
    np.testing.assert_allclose(risks, 0, atol=1e-25)


@pytest.mark.parametrize("head", ["linear", "relu"])
def test_outputs_that_are_not_finite_are_refused(head: str) -> None:
    with pytest.raises(ValueError, match="not finite"):
        drawn_risks(np.random.default_rng(0), 10, head, [1e80, 0.0], np.eye(2), 3)
