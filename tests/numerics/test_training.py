"""Gradients by automatic differentiation and finite differences; where descents and SGD end."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from numerics.training import angles_left, drawn_slopes, losses_and_gradients, reflected_minimum


def test_worked_values() -> None:
    loss, slope = losses_and_gradients("linear", np.array([[0.5]]), np.array([[1.0]]), np.array([[[1.0], [-1.0]]]))
    assert (loss[0], slope[0, 0]) == pytest.approx((9 / 16, -3 / 2))
    assert reflected_minimum(np.random.default_rng(0), "linear", [1.0], 4, "fresh", 100)[1].value == 0


@pytest.mark.parametrize("head", ["softmax", "linear"])
def test_gradients_are_those_of_automatic_differentiation(head: str) -> None:
    rng = np.random.default_rng(0)
    mu, queries, keys = rng.standard_normal((3, 4)), rng.standard_normal((3, 4)), rng.standard_normal((3, 5, 4))
    losses, slopes = losses_and_gradients(head, mu, queries, keys)
    for i in range(3):

        def loss(m, i=i):
            scores = anp.dot(keys[i], m) * anp.dot(queries[i], m)
            weights = anp.exp(scores) / anp.sum(anp.exp(scores)) if head == "softmax" else scores / 5
            return anp.sum((queries[i] - anp.dot(weights, keys[i])) ** 2)

        assert losses[i] == pytest.approx(float(loss(mu[i])))
        np.testing.assert_allclose(slopes[i], grad(loss)(mu[i]), rtol=1e-10)


@pytest.mark.parametrize("query", ["fresh", "self"])
def test_a_descent_on_reflected_prompts_ends_on_the_axis(query: str) -> None:
    axis, end, _ = reflected_minimum(np.random.default_rng(2), "softmax", [1.0, 0.25, 0.0], 3, query, 4000)
    assert axis.value == 1
    assert end.value <= end.error < 1e-9


def test_the_norm_of_the_end_is_that_of_the_linear_head_within_its_error() -> None:
    *_, b = reflected_minimum(np.random.default_rng(2), "linear", [2.0, 1.0], 2, "fresh", 4000)
    assert abs(b.value - 2 / (3 + 3 / 2)) < b.error < 0.1  # λ_1/((1 + 1/L)λ_1 + t/L)


def test_slopes_of_one_key_have_the_mean_of_a_direct_integral() -> None:
    # d = 1, L = 1: E(q − q x² μ)² = 1 − 2μ² + 3μ⁴ for Σ = 1, with the slope −4μ + 12μ³.
    found = drawn_slopes(np.random.default_rng(1), 400, "linear", [1.0], [0.5], 1, 500)[:, 0]
    assert found.mean() == pytest.approx(-2 + 1.5, abs=5 * found.std() / 20)
    assert (drawn_slopes(np.random.default_rng(1), 2, "softmax", [2.0, 1.0], [0.0, 0.0], 3, 4) == 0).all()


def test_the_angle_left_falls_as_the_batch_grows() -> None:
    small, large = (
        angles_left(np.random.default_rng(0), 200, "linear", [1.0, 0.5], 4, m, 1.0, [1 / 32] * 8) for m in (16, 64)
    )
    assert small.mean() / large.mean() == pytest.approx(4, rel=0.5)
    assert (angles_left(np.random.default_rng(0), 3, "linear", [2.0], 1, 4, 0.5, [0.01]) == 0).all()


def test_one_step_moves_by_the_mean_slope() -> None:
    rng = np.random.default_rng
    slope = drawn_slopes(rng(5), 3, "linear", [1.0, 0.5], [1.0, 0.0], 2, 6)
    mu = np.array([1.0, 0.0]) - 0.1 * slope
    expected = mu[:, 1] ** 2 / (mu**2).sum(axis=1)
    np.testing.assert_allclose(angles_left(rng(5), 3, "linear", [1.0, 0.5], 2, 6, 1.0, [0.1]), expected)


def test_a_head_that_has_run_away_counts_as_at_a_right_angle() -> None:
    found = angles_left(np.random.default_rng(0), 4, "linear", [1.0, 0.5], 1, 1, 1.0, [1e6] * 12)
    np.testing.assert_array_equal(found, 1)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (
            lambda rng: losses_and_gradients("hard", np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1, 1))),
            "unknown head",
        ),
        (lambda rng: reflected_minimum(rng, "softmax", [1.0] * 5, 2, "self", 10), "d ≤ 4"),
        (lambda rng: reflected_minimum(rng, "softmax", [1.0], 2, "both", 10), "unknown query"),
        (lambda rng: drawn_slopes(rng, 1, "linear", [1.0], [1.0], 0, 1), "prompt length"),
        (lambda rng: drawn_slopes(rng, 1, "linear", [1.0], [1.0], 1, 0), "batch"),
        (lambda rng: drawn_slopes(rng, 1, "linear", [-1.0], [1.0], 1, 1), "must not be negative"),
        (lambda rng: drawn_slopes(rng, 1, "linear", [1.0], [np.inf], 1, 1), "parameter must be finite"),
        (lambda rng: angles_left(rng, 1, "linear", [1.0, 2.0], 1, 1, 1.0, [0.1]), "largest entry first"),
        (lambda rng: angles_left(rng, 1, "linear", [2.0, 1.0], 1, 1, 1.0, []), "rates"),
        (lambda rng: angles_left(rng, 1, "linear", [2.0, 1.0], 1, 1, 0.0, [0.1]), "start"),
        (lambda rng: angles_left(rng, 1, "linear", [2.0, 1.0], 1, 1, np.nan, [0.1]), "start"),
        (lambda rng: angles_left(rng, 1, "linear", [2.0, 1.0], 1, 1, 1.0, [0.0]), "rates"),
        (lambda rng: angles_left(rng, 1, "hard", [2.0, 1.0], 1, 1, 1.0, [0.1]), "unknown head"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call(np.random.default_rng(0))
