from dataclasses import replace

import numpy as np
import pytest

from numerics.ensembles import wishart
from numerics.prompts import covariance, rotation

GAMMA = covariance([2.0, 0.5], rotation(np.random.default_rng(3), 2))


def test_worked_values() -> None:
    nodes = wishart.cubature([[1.0]], 1, 1)
    np.testing.assert_allclose(nodes.matrices[:, 0, 0], [1, 1], rtol=1e-14)
    np.testing.assert_allclose(nodes.weights, [0.5, 0.5], rtol=1e-14)
    third = wishart.mean_product(wishart.cubature([[1.0]], 1, 3), traces=(1,), forms=(1, 1), vector=[1.0])
    assert abs(third.value - 15) <= third.error
    square = wishart.mean_trace(wishart.cubature([[1.0]], 1, 2), 2)
    assert abs(square.value - 3) <= square.error


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_in_one_dimension_the_moments_are_those_of_chi_square(n: int, degree: int) -> None:
    nodes = wishart.cubature([[0.75]], n, degree)
    known = np.prod([0.75 * (n + 2 * i) / n for i in range(degree)])
    found = wishart.mean_trace(nodes, degree)
    assert abs(found.value - known) <= found.error <= 1e-8 * known


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_mean_of_s_is_the_covariance_and_the_weights_sum_to_one(n: int) -> None:
    nodes = wishart.cubature(GAMMA, n, 1)
    np.testing.assert_allclose(nodes.weights @ nodes.matrices.reshape(-1, 4), GAMMA.ravel(), rtol=1e-13)
    assert nodes.weights.sum() == pytest.approx(1, rel=1e-14)
    assert nodes.n == n


def test_a_rule_of_a_higher_degree_gives_the_same_within_the_errors() -> None:
    u = np.array([0.3, -1.2])
    first, second = (
        wishart.mean_product(wishart.cubature(GAMMA, 2, degree), traces=(1,), forms=(2,), vector=u) for degree in (3, 4)
    )
    assert abs(first.value - second.value) <= first.error + second.error
    lower = replace(wishart.cubature(GAMMA, 2, 2), degree=3)  # which it is not
    coarse = wishart.mean_product(lower, traces=(1,), forms=(2,), vector=u)
    assert abs(coarse.value - second.value) > 100 * (coarse.error + second.error)


def test_products_are_means_of_the_products_at_the_nodes() -> None:
    u = np.array([0.3, -1.2])
    nodes = wishart.cubature(GAMMA, 2, 3)
    by_hand = sum(
        weight * np.trace(S @ S) * (u @ S @ u) for weight, S in zip(nodes.weights, nodes.matrices, strict=True)
    )
    found = wishart.mean_product(nodes, traces=(2,), forms=(1,), vector=u)
    assert abs(found.value - by_hand) <= found.error


def test_a_singular_covariance_is_no_exception() -> None:
    found = wishart.mean_trace(wishart.cubature(np.diag([1.0, 0.0]), 2, 2), 2)
    assert abs(found.value - 1) <= found.error  # (1/2) E S₁₁² = (1 + 2/n)/2 = 1


def test_drawn_samples_have_the_mean_and_the_shape() -> None:
    drawn = wishart.samples(np.random.default_rng(0), 4000, GAMMA, 3)
    assert drawn.shape == (4000, 2, 2)
    np.testing.assert_allclose(drawn.mean(axis=0), GAMMA, atol=0.1)
    assert np.linalg.matrix_rank(wishart.samples(np.random.default_rng(0), 1, GAMMA, 1)[0]) == 1


def test_drawn_trace_moments_against_the_eigenvalues() -> None:
    found = wishart.drawn_trace_moments(np.random.default_rng(5), 6, 4, 3, 3)
    drawn = wishart.samples(np.random.default_rng(5), 6, np.eye(4), 3)
    np.testing.assert_allclose(found, (np.linalg.eigvalsh(drawn) ** 3).mean(axis=1), rtol=1e-10)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: wishart.cubature([[1.0, 2.0], [2.0, 1.0]], 1, 1), "positive semidefinite"),
        (lambda: wishart.cubature([[float("nan")]], 1, 1), "finite"),
        (lambda: wishart.cubature([[1.0]], 0, 1), "n must be an integer of at least 1"),
        (lambda: wishart.cubature([[1.0]], 1, 0), "degree must be an integer of at least 1"),
        (lambda: wishart.cubature(np.eye(3), 4, 3), "d·n = 12 is too much"),
        (lambda: wishart.mean_product(wishart.cubature(GAMMA, 1, 1), forms=(1,)), r"the shape \(2,\)"),
        (lambda: wishart.mean_product(wishart.cubature(GAMMA, 1, 1), traces=(1, 0)), "power must be"),
        (lambda: wishart.mean_product(wishart.cubature(GAMMA, 1, 1)), "a product of the degree 0"),
        (
            lambda: wishart.mean_product(wishart.cubature(GAMMA, 1, 1), traces=(1, 1)),
            "a product of the degree 2",
        ),
        (lambda: wishart.samples(np.random.default_rng(0), 0, GAMMA, 1), "count must be"),
        (lambda: wishart.samples(np.random.default_rng(0), 1, GAMMA, 0), "n must be"),
        (lambda: wishart.drawn_trace_moments(np.random.default_rng(0), 1, 0, 1, 1), "d must be"),
        (lambda: wishart.drawn_trace_moments(np.random.default_rng(0), 1, 1, 1, 0), "power must be"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
