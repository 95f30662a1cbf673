"""Sentences that several parts of the report share."""

from jsonschema import Draft202012Validator

from checks.report import words

from ..harness.files import SCHEMA
from . import sample


def test_the_sample_is_a_verdicts_file() -> None:
    Draft202012Validator(SCHEMA).validate(sample.verdicts())


def test_the_budgets_are_those_of_the_suite() -> None:
    assert "2 of 200 statistical cases, 1 of them nominal" in words.budgets(sample.HEAD["alpha"])
    assert "1e-05 each and 0.002 for the suite" in words.budgets(sample.HEAD["alpha"])


def test_a_row_that_is_not_checked_says_what_it_needs() -> None:
    assert words.why(sample.UNCHECKED) == "not built yet; needs: a sampler"
    assert words.mutants_refuted(sample.UNCHECKED) == ""


def test_many_rows_are_cut_to_those_farthest_apart() -> None:
    rows = [sample.row(simulation=4.0 + k * 1e-7, params={"x": k}) for k in range(20)]
    shown = words.farthest_apart(rows)
    assert [row["params"]["x"] for row in shown] == list(range(19, 7, -1))
    assert words.farthest_apart(rows[:12]) == rows[:12]


def test_a_bound_is_strained_by_what_exceeds_it_and_not_by_what_keeps_it_from_afar() -> None:
    def row(simulation: float, side: str) -> dict:
        return {"simulation": simulation, "theory": 1.0, "detectable": 0.5, "scale": 1.0, "side": side}

    assert [words.strain(row(x, "upper")) for x in (0.0, 2.0)] == [-2, 2]
    assert [words.strain(row(x, "lower")) for x in (0.0, 2.0)] == [2, -2]
    assert [words.strain(row(x, "")) for x in (0.0, 2.0)] == [2, 2]
    kept = words.farthest_apart([row(x, "lower") for x in (0.5, 0.9, 1.1, 5.0)], most=2)
    assert [found["simulation"] for found in kept] == [0.5, 0.9]
