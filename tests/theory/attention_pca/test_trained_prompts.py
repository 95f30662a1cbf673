"""The edge and the outliers against the subordination equation, integrated over the law of Marchenko and Pastur."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, optimize

from theory.attention_pca import trained_prompts
from theory.attention_pca.trained_prompts import further_location, location, pencil, threshold_squared
from theory.random_matrices import spiked


def test_every_exact_step_holds() -> None:
    steps = [step for step in trained_prompts.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 23


def test_what_is_no_proof_says_so() -> None:
    assert sum(step.kind == "heuristic" for step in trained_prompts.derivation().steps) == 1


def test_worked_values() -> None:
    assert threshold_squared(1, 2) == Fraction(3, 4)
    assert location(1, 1, 2) == Fraction(15, 4)
    assert float(location(0, 2, 4)) == pytest.approx(3 + 5**0.5)
    assert further_location(4, 1, 2) == Fraction(35, 8)


def over_bulk(integrand: object, ratio: float) -> float:
    """Integrate over the law of Marchenko and Pastur, x = 1 + γ + 2√γ cos φ."""

    def weighted(angle: float) -> float:
        x = 1 + ratio + 2 * np.sqrt(ratio) * np.cos(angle)
        return float(integrand(x) * 2 * np.sin(angle) ** 2 / (np.pi * x))  # type: ignore[operator]

    atom = max(0.0, 1 - 1 / ratio) * integrand(0.0)  # type: ignore[operator]
    return float(atom + integrate.quad(weighted, 0, np.pi)[0])


@pytest.mark.parametrize(("ratio", "prompts"), [(0.5, 2), (0.5, 5), (1.0, 3), (1.5, 2), (3.0, 4)])
def test_the_edge_is_where_the_free_sum_ends_at_0(ratio: float, prompts: int) -> None:
    top = float(location(0, ratio, prompts))

    def image(omega: float) -> float:  # K(ω), of which the least value above the support of h(W) is the end of the sum
        return prompts * omega - (prompts - 1) / over_bulk(lambda x: 1 / (omega - x * x + top * x), ratio)

    edge = (1 + np.sqrt(ratio)) ** 2
    above = max(0.0, edge**2 - top * edge)
    least = optimize.minimize_scalar(
        image, bounds=(above + 1e-6, above + 60), method="bounded", options={"xatol": 1e-9}
    )
    assert least.fun == pytest.approx(0, abs=1e-7)


def test_one_prompt_is_the_classical_outlier() -> None:
    assert location(2, Fraction(1, 2), 1) == spiked.location(2, Fraction(1, 2))
    assert float(location(0, Fraction(1, 2), 1)) == pytest.approx(float(spiked.location(0, Fraction(1, 2))))


def test_the_outlier_leaves_from_the_edge() -> None:
    root = float(threshold_squared(2, 3)) ** 0.5
    assert float(location(root * 1.0001, 2, 3)) == pytest.approx(float(location(root * 0.9999, 2, 3)), rel=1e-7)


def test_further_outliers_need_a_strong_spike() -> None:
    assert float(further_location(1, 1, 2)) == pytest.approx(float(location(0, 1, 2)))
    assert further_location(6, 1, 3) == location(2, 1, 3)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ((-1, 1, 2), "strength"),
        ((float("nan"), 1, 2), "finite"),
        ((1, 0, 2), "aspect"),
        ((1, 1, 0), "P must be"),
        ((1, 2, 2), "above γ"),
        ((1, 1, 1.5), "P must be"),
    ],
)
def test_bad_input_is_refused(bad: tuple[float, float, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pencil(*bad)


def test_one_prompt_has_no_further_outliers() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        further_location(1, Fraction(1, 2), 1)
