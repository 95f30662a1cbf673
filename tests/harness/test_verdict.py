import pytest

from checks.harness.ball import Ball
from checks.harness.verdict import ClaimError, Derived, Interval, Observed, interval_gap, judge, judge_derivation

from .claims import Step

ARGUMENT = Step("argument", "because", None)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.2, 0.2, Observed.SUPPORTED),  # inside K0
        (0.1, 0.6, Observed.SUPPORTED),  # meets K0, inside K1
        (-0.6, 0.6, Observed.SUPPORTED),  # K1 itself
        (0.1, 0.7, Observed.INCONCLUSIVE),  # meets K0, leaves K1
        (-9.0, 9.0, Observed.INCONCLUSIVE),  # too wide to tell
        (0.31, 0.5, Observed.REFUTED),  # misses K0, though inside K1
        (-0.5, -0.31, Observed.REFUTED),
        (5.0, 6.0, Observed.REFUTED),
    ],
)
def test_the_three_way_rule(low: float, high: float, verdict: Observed) -> None:
    # K0 = [−0.3, 0.3] (radius 0.1, bias 0.2), K1 = [−0.6, 0.6]
    assert judge(Ball(0.0, 0.1), Interval(low, high), bias=0.2, delta=0.3 + 1e-12) is verdict


def test_a_prediction_that_is_itself_not_resolved_is_not_supported() -> None:
    assert judge(Ball(5.0, 50.0), Interval(4.0, 4.0), bias=0.0, delta=1.0) is Observed.INCONCLUSIVE
    assert judge(Ball(5.0, 50.0), Interval(99.0, 99.0), bias=0.0, delta=1.0) is Observed.REFUTED


def test_not_a_number_supports_nothing() -> None:
    assert judge(Ball(0.0, 0.0), Interval(float("nan"), 1.0), bias=0.0, delta=1.0) is Observed.REFUTED


def test_the_gap_is_the_distance_to_the_allowed_interval() -> None:
    assert interval_gap(Ball(1.0, 0.5), Interval(2.0, 3.0), bias=0.25) == 0.25
    assert interval_gap(Ball(1.0, 0.5), Interval(-3.0, -1.0), bias=0.5) == 1.0
    assert interval_gap(Ball(1.0, 0.5), Interval(1.5, 3.0), bias=0.0) == 0.0


@pytest.mark.parametrize(
    ("steps", "verdict", "reason"),
    [
        ([], Derived.NONE, ""),
        ([Step()], Derived.PROVED, ""),
        ([ARGUMENT, Step(), ARGUMENT], Derived.PROVED, ""),
        ([Step("definition", "let", None), Step()], Derived.PROVED, ""),
        ([ARGUMENT], Derived.HEURISTIC, "no step is exact"),
        ([Step(), Step("certified", "x ∈ [1, 2]", None)], Derived.CERTIFIED, ""),
        ([Step(), Step("heuristic", "as is usual", None)], Derived.HEURISTIC, "step 2 is not a proof"),
        ([Step(), Step("exact", "a = b", "a - b")], Derived.REFUTED, "step 2, a = b: the two sides differ by a - b"),
        ([Step("exact", "a = b", None)], Derived.REFUTED, "step 1, a = b: the two sides differ by None"),
    ],
)
def test_the_verdict_on_a_derivation_is_computed_from_its_steps(
    steps: list[Step], verdict: Derived, reason: str
) -> None:
    assert judge_derivation(steps) == (verdict, reason)


def test_an_unknown_kind_of_step_is_an_error() -> None:
    with pytest.raises(ClaimError, match="obvious"):
        judge_derivation([Step("obvious", "", None)])
