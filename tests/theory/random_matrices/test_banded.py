import pytest
from sympy import QQ, symbols

from theory.derivation import exact
from theory.random_matrices import banded
from theory.words import DIMENSION


@pytest.mark.parametrize("derive", [banded.derivation, banded.control])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_moments_of_known_matrices() -> None:
    first, second = banded.STRENGTHS
    assert exact("", banded.banded_moment([(0, 0, 1)]), 1 + first).residual == "0"
    # E S² = Σ² + (Σ² + Σ tr Σ)/n
    square = (1 + first) ** 2 * (1 + 1 / banded.n) + (1 + first) * (DIMENSION + first + second) / banded.n
    assert exact("", banded.wishart_moment([(0, 0, 2)]), square).residual == "0"
    # n S_00/(1 + θ_0) ~ χ²_n
    n = banded.n
    assert (
        exact("", banded.wishart_moment([(0, 0, 1)] * 3), (1 + first) ** 3 * (n + 2) * (n + 4) / n**2).residual == "0"
    )
    assert exact("", banded.banded_moment([(0, 0, 1)] * 3), (1 + first) ** 3 * (n + 2) * (n + 4) / n**2).residual == "0"


@pytest.mark.parametrize("word", [((0, 0, 2),), ((0, 0, 3),), ((1, 1, 4),)])
def test_another_number_of_degrees_is_seen(word) -> None:
    assert exact("", banded.banded_moment(word, extra=1), banded.wishart_moment(word)).residual != "0"


def test_an_odd_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="an odd moment"):
        banded._expected({(0, 0): 1}, QQ[banded.n, DIMENSION, *symbols("a b")], 0)
