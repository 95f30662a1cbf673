"""``python -m checks show``: what a claim says."""

from checks.harness import registry
from checks.harness.seeds import Seeds

CLAIMS = registry.by_label(registry.discover())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_claim_is_shown_with_statement_derivation_predictions_and_places(say) -> None:
    status, out, _ = say("show", "A1.2")
    assert status == 0
    text = flat(out)
    claim = CLAIMS["A1.2"]
    assert flat(claim.__doc__ or "") in text
    assert "assumptions: query N(0, Σ); β = 1" in text
    assert "uses: A1.1" in text
    assert "by itself proved (1 argument step)" in text
    assert "exact: E‖q − Σμμᵀq‖² = t − 2a + ab [residual 0]" in text
    assert f"claim: {claim.where()}" in text
    assert f"derivation: {claim.derived_where()}" in text
    assert "calls numerics.infinite_prompt.infinite_prompt_risk: numerics/infinite_prompt.py:" in text
    assert "calls theory.attention_pca.objective.risk: theory/attention_pca/objective.py:" in text
    assert max(map(len, out.splitlines())) <= 100


def test_predictions_are_the_theorys(say) -> None:
    text = flat(say("show", "A1.2.softmax")[1])
    # The worked example of docs/statistics.md.
    assert "at spectrum = [2.0, 1.0, 0.5], parameter = [0.3, 0.24, -0.2], length = 1024 2.75494976" in text
    assert "finite-size allowance B = 0.0169" in text


def test_drawn_cases_are_those_of_the_quick_tier(say) -> None:
    claim = CLAIMS["A1.1"]
    root = Seeds.parse("released").case("A1.1", {})
    (first, *_) = claim().drawn(root, claim.examples["quick"])
    shown = ", ".join(f"{name} = {value}" for name, value in first.items())
    assert f"at {shown} " in flat(say("show", "A1.1")[1])


def test_a_prefix_shows_all_that_it_matches(say) -> None:
    out = say("show", "A1.2")[1]
    assert all(f"\n{label}  " in f"\n{out}" for label in ("A1.2", "A1.2.linear", "A1.2.softmax"))


def test_a_pending_row_is_shown_with_reason_and_needs(say) -> None:
    row = registry.pending()[0]
    out = flat(say("show", row.label)[1])
    assert out == flat(f"{row.label} {row.title} not checked: {row.reason} needs: {row.needs}")


def test_many_quantities_are_cut_short(say, claim_file) -> None:
    out = say("show", "X", "--file", claim_file("Law", "Shown"))[1]
    assert "F(0.02): 0.0004" in out
    assert "and 97 more" in out
    assert "derivation: none" in out


def test_an_exact_step_that_does_not_hold_is_seen(say, claim_file) -> None:
    file = claim_file("Bound", "Wrong", lambda text: text.replace("((x - y) / 2) ** 2)", "((x - y) / 2) ** 3)"))
    assert "by itself refuted" in flat(say("show", "X", "--file", file)[1])


def test_a_claim_that_is_not_well_formed_is_shown_as_such(say, claim_file) -> None:
    file = claim_file("Mean", "Formless", lambda text: text.replace("resolution = 0.05", "resolution = 5"))
    assert "not well formed: resolution" in flat(say("show", "X", "--file", file)[1])


def test_an_unknown_label_is_refused(refused) -> None:
    assert "A9: no such label; there is A1.1" in refused("show", "A9")


def test_a_fault_of_the_theory_is_refused(refused, claim_file) -> None:
    file = claim_file(
        "Mean", "Faulty", lambda text: text.replace("        return Fraction(", "        return 1 / 0 + (")
    )
    assert "ZeroDivisionError" in refused("show", "X", "--file", file)
