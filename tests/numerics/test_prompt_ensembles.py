import numpy as np
import pytest

from numerics.prompt_ensembles import (
    drawn_infinite,
    finite,
    infinite,
    landscape,
    prompt_risks,
    risk,
)
from numerics.prompts import covariance, rotation

RNG = np.random.default_rng(5)
MATRIX = covariance([2.0, 0.5], rotation(RNG, 2))
MU = np.array([0.7, -0.4])


def near(first, second) -> bool:
    return abs(first.value - second.value) <= first.error + second.error < 1e-8


def test_worked_values() -> None:
    own = finite([[1.0]], 1, "self")
    assert own.keys.shape == (4, 1, 1)
    assert risk(own, [1.0]).value == pytest.approx(10, rel=1e-13)
    assert prompt_risks(own, [0.0]) == pytest.approx(own.keys[:, 0, 0] ** 2)
    assert landscape(finite([[1.0]], 1, "fresh")).gradient(np.ones((1, 1)))[0, 0] == pytest.approx(8, rel=1e-13)
    assert infinite([[1.0]], 1).keys.shape == (4, 2, 1)


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("columns", [None, 1, 2])
@pytest.mark.parametrize("length", [1, 2])
def test_rotated_keys_have_the_same_risk(query: str, columns: int | None, length: int) -> None:
    whole, reduced = (finite(MATRIX, length, query, columns=columns, reduced=flag) for flag in (False, True))
    assert len(reduced.weights) < len(whole.weights)
    assert near(risk(whole, MU), risk(reduced, MU))


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_rotated_columns_have_the_same_risk(columns: int) -> None:
    assert near(risk(infinite(MATRIX, columns), MU), risk(infinite(MATRIX, columns, reduced=True), MU))


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("reduced", [False, True])
def test_nodes_are_those_of_drawn_prompts(query: str, reduced: bool) -> None:
    n, length, draws = 3, 2, 400_000
    rng = np.random.default_rng(8)
    X = rng.standard_normal((draws, 1, n)) * 0.8
    keys = X @ rng.standard_normal((draws, n, length)) / np.sqrt(n)
    query_tokens = keys if query == "self" else X @ rng.standard_normal((draws, n, 1)) / np.sqrt(n)
    outputs = (keys**2).mean(axis=2, keepdims=True) * 0.25 * query_tokens
    losses = ((query_tokens - outputs) ** 2).mean(axis=(1, 2))
    found = risk(finite([[0.64]], length, query, columns=n, reduced=reduced), [0.5])
    assert losses.mean() == pytest.approx(found.value, abs=6 * losses.std() / np.sqrt(draws))


def test_drawn_covariances_have_the_mean_of_the_nodes() -> None:
    losses = prompt_risks(drawn_infinite(np.random.default_rng(2), 100_000, MATRIX, 3), MU)
    expected = risk(infinite(MATRIX, 3), MU).value
    assert losses.mean() == pytest.approx(expected, abs=6 * losses.std() / np.sqrt(len(losses)))


def test_a_singular_covariance_is_no_exception() -> None:
    flat = np.diag([1.0, 0.0])
    assert near(risk(infinite(flat, 2), MU), risk(infinite(flat, 2, reduced=True), MU))


@pytest.mark.parametrize("query", ["fresh", "self"])
def test_the_landscape_has_the_slope_of_the_layer(query: str) -> None:
    ensemble = finite(MATRIX, 2, query, columns=1)
    step = 1e-4
    slope = [
        (risk(ensemble, MU + step * e).value - risk(ensemble, MU - step * e).value) / (2 * step) for e in np.eye(2)
    ]
    surface = landscape(ensemble)
    assert surface.gradient(MU[None])[0] == pytest.approx(np.array(slope), rel=1e-5)
    np.testing.assert_array_equal(surface.interaction(MU), np.outer(MU, MU))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"query": "other"}, "unknown query"),
        ({"length": 0}, "prompt length L must be an integer of at least 1"),
        ({"columns": 0}, "columns n must be an integer of at least 1"),
        ({"length": 8}, "nodes are more than"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "positive semidefinite"),
    ],
)
def test_bad_input_is_refused(change: dict, complaint: str) -> None:
    sound = {"covariance": MATRIX, "length": 2, "query": "self", "columns": None}
    with pytest.raises(ValueError, match=complaint):
        finite(**{**sound, **change})


def test_a_parameter_has_the_dimension_of_the_tokens() -> None:
    with pytest.raises(ValueError, match=r"parameter must have the shape \(2,\)"):
        risk(finite(MATRIX, 1, "self"), [1.0])
