"""What verdicts mean, in words with numbers."""

from typing import Any

from checks.report import sentences

from . import sample

DRAWN = {"n": 1000, "m2": 9.0, "mean": 4.0, "alpha": 1e-5, "interval_kind": "CLT (nominal)", "detectable": 0.2}


def meaning(**changes: Any) -> str:
    return sentences.observation(sample.claim(**changes), sample.HEAD)


def test_a_proof_counts_what_is_left_to_the_reader() -> None:
    claim = sample.claim()
    claim["derivation"] |= {"inherited_arguments": 2}
    assert sentences.derivation(claim).endswith("1 step of its own, and 2 in the claims that it uses.")


def test_a_derivation_that_is_none_says_why() -> None:
    claim = sample.claim()
    claim["derivation"] |= {"verdict": "inconclusive", "reason": "uses T0, which is not checked"}
    assert sentences.derivation(claim) == "Not decided: uses T0, which is not checked."


def test_support_of_an_identity_gives_the_largest_difference() -> None:
    assert "In its comparison (1 case)" in meaning()
    assert "the largest difference is 0 D" in meaning()
    assert "more than D, at most 5e-07 of the scale, would have refuted the claim" in meaning()


def test_support_of_drawn_numbers_gives_both_probabilities() -> None:
    said = meaning(kind="Mean", cases=[sample.row(**DRAWN)])
    assert "at most 1e-05 a case, nominal by the central limit theorem" in said
    assert "at most 0.05 of the scale, would have been refuted with probability at least 1 − 0.0001" in said


def test_support_of_a_bound_says_how_near() -> None:
    said = meaning(kind="Bound", cases=[sample.row(simulation=3.0, side="upper")])
    assert "never exceeds the bound" in said
    assert "the nearest case is 0.25 of the scale away" in said


def test_a_refutation_names_the_farthest_comparison() -> None:
    found = {
        "verdict": "refuted",
        "words": "refuted (recorded)",
        "reason": "1 of 2",
        "witness": "x = 3 is exact",
        "needs": "",
    }
    rows = [sample.row(), sample.row(simulation=5.0, verdict="refuted")]
    said = meaning(observation=found, cases=rows, refutation="arXiv:1")
    assert "In 1 of 2 comparisons" in said
    assert "theory 4, simulation 5; it is on record: arXiv:1. x = 3 is exact." in said


def test_what_is_not_decided_or_checked_says_why() -> None:
    found = {
        "verdict": "inconclusive",
        "words": "inconclusive",
        "reason": "no mutant is refuted",
        "witness": "",
        "needs": "",
    }
    assert meaning(observation=found) == "Not decided: no mutant is refuted."
    assert sentences.observation(sample.UNCHECKED, sample.HEAD) == "Not checked: not built yet. It needs: a sampler."


def test_the_resolution_of_an_identity_is_its_numerical_error() -> None:
    said = " ".join(sentences.resolution(sample.claim()))
    assert "1e-06 of the scale" in said
    assert "error bound of the simulation (up to 2.5e-07)" in said


def test_half_the_resolution_of_a_mean_takes_four_times_the_replicates() -> None:
    settings = {"resolution": 0.01, "sharpening": 2, "most": 3000}
    claim = sample.claim(kind="Mean", cases=[sample.row(**DRAWN, bias=0.1)], settings=settings, seconds=12.0)
    said = " ".join(sentences.resolution(claim))
    assert "divided by 2 in this tier" in said
    assert "four times as many, 4000, beyond the 3000 that the tier affords: about 48 s" in said
    assert "50% of D is the finite-size allowance" in said
    assert "nothing comes from the store" in " ".join(sentences.resolution({**claim, "seconds": 0.1}))


def test_an_extrapolation_is_limited_by_its_remainder() -> None:
    row = sample.row(bias=1e-6, points=[[100.0, 1.0, 0.1], [800.0, 1.0, 0.1]])
    rate = sample.claim(kind="Rate", cases=[row], settings={"resolution": 0.01, "correction": 1.0})
    said = " ".join(sentences.resolution(rate))
    assert "50% of that D is the remainder" in said
    assert "sizes up to 800; it falls as n^−1" in said
    limit = sample.claim(kind="Limit", cases=[row], settings={"resolution": 0.01, "exponents": [1.0, 2.0]})
    assert "n^−2" in " ".join(sentences.resolution(limit))


def test_verdicts_are_counted() -> None:
    expected = {"supported": 1, "refuted": 0, "inconclusive": 0, "not_checked": 1}
    assert sentences.counts(sample.verdicts()["claims"]) == expected


def test_of_a_refuted_bound_it_is_not_said_how_near_its_cases_come() -> None:
    claim = sample.claim()
    claim["kind"] = "Bound"
    for row in claim["cases"]:
        row["side"] = "lower"
    assert "nearest is" in " ".join(sentences.resolution(claim))
    claim["observation"] |= {"verdict": "refuted"}
    assert "nearest is" not in " ".join(sentences.resolution(claim))
