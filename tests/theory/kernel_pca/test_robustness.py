"""Bounds of heads with cut keys."""

from itertools import product
from math import exp, sqrt

import pytest

from theory.kernel_pca.robustness import derivation, largest_weight, least_output, least_weight


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert float(largest_weight(2, 1, 1)) == pytest.approx(1 / (1 + exp(-2)))
    assert float(least_weight(2, 1, 1)) == pytest.approx(1 / (1 + exp(2)))
    assert float(least_output(1, 1, 1, 2, 5)) == pytest.approx(2)


def test_the_corners_reach_the_bounds() -> None:
    tokens, dimension, t = 3, 2, 0.5
    weights = []
    for signs in product((-1, 1), repeat=tokens):
        masses = [exp(sqrt(dimension) * t * t * sign) for sign in signs]
        weights += [mass / sum(masses) for mass in masses]
    assert max(weights) == pytest.approx(float(largest_weight(tokens, dimension, t)))
    assert min(weights) == pytest.approx(float(least_weight(tokens, dimension, t)))


@pytest.mark.parametrize(
    ("case", "match"),
    [((0, 1, 1), "tokens"), ((2, 0, 1), "dimension"), ((2, 1, 0), "threshold"), ((2, 1, float("nan")), "threshold")],
)
def test_bad_input(case: tuple, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        largest_weight(*case)
    with pytest.raises(ValueError, match="norms"):
        least_output(2, 1, 1, -1, 0)
