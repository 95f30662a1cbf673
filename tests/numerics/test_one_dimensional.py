"""Drawn scores against known values, against tokens in d dimensions, and at the ends of their range."""

import tracemalloc

import numpy as np
import pytest

from numerics.attention import relu_attention
from numerics.one_dimensional import drawn_parts, reduced_risks, score_weights
from numerics.risk import drawn_risks

SIGMA, MU = np.diag([2.0, 1.0, 0.5]), [0.5, 0.3, -0.2]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def near(found: np.ndarray, expected: float) -> bool:
    return abs(found.mean() - expected) < 5 * found.std() / np.sqrt(len(found)) + 1e-12


def test_worked_values() -> None:
    np.testing.assert_allclose(score_weights("softmax", np.zeros(2)), 0.5)
    F, G, W = drawn_parts(rng(), 20_000, "softmax", 0.0, 4).T
    assert near(F, -1 / 4)
    np.testing.assert_allclose(G, 1 / 4)
    np.testing.assert_array_equal(W, 0)
    for query, expected in (("fresh", 3.5 * 1.25), ("self", 3.5 * 0.75)):
        assert near(reduced_risks(rng(), 20_000, "softmax", [0.0] * 3, SIGMA, 4, query), expected)
        assert near(drawn_risks(rng(), 20_000, "softmax", [0.0] * 3, SIGMA, 4, query=query), expected)
    assert relu_attention(*(np.array(x) for x in ([[1.0]], [[1.0], [-1.0]], [[1.0], [-1.0]], [[1.0]])))[0, 0] == 0.5


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("head", ["softmax", "linear", "relu"])
@pytest.mark.parametrize("length", [1, 5])
def test_tokens_and_scores_have_the_same_risk(head: str, query: str, length: int) -> None:
    tokens = drawn_risks(rng(1), 40_000, head, MU, SIGMA, length, query=query)
    scores = reduced_risks(rng(2), 40_000, head, MU, SIGMA, length, query)
    error = np.hypot(tokens.std(), scores.std()) / 200
    assert abs(tokens.mean() - scores.mean()) < 5 * error + 1e-12


@pytest.mark.parametrize("coupling", [1e3, 1e150, 1e300])
@pytest.mark.parametrize("query", ["fresh", "self"])
def test_softmax_does_not_overflow(coupling: float, query: str) -> None:
    found = drawn_parts(rng(), 100, "softmax", coupling, 8, query)
    assert np.isfinite(found).all()
    assert (found[:, 1] <= 1).all()


def test_a_huge_parameter_gives_hard_attention_or_is_refused() -> None:
    assert np.isfinite(reduced_risks(rng(), 10, "softmax", [1e100, 0, 0], SIGMA, 4)).all()
    with pytest.raises(ValueError, match="coupling must be finite"):
        reduced_risks(rng(), 10, "softmax", [1e200, 0, 0], SIGMA, 4)
    with pytest.raises(ValueError, match="overflows"):
        drawn_parts(rng(), 10, "linear", 1e200, 4)


def test_long_prompts_stay_within_memory() -> None:
    tracemalloc.start()
    drawn_parts(rng(), 3, "softmax", 0.5, 10**6)
    assert tracemalloc.get_traced_memory()[1] < 2e8
    tracemalloc.stop()


@pytest.mark.parametrize("of", [reduced_risks, drawn_risks])
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"n": 0}, "n must be an integer"),
        ({"length": 0}, "prompt length L must be an integer of at least 1"),
        ({"query": "both"}, "unknown query"),
        ({"head": "hard"}, "unknown"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "positive semidefinite"),
        ({"parameter": [1.0]}, "shape"),
        ({"parameter": [1.0, float("inf")]}, "finite"),
    ],
)
def test_bad_input_is_refused(of, change: dict, complaint: str) -> None:
    sound = {"n": 2, "head": "linear", "parameter": [1.0, 0.0], "covariance": np.eye(2), "length": 3, "query": "self"}
    case = {**sound, **change}
    with pytest.raises(ValueError, match=complaint):
        of(rng(), *list(case.values())[:-1], query=case["query"])


def test_couplings_are_finite_and_not_negative() -> None:
    for coupling in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="coupling must be finite"):
            drawn_parts(rng(), 1, "softmax", coupling, 2)


def test_no_more_self_queries_than_keys() -> None:
    with pytest.raises(ValueError, match="only 2 keys"):
        drawn_risks(rng(), 1, "softmax", [1.0], [[1.0]], 2, 3, query="self")
