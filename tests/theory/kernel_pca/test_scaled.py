"""Scaled attention's values against those of kernel PCA, and the count of exact mixers."""

import math

import pytest

from theory.kernel_pca import scaled, self_attention

KEYS = [[0.5, -1.0], [0.25, 2.0], [-1.5, 0.5], [1.0, 1.0]]
QUERIES = [[0.0, 0.0], [1.5, -0.5], [0.25, 2.0]]


@pytest.mark.parametrize("derivation", [scaled.derivation, scaled.mixer_derivation])
def test_every_exact_step_holds(derivation) -> None:
    exact = [step for step in derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}


def test_worked_values() -> None:
    assert abs(float(scaled.projections([[0]], [[0], [1]], 1)[0][0])) == pytest.approx(0.274, abs=1e-3)
    assert scaled.exact_mixers(8, 3, 2) == 16
    assert float(scaled.mixer([[0], [1]])[0][1]) == pytest.approx((1 + math.e) / 4)
    column = [float(x) for x in scaled.centred_column([[0], [1]], [1, 0])]
    assert column == pytest.approx([1 / 4, -1 / (2 + 2 * math.e)])
    assert scaled.exact_mixers(8, 3, 3) == 0


def test_the_mixer_changes_nothing_and_its_transpose_does() -> None:
    right = self_attention.projections(QUERIES, KEYS, 3)
    found = scaled.projections(QUERIES, KEYS, 3)
    other = scaled.projections(QUERIES, KEYS, 3, transposed=True)
    for rows in zip(right, found, other, strict=True):
        for expected, number, wrong in zip(*rows, strict=True):
            assert float(number) == pytest.approx(float(expected), rel=1e-12)
            assert not abs(float(wrong) - float(expected)) < 1e-6


@pytest.mark.parametrize(
    "call",
    [
        lambda: scaled.projections([[0]], [[1]], 1),
        lambda: scaled.projections([[0]], [[0], [1]], 2),
        lambda: scaled.centred_column([[0], [1]], [1]),
        lambda: scaled.mixer([[0]]),
        lambda: scaled.exact_mixers(3, 3, 1),
        lambda: scaled.exact_mixers(0, 1, 1),
        lambda: scaled.exact_mixers(3, 1, 0),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()
