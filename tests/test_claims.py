"""Every claim is well formed, and every row of the ledger has a claim or a reason why not."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis.strategies import SearchStrategy

from checks.harness import registry
from checks.harness.blocks import inline
from checks.harness.budget import SLOTS
from checks.harness.claim import Claim, Run, problems
from checks.harness.court import evaluate
from checks.harness.kinds.replicates import Replicated
from checks.harness.registry import CHECKS
from checks.harness.seeds import Seeds
from checks.harness.verdict import Observed

CLAIMS = registry.by_label(registry.discover())
PENDING = {row.label: row for row in registry.pending()}
LEDGER = re.findall(r"^\| ([A-D]\d+(?:\.\d+)?) \|", (CHECKS.parent / "docs/ledger.md").read_text("utf-8"), re.MULTILINE)


def row_of(label: str) -> str:
    """Return the row of the ledger that a label belongs to; ``A1.2.linear`` is a part of A1.2."""
    return ".".join(label.split(".")[: 1 if label[0] in "BC" else 2])


def test_there_are_claims() -> None:
    assert {"A1.1", "A1.2", "A1.4"} <= CLAIMS.keys()


@pytest.mark.parametrize("label", CLAIMS)
class TestClaim:
    def test_is_well_formed(self, label: str) -> None:
        assert problems(CLAIMS[label]) == []

    def test_has_at_least_two_mutants(self, label: str) -> None:
        assert len(CLAIMS[label]().mutants()) >= 2

    def test_uses_labels_of_the_ledger(self, label: str) -> None:
        assert set(CLAIMS[label].uses) <= CLAIMS.keys() | PENDING.keys()

    def test_belongs_to_a_row_of_the_ledger(self, label: str) -> None:
        assert row_of(label) in LEDGER

    def test_gives_a_source_that_can_be_found(self, label: str) -> None:
        assert re.search(r"arXiv:\d{4}\.\d{4,5}|doi:10\.", CLAIMS[label].source)

    def test_fits_on_two_screens(self, label: str) -> None:
        assert len(inspect.getsourcelines(CLAIMS[label])[0]) <= 80

    def test_stands_in_a_file_named_as_the_theory_that_derives_it(self, label: str) -> None:
        module = Path(inspect.getfile(CLAIMS[label]))
        assert (CHECKS.parent / "theory" / module.parent.name / module.name).exists()

    def test_writes_no_tolerance(self, label: str) -> None:
        source = inspect.getsource(CLAIMS[label])
        assert not re.search(r"tol\b|atol|rtol|isclose|allclose|approx|\d[eE]-\d", source)


def test_every_row_of_the_ledger_has_a_claim_or_a_reason_and_not_both() -> None:
    claimed = {row_of(label) for label in CLAIMS}
    assert claimed | PENDING.keys() == set(LEDGER)
    assert claimed & PENDING.keys() == set()
    assert len(LEDGER) == len(set(LEDGER)) == 70


def test_every_pending_row_says_why_and_what_it_needs() -> None:
    for row in PENDING.values():
        assert min(len(row.title), len(row.reason), len(row.needs)) > 1, row


def test_the_statistical_cases_are_within_the_budget() -> None:
    replicated = [claim() for claim in CLAIMS.values() if issubclass(claim, Replicated)]
    drawn = [claim for claim in replicated if "rng" in inspect.signature(claim.simulation).parameters]
    assert {type(claim).label for claim in drawn} >= {"A1.2.linear", "D1.1"}
    assert sum(len(list(claim.cases())) for claim in drawn) <= SLOTS


def test_the_claims_use_each_other_without_circles() -> None:
    assert sorted(registry.closure(CLAIMS, CLAIMS)) == sorted(CLAIMS)


def test_a_claim_is_final() -> None:
    claim: type[Claim] = CLAIMS["A1.1"]
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Variant", (claim,), {})


@pytest.mark.parametrize("label", CLAIMS)
def test_a_simulator_that_ignores_its_parameters_is_not_supported(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = CLAIMS[label]
    simulation = claim.simulation
    first: dict[str, Any] = {}

    def null(self: Any, *drawn: Any, **case: Any) -> Any:
        return simulation(self, *drawn, **(first or first.update(case) or case))

    # A case of another shape (dimension) would be an error, which is no support either, but a weaker test.
    def alike(case: dict[str, Any]) -> bool:
        return all(not isinstance(v, list) or len(v) == 2 for v in case.values())

    monkeypatch.setattr(claim, "simulation", null)
    cases = claim().cases()
    if not isinstance(cases, SearchStrategy) and len({str(claim().prediction(**case)) for case in cases}) == 1:
        pytest.skip("it predicts the same in every case")
    if isinstance(cases, SearchStrategy):
        monkeypatch.setattr(claim, "cases", lambda self: cases.filter(alike))
        monkeypatch.setattr(claim, "examples", {"quick": 5})
    assert inline(evaluate(claim, Run("quick", Seeds.parse("released")))).observation.verdict is not Observed.SUPPORTED
