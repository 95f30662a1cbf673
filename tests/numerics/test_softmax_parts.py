"""The integrals against drawn scores and against a cubature that knows no Laplace transform."""

import numpy as np
import pytest
from scipy import integrate, stats

from numerics.one_dimensional import drawn_parts
from numerics.softmax_integrals import softmax_integrals
from numerics.softmax_parts import _tables, evaluate, sweep


def test_worked_values() -> None:
    found = evaluate(2.0, 2, "self")
    assert found["F"].value == pytest.approx(0.87329335, abs=1e-7)
    assert found["G"].value == pytest.approx(found["W"].value, abs=1e-7)


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize(("coupling", "length"), [(0.5, 3), (1.5, 20)])
def test_against_drawn_scores(coupling: float, length: int, query: str) -> None:
    drawn = drawn_parts(np.random.default_rng(0), 50_000, "softmax", coupling, length, query)
    for value, column in zip(evaluate(coupling, length, query).values(), drawn.T, strict=True):
        assert abs(value.value - column.mean()) < 5 * column.std() / np.sqrt(50_000) + 1e-12
        assert value.error < 1e-6


@pytest.mark.parametrize("sigma", [0.0, 0.3, 0.8, 0.9, 6.0])  # sums up to 0.83, correlations beyond
def test_the_tables_against_adaptive_quadrature(sigma: float) -> None:
    found = _tables(sigma, 100)

    def mean(f) -> float:
        return integrate.quad(lambda z: f(z) * stats.norm.pdf(z), -9, 9, points=[0], limit=500, epsabs=1e-12)[0]

    for at in np.linspace(0, len(found.log_s) - 1, 7).astype(int):
        s = float(np.exp(found.log_s[at]))
        right = {
            "log_phi": mean(lambda z, s=s: np.exp(-s * np.exp(sigma * z))),
            "mean": mean(lambda z, s=s: z * s * np.exp(sigma * z - s * np.exp(sigma * z))),
            "square": mean(lambda z, s=s: s**2 * np.exp(2 * sigma * z - s * np.exp(sigma * z))),
            "spread": mean(lambda z, s=s: z**2 * s**2 * np.exp(2 * sigma * z - s * np.exp(sigma * z))),
        }
        for name, value in right.items():
            entry = getattr(found, name)[at]
            assert (np.exp(entry) if name == "log_phi" else entry) == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize(("coupling", "length", "query"), [(0, 2, "self"), (5, 2, "self"), (1, 1, "self"), (1, 2, "x")])
def test_bad_input_is_refused(coupling: float, length: int, query: str) -> None:
    with pytest.raises(ValueError, match=r"coupling must|prompt length|unknown query"):
        evaluate(coupling, length, query)


def test_more_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="prompt length"):
        sweep(1.0, [])


@pytest.mark.parametrize(("coupling", "length"), [(0.25, 2), (1.0, 50), (2.0, 1000), (0.9, 10**6)])
def test_two_evaluators_of_fresh_queries_agree(coupling: float, length: int) -> None:
    ours, theirs = evaluate(coupling, length, "fresh"), softmax_integrals(coupling, length)
    for name, other in (("F", theirs.F), ("G", theirs.G)):
        assert abs(ours[name].value - other.value) <= ours[name].error + other.error
