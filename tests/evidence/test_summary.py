"""The summary says what holds, what does not, and what is not explained."""

from checks.evidence.__main__ import judged, summary
from checks.evidence.faults import faults
from checks.evidence.mutation import Trial

SOURCE = b"x = 1 + 2\n"


def trials(*fates: tuple[str, bool]) -> list[Trial]:
    planted = faults(SOURCE)
    return [
        Trial("theory/words.py", planted[i % len(planted)], "x = 1 | 2", fate, "", by_tests)
        for i, (fate, by_tests) in enumerate(fates)
    ]


def test_survivors_are_counted_and_what_no_test_catches_has_to_be_explained() -> None:
    rows, details = judged(trials(("refuted", False), ("unresolved", True), ("standing", False)))
    figures = {what: (figure, holds) for what, figure, _, holds in rows}
    assert figures["faults planted"] == ("3", True)
    assert figures["caught by the checks"] == ("33.3%, 1 of 3", False)
    assert figures["of those that move a number by more than its error"] == ("50.0%", False)
    assert figures["survivors of both without an explanation"] == ("1", False)
    assert "| theory/words.py | 3 | 1 | 1 | 1 | 1 |" in details
    assert any("x = 1 \\| 2" in line and "**not explained**" in line for line in details)


def test_the_summary_is_a_table() -> None:
    lines = summary([("quick tier", "5 supported", "exit 0", True), ("kills", "49 of 50", "all", False)], ["more"])
    assert "| quick tier | 5 supported | exit 0 | holds |" in lines
    assert "| kills | 49 of 50 | all | **fails** |" in lines
    assert lines.endswith("more\n")
