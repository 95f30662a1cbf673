from checks.evidence.reach import claims_that_reach, closure, imported


def test_a_claim_is_reached_through_the_modules_that_it_imports() -> None:
    reached = claims_that_reach("theory/attention_pca/softmax_prompt.py")
    assert "A1.2.softmax" in reached
    assert "A2.4" not in reached
    assert set(claims_that_reach("theory/exact.py")) >= {"A1.1", "A1.2.softmax", "A2.4"}


def test_relative_and_absolute_imports_are_followed() -> None:
    assert "theory/attention_pca/objective.py" in imported("theory/attention_pca/gradient.py")
    assert "numerics/flows.py" in imported("checks/claims/attention_pca/gradient_flow.py")
    assert {"numerics/prompts.py", "theory/words.py"} <= closure("checks/claims/attention_pca/gradient_flow.py")
    assert "numerics/prompts.py" not in closure("theory/attention_pca/gradient.py")


def test_a_file_that_no_claim_imports_reaches_none() -> None:
    assert claims_that_reach("checks/evidence/reach.py") == []
