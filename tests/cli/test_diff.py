"""``python -m checks diff``: what differs between two runs."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

CASE = {
    "params": {"x": 2}, "quantity": "", "theory": 4.0, "theory_radius": 0.1, "simulation": 4.05, "interval": [3.9, 4.2],
    "detectable": 0.3, "scale": 4.0,
}  # fmt: skip


def report(version: int = 3, **changes: Any) -> dict[str, Any]:
    """Return a report of two rows, as far as the commands read it."""
    pending = {"id": None, "statement": None, "cases": [], "mutants": []}
    derived = {"verdict": "proved", "result": "x²", "arguments": 1, "inherited_arguments": 0}
    rows = [
        {
            "label": "X.1",
            "id": "mine.Square",
            "statement": "The square.",
            "derivation": derived,
            "observation": {"verdict": "supported", "reason": "1 case"},
            "cases": [CASE],
            "mutants": [{"name": "cube", "verdict": "refuted"}],
        },
        {
            "label": "X.2",
            **pending,
            "derivation": {**derived, "verdict": "none", "result": "", "arguments": 0},
            "observation": {"verdict": "not_checked", "reason": "not built"},
        },
    ]
    seeds = {"mode": "released", "root": 1}
    base = {"schema_version": version, "commit": "abc", "tier": "quick", "seeds": seeds, "environment": {"numpy": "2"}}
    return {**copy.deepcopy({**base, "claims": rows}), **changes}


@pytest.fixture
def differ(say, tmp_path: Path) -> Any:
    """Compare a report with itself after a change."""

    def run(change: Any, version: int = 3) -> tuple[int, str]:
        after = report(version)
        change(after)
        for name, content in (("a", report()), ("b", after)):
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        status, out, complaint = say("diff", tmp_path / "a.json", tmp_path / "b.json")
        assert complaint == ""
        return status, out

    return run


def test_equal_reports_agree(differ) -> None:
    assert differ(lambda after: None) == (0, "the 2 rows agree\n")


def test_what_a_run_was_made_with_is_said_but_no_difference(differ) -> None:
    def change(after: Any) -> None:
        after.update(commit="def", tier="full", seeds={"mode": "fresh", "root": 7})

    status, out = differ(change, version=2)
    assert status == 0
    for line in ("commit: abc → def", "tier: quick → full", "seeds root: 1 → 7", "schema_version: 3 → 2"):
        assert f"made with {line}\n" in out


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda row: row["observation"].update(verdict="refuted"), "observation supported → refuted (1 case)"),
        (lambda row: row["derivation"].update(verdict="heuristic"), "derivation proved → heuristic"),
        (lambda row: row["derivation"].update(result="x³"), "the derivation's result is another: x² → x³"),
        (lambda row: row["derivation"].update(inherited_arguments=2), "inherited arguments of the derivation: 0 → 2"),
        (lambda row: row.update(statement="Another."), "the statement is another"),
        (lambda row: row["mutants"][0].update(verdict="standing"), "mutant “cube”: refuted → standing"),
        (lambda row: row["mutants"].clear(), "mutant “cube”: refuted → not there"),
        (lambda row: row["cases"][0].update(theory=4.21), "theory 4 → 4.21 at x = 2"),
        (
            lambda row: row["cases"][0].update(interval=[4.3, 5.0]),
            "simulation [3.9, 4.2] → [4.3, 5.0], apart, at x = 2",
        ),
    ],
)
def test_a_difference_is_printed_and_the_status_is_1(differ, change: Any, line: str) -> None:
    status, out = differ(lambda after: change(after["claims"][0]))
    assert status == 1
    assert out == f"X.1: {line}\n1 difference\n"


def test_numbers_that_move_within_their_errors_are_no_difference(differ) -> None:
    status, out = differ(lambda after: after["claims"][0]["cases"][0].update(theory=4.19, interval=[4.19, 4.9]))
    assert (status, out) == (0, "the 2 rows agree\n")


def test_a_row_that_only_one_has_is_a_difference(differ) -> None:
    status, out = differ(lambda after: after["claims"].pop())
    assert status == 1
    assert "a.json only" in out


def test_a_pending_row_that_becomes_a_claim_is_one_difference(differ) -> None:
    status, out = differ(lambda after: after["claims"][1].update({**after["claims"][0], "label": "X.2"}))
    assert status == 1
    assert out == "X.2: none · not_checked → proved · supported\n1 difference\n"


def test_other_cases_are_noted(differ) -> None:
    status, out = differ(lambda after: after["claims"][0]["cases"][0].update(params={"x": 3}))
    assert status == 0
    assert "X.1: note: comparisons in both 0, in the first only 1, in the second only 1\n" in out


def test_many_numbers_are_cut_short(differ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.cli.diff.SHOWN", 1)
    status, out = differ(lambda after: after["claims"][0]["cases"][0].update(theory=9.0, interval=[8.9, 9.1]))
    assert status == 1
    assert "X.1: and 1 more numbers moved\n" in out


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", "has no schema_version; a verdicts.json of schema 2 or 3 is accepted"),
        ('{"schema_version": 1}', "has schema_version 1; a verdicts.json of schema 2 or 3 is accepted"),
        ('{"schema_version": 3}', "is not a verdicts.json of its schema"),
        ('{"schema_version": 3, "claims": [{"label": "X.1"}]}', "is not a verdicts.json of its schema"),
        (
            json.dumps(report(claims=[{**report()["claims"][0], "cases": [{**CASE, "interval": [1.0]}]}])),
            "is not a verdicts",
        ),
        ('{"schema_version": 3, "claims": 7}', "is not a verdicts.json of its schema"),
    ],
)
def test_what_cannot_be_compared_is_refused(say, tmp_path: Path, text: str | None, complaint: str) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(report()))
    if text is not None:
        bad.write_text(text)
    for pair in ((good, bad), (bad, good)):
        status, _, said = say("diff", *pair)
        assert status == 2
        assert complaint in said
        assert said.count("\n") == 1
