"""Where P is least for two keys and for many, and the coupling of the least risk of two keys."""

import mpmath
import pytest

from theory.attention_pca import finite_alignment


@pytest.mark.parametrize(
    "derivation",
    [finite_alignment.derivation, finite_alignment.self_derivation, finite_alignment.long_derivation],
)
def test_every_exact_step_holds(derivation) -> None:
    steps = [step for step in derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    coupling, P, Q = finite_alignment.two_key_optimum()
    assert (coupling, float(P), float(Q)) == pytest.approx((2, 0.309, 0.1267), abs=1e-4)
    assert abs(float(finite_alignment.two_key_coupling(4, 2).mid()) - 1) <= 1 / 8
    assert float(finite_alignment.long_gap()) == pytest.approx(0.867, abs=1e-3)
    assert float(finite_alignment.least_gap(3)) == pytest.approx(0.289, abs=1e-3)


def test_the_gap_of_long_prompts_is_where_their_leading_term_is_greatest() -> None:
    with mpmath.workdps(30):
        slope = mpmath.diff
        best = mpmath.findroot(
            lambda c: slope(lambda x: 2 / (1 - x) - 1 / mpmath.sqrt(1 - 2 * x * x), c), (0.6, 0.66), solver="anderson"
        )
        gap = 1 - (1 - best) ** 2
    assert float(finite_alignment.long_gap()) == pytest.approx(float(gap), abs=1e-12)


@pytest.mark.parametrize(
    "call", [lambda: finite_alignment.two_key_coupling(1, 2), lambda: finite_alignment.least_gap(1)]
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
