from fractions import Fraction

import pytest

from theory.attention_pca import finite_limit, finite_prompt, finite_stationary, objective, stationary_points

FAR = 10**9


def test_every_exact_step_holds() -> None:
    assert [step.residual for step in finite_limit.derivation().steps if step.kind == "exact"] == ["0"] * 8


def test_worked_values() -> None:
    assert finite_limit.correction([2, 1], [1, 1], "fresh") == 42
    assert finite_limit.minimum_corrections([2, 1], "self") == (3, -2)


@pytest.mark.parametrize(("query", "risk"), [("fresh", finite_prompt.fresh_risk), ("self", finite_prompt.self_risk)])
def test_they_are_the_limits_of_the_exact_numbers(query: str, risk) -> None:
    spectrum, parameter = [3, 1, Fraction(1, 2)], [1, -2, 1]
    excess = FAR * (risk(spectrum, parameter, FAR) - objective.risk(spectrum, parameter))
    assert abs(excess - finite_limit.correction(spectrum, parameter, query)) < Fraction(1, 10**4)
    found, limit = finite_stationary.points(spectrum, FAR, query)[0], stationary_points.minimum(spectrum)
    for one, at, correction in zip(found, limit, finite_limit.minimum_corrections(spectrum, query), strict=True):
        assert abs(FAR * (one - at) - correction) < Fraction(1, 10**4)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match='query must be "fresh" or "self"'):
        finite_limit.correction([1], [1], "other")
    with pytest.raises(ValueError, match="a positive eigenvalue"):
        finite_limit.minimum_corrections([0], "self")
