"""verdicts.md."""

from checks.report.markdown import claim_page, markdown
from checks.report.words import head

from . import sample


def test_every_row_of_the_ledger_has_a_row() -> None:
    rows = markdown(sample.verdicts()).splitlines()
    (checked,) = [row for row in rows if row.startswith("| T1 |")]
    (unchecked,) = [row for row in rows if row.startswith("| T2 |")]
    assert "proved (1 argument step) | supported | 1 of 2" in checked
    assert "Cubes \\| <of> reals | none | not_checked |  | not built yet; needs: a sampler |" in unchecked


def test_only_checked_claims_have_a_section() -> None:
    page = markdown(sample.verdicts())
    assert "## T1 Square" in page
    assert "## T2" not in page


def test_a_page_has_statement_assumptions_mutants_rows_and_steps() -> None:
    page = claim_page(sample.claim(), head(sample.verdicts()))
    for expected in (
        "The square of $x$ is $x^2$, if $|x| < 9$ & more.",
        "- assumptions: x real\n- assumptions of the claims it uses: 0 < |x| & so on",
        "- mutant “cube | <b>”: refuted, largest shift 4",
        "- mutant “the same”: unresolved, the prediction is the same",
        "| x = 2 |  | 4 | 4 ± 1e-06 | numerical error bound |",
        "2. *exact*: (x + 1)² − 1 = s + 2x",
        "`pytest checks/claims/squares.py --label T1 --tier quick --seeds 260518315`",
        "commit 0123456789abcdef",
    ):
        assert expected in page


def test_an_exact_step_that_does_not_hold_is_said() -> None:
    claim = sample.claim()
    claim["derivation"]["steps"][1]["residual"] = "x"
    assert "(**does not hold**: the sides differ by x)" in claim_page(claim, head(sample.verdicts()))


def test_of_many_rows_twelve_are_shown_and_that_is_said() -> None:
    rows = [sample.row(params={"x": k}) for k in range(30)]
    page = claim_page(sample.claim(cases=rows), head(sample.verdicts()))
    assert "The 12 of 30 comparisons" in page
    assert page.count("| x = ") == 12


def test_a_formula_in_brackets_is_no_link() -> None:
    claim = sample.claim()
    claim["derivation"]["steps"][0]["statement"] = "∫ [f + g](x) dx"
    assert "∫ [f + g]\\(x) dx" in claim_page(claim, head(sample.verdicts()))
