"""Where the theory stops."""

from checks.report.coverage import coverage

from . import sample


def claims() -> list[dict[str, object]]:
    return [
        sample.claim(label="A1", own_assumptions=["real"], assumptions=["real"]),
        sample.claim(label="A2", own_assumptions=["even"], assumptions=["even", "real"]),
        sample.claim(label="B1", own_assumptions=[], assumptions=[]),
        sample.UNCHECKED,
    ]


def test_who_states_and_who_inherits_an_assumption() -> None:
    real, even = coverage(claims())
    assert (real.text, real.stated, real.inherited) == ("real", ("A1",), ("A2",))
    assert [real.mark(label) for label in ("A1", "A2", "B1")] == ["stated", "inherited", ""]
    assert even.stated == ("A2",)


def test_what_no_check_of_the_same_theory_goes_beyond() -> None:
    real, even = coverage(claims())
    assert real.beyond == ()
    assert even.beyond == ("A1",)


def test_a_refuted_claim_goes_beyond_nothing() -> None:
    found = claims()
    found[0]["observation"] = {"verdict": "refuted", "words": "refuted", "reason": "", "witness": "", "needs": ""}
    assert [one.beyond for one in coverage(found) if one.text == "even"] == [()]
