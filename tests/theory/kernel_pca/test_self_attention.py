"""Projections by ball arithmetic against worked values, and against the attention layer written out by mpmath."""

import mpmath
import pytest

from theory.kernel_pca import self_attention as theory

KEYS = [[0.5, -1.0], [0.25, 2.0], [-1.5, 0.5], [1.0, 1.0]]
QUERIES = [[0.0, 0.0], [1.5, -0.5], [0.25, 2.0]]
PAIR = [[0], [1]]


@pytest.mark.parametrize(
    "derivation",
    [theory.derivation, theory.mean_derivation, theory.centred_derivation, theory.any_values_derivation],
)
def test_every_exact_step_holds(derivation) -> None:
    exact = [step for step in derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}


def test_worked_values() -> None:
    assert abs(float(theory.projections([[0]], PAIR, 1)[0][0])) == pytest.approx(0.274, abs=1e-3)
    assert abs(float(theory.constants(PAIR, 1)[0])) == pytest.approx(0.0633, abs=1e-4)
    assert float(theory.variances(PAIR, 1)[0]) == pytest.approx(0.0444, abs=1e-4)
    assert float(theory.any_values([[5]], PAIR, [[1], [1]])[0][0]) == pytest.approx(1)
    assert float(theory.squared_length([0], PAIR)) == pytest.approx(0.25)


def test_the_share_of_the_constant_for_two_keys() -> None:
    top = mpmath.e ** (4 / mpmath.sqrt(2))  # E = exp(‖x‖²/√D) for x = (2, 0)
    keys = [[0, 0], [2, 0]]
    share = abs(float(theory.constants(keys, 1)[0])) / float(theory.variances(keys, 1)[0]) ** 0.5
    assert share == pytest.approx(float((top - 1) / (top + 3)))


def test_any_values_are_what_attention_gives() -> None:
    values = [[1, -2], [0.5, 3], [-1, 0.25], [2, 0]]
    for query, found in zip(QUERIES, theory.any_values(QUERIES, KEYS, values), strict=True):
        weights = [mpmath.exp(mpmath.fdot(query, key) / mpmath.sqrt(2)) for key in KEYS]
        expected = [mpmath.fdot(weights, column) / mpmath.fsum(weights) for column in zip(*values, strict=True)]
        assert [float(x) for x in found] == pytest.approx([float(x) for x in expected], rel=1e-13)


def test_projections_keep_to_bessel_and_all_of_them_reach_the_keys_centred_length() -> None:
    found = theory.projections(KEYS, KEYS, 3)
    means = [float(b) for b in theory.constants(KEYS, 3)]
    for token, row in zip(KEYS, found, strict=True):
        assert sum(float(h) ** 2 for h in row) <= float(theory.squared_length(token, KEYS))
    for d, value in enumerate(theory.variances(KEYS, 3)):
        scores = [float(row[d]) - means[d] for row in found]
        assert sum(scores) == pytest.approx(0, abs=1e-15)
        assert sum(s * s for s in scores) / 4 == pytest.approx(float(value))


@pytest.mark.parametrize(
    "call",
    [
        lambda: theory.projections([[0]], [[1]], 1),
        lambda: theory.projections([[0]], PAIR, 2),
        lambda: theory.projections([[0, 1]], PAIR, 1),
        lambda: theory.projections([[float("nan")]], PAIR, 1),
        lambda: theory.projections([[0]], [[0], [float("inf")]], 1),
        lambda: theory.constants([[1], [1]], 1),
        lambda: theory.any_values([[0]], PAIR, [[1]]),
        lambda: theory.any_values([[0]], PAIR, [[1], [1, 2]]),
        lambda: theory.any_values([[0]], PAIR, [[1], [float("nan")]]),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()
